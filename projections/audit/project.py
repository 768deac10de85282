"""From every event to a row that says what it changed: the aspect before, and after."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import tuple_row

from hub.activity.events import ActivityRecorded
from hub.customer.events import (
    Absorbed,
    CustomerEvent,
    CustomerRegistered,
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
from hub.kernel.source_record import SourceRecord
from hub.log.codec import NAMES
from hub.log.envelope import DomainEvent, RecordedEvent
from hub.models.events import ModelActivated
from hub.stewardship.events import AssertionRecorded, CaseEvent
from projections.runner.feed import place
from projections.runner.rows import add_rows, json_text

CUSTOMER_EVENTS: frozenset[type] = frozenset(get_args(CustomerEvent))
REMEMBERED_CUSTOMERS = 20_000

Aspects = dict[str, str | None]


class AuditProjection:
    """Keeps ``audit``. The last state of each aspect is remembered by customer and counts for its version only."""

    name = "audit"
    version = 1
    schema = ("projections.audit", "schema.sql")
    tables = ("audit",)
    late_indexes = ("audit_actor", "audit_recorded")
    events: frozenset[str] = frozenset()
    by_stream = False

    def __init__(self, *, remembered: int = REMEMBERED_CUSTOMERS) -> None:
        self._most = remembered
        self._memory: OrderedDict[UUID, tuple[int, Aspects]] = OrderedDict()

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take *page* in."""
        aspects = self._aspects_before(page, connection)
        rows: list[tuple[Any, ...]] = []
        for event in page:
            body, meta = event.body, event.meta
            before = after = None
            customer_id: UUID | None = None
            if isinstance(body, ActivityRecorded):
                aspect = f"activity:{body.record}"
                after = json_text({"type": body.type, "unit": body.unit})
            elif type(body) in CUSTOMER_EVENTS:
                customer_id = event.originator_id
                known = aspects[customer_id]
                aspect = aspect_of(body)
                before = known.get(aspect)
                after = _after(body, before, event.erased)
                known[aspect] = after
                self._memory[customer_id] = (event.originator_version, known)
                self._memory.move_to_end(customer_id)
            elif isinstance(body, ModelActivated):
                aspect = "model"
                after = json_text({"version": body.version})
            elif isinstance(body, CaseEvent):
                aspect = "case"
                after = json_text(body)
            else:
                aspect = "assertion"
                after = json_text(_assertion(body)) if isinstance(body, AssertionRecorded) else None
            rows.append(
                (
                    place(event),
                    event.originator_id,
                    customer_id,
                    NAMES[type(body)],
                    aspect,
                    meta.actor,
                    meta.via,
                    meta.reason,
                    meta.correlation_id,
                    meta.causation_id,
                    meta.valid_at,
                    meta.recorded_at,
                    before,
                    after,
                )
            )
        while len(self._memory) > self._most:
            self._memory.popitem(last=False)
        add_rows(connection, "audit", _COLUMNS, rows)

    def _aspects_before(
        self, page: Sequence[RecordedEvent], connection: Connection[Any]
    ) -> dict[UUID, Aspects]:
        """The last state of every aspect of the page's customers: remembered, else by one query."""
        aspects: dict[UUID, Aspects] = {}
        missing: list[UUID] = []
        for event in page:
            customer_id = event.originator_id
            if type(event.body) not in CUSTOMER_EVENTS or customer_id in aspects:
                continue
            version, known = self._memory.get(customer_id, (0, {}))
            if version == event.originator_version - 1:
                aspects[customer_id] = known
            else:
                aspects[customer_id] = {}
                missing.append(customer_id)
        if missing:
            with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
                cursor.execute(
                    "SELECT DISTINCT ON (customer_id, aspect) customer_id, aspect, after::text FROM audit"
                    " WHERE customer_id = ANY(%b) ORDER BY customer_id, aspect, position DESC",
                    (missing,),
                )
                for customer_id, aspect, after in cursor:
                    aspects[customer_id][aspect] = after
        return aspects


def aspect_of(body: DomainEvent) -> str:
    """What an event of a customer is about."""
    match body:
        case RecordLinked(record=record) | RecordRevised(record=record):
            return f"record:{record.key}"
        case RecordUnlinked(key=key) | RecordRetired(key=key):
            return f"record:{key}"
        case OwnerAssigned(lane=lane) | OwnerTransferred(lane=lane):
            return f"owner:{lane}"
        case OwnerReleased(lane=lane) | OwnershipCorrected(lane=lane):
            return f"owner:{lane}"
        case ValuePinned(path=path) | ValueUnpinned(path=path):
            return f"pin:{path}"
        case _:
            return "identity"


