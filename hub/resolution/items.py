"""What an intake batch consists of: readings, deletions and renamings of source records, and reports of activities.

*uid* identifies the incoming event (its CloudEvents source and id), *actor* the source system, *via* the way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.kernel.ids import RecordKey
from hub.kernel.provenance import Metadata
from hub.kernel.source_record import SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Observe:
    """A source record was read in full."""

    uid: UUID
    record: SourceRecord
    actor: str
    via: str
    correlation_id: UUID

    @property
    def key(self) -> RecordKey:
        """The source record concerned."""
        return self.record.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """The source deleted a record; *deletion* is soft, hard, merged or unknown."""

    uid: UUID
    key: RecordKey
    deletion: str
    version: str
    source_time: datetime
    unit: str
    actor: str
    via: str
    correlation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """The source gave the record *old* the new id *new*; its customer stays the same."""

    uid: UUID
    old: RecordKey
    new: RecordKey
    version: str
    source_time: datetime
    unit: str
    actor: str
    via: str
    correlation_id: UUID

    @property
    def key(self) -> RecordKey:
        """The record that ceases to exist."""
        return self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Something happened with a customer, whom the unit knows as the source record *key*."""

    uid: UUID
    key: RecordKey
    type: str
    unit: str
    data: dict[str, Any]
    occurred_at: datetime
    actor: str
    via: str
    correlation_id: UUID


RecordItem = Observe | Delete | Rename
Item = RecordItem | Report


def metadata_of(item: Item, now: datetime) -> Metadata:
    """The metadata of what follows from *item* directly."""
    match item:
        case Observe():
            reason, valid_at = "observed", item.record.source_time
        case Delete():
            reason, valid_at = f"deleted at the source ({item.deletion})", item.source_time
        case Rename():
            reason, valid_at = f"renamed at the source to {item.new}", item.source_time
        case Report():
            reason, valid_at = "reported", item.occurred_at
    return Metadata(
        actor=item.actor,
        via=item.via,
        reason=reason,
        correlation_id=item.correlation_id,
        causation_id=item.uid,
        valid_at=valid_at,
        recorded_at=now,
    )
