"""All records of a stock compared at once: which are connected, and in which order they are to be taken in.

`Plan.order` has the messages component by component, so that no batch needs to look for candidates in the index; the
components are in the order of their first record, and messages that are no readings come last. It depends on the messages
and the model alone.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from hub.kernel.source_record import Freshness
from hub.resolution.items import Item, Observe
from hub.resolution.request import Foreseen
from hub.resolution.translate import to_matching
from matching import Edge, Model, Prepared, dump, load, prepare, raw_edges

NO_RECORD = -1
RECORDS_AT_ONCE = 300_000
"""How many records are unpacked at a time: between one and two gigabytes."""


@dataclass(slots=True)
class Survey:
    """The freshest reading of every record, normalised and packed, by its rank in the order of first sight.

    *ranks* is by message. *blocking_keys* counts those of all records.
    """

    keys: list[str]
    packed: list[bytes]
    contents: list[str]
    ranks: array[int]
    blocking_keys: int = 0

    def prepared(self, rank: int) -> Prepared:
        """The normalised form of a record."""
        return load(self.keys[rank], self.packed[rank])


@dataclass(slots=True)
class Edges:
    """Raw edges by the rank of their left record, in order; the three columns belong together."""

    left: array[int]
    right: array[int]
    weight: array[int]

    def of(self, rank: int) -> Iterator[tuple[int, int]]:
        """Right record and weight of the edges whose left one is *rank*."""
        for place in range(bisect_left(self.left, rank), bisect_right(self.left, rank)):
            yield self.right[place], self.weight[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """*order* are message numbers; *ends* where the components of *order* end, *edges* those inside of them."""

    survey: Survey
    order: Sequence[int]
    ends: Sequence[int]
    edges: Edges

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
        known = self.survey
        ranks = sorted({known.ranks[n] for n in numbers} - {NO_RECORD})
        return Foreseen(
            stamp=stamp,
            prepared={known.keys[rank]: known.prepared(rank) for rank in ranks},
            contents={known.keys[rank]: known.contents[rank] for rank in ranks},
            numbers={known.keys[rank]: first_no + rank for rank in ranks},
            edges=[
                Edge(left=known.keys[rank], right=known.keys[right], weight=weight)
                for rank in ranks
                for right, weight in self.edges.of(rank)
            ],
        )


def survey(items: Iterable[Item], model: Model) -> Survey:
    """Read *items* once."""
    found = Survey(keys=[], packed=[], contents=[], ranks=array("q"))
    rank_of: dict[str, int] = {}
    freshest: list[Freshness] = []
    for item in items:
        if not isinstance(item, Observe):
            found.ranks.append(NO_RECORD)
            continue
        key, freshness = str(item.key), item.record.freshness
        rank = rank_of.setdefault(key, len(freshest))
        found.ranks.append(rank)
        if rank < len(freshest) and freshness <= freshest[rank]:
            continue
        prepared = prepare(to_matching(item.record), model)
        found.blocking_keys += len(prepared.keys)
        if rank == len(freshest):
            freshest.append(freshness)
            found.keys.append(key)
            found.packed.append(_packed(prepared))
            found.contents.append(freshness[2])
        else:
            freshest[rank] = freshness
            found.packed[rank] = _packed(prepared)
            found.contents[rank] = freshness[2]
    return found


def plan(surveyed: Survey, model: Model) -> Plan:
    """Compare all records of *surveyed* and put their messages in order."""
    edges = _in_order(surveyed, all_edges(surveyed, model))
    roots = array("q", range(len(surveyed.keys)))

    def root(rank: int) -> int:
        while roots[rank] != rank:
            roots[rank] = roots[roots[rank]]
            rank = roots[rank]
        return rank

    for left, right in zip(edges.left, edges.right, strict=True):
        a, b = sorted((root(left), root(right)))
        roots[b] = a
    last = len(roots)
    home = array("q", (last if rank == NO_RECORD else root(rank) for rank in surveyed.ranks))
    order = array("q", sorted(range(len(home)), key=home.__getitem__))
    ends = array("q", (n for n in range(1, len(order)) if home[order[n]] != home[order[n - 1]]))
    if order and home[order[-1]] != last:
        ends.append(len(order))
    return Plan(survey=surveyed, order=order, ends=ends, edges=edges)


def all_edges(surveyed: Survey, model: Model, at_once: int = RECORDS_AT_ONCE) -> Iterator[Edge]:
    """All raw edges, with about *at_once* records unpacked at a time.

    More records than that are compared share by share of the blocking keys; a pair that meets in several shares comes
    once in each.
    """
    count = len(surveyed.keys)
    shares = 1 if count <= at_once else -(-surveyed.blocking_keys // at_once)
    if shares == 1:
        yield from raw_edges([surveyed.prepared(rank) for rank in range(count)], model)
        return
    ranks_of = [array("q") for _ in range(shares)]
    for rank in range(count):
        for share in {key % shares for key in surveyed.prepared(rank).keys}:
            ranks_of[share].append(rank)
    for share, ranks in enumerate(ranks_of):
        inside = [surveyed.prepared(rank) for rank in ranks]
        for number, known in enumerate(inside):
            inside[number] = replace(known, keys=tuple(k for k in known.keys if k % shares == share))
        yield from raw_edges(inside, model)


def _packed(prepared: Prepared) -> bytes:
    """Copied, because what the JSON writer gives keeps ten times its room."""
    return bytes(memoryview(dump(prepared)))


def _in_order(surveyed: Survey, found: Iterable[Edge]) -> Edges:
    rank_of = {key: rank for rank, key in enumerate(surveyed.keys)}
    edges = Edges(array("q"), array("q"), array("q"))
    for edge in found:
        edges.left.append(rank_of[edge.left])
        edges.right.append(rank_of[edge.right])
        edges.weight.append(edge.weight)
    left, right, weight = (np.array(column, np.int64) for column in (edges.left, edges.right, edges.weight))
    order = np.lexsort((right, left))
    left, right, weight = left[order], right[order], weight[order]
    first = np.r_[True, (left[1:] != left[:-1]) | (right[1:] != right[:-1])][: len(left)]
    return Edges(*(array("q", column[first].tobytes()) for column in (left, right, weight)))
