"""How events are written down: explicit names and versions, clear fields as JSON, personal fields apart for encryption.

A stored state is one line of JSON (metadata, clear fields, the subject of the personal fields) and, after the line
break, the sealed personal fields if there are any. Names never change; a changed shape gets the next version and an
upcaster from the one before. ``tests/golden/events`` holds one JSON of every version that was ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from hub.activity.events import ActivityRecorded
from hub.customer import events as customer
from hub.kernel.errors import StoredDataError
from hub.kernel.provenance import Metadata
from hub.log.envelope import DomainEvent
from hub.log.upcasters import UPCASTERS
from hub.models.events import ModelActivated
from hub.stewardship import events as stewardship

NAMES: dict[type[DomainEvent], str] = {
    customer.CustomerRegistered: "customer.registered.v1",
    customer.RecordLinked: "customer.record-linked.v1",
    customer.RecordRevised: "customer.record-revised.v1",
    customer.RecordUnlinked: "customer.record-unlinked.v1",
    customer.RecordRetired: "customer.record-retired.v1",
    customer.Absorbed: "customer.absorbed.v1",
    customer.MergedInto: "customer.merged-into.v1",
    customer.SplitOff: "customer.split-off.v1",
    customer.Restored: "customer.restored.v1",
    customer.ValuePinned: "customer.value-pinned.v1",
    customer.ValueUnpinned: "customer.value-unpinned.v1",
    customer.OwnerAssigned: "customer.owner-assigned.v1",
    customer.OwnerTransferred: "customer.owner-transferred.v1",
    customer.OwnerReleased: "customer.owner-released.v1",
    customer.OwnershipCorrected: "customer.ownership-corrected.v1",
    stewardship.AssertionRecorded: "assertion.recorded.v1",
    stewardship.AssertionWithdrawn: "assertion.withdrawn.v1",
    stewardship.CaseOpened: "case.opened.v1",
    stewardship.CaseRevised: "case.revised.v1",
    stewardship.CasePostponed: "case.postponed.v1",
    stewardship.MergeProposed: "case.merge-proposed.v1",
    stewardship.ProposalRefused: "case.proposal-refused.v1",
    stewardship.CaseDecided: "case.decided.v1",
    stewardship.CaseClosed: "case.closed.v1",
    ActivityRecorded: "activity.recorded.v1",
    ModelActivated: "model.activated.v1",
}
TYPES = {name: event_type for event_type, name in NAMES.items()}

# Personal fields, and what stands in for them once their key has been destroyed.
PERSONAL: dict[type[DomainEvent], dict[str, Any]] = {
    customer.RecordLinked: {"values": [], "evidence": []},
    customer.RecordRevised: {"values": [], "evidence": []},
    customer.ValuePinned: {"value": ""},
    ActivityRecorded: {"data": {}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An event as it is written: *clear* fields, and *personal* ones (None when it has none) of *subject*."""

    name: str
    clear: dict[str, Any]
    personal: bytes | None
    subject: UUID | None


def subject(body: DomainEvent, originator_id: UUID) -> UUID | None:
    """Whose personal values *body* holds: a source record's, the customer's own (*originator_id*), or nobody's (None)."""
    match body:
        case customer.RecordLinked(record=record) | customer.RecordRevised(record=record):
            return record.key.record_id
        case customer.ValuePinned():
            return originator_id
        case ActivityRecorded(record=key):
            return key.record_id
        case _:
            return None


def write(body: DomainEvent, originator_id: UUID) -> Written:
    """Take *body* apart. *originator_id* is the subject of a customer's own personal values."""
    name = NAMES[type(body)]
    match body:
        case customer.RecordLinked(record=record) | customer.RecordRevised(record=record):
            clear = _fields(body, without=("record", "evidence"))
            clear["record"] = _fields(record, without=("values",))
            personal = orjson.dumps({"values": record.values, "evidence": body.evidence})
            return Written(name=name, clear=clear, personal=personal, subject=record.key.record_id)
        case customer.ValuePinned():
            personal = orjson.dumps({"value": body.value})
            return Written(
                name=name, clear=_fields(body, without=("value",)), personal=personal, subject=originator_id
            )
        case ActivityRecorded():
            personal = orjson.dumps({"data": body.data})
            clear = _fields(body, without=("data",))
            return Written(name=name, clear=clear, personal=personal, subject=body.record.record_id)
        case _:
            return Written(name=name, clear=_fields(body), personal=None, subject=None)


def read(name: str, clear: dict[str, Any], personal: dict[str, Any] | None) -> DomainEvent:
    """Put an event together again; *personal* None means that its personal fields were erased.

    Raises StoredDataError for an unknown name or a shape that does not fit it.
    """
    stored_name = name
    while name in UPCASTERS:
        name, upcast = UPCASTERS[name]
        clear, personal = upcast(clear, personal)
    event_type = TYPES.get(name)
    if event_type is None:
        raise StoredDataError(f"the log holds an event named {stored_name!r} that this version does not know")
    erasable = PERSONAL.get(event_type)
    if erasable is not None:
        filled = dict(personal) if personal is not None else dict(erasable)
        if "values" in filled:
            clear = {**clear, "record": {**clear["record"], "values": filled.pop("values")}}
        clear = {**clear, **filled}
    try:
        return _ADAPTERS[event_type].validate_python(clear)
    except ValueError as error:
        raise StoredDataError(
            f"a stored {stored_name} has a shape that its version does not allow"
        ) from error


def stored_names(types: Iterable[type]) -> frozenset[str]:
    """The names under which events of *types* may stand in the log, those of earlier versions too."""
    wanted = set(types)
    found = {name for name, event_type in TYPES.items() if event_type in wanted}
    while earlier := {old for old, (new, _) in UPCASTERS.items() if new in found} - found:
        found |= earlier
    return frozenset(found)


def write_head(meta: Metadata, written: Written) -> bytes:
    """The clear line of a stored state."""
    head: dict[str, Any] = {"m": meta, "d": written.clear}
    if written.subject is not None:
        head["s"] = written.subject
    return orjson.dumps(head)


def read_meta(data: dict[str, Any]) -> Metadata:
    """The metadata of a stored state."""
    return _METADATA.validate_python(data)


def _fields(value: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in without}


_ADAPTERS: dict[type[DomainEvent], TypeAdapter[DomainEvent]] = {kind: TypeAdapter(kind) for kind in NAMES}
_METADATA = TypeAdapter(Metadata)
