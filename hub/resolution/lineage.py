"""Where the records of a customer come from: which of the customers that it has absorbed had brought them. Pure.

A record is on the side of the absorbed customer whose home it is, or that had it when it was merged. One that came later is
on the side of the record that it goes on from, or that it was joined with, wherever both have gone since;
and so it leaves with that side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hub.customer.commands import Restore
from hub.customer.events import Lane
from hub.customer.lanes import cut
from hub.customer.state import Customer, CustomerState, OwnershipSpan
from hub.kernel.ids import RecordKey
from hub.resolution.index import IndexedRecord

HOME, BROUGHT, JOINED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The absorbed customer on whose side a record is; *claim* is `HOME`, `BROUGHT` or `JOINED`, the strongest first."""

    customer_id: UUID
    claim: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """*sides* by record key, without records that are their holder's own; *parents* is what each merged customer is part of."""

    parents: Mapping[UUID, UUID] = field(default_factory=dict)
    sides: Mapping[str, Side] = field(default_factory=dict)

    def path(self, customer_id: UUID) -> Iterator[UUID]:
        """The customers that a merged one is part of, the nearest first."""
        while (parent := self.parents.get(customer_id)) is not None:
            yield parent
            customer_id = parent


def descendants(customer: Customer, states: Mapping[UUID, CustomerState]) -> Iterator[Customer]:
    """The customers that are part of *customer*, each before those that are part of it."""
    for absorbed_id in customer.absorbed:
        absorbed = states.get(absorbed_id)
        if isinstance(absorbed, Customer) and absorbed.merged_into == customer.id:
            yield absorbed
            yield from descendants(absorbed, states)


def restoration(path: Sequence[Customer], leaving: Collection[UUID]) -> Restore:
    """How a customer stands alone again that has been part of *path*, the nearest first, together with all that are *leaving*.

    A lane that had come along is now what it became in the last of these to which it came.
    """
    lanes: dict[Lane, tuple[OwnershipSpan, ...]] = {}
    since: dict[Lane, datetime] = {}
    for holder in path:
        for lane, lines in holder.lines.items():
            starts = [line.valid_from for line in lines if line.origin in leaving]
            if not starts or (holder is not path[0] and lane not in since):
                continue
            since.setdefault(lane, min(starts))
            here = tuple(s for s in holder.lanes.get(lane, ()) if s.origin in leaving)
            lanes[lane] = (*cut(lanes.get(lane, ()), min(starts), None), *here)
    return Restore(from_id=path[-1].id, lanes=lanes, since=since)


def lineage_of(
    holder: Customer,
    states: Mapping[UUID, CustomerState],
    records: Mapping[str, IndexedRecord],
    successors: Mapping[str, str],
) -> Lineage:
    """The lineage of *holder*.

    *states* has all customers that are part of it, *records* the index rows of its records, *successors* what was renamed.
    """
    absorbed = {customer.id: customer for customer in descendants(holder, states)}
    brought = {key: customer for customer in absorbed.values() for key in customer.brought}
    before = {successors[str(key)]: str(key) for key in holder.records if str(key) in successors}
    sides: dict[str, Side | None] = {}

    def side(key: str) -> Side | None:
        if key not in sides:
            sides[key] = None  # in case that it comes back to itself
            sides[key] = found(key)
        return sides[key]

    def found(key: str) -> Side | None:
        home = records[key].home_id if key in records else None
        if home == holder.id:
            return None
        if home in absorbed and home is not None:
            return Side(customer_id=home, claim=HOME)
        if key in before:
            return side(before[key])
        record_key = RecordKey.parse(key)
        customer, linked = brought.get(record_key), holder.records.get(record_key)
        joined = customer.brought[record_key] if customer else linked.joined if linked else None
        other = side(str(joined)) if joined else None
        if customer and not (other and any(c.id == other.customer_id for c in descendants(customer, states))):
            return Side(customer_id=customer.id, claim=BROUGHT)
        return Side(customer_id=other.customer_id, claim=JOINED) if other else None

    for key in (*map(str, holder.records), *before):
        side(key)
    return Lineage(
        parents={c.id: c.merged_into for c in absorbed.values() if c.merged_into is not None},
        sides={key: found for key, found in sides.items() if found is not None},
    )
