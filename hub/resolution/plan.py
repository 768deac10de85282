"""From clusters of records to customers: which id each cluster keeps, which are absorbed, restored or new. Pure.

The id of the customer with the oldest record survives. A cluster that holds nobody's oldest or home record is new,
unless one of its records was the home of a customer that had been absorbed: that one is restored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a record stands before the plan: *age* orders records by first sight, *customer_id* None when it is new."""

    key: str
    age: int
    customer_id: UUID | None
    home_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """One cluster's customer. *absorbs* are customers that end in it; *restored_from* is set when an absorbed one returns.

    *founding* is the record for which a new customer is registered, None when the customer exists.
    """

    customer_id: UUID
    keys: tuple[str, ...]
    absorbs: tuple[UUID, ...] = ()
    founding: str | None = None
    restored_from: UUID | None = None


def allocate(
    clusters: Iterable[Collection[str]], placed: Mapping[str, Placed], new_id: Callable[[], UUID]
) -> Sequence[Allocation]:
    """The customer of each cluster. All records that a customer holds have to be in *clusters*, unless they are retired."""
    groups = sorted(
        (sorted((placed[k] for k in cluster), key=lambda p: p.age) for cluster in clusters), key=_age
    )
    claims = _claims(groups)
    oldest: dict[UUID, int] = {}
    for group in groups:
        for record in group:
            if record.customer_id is not None:
                oldest[record.customer_id] = min(record.age, oldest.get(record.customer_id, record.age))
    taken = set(oldest)
    allocations: list[Allocation] = []
    for number, group in enumerate(groups):
        keys = tuple(record.key for record in group)
        claimants = sorted(claims.get(number, ()), key=lambda c: oldest[c])
        if claimants:
            allocations.append(Allocation(customer_id=claimants[0], keys=keys, absorbs=tuple(claimants[1:])))
            continue
        home = next((r for r in group if r.home_id is not None and r.home_id not in taken), None)
        if home is not None and home.home_id is not None:
            taken.add(home.home_id)
            allocations.append(
                Allocation(customer_id=home.home_id, keys=keys, restored_from=home.customer_id)
            )
        else:
            allocations.append(Allocation(customer_id=new_id(), keys=keys, founding=keys[0]))
    return allocations


def _age(group: Sequence[Placed]) -> int:
    return group[0].age


def _claims(groups: Sequence[Sequence[Placed]]) -> dict[int, set[UUID]]:
    """Each customer claims one cluster: that of its home record, else that of its oldest record."""
    best: dict[UUID, tuple[bool, int, int]] = {}
    for number, group in enumerate(groups):
        for record in group:
            if record.customer_id is None:
                continue
            rank = (record.home_id != record.customer_id, record.age, number)
            best[record.customer_id] = min(rank, best.get(record.customer_id, rank))
    claims: dict[int, set[UUID]] = {}
    for customer_id, (_, _, number) in best.items():
        claims.setdefault(number, set()).add(customer_id)
    return claims
