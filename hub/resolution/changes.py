"""From allocations to commands: what each customer concerned is told, in an order that never loses a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hub.customer.commands import (
    Absorb,
    LinkRecord,
    MergeInto,
    Register,
    RetireRecord,
    ReviseRecord,
    SplitOffCustomer,
    UnlinkRecord,
)
from hub.customer.events import Lane, LinkEvidence, Retirement
from hub.customer.state import Customer, LinkedRecord
from hub.handling.workspace import Workspace
from hub.kernel.errors import NotFoundError
from hub.kernel.ids import RecordKey
from hub.kernel.provenance import Metadata
from hub.kernel.source_record import PartyKind
from hub.resolution.items import Observe, metadata_of
from hub.resolution.lineage import descendants, restoration
from hub.resolution.plan import Allocation, Placed
from hub.resolution.standing import Standing


@dataclass(slots=True)
class Freed:
    """The lanes and pinned paths of a customer that were those of somebody who leaves it."""

    lanes: set[Lane] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)

    def add(self, holder: Customer, leaving: Collection[UUID]) -> None:
        """*leaving* customers leave *holder*."""
        self.lanes |= {
            lane for lane, lines in holder.lines.items() if any(line.origin in leaving for line in lines)
        }
        self.paths |= {path for path, pin in holder.pins.items() if pin.origin in leaving}


Evidence = Mapping[str, tuple[LinkEvidence, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Applies one batch to the customers of *workspace*. *identity* is the metadata of moves that no single item caused."""

    workspace: Workspace
    standings: Mapping[str, Standing]
    placed: Mapping[str, Placed]
    evidence: Evidence
    identity: Metadata
    _leaving: dict[str, LinkedRecord] = field(default_factory=dict)

    def revise(self) -> None:
        """Tell the customers of known records what their sources said, item by item."""
        for standing in self.standings.values():
            customer_id = standing.before.customer_id if standing.before else None
            if customer_id is None:
                continue
            for item in standing.news:
                meta = metadata_of(item, self.identity.recorded_at)
                if isinstance(item, Observe):
                    freshest = item.record is standing.record
                    evidence = self.evidence.get(standing.key, ()) if freshest else ()
                    self.workspace.execute(
                        customer_id, ReviseRecord(record=item.record, evidence=evidence), meta
                    )
                else:
                    retire = RetireRecord(
                        key=item.key,
                        version=item.version,
                        source_time=item.source_time,
                        deletion=item.deletion,
                    )
                    self.workspace.execute(customer_id, retire, meta)

    def allocate(self, allocations: Sequence[Allocation]) -> dict[str, UUID]:
        """Bring every record to its customer; gives the customer of each record that came to another one."""
        for allocation in allocations:
            self._register(allocation)
        merged_at = self._restore(allocations)
        moved: dict[str, UUID] = {}
        for allocation in allocations:
            together = frozenset(allocation.keys)
            for key in allocation.keys:
                holder = self.placed[key].customer_id
                if self._is_new(key):
                    self._link_new(key, allocation)
                elif (
                    holder != allocation.customer_id
                    and holder is not None
                    and holder not in allocation.absorbs
                ):
                    self._move(key, holder, allocation.customer_id, together)
                else:
                    continue
                moved[key] = allocation.customer_id
        for allocation in allocations:
            for absorbed_id in allocation.absorbs:
                since = merged_at.get(absorbed_id, self.identity.valid_at)
                for record in self._absorb(absorbed_id, allocation.customer_id, since):
                    moved[str(record)] = allocation.customer_id
        return moved

    def _is_new(self, key: str) -> bool:
        standing = self.standings.get(key)
        return standing is not None and (standing.before is None or standing.before.customer_id is None)

    def _register(self, allocation: Allocation) -> None:
        """Register a new customer, and let those who held its records know that it stands alone."""
        if allocation.founding is None:
            return
        target = allocation.customer_id
        meta = self._meta_of(allocation.founding)
        self.workspace.execute(target, Register(kind=self._kind_of(allocation.founding)), meta)
        for holder, keys in self._held(allocation).items():
            self._split_off(holder, SplitOffCustomer(customer_id=target, keys=keys))

    def _restore(self, allocations: Sequence[Allocation]) -> dict[UUID, datetime]:
        """Let the customers that return stand alone, with what they had brought; gives since when each had been merged."""
        returning = {c: allocation for allocation in allocations for c in allocation.returns}
        merged_at: dict[UUID, datetime] = {}
        freed: dict[UUID, Freed] = {}
        for customer_id in sorted(returning, key=lambda c: (-len(self._path(c)), c)):
            state, path = self.workspace.state(customer_id), self._path(customer_id)
            along = tuple(c.id for c in descendants(state, self.workspace.states))
            leaving = {customer_id, *along}
            merged_at[customer_id] = state.merged_at or self.identity.valid_at
            restore = restoration(path, leaving)
            allocation = returning[customer_id]
            held = self._held(allocation) if allocation.customer_id == customer_id else {}
            for holder in path:
                freed.setdefault(holder.id, Freed()).add(holder, leaving)
                split = SplitOffCustomer(customer_id=customer_id, keys=held.get(holder.id, ()), along=along)
                self._split_off(holder.id, split)
            self.workspace.execute(customer_id, restore, self.identity)
        for holder_id in sorted(freed, key=lambda c: (-len(self._path(c)), c)):
            self._take_over(holder_id, freed[holder_id])
        return merged_at

    def _path(self, customer_id: UUID) -> list[Customer]:
        """The customers that a merged one is part of, the nearest first."""
        path: list[Customer] = []
        while (parent := self.workspace.state(customer_id).merged_into) is not None:
            path.append(self.workspace.state(parent))
            customer_id = parent
        return path

    def _held(self, allocation: Allocation) -> dict[UUID, tuple[RecordKey, ...]]:
        """Who holds the allocation's records now."""
        held: dict[UUID, tuple[RecordKey, ...]] = {}
        for key in allocation.keys:
            holder = self.placed[key].customer_id
            if holder is not None and not self._is_new(key):
                held[holder] = (*held.get(holder, ()), RecordKey.parse(key))
        return held

    def _split_off(self, holder: UUID, split: SplitOffCustomer) -> None:
        for key in split.keys:
            self._leaving[str(key)] = self.workspace.state(holder).records[key]
        self.workspace.execute(holder, split, self.identity)

    def _take_over(self, holder_id: UUID, freed: Freed) -> None:
        """What a customer that has left had kept others from bringing along comes along now, as if it had never been there."""
        for absorbed_id in self.workspace.state(holder_id).absorbed:
            holder, absorbed = self.workspace.state(holder_id), self.workspace.state(absorbed_id)
            if absorbed.merged_at is None:
                continue
            family = {absorbed_id, *(c.id for c in descendants(absorbed, self.workspace.states))}
            lanes = {
                lane: spans
                for lane, spans in absorbed.lanes.items()
                if lane in freed.lanes
                and not any(line.origin in family for line in holder.lines.get(lane, ()))
            }
            pins = {path: pin for path, pin in absorbed.pins.items() if path in freed.paths}
            absorb = Absorb(absorbed_id=absorbed_id, at=absorbed.merged_at, lanes=lanes, pins=pins)
            self.workspace.execute(holder_id, absorb, self.identity)

    def _link_new(self, key: str, allocation: Allocation) -> None:
        """Link a record that no customer held; further readings of the same batch revise it."""
        standing = self.standings[key]
        target = allocation.customer_id
        linked = False
        for item in sorted(standing.news, key=lambda i: not isinstance(i, Observe)):
            meta = metadata_of(item, self.identity.recorded_at)
            evidence = self.evidence.get(key, ())
            if not isinstance(item, Observe):
                retire = RetireRecord(
                    key=item.key, version=item.version, source_time=item.source_time, deletion=item.deletion
                )
                self.workspace.execute(target, retire, meta)
            elif linked:
                self.workspace.execute(target, ReviseRecord(record=item.record, evidence=evidence), meta)
            else:
                linked = True
                link = LinkRecord(
                    record=item.record,
                    evidence=evidence,
                    founding=key == allocation.founding,
                    retired=_retirement_before(standing),
                )
                self.workspace.execute(target, link, meta)

    def _move(self, key: str, holder: UUID, target: UUID, together: Collection[str]) -> None:
        """Take a record from the customer that held it to another one, where it is *together* with others."""
        record_key = RecordKey.parse(key)
        linked = self._leaving.pop(key, None)
        if linked is None:
            linked = self.workspace.state(holder).records[record_key]
            self.workspace.execute(holder, UnlinkRecord(key=record_key, moved_to=target), self.identity)
        self._link_moved(linked, holder, target, together)

    def _absorb(self, absorbed_id: UUID, survivor_id: UUID, since: datetime) -> list[RecordKey]:
        """End a customer in another one, *since* when in the business; gives the records that came along."""
        absorbed = self.workspace.state(absorbed_id)
        absorb = Absorb(absorbed_id=absorbed_id, at=since, lanes=absorbed.lanes, pins=absorbed.pins)
        self.workspace.execute(survivor_id, absorb, self.identity)
        together = frozenset(map(str, absorbed.records))
        for linked in absorbed.records.values():
            self._link_moved(linked, absorbed_id, survivor_id, together)
        meta = replace(self.identity, valid_at=since)
        self.workspace.execute(absorbed_id, MergeInto(survivor_id=survivor_id), meta)
        return list(absorbed.records)

    def _link_moved(
        self, linked: LinkedRecord, holder: UUID, target: UUID, together: Collection[str]
    ) -> None:
        time, version, _ = linked.freshness
        link = LinkRecord(
            record=linked.record,
            evidence=self._reasons(linked, together),
            moved_from=holder,
            retired=Retirement(source_time=time, version=version) if linked.retired else None,
        )
        self.workspace.execute(target, link, self.identity)

    def _reasons(self, linked: LinkedRecord, together: Collection[str]) -> tuple[LinkEvidence, ...]:
        """Why a record that moves belongs to the others: the one that it had joined, if they stay *together*, and its best match now.

        The first of them tells the lineage on whose side it is; its best match may be of another side, and leave some day.
        """
        now = self.evidence.get(str(linked.record.key), linked.evidence if linked.retired else ())
        first = linked.joining
        if first is None or str(linked.joined) not in together:
            return now
        return (first, *(e for e in now if (e.left, e.right) != (first.left, first.right)))

    def _meta_of(self, key: str) -> Metadata:
        standing = self.standings.get(key)
        if standing is None or not standing.news:
            return self.identity
        meta = metadata_of(standing.news[0], self.identity.recorded_at)
        return replace(meta, reason="a record that belongs to no known customer")

    def _kind_of(self, key: str) -> PartyKind:
        standing = self.standings.get(key)
        if standing is not None and standing.record is not None:
            return standing.record.kind
        holder = self.placed[key].customer_id
        if holder is None:
            raise NotFoundError(f"source record {key} has never been read")
        return self.workspace.state(holder).records[RecordKey.parse(key)].record.kind


def _retirement_before(standing: Standing) -> Retirement | None:
    """The deletion that had arrived before the first reading, None when there was none."""
    if standing.before is None or not standing.before.retired or not standing.retired:
        return None
    time, version, _ = standing.before.freshness
    return Retirement(source_time=time, version=version)
