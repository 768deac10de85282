"""What would change if another model were in force: both partitions of all current records, held beside each other.

Nothing is written. The values are read anew, because a model also decides how they are normalised.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hub.kernel.ids import RecordKey
from hub.resolution import index
from hub.resolution.current import all_current
from hub.resolution.resolver import Resolver
from hub.resolution.translate import to_matching
from matching import Assertion, Model, Prepared, Record, explain, partition, prepare, raw_edges, weigh

COMPARED = 40
"""How many records of a group are looked at to find the pair that explains its change best."""

Cluster = frozenset[str]
Progress = Callable[[str, int], None]
"""Hears which step it is (``reading``, ``comparing``) and how many records it has gone through."""


class Kind(StrEnum):
    """What becomes of customers: several become one, one becomes several, or both at once."""

    MERGED = "merged"
    SPLIT = "split"
    REGROUPED = "regrouped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureChange:
    """One feature of a pair: its level and what that weighs (centi-bits) under either model."""

    feature: str
    left: str
    right: str
    level: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The pair that says most about a change; a weight of None is a conflict that rules the pair out."""

    left: RecordKey
    right: RecordKey
    before: int | None
    after: int | None
    features: tuple[FeatureChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """Groups of records that are customers *before* and *after*; no other customer is concerned. *reason* may be missing for large ones."""

    kind: Kind
    before: tuple[Cluster, ...]
    after: tuple[Cluster, ...]
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both partitions in numbers, and all changes, those with most records first; *examples* have a reason each."""

    records: int
    versions: tuple[str, str]
    customers: tuple[int, int]
    unchanged: int
    changes: tuple[CustomerChange, ...]
    examples: tuple[CustomerChange, ...]

    def count(self, kind: Kind) -> int:
        """How many changes are of *kind*."""
        return sum(change.kind is kind for change in self.changes)


@dataclass(slots=True)
class _Side:
    """All records under one model."""

    model: Model
    prepared: dict[str, Prepared]

    @classmethod
    def of(cls, records: Iterable[Record], model: Model) -> _Side:
        return cls(model=model, prepared={r.key: prepare(r, model) for r in records})

    def weight(self, left: str, right: str) -> int | None:
        a, b = sorted((left, right))
        return weigh(self.prepared[a], self.prepared[b], self.model)

    def clusters(self, assertions: Iterable[Assertion]) -> list[Cluster]:
        known: dict[tuple[str, str], int | None] = {}

        def weight(left: str, right: str) -> int | None:
            pair = (left, right) if left < right else (right, left)
            if pair not in known:
                known[pair] = self.weight(*pair)
            return known[pair]

        edges = raw_edges(list(self.prepared.values()), self.model)
        strong = {key: p.strong for key, p in self.prepared.items()}
        return partition(list(self.prepared), edges, assertions, strong, weight, self.model)


def compare(
    resolver: Resolver,
    candidate: Model,
    against: Model | None = None,
    *,
    examples: int = 10,
    progress: Progress = lambda step, records: None,
) -> Comparison:
    """Which customers *candidate* would change: beside the customers as they are, or as the model *against* would have them."""
    holders, records = _read(resolver, progress)
    with resolver.log.connection() as connection:
        pairs = index.all_assertions(connection)
    assertions = [Assertion(left=p.left, right=p.right, same=p.same) for p in pairs if p.left < p.right]
    progress("comparing", 0)
    new = _Side.of(records, candidate)
    after = new.clusters(assertions)
    progress("comparing", len(records) if against is None else len(records) // 2)
    old = _Side.of(records, against or resolver.current_model())
    before = _by_customer(holders) if against is None else old.clusters(assertions)
    progress("comparing", len(records))
    changes = differences(before, after)
    return Comparison(
        records=len(records),
        versions=(old.model.version, candidate.version),
        customers=(len(before), len(after)),
        unchanged=len(before) - sum(len(c.before) for c in changes),
        changes=tuple(changes),
        examples=tuple(_explained(change, old, new) for change in _some_of_each(changes, examples)),
    )


def differences(before: Sequence[Cluster], after: Sequence[Cluster]) -> list[CustomerChange]:
    """The smallest groups of clusters that hold the same records on both sides, those that are equal left out."""
    old_of = {key: number for number, cluster in enumerate(before) for key in cluster}
    new_of = {key: number for number, cluster in enumerate(after) for key in cluster}
    found: list[CustomerChange] = []
    seen: set[int] = set()
    for number in range(len(before)):
        if number in seen:
            continue
        olds, news, frontier = {number}, set[int](), [number]
        while frontier:
            for new in {new_of[key] for key in before[frontier.pop()]} - news:
                news.add(new)
                reached = {old_of[key] for key in after[new]} - olds
                olds |= reached
                frontier += reached
        seen |= olds
        if len(olds) > 1 or len(news) > 1:
            found.append(
                CustomerChange(
                    kind=_kind(len(olds), len(news)),
                    before=tuple(sorted((before[n] for n in olds), key=min)),
                    after=tuple(sorted((after[n] for n in news), key=min)),
                )
            )
    return sorted(found, key=lambda c: (-sum(map(len, c.before)), min(c.before[0])))


def _kind(olds: int, news: int) -> Kind:
    if news == 1:
        return Kind.MERGED
    return Kind.SPLIT if olds == 1 else Kind.REGROUPED


def _read(resolver: Resolver, progress: Progress) -> tuple[dict[str, UUID], list[Record]]:
    holders: dict[str, UUID] = {}
    records: list[Record] = []
    for page in all_current(resolver.log):
        for customer_id, reading in page:
            holders[str(reading.key)] = customer_id
            records.append(to_matching(reading))
        progress("reading", len(records))
    return holders, records


def _by_customer(holders: Mapping[str, UUID]) -> list[Cluster]:
    clusters: dict[UUID, set[str]] = {}
    for key, customer_id in holders.items():
        clusters.setdefault(customer_id, set()).add(key)
    return [frozenset(keys) for keys in clusters.values()]


def _some_of_each(changes: Sequence[CustomerChange], count: int) -> list[CustomerChange]:
    """Up to *count* changes, the kinds in turn, small ones first: they are read most easily."""
    by_kind = [sorted((c for c in changes if c.kind is kind), key=_size) for kind in Kind]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*by_kind))
    return list(itertools.islice((c for c in turns if c is not None), count))


def _size(change: CustomerChange) -> tuple[int, str]:
    return sum(map(len, change.before)), min(change.before[0])


def _explained(change: CustomerChange, old: _Side, new: _Side) -> CustomerChange:
    """*change* with the pair that is joined now with the greatest new weight, or parted now with the greatest old one."""
    joins = change.kind is Kind.MERGED
    apart, together = (change.before, change.after) if joins else (change.after, change.before)
    group_of = {key: number for number, cluster in enumerate(apart) for key in cluster}
    side = new if joins else old
    best: tuple[int, str, str] | None = None
    for cluster in together:
        few = sorted(cluster)[:COMPARED]
        for left, right in itertools.combinations(few, 2):
            if group_of[left] != group_of[right]:
                weight = side.weight(left, right)
                if weight is not None and (best is None or (weight, left, right) > best):
                    best = (weight, left, right)
    if best is None:
        return change
    return CustomerChange(
        kind=change.kind, before=change.before, after=change.after, reason=_reason(best[1], best[2], old, new)
    )


def _reason(left: str, right: str, old: _Side, new: _Side) -> Reason:
    before, after = (explain(side.prepared[left], side.prepared[right], side.model) for side in (old, new))
    earlier = {f.feature: f.weight for f in before.features}
    later = {f.feature: f for f in after.features} | {
        f.feature: f for f in before.features if f.feature not in {x.feature for x in after.features}
    }
    weights = {f.feature: f.weight for f in after.features}
    return Reason(
        left=RecordKey.parse(left),
        right=RecordKey.parse(right),
        before=None if before.conflict else before.total,
        after=None if after.conflict else after.total,
        features=tuple(
            FeatureChange(
                feature=name,
                left=f.left,
                right=f.right,
                level=f.level,
                before=earlier.get(name, 0),
                after=weights.get(name, 0),
            )
            for name, f in later.items()
        ),
    )