def _after(body: DomainEvent, before: str | None, erased: bool) -> str | None:  # noqa: PLR0911 - one arm an event
    """The aspect after the event, as JSON; None when nothing is left of it."""
    match body:
        case RecordLinked(record=record):
            deletion = _deletion(body.retired.source_time, body.retired.version) if body.retired else None
            return json_text(_reading(record, deletion, erased=erased))
        case RecordRevised(record=record):
            return _revised(record, before, erased)
        case RecordRetired():
            return _retired(body, before)
        case OwnerAssigned() | OwnerTransferred() | OwnerReleased() | OwnershipCorrected():
            return json_text(
                {
                    "owner": None if isinstance(body, OwnerReleased) else body.owner,
                    "valid_from": body.valid_from,
                    "valid_to": body.valid_to if isinstance(body, OwnershipCorrected) else None,
                    "basis": body.basis,
                }
            )
        case ValuePinned():
            return json_text({"value": body.value, "expires_at": body.expires_at, "origin": body.origin})
        case RecordUnlinked() | ValueUnpinned():
            return None
        case _:
            return json_text(_identity(body, orjson.loads(before) if before else {}))


def _revised(record: SourceRecord, before: str | None, erased: bool) -> str:
    """A reading that came late changes nothing; one from before a known deletion leaves the record retired."""
    if before is None:
        return json_text(_reading(record, None, erased=erased))
    last = orjson.loads(before)
    if (record.source_time, record.version) < _freshness(last):
        return before
    deletion = last["retired"]
    if deletion and (record.source_time, record.version) > _freshness(deletion):
        deletion = None
    return json_text(_reading(record, deletion, erased=erased))


def _retired(body: RecordRetired, before: str | None) -> str | None:
    """A deletion from before the last reading, or the last deletion, changes nothing."""
    if before is None:
        return None
    last = orjson.loads(before)
    known = max(_freshness(last), _freshness(last["retired"] or last))
    if (body.source_time, body.version) < known:
        return before
    return json_text({**last, "retired": _deletion(body.source_time, body.version)})


def _reading(record: SourceRecord, deletion: dict[str, Any] | None, *, erased: bool) -> dict[str, Any]:
    reading: dict[str, Any] = {
        "kind": record.kind,
        "unit": record.unit,
        "version": record.version,
        "source_time": record.source_time,
        "retired": deletion,
        "values": [[value.path, value.value] for value in record.values],
    }
    return {**reading, "erased": True} if erased else reading


def _deletion(source_time: datetime, version: str) -> dict[str, Any]:
    return {"version": version, "source_time": source_time}


def _freshness(reading: dict[str, Any]) -> tuple[datetime, str]:
    return datetime.fromisoformat(reading["source_time"]), reading["version"]


def _identity(body: DomainEvent, before: dict[str, Any]) -> dict[str, Any]:
    """The customer's identity: its kind, what it has absorbed, what it is part of."""
    absorbed: list[str] = before.get("absorbed", [])
    match body:
        case CustomerRegistered(kind=kind):
            return {"kind": kind, "absorbed": [], "merged_into": None}
        case Absorbed(absorbed_id=absorbed_id):
            return {**before, "absorbed": [*absorbed, str(absorbed_id)]}
        case SplitOff(customer_id=customer_id):
            return {**before, "absorbed": [c for c in absorbed if c != str(customer_id)]}
        case MergedInto(survivor_id=survivor_id):
            return {**before, "merged_into": survivor_id}
        case Restored():
            return {**before, "merged_into": None}
        case _:
            return before


def _assertion(body: AssertionRecorded) -> dict[str, Any]:
    return {
        "verdict": body.verdict,
        "left": [str(key) for key in body.left],
        "right": [str(key) for key in body.right],
    }


_COLUMNS = {
    "position": "int8",
    "stream_id": "uuid",
    "customer_id": "uuid",
    "name": "text",
    "aspect": "text",
    "actor": "text",
    "via": "text",
    "reason": "text",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "valid_at": "timestamptz",
    "recorded_at": "timestamptz",
    "before": "jsonb",
    "after": "jsonb",
}
