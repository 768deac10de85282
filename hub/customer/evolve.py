"""The fold: what a customer is after each of its events. It never refuses; what happened has happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hub.customer.events import (
    Absorbed,
    CustomerEvent,
    CustomerRegistered,
    Lane,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipChange,
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
from hub.customer.lanes import Lines, Spans, by_origin, cut, overwrite, taken_over
from hub.customer.state import Customer, CustomerState, LinkedRecord, OwnershipSpan, Pin
from hub.kernel.errors import StoredDataError
from hub.kernel.provenance import EventRef, Metadata
from hub.kernel.source_record import DELETED, Freshness, SourceRecord, SourceValue


def evolve(state: CustomerState, event: CustomerEvent, ref: EventRef, meta: Metadata) -> CustomerState:  # noqa: PLR0911, PLR0912 - one arm an event
    """The customer after *event*, which is stored at *ref* with *meta*. Raises StoredDataError for a history without a beginning."""
    if isinstance(event, CustomerRegistered):
        return Customer(
            id=ref.originator_id,
            version=ref.version,
            kind=event.kind,
            registered_at=meta.recorded_at,
            records={},
            pins={},
            lanes={},
            absorbed=(),
            merged_into=None,
        )
    if not isinstance(state, Customer):
        raise StoredDataError(
            "the customer's first event is not its registration", stream=str(ref.originator_id)
        )
    now = replace(state, version=ref.version)
    match event:
        case RecordLinked(record=record):
            previous = state.records.get(record.key)
            linked = LinkedRecord(
                record=with_value_times(record, previous.record if previous else None),
                freshness=deletion_freshness(event.retired.source_time, event.retired.version)
                if event.retired
                else record.freshness,
                event=ref,
                linked=ref,
                evidence=event.evidence,
                founding=event.founding,
                retired=event.retired is not None,
                joining=next(iter(event.evidence), None),
            )
            return replace(now, records={**state.records, record.key: linked})
        case RecordRevised(record=record):
            return replace(
                now, records={**state.records, record.key: _revised(state.records[record.key], event, ref)}
            )
        case RecordUnlinked(key=key):
            return replace(now, records={k: r for k, r in state.records.items() if k != key})
        case RecordRetired(key=key):
            gone = state.records[key]
            freshness = deletion_freshness(event.source_time, event.version)
            if freshness < gone.freshness:
                return now
            retired = replace(gone, freshness=freshness, event=ref, retired=True)
            return replace(now, records={**state.records, key: retired})
        case Absorbed():
            return replace(now, absorbed=(*state.absorbed, event.absorbed_id))
        case MergedInto():
            return replace(
                now,
                merged_into=event.survivor_id,
                merged_at=meta.valid_at,
                brought={key: linked.joined for key, linked in state.records.items()} or state.brought,
                records={},
            )
        case SplitOff():
            kept = {k: r for k, r in state.records.items() if k not in event.keys}
            return replace(
                now,
                records=kept,
                absorbed=tuple(c for c in state.absorbed if c != event.customer_id),
                lines=_lines_without(state.lines, event.customer_id),
            )
        case Restored():
            return replace(now, merged_into=None, merged_at=None)
        case ValuePinned(path=path):
            pin = Pin(
                path=path,
                value=event.value,
                actor=meta.actor,
                event=ref,
                expires_at=event.expires_at,
                origin=event.origin,
            )
            return replace(now, pins={**state.pins, path: pin})
        case ValueUnpinned(path=path):
            return replace(now, pins={p: pin for p, pin in state.pins.items() if p != path})
        case OwnerAssigned() | OwnerTransferred() | OwnerReleased() | OwnershipCorrected():
            lines = _lines_after(state.lines, event)
            return replace(now, lines=lines, lanes=_lanes_after(state.lanes, lines, event, ref))
        case _:
            assert_never(event)


def with_value_times(record: SourceRecord, previous: SourceRecord | None) -> SourceRecord:
    """*record* with a time on every value: its own, else since when the record has had it without a break."""
    since = {(v.path, v.value): v.valid_at for v in previous.values} if previous else {}
    values = tuple(
        v if v.valid_at else _held_since(v, _earlier(since.get((v.path, v.value)), record.source_time))
        for v in record.values
    )
    return replace(record, values=values)


def _held_since(value: SourceValue, at: datetime) -> SourceValue:
    """*value* with its time; written out, because `replace` takes three times as long and this runs for every value."""
    return SourceValue(path=value.path, value=value.value, raw=value.raw, quality=value.quality, valid_at=at)


def _earlier(known: datetime | None, read_at: datetime) -> datetime:
    return read_at if known is None or read_at < known else known


def deletion_freshness(source_time: datetime, version: str) -> Freshness:
    """Where a deletion stands among the readings of its record."""
    return (source_time, version, DELETED)


def _revised(linked: LinkedRecord, event: RecordRevised, ref: EventRef) -> LinkedRecord:
    """A fresher reading replaces the values; one that came late only shows that equal values have held for longer.

    A reading from before a deletion that is already known leaves the record retired.
    """
    evidence = event.evidence or linked.evidence
    reading = event.record.freshness
    if reading < linked.record.freshness:
        late = {(v.path, v.value) for v in event.record.values if v.valid_at is None}
        values = tuple(
            _held_since(v, _earlier(v.valid_at, event.record.source_time)) if (v.path, v.value) in late else v
            for v in linked.record.values
        )
        return replace(linked, record=replace(linked.record, values=values), evidence=evidence)
    return replace(
        linked,
        record=with_value_times(event.record, linked.record),
        freshness=max(reading, linked.freshness),
        event=ref,
        evidence=evidence,
        retired=linked.retired and reading < linked.freshness,
    )


def _lanes_after(
    lanes: Mapping[Lane, Spans], lines: Mapping[Lane, Lines], event: OwnershipChange, ref: EventRef
) -> Mapping[Lane, Spans]:
    """The owners after *event*; each time of a lane stays that of the customer with which it came."""
    after = lanes.get(event.lane, ())
    came = lines.get(event.lane, ())
    start, end = event.valid_from, event.valid_to if isinstance(event, OwnershipCorrected) else None
    owner = None if isinstance(event, OwnerReleased) else event.owner
    if owner is None:
        after = cut(after, start, end)
    else:
        for first, last, origin in by_origin(came, start, end):
            span = OwnershipSpan(owner=owner, valid_from=first, valid_to=last, origin=origin, event=ref)
            after = overwrite(after, span)
    return {**{k: v for k, v in lanes.items() if k != event.lane}, **({event.lane: after} if after else {})}


def _lines_after(lines: Mapping[Lane, Lines], event: OwnershipChange) -> Mapping[Lane, Lines]:
    """An owner who is assigned anew begins the customer's own time, one who comes with a merge that of the absorbed one."""
    known = lines.get(event.lane, ())
    if not isinstance(event, OwnerAssigned) or not (known or event.origin):
        return lines
    return {**lines, event.lane: taken_over(known, event.valid_from, event.origin)}


def _lines_without(lines: Mapping[Lane, Lines], origin: UUID) -> Mapping[Lane, Lines]:
    left = {lane: tuple(n for n in known if n.origin != origin) for lane, known in lines.items()}
    return {lane: known for lane, known in left.items() if known}
