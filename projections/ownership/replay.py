"""Answers who owned a customer from the log alone, step by step, so that the read model can be checked against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.customer.events import (
    CustomerEvent,
    CustomerRegistered,
    Lane,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipCorrected,
    OwnerTransferred,
    Restored,
)
from hub.customer.evolve import evolve
from hub.customer.lanes import span_at
from hub.customer.state import Customer, CustomerState, NoCustomer
from hub.kernel.errors import NotFoundError
from hub.log.codec import NAMES
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from projections.ownership.queries import LATEST

_Bearing = (
    CustomerRegistered
    | OwnerAssigned
    | OwnerTransferred
    | OwnerReleased
    | OwnershipCorrected
    | MergedInto
    | Restored
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event that bears on the question. *counted* is False when it was not known yet at the instant asked for."""

    customer_id: UUID
    version: int
    position: int | None
    name: str
    lane: Lane | None
    fact: str
    valid_at: datetime
    recorded_at: datetime
    actor: str
    via: str
    reason: str
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """*owners* by lane, without unowned lanes. *customer_id* is the survivor when *asked_id* was part of it by then."""

    asked_id: UUID
    customer_id: UUID
    as_of: datetime
    known_at: datetime | None
    owners: Mapping[Lane, str]
    steps: tuple[Step, ...]


def replay_owner(
    log: EventLog,
    customer_id: UUID,
    as_of: datetime,
    known_at: datetime | None = None,
) -> Replay:
    """Who owned the customer's lanes at *as_of* as known at *known_at* (None: now), by folding its events.

    Raises NotFoundError when the log holds no such customer.
    """
    with log.connection() as connection:
        steps: list[Step] = []
        seen: set[UUID] = set()
        current = customer_id
        while True:
            seen.add(current)
            state, merged_at = _fold(_stream(log, connection, current), known_at or LATEST, steps)
            onward = state.merged_into if isinstance(state, Customer) else None
            if onward is None or merged_at is None or as_of < merged_at or onward in seen:
                break
            current = onward
    lanes = state.lanes if isinstance(state, Customer) else {}
    held = {lane: span_at(spans, as_of) for lane, spans in lanes.items()}
    return Replay(
        asked_id=customer_id,
        customer_id=current,
        as_of=as_of,
        known_at=known_at,
        owners={lane: span.owner for lane, span in sorted(held.items()) if span is not None},
        steps=tuple(steps),
    )


def _stream(log: EventLog, connection: Connection[Any], customer_id: UUID) -> Sequence[RecordedEvent]:
    stream = log.load(connection, [customer_id]).get(customer_id)
    if not stream:
        raise NotFoundError(f"the log holds no customer {customer_id}")
    return stream


def _fold(
    stream: Sequence[RecordedEvent], known_at: datetime, steps: list[Step]
) -> tuple[CustomerState, datetime | None]:
    """The customer as known at *known_at*, of what bears on ownership, and since when it has been part of another one."""
    state: CustomerState = NoCustomer()
    merged_at: datetime | None = None
    for event, body, known in _with_known_times(stream):
        counted = known <= known_at or isinstance(body, CustomerRegistered)
        if not isinstance(body, CustomerRegistered):
            steps.append(_step(event, body, counted))
        if not counted:
            continue
        state = evolve(state, body, event.ref, event.meta)
        if isinstance(body, MergedInto):
            merged_at = event.meta.valid_at
    return state, merged_at


def _with_known_times(
    stream: Sequence[RecordedEvent],
) -> Iterator[tuple[RecordedEvent, CustomerEvent, datetime]]:
    """The events that bear on ownership, each with the time since when it was known.

    What concerns one lane became known in the order of the log, even where the clock of a writer was behind.
    """
    latest: dict[Lane | None, datetime] = {}
    for event in stream:
        body = event.body
        if isinstance(body, _Bearing):
            lane = _lane_of(body)
            known = max(event.meta.recorded_at, latest.get(lane, event.meta.recorded_at))
            if not isinstance(body, CustomerRegistered):
                latest[lane] = known
            yield event, body, known


def _lane_of(body: CustomerEvent) -> Lane | None:
    match body:
        case OwnerAssigned(lane=lane) | OwnerTransferred(lane=lane):
            return lane
        case OwnerReleased(lane=lane) | OwnershipCorrected(lane=lane):
            return lane
        case _:
            return None


def _step(event: RecordedEvent, body: CustomerEvent, counted: bool) -> Step:
    return Step(
        customer_id=event.originator_id,
        version=event.originator_version,
        position=event.position,
        name=NAMES[type(body)],
        lane=_lane_of(body),
        fact=_fact(body),
        valid_at=event.meta.valid_at,
        recorded_at=event.meta.recorded_at,
        actor=event.meta.actor,
        via=event.meta.via,
        reason=event.meta.reason,
        counted=counted,
    )


def _fact(body: CustomerEvent) -> str:  # noqa: PLR0911 - one arm an event
    """What the event says, in words."""
    match body:
        case OwnerAssigned():
            origin = f", brought by {body.origin}" if body.origin else ""
            return f"{body.owner} owns {body.lane} from {body.valid_from.isoformat()}{origin}"
        case OwnerTransferred():
            return (
                f"{body.owner} takes {body.lane} over from {body.previous} at {body.valid_from.isoformat()}"
            )
        case OwnerReleased():
            return f"{body.previous} gives {body.lane} back at {body.valid_from.isoformat()}"
        case OwnershipCorrected():
            until = body.valid_to.isoformat() if body.valid_to else "on"
            return f"correction: {body.lane} belonged to {body.owner or 'nobody'} from {body.valid_from.isoformat()} until {until}"
        case MergedInto():
            return f"merged into {body.survivor_id}"
        case Restored():
            return f"stands alone again, apart from {body.from_id}"
        case _:
            return ""
