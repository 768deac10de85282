"""What a message turns out to be once read: plain values that intake turns into work for the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.kernel.ids import RecordKey
from hub.kernel.source_record import SourceRecord

AttributeValue = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingEvent:
    """A CloudEvent as it came in, its payload not yet interpreted.

    *type* is without the reverse-DNS prefix and without the *version* (``sales.order.placed``, 1); *time* is UTC;
    *uid* follows from source and id; *extensions* holds every attribute that has no field of its own here.
    """

    uid: UUID
    source: str
    id: str
    type: str
    version: int
    time: datetime
    subject: str | None
    org_unit: str | None
    data: dict[str, Any]
    extensions: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A source record was read in full."""

    event: IncomingEvent
    record: SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A source deleted a record; *deletion* is soft, hard, merged or unknown, *survivor* the record merged into."""

    event: IncomingEvent
    key: RecordKey
    deletion: str
    version: str
    source_time: datetime
    unit: str
    survivor: RecordKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A source gave the record *old* the id *new*."""

    event: IncomingEvent
    old: RecordKey
    new: RecordKey
    version: str
    source_time: datetime
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityReported:
    """Something happened with the customer that the unit knows as the source record *key*; *data* is as received."""

    event: IncomingEvent
    key: RecordKey
    type: str
    unit: str
    data: dict[str, Any]
    occurred_at: datetime


Message = Observed | Deleted | Renamed | ActivityReported
