"""A small make-believe hub: asks the real rules, keeps the states, and gives the events that would lie in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.activity.events import ActivityRecorded
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
from hub.customer.decide import decide
from hub.customer.events import Lane, OwnershipBasis
from hub.customer.evolve import evolve
from hub.customer.state import Customer, CustomerState, NoCustomer
from hub.kernel.errors import NotFoundError, RuleViolationError
from hub.kernel.ids import RecordKey, case_id
from hub.kernel.provenance import Metadata
from hub.kernel.source_record import PartyKind, SourceRecord, SourceValue
from hub.log.envelope import DomainEvent, RecordedEvent
from hub.log.store import EventLog
from hub.stewardship.commands import CaseCommand, CloseCase, DecideCase, OpenCase, PostponeCase
from hub.stewardship.decide import decide as decide_case
from hub.stewardship.events import (
    Agreement,
    AssertionRecorded,
    CaseKind,
    Closure,
    Finding,
    Reason,
    Verdict,
)
from hub.stewardship.evolve import evolve as evolve_case
from hub.stewardship.state import CaseState, NoCase

START = datetime(2026, 1, 1, tzinfo=UTC)
BASIS = OwnershipBasis(kind="import")
LANES = (Lane(scope="machines", role="account-manager"), Lane(scope="service", role="service-owner"))
PEOPLE = ("wang", "li", "schmidt")
NAMES = ("北京华星科技有限公司", "Nordlicht Werkzeugbau GmbH", "张伟", "O'Neill \\ Söhne")


def day(number: float) -> datetime:
    """The instant *number* days after the beginning of the world."""
    return START + timedelta(days=number)


def record(
    local_id: str,
    *values: tuple[str, str],
    at: float = 0,
    version: str = "1",
    system: str = "erp",
    unit: str = "machines-cn",
) -> SourceRecord:
    """A source record with these (path, value) pairs, read on day *at*."""
    return SourceRecord(
        key=RecordKey(system, "customer", local_id),
        kind=PartyKind.ORGANISATION,
        unit=unit,
        version=version,
        source_time=day(at),
        values=tuple(SourceValue(path=path, value=value) for path, value in values),
    )


@dataclass(slots=True)
class World:
    """Customers by id, the events so far in order, and the clock (days)."""

    now: float = 0.0
    seed: int = 0
    customers: dict[UUID, CustomerState] = field(default_factory=dict)
    events: list[RecordedEvent] = field(default_factory=list)
    records: dict[RecordKey, SourceRecord] = field(default_factory=dict)
    cases: dict[UUID, CaseState] = field(default_factory=dict)

    def id(self) -> UUID:
        """A fresh id, the same in every run."""
        self.seed += 1
        return UUID(int=(7 << 76) | (2 << 62) | (self.seed << 80) | self.seed)

    def meta(self, valid_at: float | None = None, actor: str = "resolution") -> Metadata:
        """Metadata of something that the hub learns now."""
        return Metadata(
            actor=actor,
            via="test",
            reason="because",
            correlation_id=UUID(int=1),
            causation_id=UUID(int=2),
            valid_at=day(self.now if valid_at is None else valid_at),
            recorded_at=day(self.now),
        )

    def state(self, customer_id: UUID) -> Customer:
        """The customer as it is now."""
        state = self.customers[customer_id]
        assert isinstance(state, Customer)
        return state

    def tell(
        self,
        customer_id: UUID,
        command: CustomerCommand,
        valid_at: float | None = None,
        actor: str = "steward",
    ) -> None:
        """Let *command* meet the customer and keep what follows."""
        state = self.customers.get(customer_id, NoCustomer())
        for body in decide(command, state):
            event = self._add(customer_id, body, self.meta(valid_at, actor))
            state = evolve(state, body, event.ref, event.meta)
        self.customers[customer_id] = state

    def register(self, reading: SourceRecord) -> UUID:
        """A new customer for a new source record."""
        customer_id = self.id()
        self.tell(customer_id, Register(kind=reading.kind))
        self.link(customer_id, reading, founding=True)
        return customer_id

    def link(self, customer_id: UUID, reading: SourceRecord, **how: Any) -> None:
        """Make a record part of a customer."""
        self.records[reading.key] = reading
        self.tell(customer_id, LinkRecord(record=reading, **how))

    def move(self, key: RecordKey, source: UUID, target: UUID) -> None:
        """Take a record from one customer to another."""
        reading = self.state(source).records[key].record
        self.tell(source, UnlinkRecord(key=key, moved_to=target))
        self.link(target, reading, moved_from=source)

    def merge(self, absorbed_id: UUID, survivor_id: UUID, valid_at: float | None = None) -> None:
        """One customer turns out to be another."""
        absorbed = self.state(absorbed_id)
        at = day(self.now if valid_at is None else valid_at)
        absorb = Absorb(absorbed_id=absorbed_id, at=at, lanes=absorbed.lanes, pins=absorbed.pins)
        self.tell(survivor_id, absorb, valid_at)
        for linked in absorbed.records.values():
            self.link(survivor_id, linked.record, moved_from=absorbed_id)
        self.tell(absorbed_id, MergeInto(survivor_id=survivor_id), valid_at)

    def unmerge(self, restored_id: UUID, holder_id: UUID, keys: Iterable[RecordKey]) -> None:
        """A merged customer stands alone again, with *keys*."""
        before = self.state(holder_id)
        readings = [before.records[key].record for key in keys]
        lanes = {
            lane: mine
            for lane, spans in before.lanes.items()
            if (mine := tuple(s for s in spans if s.origin == restored_id))
        }
        self.tell(holder_id, SplitOffCustomer(customer_id=restored_id, keys=tuple(r.key for r in readings)))
        self.tell(restored_id, Restore(from_id=holder_id, lanes=lanes))
        for reading in readings:
            self.link(restored_id, reading, moved_from=holder_id)

    def assign(self, customer_id: UUID, owner: str, since: float, lane: Lane = LANES[0]) -> None:
        """Give an unowned lane an owner."""
        self.tell(customer_id, AssignOwner(lane=lane, owner=owner, valid_from=day(since), basis=BASIS), since)

    def transfer(self, customer_id: UUID, owner: str, since: float, lane: Lane = LANES[0]) -> None:
        """Hand a lane over."""
        self.tell(
            customer_id, TransferOwner(lane=lane, owner=owner, valid_from=day(since), basis=BASIS), since
        )

    def correct(
        self,
        customer_id: UUID,
        owner: str | None,
        since: float,
        until: float | None,
        lane: Lane = LANES[0],
    ) -> None:
        """Say who really owned a lane."""
        command = CorrectOwnership(
            lane=lane,
            owner=owner,
            valid_from=day(since),
            valid_to=None if until is None else day(until),
            basis=BASIS,
        )
        self.tell(customer_id, command, since)

    def activity(self, key: RecordKey, kind: str = "sales.order.placed", at: float = 0, **data: Any) -> None:
        """Something happened with a source record's customer."""
        body = ActivityRecorded(record=key, type=kind, unit="machines-cn", data=data)
        self._add(self.id(), body, self.meta(at, "erp"))

    def assertion(self, left: RecordKey, right: RecordKey) -> None:
        """A steward says that two records are different."""
        body = AssertionRecorded(verdict=Verdict.DIFFERENT, left=(left,), right=(right,))
        self._add(self.id(), body, self.meta())

    def tell_case(self, left: UUID, right: UUID, command: CaseCommand, actor: str = "steward") -> None:
        """Let *command* meet the case of two customers and keep what follows."""
        stream = case_id(left, right)
        state = self.cases.get(stream, NoCase())
        for body in decide_case(command, state):
            event = self._add(stream, body, self.meta(actor=actor))
            state = evolve_case(state, body, event.ref, event.meta)
        self.cases[stream] = state

    def doubt(
        self,
        left: UUID,
        right: UUID,
        weight: int,
        kind: CaseKind = CaseKind.REVIEW,
        pattern: str = "name:equal",
    ) -> None:
        """Two customers are alike: their first records, in one feature."""
        first, second = (
            next(iter(self.state(c).records), RecordKey("erp", "customer", str(c))) for c in (left, right)
        )
        feature, _, level = pattern.partition(":")
        agreement = Agreement(feature=feature, level=level, weight=weight)
        reason = Reason(left=first, right=second, weight=weight, agreements=(agreement,))
        finding = Finding(kind=kind, reasons=(reason,), model="default-1")
        self.tell_case(left, right, OpenCase(left=left, right=right, finding=finding))

    def _add(self, stream: UUID, body: DomainEvent, meta: Metadata) -> RecordedEvent:
        state = self.customers.get(stream)
        last = max(
            (e.originator_version for e in self.events if e.originator_id == stream),
            default=state.version if isinstance(state, Customer) else 0,
        )
        event = RecordedEvent(
            originator_id=stream,
            originator_version=last + 1,
            body=body,
            meta=meta,
            position=len(self.events) + 1,
        )
        self.events.append(event)
        return event


