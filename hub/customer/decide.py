"""The rules of a customer: which events follow from a command, if any. Pure; an empty answer means "already so"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never
from uuid import UUID

from hub.customer.commands import (
    Absorb,
    AssignOwner,
    CorrectOwnership,
    CustomerCommand,
    LinkRecord,
    MergeInto,
    PinValue,
    Register,
    ReleaseOwner,
    Restore,
    RetireRecord,
    ReviseRecord,
    SplitOffCustomer,
    TransferOwner,
    UnlinkRecord,
    UnpinValue,
)
from hub.customer.events import (
    Absorbed,
    ContestedLane,
    CustomerEvent,
    CustomerRegistered,
    Lane,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipBasis,
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
from hub.customer.lanes import Spans, differences, from_on, is_free_from, span_at
from hub.customer.state import Customer, CustomerState, OwnershipSpan
from hub.kernel.errors import NotFoundError, RuleViolationError


def decide(command: CustomerCommand, state: CustomerState) -> Sequence[CustomerEvent]:
    """What happens when *command* meets a customer in *state*.

    Raises RuleViolationError when the rules forbid it, NotFoundError when the customer or record does not exist.
    """
    if isinstance(command, Register):
        return () if isinstance(state, Customer) else (CustomerRegistered(kind=command.kind),)
    if not isinstance(state, Customer):
        raise NotFoundError("this customer has not been registered")
    match command:
        case LinkRecord() | ReviseRecord() | UnlinkRecord() | RetireRecord():
            return _decide_record(command, state)
        case Absorb() | MergeInto() | SplitOffCustomer() | Restore():
            return _decide_identity(command, state)
        case PinValue() | UnpinValue():
            return _decide_pin(command, state)
        case AssignOwner() | TransferOwner() | ReleaseOwner() | CorrectOwnership():
            return _decide_ownership(command, state)
        case _:
            assert_never(command)


def _decide_record(
    command: LinkRecord | ReviseRecord | UnlinkRecord | RetireRecord, state: Customer
) -> Sequence[CustomerEvent]:
    """Records come, change and go; the same news twice changes nothing."""
    match command:
        case LinkRecord(record=record):
            _refuse_if_merged(state)
            if record.key in state.records:
                return ()
            return (
                RecordLinked(
                    record=record,
                    evidence=command.evidence,
                    founding=command.founding,
                    moved_from=command.moved_from,
                    retired=command.retired,
                ),
            )
        case ReviseRecord(record=record):
            linked = state.records.get(record.key)
            if linked is None:
                raise NotFoundError(f"record {record.key} is not linked to customer {state.id}")
            return (RecordRevised(record=record, evidence=command.evidence),)
        case UnlinkRecord(key=key):
            return (RecordUnlinked(key=key, moved_to=command.moved_to),) if key in state.records else ()
        case RetireRecord(key=key):
            if key not in state.records:
                raise NotFoundError(f"record {key} is not linked to customer {state.id}")
            return (
                RecordRetired(
                    key=key,
                    version=command.version,
                    source_time=command.source_time,
                    deletion=command.deletion,
                ),
            )
        case _:
            assert_never(command)


def _decide_identity(
    command: Absorb | MergeInto | SplitOffCustomer | Restore, state: Customer
) -> Sequence[CustomerEvent]:
    """Merging keeps both histories; splitting off gives back what the other side had brought."""
    match command:
        case Absorb(absorbed_id=absorbed_id):
            if absorbed_id == state.id:
                raise RuleViolationError("a customer cannot absorb itself")
            if absorbed_id not in state.absorbed:
                _refuse_if_merged(state)
            return _absorb(command, state)
        case MergeInto(survivor_id=survivor_id):
            if survivor_id == state.id:
                raise RuleViolationError("a customer cannot be merged into itself")
            if state.merged_into == survivor_id:
                return ()
            _refuse_if_merged(state)
            return (MergedInto(survivor_id=survivor_id),)
        case SplitOffCustomer():
            return _split_off(command, state)
        case Restore():
            if state.merged_into is None:
                return ()
            return (Restored(from_id=command.from_id), *_lane_changes_since(command, state))
        case _:
            assert_never(command)


def _absorb(command: Absorb, state: Customer) -> Sequence[CustomerEvent]:
    """Lanes and pins that only the absorbed customer has come along, marked with their origin; the survivor's own stay."""
    contested: list[ContestedLane] = []
    adopted: list[CustomerEvent] = []
    for lane, spans in sorted(command.lanes.items()):
        coming = from_on(spans, command.at)
        if not coming:
            continue
        if is_free_from(state.lanes.get(lane, ()), command.at):
            adopted += _adopted(lane, coming, command.absorbed_id)
            continue
        theirs = span_at(spans, command.at) or coming[0]
        if state.owner(lane, command.at) != theirs.owner:
            contested.append(ContestedLane(lane=lane, owner=theirs.owner))
    pins = [
        ValuePinned(
            path=pin.path,
            value=pin.value,
            expires_at=pin.expires_at,
            origin=pin.origin or command.absorbed_id,
        )
        for path, pin in sorted(command.pins.items())
        if path not in state.pins
    ]
    absorbed = Absorbed(absorbed_id=command.absorbed_id, contested=tuple(contested))
    return (*(() if command.absorbed_id in state.absorbed else (absorbed,)), *adopted, *pins)


