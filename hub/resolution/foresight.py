"""All records of a stock compared at once: which are connected, and in which order they are to be taken in.

`Plan.order` has the messages component by component, so that no batch needs to look for candidates in the index; the
components are in the order of their first record, and messages that are no readings come last. It depends on the messages
and the model alone.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hub.kernel.source_record import Freshness
from hub.resolution.items import Item, Observe
from hub.resolution.request import Foreseen
from hub.resolution.translate import to_matching
from matching import Edge, Model, Prepared, prepare, raw_edges

NO_RECORD = -1


@dataclass(slots=True)
class Survey:
    """The freshest reading of every record, normalised, by its rank in the order of first sight; *ranks* by message."""

    prepared: list[Prepared]
    contents: list[str]
    ranks: array[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """*order* are message numbers; *ends* where the components of *order* end, *edges* those of each component."""

    survey: Survey
    order: Sequence[int]
    ends: Sequence[int]
    edges: Mapping[int, Sequence[Edge]]

    def batches(self, done: int, size: int) -> Iterator[Sequence[int]]:
        """The messages behind the first *done* in portions of about *size*, whole components each; the rest in *size* exactly."""
        start = done
        for end, following in pairwise((*self.ends, len(self.order) + size)):
            if end > start and following - start > size:
                yield self.order[start:end]
                start = end
        for begin in range(start, len(self.order), size):
            yield self.order[begin : begin + size]

    def foresee(self, numbers: Sequence[int], stamp: int, first_no: int) -> Foreseen:
        """What is known of the messages *numbers*, whole components, while the index stands at *stamp*."""
        survey = self.survey
        ranks = sorted({survey.ranks[n] for n in numbers} - {NO_RECORD})
        keys = [survey.prepared[rank].key for rank in ranks]
        return Foreseen(
            stamp=stamp,
            prepared={key: survey.prepared[rank] for key, rank in zip(keys, ranks, strict=True)},
            contents={key: survey.contents[rank] for key, rank in zip(keys, ranks, strict=True)},
            numbers={key: first_no + rank for key, rank in zip(keys, ranks, strict=True)},
            edges=[edge for rank in ranks for edge in self.edges.get(rank, ())],
        )


def survey(items: Iterable[Item], model: Model) -> Survey:
    """Read *items* once."""
    found = Survey(prepared=[], contents=[], ranks=array("q"))
    rank_of: dict[str, int] = {}
    freshest: list[Freshness] = []
    for item in items:
        if not isinstance(item, Observe):
            found.ranks.append(NO_RECORD)
            continue
        freshness = item.record.freshness
        rank = rank_of.setdefault(str(item.key), len(freshest))
        found.ranks.append(rank)
        if rank == len(freshest):
            freshest.append(freshness)
            found.prepared.append(prepare(to_matching(item.record), model))
            found.contents.append(freshness[2])
        elif freshness > freshest[rank]:
            freshest[rank] = freshness
            found.prepared[rank] = prepare(to_matching(item.record), model)
            found.contents[rank] = freshness[2]
    return found


def plan(surveyed: Survey, model: Model) -> Plan:
    """Compare all records of *surveyed* and put their messages in order."""
    rank_of = {p.key: rank for rank, p in enumerate(surveyed.prepared)}
    roots = array("q", range(len(rank_of)))

    def root(rank: int) -> int:
        while roots[rank] != rank:
            roots[rank] = roots[roots[rank]]
            rank = roots[rank]
        return rank

    edges: dict[int, list[Edge]] = {}
    for edge in raw_edges(surveyed.prepared, model):
        left, right = rank_of[edge.left], rank_of[edge.right]
        edges.setdefault(left, []).append(edge)
        a, b = sorted((root(left), root(right)))
        roots[b] = a
    last = len(roots)
    home = array("q", (last if rank == NO_RECORD else root(rank) for rank in surveyed.ranks))
    order = array("q", sorted(range(len(home)), key=home.__getitem__))
    ends = array("q", (n for n in range(1, len(order)) if home[order[n]] != home[order[n - 1]]))
    if order and home[order[-1]] != last:
        ends.append(len(order))
    return Plan(survey=surveyed, order=order, ends=ends, edges=edges)