def write(log: EventLog, events: list[RecordedEvent]) -> None:
    """Append the events of a world to an empty log, so that their positions are those of the world."""
    if events:
        assert log.append(events) == [event.position for event in events]


def empty(connection: Connection[Any], tables: Iterable[str]) -> None:
    """Forget the log and the read models."""
    names = ", ".join(["hub_events", "projection_checkpoint", *tables])
    connection.execute(f"TRUNCATE {names} RESTART IDENTITY")


def rows_of(connection: Connection[Any], tables: Iterable[str]) -> dict[str, list[Any]]:
    """Everything in *tables*, in an order of its own."""
    return {
        table: connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1").fetchall() for table in tables
    }


def random_world(chance: Random, steps: int) -> World:
    """What might happen in *steps* steps; the clock may stand still or even go back a little."""
    world = World()
    for _ in range(steps):
        world.now += chance.choice((0.0, 0.0, 0.5, 1.0, -0.25))
        action: Callable[[World, Random], None] = chance.choice(_ACTIONS)
        try:
            action(world, chance)
        except (RuleViolationError, NotFoundError):
            continue
    return world


def _values(chance: Random) -> tuple[tuple[str, str], ...]:
    return (
        ("name.full", chance.choice(NAMES)),
        ("contact.phone", f"+86 138 0013 80{chance.randrange(100):02d}"),
        ("identifier.uscc", f"91310000MA1K{chance.randrange(10_000):04d}"),
    )