def _adopted(lane: Lane, spans: Spans, absorbed_id: UUID) -> Iterator[OwnershipChange]:
    """The owners that come along, one after the other, each with the customer that had brought it."""
    basis = OwnershipBasis(kind="merge", reference=str(absorbed_id))
    for before, span, after in zip((None, *spans), spans, (*spans[1:], None), strict=False):
        origin = span.origin or absorbed_id
        if before and (before.valid_to, before.origin or absorbed_id) == (span.valid_from, origin):
            yield OwnerTransferred(
                lane=lane, previous=before.owner, owner=span.owner, valid_from=span.valid_from, basis=basis
            )
        else:
            yield OwnerAssigned(
                lane=lane, owner=span.owner, valid_from=span.valid_from, basis=basis, origin=origin
            )
        if span.valid_to is not None and not (after and after.valid_from == span.valid_to):
            yield OwnerReleased(lane=lane, previous=span.owner, valid_from=span.valid_to, basis=basis)


def _split_off(command: SplitOffCustomer, state: Customer) -> Sequence[CustomerEvent]:
    """What the customer had brought, and those that are part of it, goes with it."""
    basis = OwnershipBasis(kind="unmerge", reference=str(command.customer_id))
    brought = {line.origin for lines in state.lines.values() for line in lines}
    brought |= {span.origin for spans in state.lanes.values() for span in spans if span.origin}
    brought |= {pin.origin for pin in state.pins.values() if pin.origin}
    along = [c for c in command.along if c in brought]
    leaving = {command.customer_id, *along}
    returned = [
        _corrected(lane, None, span.valid_from, span.valid_to, basis)
        for lane, spans in sorted(state.lanes.items())
        for span in spans
        if span.origin in leaving
    ]
    unpinned = [ValueUnpinned(path=path) for path, pin in sorted(state.pins.items()) if pin.origin in leaving]
    return (
        SplitOff(customer_id=command.customer_id, keys=command.keys),
        *(SplitOff(customer_id=c, keys=()) for c in along),
        *returned,
        *unpinned,
    )


def _lane_changes_since(command: Restore, state: Customer) -> Sequence[CustomerEvent]:
    """What happened to this customer's owners while it was part of the other one also holds for it alone."""
    basis = OwnershipBasis(kind="unmerge", reference=str(command.from_id))
    changes: list[CustomerEvent] = []
    for lane, spans in sorted(command.lanes.items()):
        since = command.since.get(lane) or min((s.valid_from for s in spans), default=None)
        if since is not None:
            changes.extend(
                _corrected(lane, stretch.owner, stretch.valid_from, stretch.valid_to, basis)
                for stretch in differences(state.lanes.get(lane, ()), spans, since)
            )
    return changes


