"""How a customer was formed: the steps of its own story and of the customers that it has absorbed, replayed from the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from psycopg import Connection

from hub.customer.events import (
    Absorbed,
    CustomerRegistered,
    LinkEvidence,
    MergedInto,
    RecordLinked,
    RecordRetired,
    RecordUnlinked,
    Restored,
    SplitOff,
)
from hub.kernel.ids import RecordKey
from hub.log.codec import NAMES
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.resolution import index
from hub.stewardship.events import AssertionRecorded

Forming = (
    CustomerRegistered
    | RecordLinked
    | RecordUnlinked
    | RecordRetired
    | Absorbed
    | MergedInto
    | SplitOff
    | Restored
    | AssertionRecorded
)
"""The events that say which records belong to a customer; others do not form it."""
FORMING = tuple(NAMES[kind] for kind in Forming.__args__)
GAINED, LOST = NAMES[Absorbed], NAMES[SplitOff]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: *what* happened to which *records* of *customer_id* (None: an assertion), and which *other* customer it concerned.

    *what*: registered, linked, moved (from *other*), unlinked (to *other*), retired, absorbed, merged, split-off, restored,
    asserted-same, asserted-different. *evidence* is what the event says, under the model of that time. *valid_at* is when it
    held in the business, *recorded_at* when the hub learned it. *records* names some, *record_count* counts all; *against*
    and *against_count* do so for the other side of an assertion. *erased*: the personal values were erased since.
    """

    position: int
    what: str
    customer_id: UUID | None
    other: UUID | None
    records: tuple[RecordKey, ...]
    record_count: int
    against: tuple[RecordKey, ...]
    against_count: int
    evidence: tuple[LinkEvidence, ...]
    actor: str
    via: str
    reason: str
    valid_at: datetime
    recorded_at: datetime
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """A page of the steps by which *customer_id* became what it is, in the order of the log. *absorbed*: who is part of it now.

    *next_position*: behind which position the next page begins; None: this is the last.
    """

    customer_id: UUID
    absorbed: tuple[UUID, ...]
    steps: tuple[Step, ...]
    next_position: int | None


NAMED = 20
"""So many records are named for one step at most."""


def how(
    log: EventLog, connection: Connection[Any], customer_id: UUID, *, limit: int = 50, after: int = 0
) -> How:
    """Up to *limit* steps behind the position *after*; only events that form a customer are read, and only of those concerned."""
    family = family_of(log, connection, customer_id)
    asserted = _assertions(connection, family)
    events = log.read_of(connection, [*family, *asserted], FORMING, after=after, limit=limit + 1)
    shown = events[:limit]
    return How(
        customer_id=customer_id,
        absorbed=tuple(family[1:]),
        steps=tuple(_step(event) for event in shown),
        next_position=shown[-1].position if len(events) > limit else None,
    )


def family_of(log: EventLog, connection: Connection[Any], customer_id: UUID) -> list[UUID]:
    """*customer_id* and all that are part of it now, directly or through others: one query a generation."""
    family = [customer_id]
    frontier = [customer_id]
    while frontier:
        absorbed: dict[UUID, None] = {}
        for event in log.read_of(connection, frontier, (GAINED, LOST)):
            match event.body:
                case Absorbed():
                    absorbed[event.body.absorbed_id] = None
                case SplitOff():
                    absorbed.pop(event.body.customer_id, None)
                case _:
                    continue
        frontier = [i for i in absorbed if i not in family]
        family += frontier
    return family


def _assertions(connection: Connection[Any], family: Collection[UUID]) -> set[UUID]:
    """The assertions in force for records of the customer."""
    keys = [record.key for record in index.records_of(connection, family)]
    return {pair.assertion_id for pair in index.assertions_of(connection, keys)} if keys else set()


def _step(event: RecordedEvent) -> Step:
    what, other, records, evidence = _told(event)
    against = event.body.right if isinstance(event.body, AssertionRecorded) else ()
    return Step(
        position=event.position or 0,
        what=what,
        customer_id=None if isinstance(event.body, AssertionRecorded) else event.originator_id,
        other=other,
        records=records[:NAMED],
        record_count=len(records),
        against=against[:NAMED],
        against_count=len(against),
        evidence=evidence,
        actor=event.meta.actor,
        via=event.meta.via,
        reason=event.meta.reason,
        valid_at=event.meta.valid_at,
        recorded_at=event.meta.recorded_at,
        erased=event.erased,
    )


Told = tuple[str, UUID | None, tuple[RecordKey, ...], tuple[LinkEvidence, ...]]


def _told(event: RecordedEvent) -> Told:  # noqa: PLR0911 - one arm an event
    """What the event did, with whom, to which records, and why."""
    body = event.body
    assert isinstance(body, Forming)  # noqa: S101 - only these are read
    match body:
        case CustomerRegistered():
            return "registered", None, (), ()
        case RecordLinked(moved_from=None):
            return "linked", None, (body.record.key,), body.evidence
        case RecordLinked():
            return "moved", body.moved_from, (body.record.key,), body.evidence
        case RecordUnlinked():
            return "unlinked", body.moved_to, (body.key,), ()
        case RecordRetired():
            return "retired", None, (body.key,), ()
        case Absorbed():
            return "absorbed", body.absorbed_id, (), ()
        case MergedInto():
            return "merged", body.survivor_id, (), ()
        case SplitOff():
            return "split-off", body.customer_id, body.keys, ()
        case Restored():
            return "restored", body.from_id, (), ()
        case AssertionRecorded():
            return f"asserted-{body.verdict}", None, body.left, ()
        case _:
            assert_never(body)
