"""From allocations to commands: what each customer concerned is told, in an order that never loses a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from hub.customer.commands import (
    Absorb,
    LinkRecord,
    MergeInto,
    Register,
    Restore,
    RetireRecord,
    ReviseRecord,
    SplitOffCustomer,
    UnlinkRecord,
)
from hub.customer.events import Lane, LinkEvidence, Retirement
from hub.customer.state import Customer, LinkedRecord, OwnershipSpan
from hub.handling.workspace import Workspace
from hub.kernel.errors import NotFoundError
from hub.kernel.ids import RecordKey
from hub.kernel.provenance import Metadata
from hub.kernel.source_record import PartyKind
from hub.resolution.items import Observe, metadata_of
from hub.resolution.plan import Allocation, Placed
from hub.resolution.standing import Standing

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
        moved: dict[str, UUID] = {}
        for allocation in allocations:
            self._prepare_target(allocation)
            for key in allocation.keys:
                holder = self.placed[key].customer_id
                if self._is_new(key):
                    self._link_new(key, allocation)
                elif (
                    holder != allocation.customer_id
                    and holder is not None
                    and holder not in allocation.absorbs
                ):
                    self._move(key, holder, allocation.customer_id)
                else:
                    continue
                moved[key] = allocation.customer_id
        for allocation in allocations:
            for absorbed_id in allocation.absorbs:
                for record in self._absorb(absorbed_id, allocation.customer_id):
                    moved[str(record)] = allocation.customer_id
        return moved

    def _is_new(self, key: str) -> bool:
        standing = self.standings.get(key)
        return standing is not None and (standing.before is None or standing.before.customer_id is None)

    def _prepare_target(self, allocation: Allocation) -> None:
        """Register or restore the customer, and let those who held its records know that it stands alone now."""
        target = allocation.customer_id
        if allocation.founding is not None:
            meta = self._meta_of(allocation.founding)
            self.workspace.execute(target, Register(kind=self._kind_of(allocation.founding)), meta)
        if allocation.founding is None and allocation.restored_from is None:
            return
        held: dict[UUID, list[RecordKey]] = {}
        for key in allocation.keys:
            holder = self.placed[key].customer_id
            if holder is not None and not self._is_new(key):
                held.setdefault(holder, []).append(RecordKey.parse(key))
        for holder, keys in held.items():
            before = self.workspace.state(holder)
            for record_key in keys:
                self._leaving[str(record_key)] = before.records[record_key]
            split = SplitOffCustomer(customer_id=target, keys=tuple(keys))
            self.workspace.execute(holder, split, self.identity)
            if holder == allocation.restored_from:
                restore = Restore(from_id=holder, lanes=_lanes_from(before, target))
                self.workspace.execute(target, restore, self.identity)

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

    def _move(self, key: str, holder: UUID, target: UUID) -> None:
        """Take a record from the customer that held it to another one."""
        record_key = RecordKey.parse(key)
        linked = self._leaving.pop(key, None)
        if linked is None:
            linked = self.workspace.state(holder).records[record_key]
            self.workspace.execute(holder, UnlinkRecord(key=record_key, moved_to=target), self.identity)
        self._link_moved(linked, holder, target, self.evidence.get(key, ()))

    def _absorb(self, absorbed_id: UUID, survivor_id: UUID) -> list[RecordKey]:
        """End a customer in another one; gives the records that came along."""
        absorbed = self.workspace.state(absorbed_id)
        absorb = Absorb(
            absorbed_id=absorbed_id, at=self.identity.valid_at, lanes=absorbed.lanes, pins=absorbed.pins
        )
        self.workspace.execute(survivor_id, absorb, self.identity)
        for key, linked in absorbed.records.items():
            self._link_moved(linked, absorbed_id, survivor_id, self.evidence.get(str(key), linked.evidence))
        self.workspace.execute(absorbed_id, MergeInto(survivor_id=survivor_id), self.identity)
        return list(absorbed.records)

    def _link_moved(
        self, linked: LinkedRecord, holder: UUID, target: UUID, evidence: tuple[LinkEvidence, ...]
    ) -> None:
        time, version, _ = linked.freshness
        link = LinkRecord(
            record=linked.record,
            evidence=evidence,
            moved_from=holder,
            retired=Retirement(source_time=time, version=version) if linked.retired else None,
        )
        self.workspace.execute(target, link, self.identity)

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


def _lanes_from(holder: Customer, origin: UUID) -> Mapping[Lane, tuple[OwnershipSpan, ...]]:
    """What became of the lanes that *origin* had brought to *holder*."""
    found = {lane: tuple(s for s in spans if s.origin == origin) for lane, spans in holder.lanes.items()}
    return {lane: spans for lane, spans in found.items() if spans}
