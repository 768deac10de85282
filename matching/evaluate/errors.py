"""The worst errors of a matching, one a group, so that a single wrong cluster does not fill the list.

A cluster of several customers is shown by its strongest wrong pair, a customer in several clusters by its strongest
missed pair: the pairs that came nearest to being judged rightly or that weigh the most in the wrong direction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import combinations

from matching import Weight
from matching.evaluate.figures import homes, pairs_in
from matching.evaluate.sweep import Weighed

Explain = Callable[[str, str], Weight | None]
"""The evidence of two records; None when one of them is not known."""
Groups = dict[Hashable, dict[Hashable, list[str]]]

RECORDS_OF_A_GROUP = 6
"""So many records of a wrong group are looked at when there are no weighed pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """Two records (left < right) judged wrongly, as the example of a *group* with *pairs* wrong pairs.

    *weight* is in centi-bits; None where the pair is not among the weighed pairs.
    """

    left: str
    right: str
    weight: int | None
    group: str
    pairs: int
    evidence: Weight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """*merged*: different in truth and in one cluster, the strongest first. *split*: the same in truth, weighed and yet
    in two clusters, the weakest first. *unseen*: the same in truth, and no pair between the parts was ever weighed, the
    largest first.
    """

    merged: tuple[Error, ...]
    split: tuple[Error, ...]
    unseen: tuple[Error, ...]


def find_errors(
    clusters: Mapping[str, Hashable],
    truth: Mapping[str, Hashable],
    pairs: Iterable[Weighed],
    *,
    limit: int,
) -> Errors:
    """The *limit* worst errors of each sort. *pairs* are those that were weighed, each once."""
    merged, split = _wrong_groups(clusters, truth)
    wrong: dict[Hashable, Weighed] = {}
    missed: dict[Hashable, Weighed] = {}
    for left, right, weight in pairs:
        if left in truth and right in truth:
            together = left in clusters and right in clusters and clusters[left] == clusters[right]
            same = truth[left] == truth[right]
            if together and not same:
                _keep_stronger(wrong, clusters[left], (left, right, weight))
            elif same and not together:
                _keep_stronger(missed, truth[left], (left, right, weight))
    apart = list(_described(split, missed))
    return Errors(
        merged=tuple(nsmallest(limit, _described(merged, wrong), key=_strongest_first)),
        split=tuple(nsmallest(limit, (e for e in apart if e.weight is not None), key=_weakest_first)),
        unseen=tuple(nsmallest(limit, (e for e in apart if e.weight is None), key=_largest_first)),
    )


def with_evidence(errors: Errors, explain: Explain) -> Errors:
    """The same *errors*, each with the evidence of its pair."""

    def explained(some: Sequence[Error]) -> tuple[Error, ...]:
        return tuple(replace(error, evidence=explain(error.left, error.right)) for error in some)

    return Errors(
        merged=explained(errors.merged), split=explained(errors.split), unseen=explained(errors.unseen)
    )


def suspects(clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Iterator[tuple[str, str]]:
    """Wrong pairs (left < right) worth weighing when nobody has: a few of every wrong group."""
    for groups in _wrong_groups(clusters, truth):
        for parts in groups.values():
            some = _round_robin(parts)[:RECORDS_OF_A_GROUP]
            for (one, a), (other, b) in combinations(some, 2):
                if one != other:
                    yield (a, b) if a < b else (b, a)


def _wrong_groups(clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> tuple[Groups, Groups]:
    """Clusters of several customers, and customers in several clusters, with their records by the other side."""
    cells = set(zip(homes(clusters, truth), truth.values(), strict=True))
    customers, homes_of = Counter(cell[0] for cell in cells), Counter(cell[1] for cell in cells)
    merged: Groups = {}
    split: Groups = {}
    for record, home, customer in zip(truth, homes(clusters, truth), truth.values(), strict=True):
        if customers[home] > 1:
            merged.setdefault(home, {}).setdefault(customer, []).append(record)
        if homes_of[customer] > 1:
            split.setdefault(customer, {}).setdefault(home, []).append(record)
    return merged, split


def _keep_stronger(kept: dict[Hashable, Weighed], group: Hashable, pair: Weighed) -> None:
    left, right, weight = pair
    known = kept.get(group)
    if known is None or weight > known[2] or (weight == known[2] and sorted(pair[:2]) < sorted(known[:2])):
        kept[group] = (min(left, right), max(left, right), weight)


def _described(groups: Groups, examples: Mapping[Hashable, Weighed]) -> Iterator[Error]:
    for group, parts in groups.items():
        left, right, weight = examples.get(group) or _unweighed(parts)
        yield Error(left=left, right=right, weight=weight, group=str(group), pairs=_wrong_pairs(parts))


def _unweighed(parts: Mapping[Hashable, list[str]]) -> tuple[str, str, None]:
    """The first records of the two largest parts."""
    first, second = sorted((-len(records), min(records)) for records in parts.values())[:2]
    left, right = sorted((first[1], second[1]))
    return left, right, None


def _wrong_pairs(parts: Mapping[Hashable, list[str]]) -> int:
    sizes = [len(records) for records in parts.values()]
    return pairs_in([sum(sizes)]) - pairs_in(sizes)


def _largest_first(error: Error) -> tuple[int, str, str]:
    return (-error.pairs, error.left, error.right)


def _weakest_first(error: Error) -> tuple[int, int, str, str]:
    return (error.weight or 0, *_largest_first(error))


def _strongest_first(error: Error) -> tuple[bool, int, int, str, str]:
    """Unweighed ones last."""
    return (error.weight is None, -(error.weight or 0), *_largest_first(error))


def _round_robin(parts: Mapping[Hashable, list[str]]) -> list[tuple[int, str]]:
    """The records of all *parts* with the number of their part, the first of each part before the second of any."""
    ordered = sorted(sorted(records) for records in parts.values())
    dealt = sorted(
        (turn, part, record)
        for part, records in enumerate(ordered)
        for turn, record in enumerate(records[:RECORDS_OF_A_GROUP])
    )
    return [(part, record) for _, part, record in dealt]
