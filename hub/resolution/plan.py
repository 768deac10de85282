"""From clusters of records to customers: which id each cluster keeps, which are absorbed, restored or new. Pure.

The id of the customer with the oldest record survives. A cluster that no customer claims is new, unless one that had been
absorbed claims it: that one is restored. Both claim the cluster of their home record, else that of their oldest own one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hub.resolution.lineage import Lineage


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a record stands before the plan: *age* orders records by first sight, *customer_id* None when it is new."""

    key: str
    age: int
    customer_id: UUID | None
    home_id: UUID | None
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """One cluster's customer. *absorbs* are customers that end in it; *founding* is the record for which a new one is registered.

    *returns* are those among these that had been part of another customer until now.
    """

    customer_id: UUID
    keys: tuple[str, ...]
    absorbs: tuple[UUID, ...] = ()
    founding: str | None = None
    returns: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """What stewards have said of records: which others each of them is the *same* as, and *different* from."""

    same: Mapping[str, Collection[str]] = field(default_factory=dict)
    different: Mapping[str, Collection[str]] = field(default_factory=dict)


Groups = Sequence[Sequence[Placed]]


def allocate(
    clusters: Iterable[Collection[str]],
    placed: Mapping[str, Placed],
    new_id: Callable[[], UUID],
    lineage: Lineage | None = None,
) -> Sequence[Allocation]:
    """The customer of each cluster. All records that a customer holds have to be in *clusters*, unless they are retired.

    *lineage* is needed for customers whose records are in several clusters.
    """
    lineage = lineage or Lineage()
    groups = sorted(
        (sorted((placed[k] for k in cluster), key=lambda p: p.age) for cluster in clusters), key=_age
    )
    located = locate(groups, lineage)
    returning = {
        customer_id
        for customer_id in lineage.parents
        if (number := located.get(customer_id)) is not None
        and number != _of_parent(customer_id, located, lineage)
    }
    oldest = _oldest(groups, lineage)
    claims: dict[int, list[UUID]] = {}
    for customer_id, number in located.items():
        if customer_id in returning or customer_id not in lineage.parents:
            claims.setdefault(number, []).append(customer_id)
    allocations: list[Allocation] = []
    for number, group in enumerate(groups):
        keys = tuple(record.key for record in group)
        claimants = sorted(claims.get(number, ()), key=lambda c: oldest[c])
        if claimants:
            returns = tuple(c for c in claimants if c in returning)
            allocations.append(
                Allocation(customer_id=claimants[0], keys=keys, absorbs=tuple(claimants[1:]), returns=returns)
            )
        else:
            allocations.append(Allocation(customer_id=new_id(), keys=keys, founding=keys[0]))
    return allocations


def locate(groups: Groups, lineage: Lineage) -> dict[UUID, int]:
    """The group that each customer claims: that of its home record, else that of its oldest own one, else any that it holds."""
    best: dict[UUID, tuple[int, int, int]] = {}
    for number, group in enumerate(groups):
        for record in group:
            side = lineage.sides.get(record.key)
            claims = [] if side is None else [(side.customer_id, side.claim)]
            if record.customer_id is not None:
                claims.append((record.customer_id, _claim(record, is_own=side is None)))
            for customer_id, claim in claims:
                rank = (claim, record.age, number)
                best[customer_id] = min(rank, best.get(customer_id, rank))
    return {customer_id: number for customer_id, (_, _, number) in best.items()}


def with_retired(
    clusters: Iterable[Collection[str]],
    retired: Sequence[Placed],
    placed: Mapping[str, Placed],
    lineage: Lineage,
    opinions: Opinions,
) -> list[list[str]]:
    """*clusters* with the *retired* records of customers that come apart: each stays with its side, unless a steward parts them.

    A customer without a living record of its own stays with one that a steward called the same, else it is left alone.
    """
    groups = [[placed[k] for k in cluster] for cluster in clusters]
    located = locate(groups, lineage)
    for host in _hosts(groups, lineage):
        del located[host]
    own = [r for r in retired if r.key not in lineage.sides]
    for record in sorted(retired, key=lambda r: (r not in own, r.age)):
        number = _place_of(record, groups, located, lineage, opinions)
        if number is None:
            groups.append([])
            number = len(groups) - 1
        groups[number].append(record)
        if record.customer_id is not None:
            located.setdefault(record.customer_id, number)
    return [[record.key for record in group] for group in groups]


def _hosts(groups: Groups, lineage: Lineage) -> set[UUID]:
    """Customers that hold living records in several groups, none of their own."""
    held: dict[UUID, set[int]] = {}
    owners: set[UUID] = set()
    for number, group in enumerate(groups):
        for record in group:
            if record.customer_id is not None:
                held.setdefault(record.customer_id, set()).add(number)
                if record.key not in lineage.sides:
                    owners.add(record.customer_id)
    return {holder for holder, numbers in held.items() if len(numbers) > 1 and holder not in owners}


def _place_of(
    record: Placed, groups: Groups, located: Mapping[UUID, int], lineage: Lineage, opinions: Opinions
) -> int | None:
    """The group that a retired record goes to, None when it is left alone."""
    parted = opinions.different.get(record.key, ())
    open_to = [n for n, group in enumerate(groups) if not any(r.key in parted for r in group)]
    side = lineage.sides.get(record.key)
    ways = [] if side is None else [side.customer_id, *lineage.path(side.customer_id)]
    wanted = next((located[c] for c in (*ways, record.customer_id) if c is not None and c in located), None)
    if wanted in open_to:
        return wanted
    beside = [n for n in open_to if any(r.customer_id == record.customer_id for r in groups[n])]
    if wanted is None:
        asserted = opinions.same.get(record.key, ())
        return next((n for n in beside if any(r.key in asserted for r in groups[n])), None)
    against = {r.key for r in groups[wanted]}
    return next(
        (n for n in beside if any(against & set(opinions.different.get(r.key, ())) for r in groups[n])), None
    )


def _claim(record: Placed, *, is_own: bool) -> int:
    if record.home_id == record.customer_id:
        return 0
    return 1 if is_own else 2


def _of_parent(customer_id: UUID, located: Mapping[UUID, int], lineage: Lineage) -> int | None:
    """Where the customer goes with which a merged one goes along."""
    return next((located[c] for c in lineage.path(customer_id) if c in located), None)


def _oldest(groups: Groups, lineage: Lineage) -> dict[UUID, tuple[bool, int]]:
    """The age of each customer's oldest living record."""
    oldest: dict[UUID, tuple[bool, int]] = {}
    for group in groups:
        for record in group:
            side = lineage.sides.get(record.key)
            age = (record.retired, record.age)
            for customer_id in (record.customer_id, side.customer_id if side else None):
                if customer_id is not None:
                    oldest[customer_id] = min(age, oldest.get(customer_id, age))
    return oldest


def _age(group: Sequence[Placed]) -> int:
    return group[0].age