def _standing(world: World) -> list[UUID]:
    return [c for c, s in world.customers.items() if isinstance(s, Customer) and s.merged_into is None]


def _held(world: World) -> list[tuple[RecordKey, UUID]]:
    return [(key, c) for c in _standing(world) for key in world.state(c).records]


def _register(world: World, chance: Random) -> None:
    world.register(record(str(len(world.records)), *_values(chance), at=world.now))


def _link(world: World, chance: Random) -> None:
    if standing := _standing(world):
        reading = record(str(len(world.records)), *_values(chance), at=world.now)
        world.link(chance.choice(standing), reading)


def _revise(world: World, chance: Random) -> None:
    if held := _held(world):
        key, customer_id = chance.choice(held)
        at = world.now + chance.choice((0, -3, 1))
        reading = record(key.local_id, *_values(chance), at=at, version=str(chance.randrange(3)))
        world.tell(customer_id, ReviseRecord(record=reading), at)


def _retire(world: World, chance: Random) -> None:
    if held := _held(world):
        key, customer_id = chance.choice(held)
        time = day(world.now + chance.choice((0, -3)))
        world.tell(customer_id, RetireRecord(key=key, version="1", source_time=time, deletion="soft"))


def _move(world: World, chance: Random) -> None:
    if held := _held(world):
        key, source = chance.choice(held)
        target = chance.choice(_standing(world))
        if target != source:
            world.move(key, source, target)


def _merge(world: World, chance: Random) -> None:
    standing = _standing(world)
    if len(standing) >= 2:
        absorbed, survivor = chance.sample(standing, 2)
        world.merge(absorbed, survivor, world.now + chance.choice((0, 0, -2)))


def _unmerge(world: World, chance: Random) -> None:
    pairs = [
        (c, s.merged_into)
        for c, s in world.customers.items()
        if isinstance(s, Customer) and s.merged_into in _standing(world)
    ]
    if pairs:
        restored, holder = chance.choice(pairs)
        assert holder is not None
        keys = [key for key in world.state(holder).records if chance.random() < 0.5]
        world.unmerge(restored, holder, keys)


def _pin(world: World, chance: Random) -> None:
    if standing := _standing(world):
        path = chance.choice(("name.full", "contact.email"))
        command = chance.choice((PinValue(path=path, value="pinned@example.com"), UnpinValue(path=path)))
        world.tell(chance.choice(standing), command)


def _own(world: World, chance: Random) -> None:
    standing = _standing(world)
    if not standing:
        return
    customer_id, lane, owner = chance.choice(standing), chance.choice(LANES), chance.choice(PEOPLE)
    since = round(world.now) + chance.choice((-5, -2, 0, 0, 3))
    match chance.randrange(6):
        case 0 | 1:
            world.assign(customer_id, owner, since, lane)
        case 2:
            world.transfer(customer_id, owner, since, lane)
        case 3:
            release = ReleaseOwner(lane=lane, valid_from=day(since), basis=BASIS)
            world.tell(customer_id, release, since)
        case _:
            until = chance.choice((None, since + 2, since + 10))
            world.correct(customer_id, chance.choice((*PEOPLE, None)), since, until, lane)


def _activity(world: World, chance: Random) -> None:
    if world.records:
        key = chance.choice(list(world.records))
        world.activity(key, at=world.now - chance.randrange(3), amount=chance.randrange(100))


def _assert(world: World, chance: Random) -> None:
    if len(world.records) >= 2:
        world.assertion(*chance.sample(list(world.records), 2))


def _doubt(world: World, chance: Random) -> None:
    standing = _standing(world)
    if len(standing) >= 2:
        left, right = sorted(chance.sample(standing, 2))
        world.doubt(left, right, chance.randrange(200, 900), chance.choice(list(CaseKind)))


def _answer(world: World, chance: Random) -> None:
    standing = _standing(world)
    if len(standing) < 2:
        return
    left, right = sorted(chance.sample(standing, 2))
    verdict, actor = chance.choice(list(Verdict)), chance.choice(PEOPLE)
    stake = chance.choice((None, 99))
    commands: tuple[CaseCommand, ...] = (
        DecideCase(verdict=verdict, assertion_id=world.id(), actor=actor, stake=stake),
        PostponeCase(until=day(world.now + 3), now=day(world.now)),
        CloseCase(closure=chance.choice(list(Closure))),
    )
    world.tell_case(left, right, chance.choice(commands), actor)


_ACTIONS: tuple[Callable[[World, Random], None], ...] = (
    _register,
    _register,
    _link,
    _revise,
    _retire,
    _move,
    _merge,
    _unmerge,
    _pin,
    _own,
    _own,
    _own,
    _activity,
    _activity,
    _assert,
    _doubt,
    _doubt,
    _answer,
)
