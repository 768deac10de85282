"""What the rules must remember of a customer: folded from its events by ``evolve.py``, never stored as such by the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hub.customer.events import Lane, LinkEvidence
from hub.kernel.ids import RecordKey
from hub.kernel.provenance import EventRef
from hub.kernel.source_record import Freshness, PartyKind, SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRecord:
    """A source record of this customer: its freshest reading, each value with the time since when it has held.

    *freshness* is that of the reading, or of the deletion if the source deleted the record since.
    *event* is the event that brought this reading; *linked* the event that linked the record, *joining* what tied it to
    another one then (None: it was the first, or nothing but the customer was left of it).
    """

    record: SourceRecord
    freshness: Freshness
    event: EventRef
    linked: EventRef
    evidence: tuple[LinkEvidence, ...]
    founding: bool
    retired: bool
    joining: LinkEvidence | None = None

    @property
    def joined(self) -> RecordKey | None:
        """The record on account of which this one came."""
        if self.joining is None:
            return None
        return self.joining.right if self.joining.left == self.record.key else self.joining.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A golden value fixed by a steward."""

    path: str
    value: str
    actor: str
    event: EventRef
    expires_at: datetime | None
    origin: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipSpan:
    """*owner* holds a lane in [valid_from, valid_to); None is open. *origin* is the absorbed customer it came from."""

    owner: str
    valid_from: datetime
    valid_to: datetime | None
    origin: UUID | None
    event: EventRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """In [valid_from, valid_to) a lane is that of the absorbed customer *origin*, whoever owned it and whether anybody did.

    It goes back with that customer. An empty one remembers that the lane had come along.
    """

    origin: UUID
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCustomer:
    """Before registration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A registered customer. *merged_into* is set while it is part of another one; *records* is then empty.

    *lanes* holds what is believed now, in order of valid time; what was believed earlier is in the log. *lines* says which
    times of them came with absorbed customers. A merged customer has been part of the other one since *merged_at* (business
    time), and *brought* the records that it had, each with the one that it had joined.
    """

    id: UUID
    version: int
    kind: PartyKind
    registered_at: datetime
    records: Mapping[RecordKey, LinkedRecord]
    pins: Mapping[str, Pin]
    lanes: Mapping[Lane, tuple[OwnershipSpan, ...]]
    absorbed: tuple[UUID, ...]
    merged_into: UUID | None
    lines: Mapping[Lane, tuple[Line, ...]] = field(default_factory=dict)
    brought: Mapping[RecordKey, RecordKey | None] = field(default_factory=dict)
    merged_at: datetime | None = None

    def owner(self, lane: Lane, at: datetime) -> str | None:
        """Who owns *lane* at the instant *at*, as known now; None when nobody does."""
        for span in self.lanes.get(lane, ()):
            if span.valid_from <= at and (span.valid_to is None or at < span.valid_to):
                return span.owner
        return None


CustomerState = NoCustomer | Customer
