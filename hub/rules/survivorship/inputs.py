"""What survivorship is given: each source record's contribution, and what stewards pinned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.kernel.ids import RecordKey
from hub.kernel.provenance import EventRef
from hub.kernel.source_record import SourceValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """The values of one source record as last read, by *event*. A value without a time has held since *record_time*."""

    record_key: RecordKey
    unit: str
    record_time: datetime
    values: tuple[SourceValue, ...]
    event: EventRef
    retired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedValue:
    """A value that a steward fixed by *event*, until *expires_at* if given."""

    path: str
    value: str
    event: EventRef
    actor: str
    expires_at: datetime | None