def _corrected(
    lane: Lane, owner: str | None, valid_from: datetime, valid_to: datetime | None, basis: OwnershipBasis
) -> OwnershipCorrected:
    return OwnershipCorrected(lane=lane, owner=owner, valid_from=valid_from, valid_to=valid_to, basis=basis)


def _decide_pin(command: PinValue | UnpinValue, state: Customer) -> Sequence[CustomerEvent]:
    """A steward's pin beats every rule until it is removed or expires."""
    _refuse_if_merged(state)
    pin = state.pins.get(command.path)
    match command:
        case PinValue():
            if pin and (pin.value, pin.expires_at, pin.origin) == (command.value, command.expires_at, None):
                return ()
            return (ValuePinned(path=command.path, value=command.value, expires_at=command.expires_at),)
        case UnpinValue():
            return (ValueUnpinned(path=command.path),) if pin else ()
        case _:
            assert_never(command)


def _decide_ownership(
    command: AssignOwner | TransferOwner | ReleaseOwner | CorrectOwnership, state: Customer
) -> Sequence[CustomerEvent]:
    """A lane has one owner at a time; the past is changed by a correction only, which says so."""
    _refuse_if_merged(state)
    spans = state.lanes.get(command.lane, ())
    match command:
        case AssignOwner():
            return _assign(command, spans)
        case TransferOwner():
            span = _open_span(command.lane, spans, command.valid_from)
            if span.owner == command.owner:
                return ()
            return (
                OwnerTransferred(
                    lane=command.lane,
                    previous=span.owner,
                    owner=command.owner,
                    valid_from=command.valid_from,
                    basis=command.basis,
                ),
            )
        case ReleaseOwner():
            if is_free_from(spans, command.valid_from):
                return ()
            span = _open_span(command.lane, spans, command.valid_from)
            return (
                OwnerReleased(
                    lane=command.lane, previous=span.owner, valid_from=command.valid_from, basis=command.basis
                ),
            )
        case CorrectOwnership():
            if command.valid_to is not None and command.valid_to <= command.valid_from:
                raise RuleViolationError("valid_to has to be after valid_from")
            return (
                _corrected(command.lane, command.owner, command.valid_from, command.valid_to, command.basis),
            )
        case _:
            assert_never(command)


def _assign(command: AssignOwner, spans: Spans) -> Sequence[CustomerEvent]:
    if not is_free_from(spans, command.valid_from):
        span = span_at(spans, command.valid_from)
        if span is not None and span.owner == command.owner and span.valid_to is None:
            return ()
        holder = span.owner if span else spans[-1].owner
        raise RuleViolationError(
            f"lane {command.lane} is owned by {holder} from {(span or spans[-1]).valid_from.isoformat()}; "
            "transfer or release it, or correct the books"
        )
    return (
        OwnerAssigned(
            lane=command.lane, owner=command.owner, valid_from=command.valid_from, basis=command.basis
        ),
    )


def _open_span(lane: Lane, spans: Spans, at: datetime) -> OwnershipSpan:
    """The span that holds from *at* without an end. Raises RuleViolationError when there is none."""
    span = span_at(spans, at)
    if span is None:
        raise RuleViolationError(f"nobody owns lane {lane} at {at.isoformat()}; assign it first")
    if span.valid_to is not None:
        raise RuleViolationError(
            f"lane {lane} changes hands at {span.valid_to.isoformat()}, after {at.isoformat()}; use a correction"
        )
    return span


def _refuse_if_merged(state: Customer) -> None:
    if state.merged_into is not None:
        raise RuleViolationError(f"customer {state.id} was merged into {state.merged_into}; address that one")
