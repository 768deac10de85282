"""From events to timeline rows: changes under their customer, activities under their source record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from hub.activity.events import ActivityRecorded
from hub.customer.events import (
    Absorbed,
    CustomerRegistered,
    LinkEvidence,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipCorrected,
    OwnerTransferred,
    RecordLinked,
    RecordRetired,
    RecordRevised,
    RecordUnlinked,
    Restored,
    SplitOff,
    ValuePinned,
    ValueUnpinned,
)
from hub.log.codec import NAMES
from hub.log.envelope import DomainEvent, RecordedEvent
from projections.runner.feed import place
from projections.runner.rows import add_rows, json_text


class HistoryProjection:
    """Keeps ``history_change`` and ``history_activity``."""

    name = "history"
    version = 1
    schema = ("projections.history", "schema.sql")
    tables = ("history_change", "history_activity")
    late_indexes = ("history_change_customer", "history_activity_record")
    events: frozenset[str] = frozenset()
    by_stream = False

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take *page* in."""
        activities: list[tuple[Any, ...]] = []
        changes: list[tuple[Any, ...]] = []
        for event in page:
            body, meta = event.body, event.meta
            if isinstance(body, ActivityRecorded):
                activities.append(
                    (
                        place(event),
                        str(body.record),
                        meta.valid_at,
                        meta.recorded_at,
                        body.type,
                        body.unit,
                        meta.actor,
                        meta.via,
                        meta.reason,
                        json_text(body.data),
                    )
                )
                continue
            facts = facts_of(body)
            if facts is not None:
                changes.append(
                    (
                        place(event),
                        event.originator_id,
                        meta.valid_at,
                        meta.recorded_at,
                        NAMES[type(body)],
                        facts.get("record"),
                        meta.actor,
                        meta.via,
                        meta.reason,
                        json_text(facts),
                    )
                )
        add_rows(connection, "history_activity", _ACTIVITY_COLUMNS, activities)
        add_rows(connection, "history_change", _CHANGE_COLUMNS, changes)


def facts_of(body: DomainEvent) -> dict[str, Any] | None:  # noqa: PLR0911, PLR0912 - one arm an event
    """What a timeline says of a customer's event, without the values of records; None for events of other streams."""
    match body:
        case CustomerRegistered(kind=kind):
            return {"kind": kind}
        case RecordLinked(record=record):
            return {
                "record": str(record.key),
                "founding": body.founding,
                "moved_from": body.moved_from,
                "retired": body.retired is not None,
                "source_time": record.source_time,
                "evidence": [_evidence(e) for e in body.evidence],
            }
        case RecordRevised(record=record):
            return {
                "record": str(record.key),
                "source_time": record.source_time,
                "evidence": [_evidence(e) for e in body.evidence],
            }
        case RecordUnlinked(key=key):
            return {"record": str(key), "moved_to": body.moved_to}
        case RecordRetired(key=key):
            return {"record": str(key), "deletion": body.deletion, "source_time": body.source_time}
        case Absorbed():
            contested = [{"lane": str(c.lane), "owner": c.owner} for c in body.contested]
            return {"absorbed": body.absorbed_id, "contested": contested}
        case MergedInto():
            return {"survivor": body.survivor_id}
        case SplitOff():
            return {"split_off": body.customer_id, "records": [str(key) for key in body.keys]}
        case Restored():
            return {"from": body.from_id}
        case ValuePinned():
            return {
                "path": body.path,
                "value": body.value,
                "expires_at": body.expires_at,
                "origin": body.origin,
            }
        case ValueUnpinned():
            return {"path": body.path}
        case OwnerAssigned() | OwnerTransferred() | OwnerReleased() | OwnershipCorrected():
            return {
                "lane": str(body.lane),
                "owner": None if isinstance(body, OwnerReleased) else body.owner,
                "previous": body.previous if isinstance(body, OwnerTransferred | OwnerReleased) else None,
                "valid_from": body.valid_from,
                "valid_to": body.valid_to if isinstance(body, OwnershipCorrected) else None,
                "basis": body.basis,
            }
        case _:
            return None


def _evidence(evidence: LinkEvidence) -> dict[str, Any]:
    """Why two records were joined, without the values that were compared."""
    return {
        "kind": evidence.kind,
        "left": str(evidence.left),
        "right": str(evidence.right),
        "weight": evidence.weight,
        "model": evidence.model,
    }


_ACTIVITY_COLUMNS = {
    "position": "int8",
    "record_key": "text",
    "at": "timestamptz",
    "recorded_at": "timestamptz",
    "name": "text",
    "unit": "text",
    "actor": "text",
    "via": "text",
    "reason": "text",
    "data": "jsonb",
}
_CHANGE_COLUMNS = {
    "position": "int8",
    "customer_id": "uuid",
    "at": "timestamptz",
    "recorded_at": "timestamptz",
    "name": "text",
    "record_key": "text",
    "actor": "text",
    "via": "text",
    "reason": "text",
    "data": "jsonb",
}
