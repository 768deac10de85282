"""One story told to two hubs: in the first, customers are merged and unmerged; in the second, nobody ever merges them.

Each *side* is a customer whose records the matching holds together and keeps apart from those of the other sides. What is
done to a merged customer in the first hub is done in the second to the side that it concerns, as `Whose` says.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ParamSpec
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import tuple_row

from hub.customer.commands import (
    AssignOwner,
    CorrectOwnership,
    CustomerCommand,
    PinValue,
    ReleaseOwner,
    TransferOwner,
    UnpinValue,
)
from hub.customer.events import Lane, OwnershipBasis
from hub.customer.lanes import Spans, is_free_from
from hub.customer.state import Customer
from hub.handling.context import Context
from hub.handling.customers import Customers
from hub.handling.workspace import fold
from hub.kernel.errors import RuleViolationError
from hub.kernel.ids import NAMESPACE, RecordKey, new_id
from hub.kernel.source_record import PartyKind, SourceRecord
from hub.kernel.time import BEGINNING
from hub.log.store import EventLog
from hub.resolution.items import Item, Report
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from hub.stewardship.events import AssertionRecorded, AssertionWithdrawn, Verdict
from matching import Assertion
from projections.crosswalk.queries import former_ids_of, records_of_customer, survivor_of
from projections.golden_record.queries import by_id
from projections.history.queries import timeline as history_of
from projections.ownership.queries import owners
from projections.ownership.queries import timeline as lanes_of
from projections.ownership.replay import replay_owner
from projections.runner.catalogue import all_projections
from projections.runner.run import Runner
from tests.hub.resolution.universe import (
    KEY_BYTES,
    Truth,
    delete,
    logged_customers,
    observe,
    reading,
    rename,
    stored_customers,
)
from tests.hub.samples import day

LANES = tuple(Lane(scope=scope, role="account-manager") for scope in ("machines", "service", "finance"))
OWNERS = ("li.na", "wang.fang", "zhao.lei")
PINNED = ("name.full", "contact.email", "person.title")
BASIS = OwnershipBasis(kind="request", reference="R-1")
A_SIDE = 1000
"""Local ids of a side's records begin at its number times this."""
NAME = "欧阳靖轩"
TOLD_BY = (
    ("contact.mobile", "+8613800204517"),
    ("contact.email", "ouyang@example.com"),
    ("person.birth_date", "1981-02-11"),
)
FORMS = ("星桥精密仪器有限公司", "星桥精密仪器集团有限公司", "星桥")

STRANGER = {"name.full": NAME, "person.title": "Dr."}
P = ParamSpec("P")
Owners = Mapping[str, str]
Span = tuple[datetime, datetime | None, str]


def context(number: float, valid_at: float | None = None) -> Context:
    """A steward's request on day *number*."""
    cause = new_id()
    return Context(
        actor="steward",
        via="test",
        reason="test",
        correlation_id=cause,
        causation_id=cause,
        now=day(0) + timedelta(days=number),
        valid_at=None if valid_at is None else day(0) + timedelta(days=valid_at),
    )


class Hub:
    """One hub with everything that the story needs of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.log = EventLog(url, KEY_BYTES, pool_size=2)
        self.resolver = Resolver(self.log)
        self.steward = Steward(self.resolver)
        self.customers = Customers(self.log)
        self._read = 0
        self._assertions: dict[UUID, AssertionRecorded] = {}

    def close(self) -> None:
        """Let go of the connections."""
        self.log.close()

    def assertions(self) -> dict[UUID, AssertionRecorded]:
        """The assertions in force, as the log has them."""
        while page := self.log.read(self._read, 5_000):
            self._read = page[-1].position or 0
            for event in page:
                if isinstance(event.body, AssertionRecorded):
                    self._assertions[event.originator_id] = event.body
                elif isinstance(event.body, AssertionWithdrawn):
                    self._assertions.pop(event.originator_id)
        return self._assertions

    def asserted(self) -> list[Assertion]:
        """The assertions in force, pair by pair."""
        return [
            Assertion(left=min(pair), right=max(pair), same=body.verdict is Verdict.SAME)
            for body in self.assertions().values()
            for left, right in itertools.product(body.left, body.right)
            for pair in [(str(left), str(right))]
        ]

    def customer_of(self) -> dict[str, UUID]:
        """The customer of every source record."""
        with self.log.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(
                "SELECT record_key, customer_id FROM hub_source_record WHERE customer_id IS NOT NULL"
            )
            return dict(cursor.fetchall())

    def states(self, customer_ids: Collection[UUID]) -> dict[UUID, Customer]:
        """The customers as the log has them."""
        with self.log.connection() as connection:
            found = {i: fold(events) for i, events in self.log.load(connection, customer_ids).items()}
        return {i: state for i, state in found.items() if isinstance(state, Customer)}

    def believed(self, customer_id: UUID, on: Sequence[datetime], known_at: datetime | None) -> list[Owners]:
        """Who owned the customer's lanes on several days, by replaying the log."""
        return [
            {
                str(lane): owner
                for lane, owner in replay_owner(self.log, customer_id, at, known_at).owners.items()
            }
            for at in on
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """Everything that a side has to get back."""

    status: str | None
    records: frozenset[str]
    deleted: frozenset[str]
    values: frozenset[tuple[Any, ...]]
    activities: tuple[tuple[Any, ...], ...]
    lanes: Mapping[str, Sequence[Span]]
    owners: Sequence[Owners]
    replayed: Sequence[Owners]
    pins: Mapping[str, tuple[Any, ...]]


def portrait(
    hub: Hub,
    connection: psycopg.Connection[Any],
    customer_id: UUID,
    on: Sequence[datetime],
    without: str = "",
) -> Portrait:
    """The customer as the read models and the log have it; *without* names a record that does not count."""
    links = [r for r in records_of_customer(connection, customer_id) if r.record_key != without]
    golden = by_id(connection, customer_id, follow=False)
    assert golden is not None
    entries = history_of(connection, customer_id, limit=1_000, changes=False)
    state = hub.customers.get(customer_id)
    return Portrait(
        status=golden.status,
        records=frozenset(r.record_key for r in links if not r.retired),
        deleted=frozenset(r.record_key for r in links if r.retired),
        values=frozenset((v.path, v.value, v.record_key, v.rule, v.since) for v in golden.values),
        activities=tuple(sorted((e.at, e.name, str(e.record_key), str(e.data)) for e in entries)),
        lanes=_spans(connection, customer_id),
        owners=[
            {str(o.lane): o.owner for o in owners(connection, customer_id, at) if o.owner is not None}
            for at in on
        ],
        replayed=hub.believed(customer_id, on[::4], None),
        pins={p.path: (p.value, p.actor, p.expires_at) for p in state.pins.values()},
    )


def joined(spans: Iterable[Span]) -> list[Span]:
    """*spans* in order, neighbours of one owner as one."""
    found: list[Span] = []
    for start, end, owner in sorted(spans, key=lambda span: span[0]):
        if found and found[-1][1:] == (start, owner):
            found[-1] = (found[-1][0], end, owner)
        else:
            found.append((start, end, owner))
    return found


def _spans(connection: psycopg.Connection[Any], customer_id: UUID) -> dict[str, list[Span]]:
    """Who owned each lane from when to when, as known now; times of nobody are left out, neighbours of one owner are one."""
    lanes: dict[str, list[Span]] = {}
    for row in lanes_of(connection, customer_id):
        if row.owner is None:
            continue
        lanes.setdefault(str(row.lane), []).append((row.valid_from, row.valid_to, row.owner))
    return {lane: joined(spans) for lane, spans in lanes.items()}


@dataclass(slots=True)
class Side:
    """One customer of the story. *basics* are in every reading of its records, so that the matching holds them together."""

    number: int
    kind: PartyKind
    basics: dict[str, str]
    known: list[int] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)

    @property
    def keys(self) -> list[RecordKey]:
        """All records that the side has ever had."""
        return [key_of(local_id) for local_id in self.known]

    def reading(self, local_id: int, number: int, variation: int) -> SourceRecord:
        """A reading of day *number*; *variation* changes what does not bear on identity."""
        person = self.kind is PartyKind.PERSON
        values = dict(self.basics)
        if variation & 1:
            values["name.alias" if person else "contact.email"] = (
                f"side{self.number}-{variation % 3}@example.com"
            )
        if variation & 2 and person:
            values["address.office.text"] = f"上海市徐汇区漕溪路{self.number * 10 + variation}号"
        if variation & 4:
            values["organisation.size"] = str(variation)
        return reading(local_id, number, self.kind, values)


def key_of(local_id: int) -> RecordKey:
    """The key that `universe.reading` gives."""
    return RecordKey(f"sys{local_id % 3}", "customer", str(local_id))


def side_of(number: int, kind: PartyKind) -> Side:
    """The person or company that side *number* is: alike enough to be taken for the others, not for the matching."""
    if kind is PartyKind.PERSON:
        basics = {"name.full": NAME, "person.gender": "m", TOLD_BY[number][0]: TOLD_BY[number][1]}
    else:
        basics = {
            "name.legal": FORMS[number],
            "contact.website": "www.xingqiao.example.com",
            "contact.phone": f"+86215888{number}2{number}7",
        }
    return Side(number=number, kind=kind, basics=basics)


@dataclass(slots=True)
class Whose:
    """Whose owners a customer's lanes show at which time: its own (*side*), or those of a side that it has absorbed.

    *parts* has, for each lane, since when it is whose; before the first it is the customer's own. An absorbed side's lane
    comes along from the merge on where the customer had nobody from then on. A lane that came along goes back, with
    whatever was changed in it; but an owner assigned anew after it had become free is the customer's own.
    """

    side: int
    parts: dict[Lane, list[tuple[datetime, int]]] = field(default_factory=dict)
    absorbed: list[tuple[Whose, datetime]] = field(default_factory=list)
    adopted: set[tuple[int, Lane]] = field(default_factory=set)

    def family(self) -> set[int]:
        """The side itself and those that it has absorbed, directly or through others."""
        return {self.side}.union(*(other.family() for other, _ in self.absorbed))

    def segments(
        self, lane: Lane, start: datetime, end: datetime | None
    ) -> list[tuple[datetime, datetime | None, int]]:
        """[start, end) cut into the times of different sides."""
        marks = [(BEGINNING, self.side), *self.parts.get(lane, ())]
        found: list[tuple[datetime, datetime | None, int]] = []
        for (since, side), following in itertools.zip_longest(marks, marks[1:]):
            first = max(since, start)
            last = min((t for t in (following and following[0], end) if t is not None), default=None)
            if last is None or first < last:
                found.append((first, last, side))
        return found

    def assign(self, lane: Lane, at: datetime) -> None:
        """From *at* on the lane is the customer's own."""
        self.parts[lane] = [p for p in self.parts.get(lane, ()) if p[0] < at] + [(at, self.side)]


class Story:
    """Both hubs, and what has been told to them. *now* counts days; everything that happens takes one."""

    def __init__(self, merging: str, alone: str, kind: PartyKind, sides: int) -> None:
        self.merging, self.alone = Hub(merging), Hub(alone)
        self.now = 0
        self.truth, self.truth_alone = Truth(), Truth()
        self.sides = [side_of(number, kind) for number in range(sides)]
        self.count = sides
        self.bridge: Side | None = None
        self.ids: list[tuple[UUID, UUID]] = []
        self.whose = [Whose(side=side.number) for side in self.sides]
        self.inside: dict[int, int] = {}
        self.beliefs: list[tuple[datetime, int, list[datetime], list[Owners]]] = []
        self._seen: dict[str, int] = {}
        self._held: dict[int, Mapping[Lane, Spans]] = {}

    def close(self) -> None:
        """Let go of both hubs."""
        self.merging.close()
        self.alone.close()

    def happens(self, what: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """*what* happens on the next day."""
        self.now += 1
        what(*args, **kwargs)
        self.look()

    # --- what sources say ---

    def begin(self, records: Sequence[int], bridge: str = "") -> None:
        """The first records of every side, as many as *records* says.

        The *bridge*, a record that can join them, is of the oldest or youngest customer, or new when it is first read.
        """
        if bridge:
            self.bridge = joining = Side(number=len(self.sides), kind=PartyKind.PERSON, basics=STRANGER)
            if bridge == "new":
                joining.known.append(joining.number * A_SIDE)
            else:
                self.sides.append(joining)
                self.whose.append(Whose(side=joining.number))
        order = self.sides if bridge != "oldest" else [self.sides[-1], *self.sides[:-1]]
        for side in order:
            for variation in range(records[side.number] if side is not self.bridge else 1):
                self.new_record(side, variation)
        customers = [(self.merging.customer_of(), self.alone.customer_of()) for _ in self.sides]
        self.ids = [
            (merging[str(side.keys[0])], alone[str(side.keys[0])])
            for side, (merging, alone) in zip(self.sides, customers, strict=True)
        ]

    def tell(self, *items: Item, only_merging: bool = False) -> None:
        """Both hubs take in *items* on the present day."""
        for item in items:
            self._seen.setdefault(str(item.key), len(self._seen))
        self.truth.take(items)
        self.merging.resolver.take(items, now=day(self.now))
        if not only_merging:
            self.truth_alone.take(items)
            self.alone.resolver.take(items, now=day(self.now))

    def new_record(self, side: Side, variation: int) -> None:
        """A further record, which the matching finds to be the side's."""
        local_id = side.number * A_SIDE + len(side.known)
        side.known.append(local_id)
        side.live.append(local_id)
        self.tell(observe(side.reading(local_id, self.now, variation)))

    def revise(self, side: Side, local_id: int, variation: int, late: int) -> None:
        """A reading of day *now* - *late*; it brings a deleted record back if it is fresh."""
        record = side.reading(local_id, self.now - late, variation)
        self.tell(observe(record, salt=str(self.now)))
        if not late and local_id not in side.live:
            side.live.append(local_id)

    def link(self, numbers: Collection[int]) -> None:
        """In the first hub the bridge is read as a record that matches the sides *numbers*; of none: that of a stranger again."""
        assert self.bridge is not None
        local_id = self.bridge.known[0]
        values = {"name.full": NAME, **dict(TOLD_BY[n] for n in numbers)} if numbers else STRANGER
        record = reading(local_id, self.now, PartyKind.PERSON, values)
        self.tell(observe(record), only_merging=True)
        self.bridge.live = [local_id]
        self.look()

    def unlink(self) -> None:
        """In the first hub the bridge is deleted."""
        if self.bridge is not None and self.bridge.live:
            self.bridge.live.clear()
            self.tell(delete(key_of(self.bridge.known[0]), self.now), only_merging=True)
            self.look()

    def remove(self, side: Side, local_id: int) -> None:
        """The source deletes a record."""
        side.live.remove(local_id)
        self.tell(delete(key_of(local_id), self.now))

    def give_other_id(self, side: Side, local_id: int) -> None:
        """The source renames a record."""
        heir = side.number * A_SIDE + 3 * (100 + len(side.known)) + local_id % 3
        heir += (local_id - heir) % 3
        side.live.remove(local_id)
        side.renamed.append(local_id)
        side.live.append(heir)
        side.known.append(heir)
        self._seen.setdefault(str(key_of(heir)), len(self._seen))
        self.tell(rename(local_id, heir, self.now))

    def report(self, local_id: int, what: int) -> None:
        """Something happens with a customer."""
        uid = uuid5(NAMESPACE, f"activity {self.now}")
        self.tell(
            Report(
                uid=uid,
                key=key_of(local_id),
                type="sales.order.placed",
                unit="u",
                data={"order": what},
                occurred_at=day(self.now - what),
                actor="crm",
                via="test",
                correlation_id=uid,
            )
        )

    # --- what people do ---

    def top(self, number: int) -> int:
        """The side whose customer side *number* is part of now."""
        while number in self.inside:
            number = self.inside[number]
        return number

    def own(self, number: int, lane: Lane, owner: str, *, what: int, since: int, length: int) -> None:
        """Change who owns a lane of the customer that side *number* is part of: assign, hand over, release, or correct it."""
        start = day(self.now + since)
        spans = self.merging.customers.get(self.ids[self.top(number)][0]).lanes.get(lane, ())
        if what == 3:
            self.correct(number, lane, owner if length % 3 else None, since=since, days=length)
        elif is_free_from(spans, start):
            self.assign(number, lane, owner, since=since)
        else:
            start = max(start, spans[-1].valid_from + timedelta(days=1))
            if what == 2:
                self.ask(number, ReleaseOwner(lane=lane, valid_from=start, basis=BASIS))
            else:
                self.hand_over(number, lane, owner, since=(start - day(self.now)).days)

    def assign(self, number: int, lane: Lane, owner: str, *, since: int = 0) -> bool:
        """Give a free lane an owner *since* days from now."""
        start = day(self.now + since)
        return self.ask(number, AssignOwner(lane=lane, owner=owner, valid_from=start, basis=BASIS))

    def hand_over(self, number: int, lane: Lane, owner: str, *, since: int = 0) -> bool:
        """Give a lane another owner *since* days from now."""
        start = day(self.now + since)
        return self.ask(number, TransferOwner(lane=lane, owner=owner, valid_from=start, basis=BASIS))

    def correct(self, number: int, lane: Lane, owner: str | None, *, since: int = 0, days: int = 0) -> bool:
        """Say who owned a lane for some *days*, or (0) for good, *since* days from now."""
        start = day(self.now + since)
        end = start + timedelta(days=days) if days else None
        return self.ask(
            number,
            CorrectOwnership(lane=lane, owner=owner, valid_from=start, valid_to=end, basis=BASIS),
        )

    def owner(self, number: int, lane: Lane, on: int | None = None) -> str | None:
        """Who owns a lane of side *number*'s own id in the first hub on day *on*, or now."""
        return self.merging.customers.get(self.ids[number][0]).owner(
            lane, day(self.now if on is None else on)
        )

    def pin(self, number: int, path: str, value: str) -> None:
        """Pin a value of the customer that side *number* is part of; an empty *value* removes the pin."""
        self.ask(number, PinValue(path=path, value=value) if value else UnpinValue(path=path))

    def is_joined(self, number: int) -> bool:
        """Whether the side is part of a customer together with others that are not only a deleted bridge."""
        ended = {self.bridge.number} if self.bridge is not None and not self.bridge.live else set()
        return len(self.whose[self.top(number)].family() - ended) > 1

    def ask(self, number: int, command: CustomerCommand) -> bool:
        """Address the customer that side *number* is part of now; gives whether anything came of it."""
        top = self.top(number)
        try:
            receipt = self.merging.customers.execute(self.ids[top][0], [command], context(self.now))
        except RuleViolationError:
            return False
        if not receipt.events:
            return False
        for side, part in self._parts(top, command):
            self.alone.customers.execute(self.ids[side][1], [part], context(self.now))
        return True

    def _parts(self, top: int, command: CustomerCommand) -> list[tuple[int, CustomerCommand]]:
        """Whom a command to the customer of side *top* concerns in the second hub."""
        whose = self.whose[top]
        match command:
            case AssignOwner(lane=lane):
                whose.assign(lane, command.valid_from)
                return [(top, command)]
            case TransferOwner(lane=lane) | ReleaseOwner(lane=lane):
                ((_, _, side), *_) = whose.segments(lane, command.valid_from, None)
                return [(side, command)]
            case CorrectOwnership(lane=lane):
                return [
                    (
                        side,
                        CorrectOwnership(
                            lane=lane,
                            owner=command.owner,
                            valid_from=start,
                            valid_to=end,
                            basis=command.basis,
                        ),
                    )
                    for start, end, side in whose.segments(lane, command.valid_from, command.valid_to)
                ]
            case _:
                return [(top, command)]

    def merge(self, numbers: Sequence[int], back: int = 0) -> None:
        """A steward merges the customers of *numbers* in the first hub, as of *back* days ago."""
        tops = list(dict.fromkeys(self.top(n) for n in numbers))
        if len(tops) < 2 or any(not self._living(top) for top in tops):
            return
        sides = {k: top for top in tops for n in self.whose[top].family() for k in self.sides[n].keys}
        for assertion_id, body in list(self.merging.assertions().items()):
            crossing = {sides.get(k) for k in body.left} != {sides.get(k) for k in body.right}
            if body.verdict is Verdict.DIFFERENT and crossing:
                self.merging.steward.withdraw(assertion_id, context(self.now))
                self.look()
        tops = list(dict.fromkeys(self.top(n) for n in tops))
        if len(tops) < 2:
            return
        asked = context(self.now, self.now - back)
        self.merging.steward.merge([self.ids[top][0] for top in tops], asked)
        self.look(asked.valid_at)

    def unmerge(self, *numbers: int) -> None:
        """A steward lets the records of the sides *numbers* leave the customer that they are part of in the first hub."""
        top = self.top(numbers[0])
        if self.whose[top].family() <= set(numbers):
            return
        keys = [key for number in numbers for key in self.sides[number].keys]
        self.merging.steward.unmerge(self.ids[top][0], keys, context(self.now))
        self.look()

    def _living(self, top: int) -> bool:
        return any(self.sides[n].live for n in self.whose[top].family())

    def part(self) -> None:
        """Undo every merge that is left, and what was asserted for it."""
        if self.bridge is not None and self.bridge not in self.sides:
            self.now += 1
            self.link(())
        for side in self.sides:
            self.now += 1
            self.unmerge(side.number)
        for assertion_id, body in list(self.merging.assertions().items()):
            if body.verdict is Verdict.SAME:
                self.now += 1
                self.merging.steward.withdraw(assertion_id, context(self.now))
                self.look()
        assert self.inside == {}

    # --- what has become of it ---

    def look(self, merged_at: datetime | None = None) -> None:
        """Find out who is part of whom now in the first hub, and whose lanes come along or go back."""
        customers = self.merging.customer_of()
        alone = self.alone.states([there for _, there in self.ids])
        self._held = {number: alone[there].lanes for number, (_, there) in enumerate(self.ids)}
        number_of = {merging: number for number, (merging, _) in enumerate(self.ids)}
        tops: dict[int, int] = {}
        for side in self.sides:
            found = {customers[str(key_of(i))] for i in side.live or side.known}
            assert len(found) == 1, f"the records of side {side.number} are at {found}"
            (customer_id,) = found
            assert customer_id in number_of, f"side {side.number} has come to a customer of another id"
            tops[side.number] = number_of[customer_id]
        since: dict[int, datetime] = {}
        for number in sorted(self.inside, key=lambda n: len(self._path(n)), reverse=True):
            if tops[number] != tops[self.inside[number]]:
                since[number] = self._leave(number)
        joining = [n for n in tops if n not in self.inside and tops[n] != n]
        for number in sorted(joining, key=self._age):
            self._join(number, tops[number], since.get(number) or merged_at or day(self.now))
        assert {n: self.top(n) for n in tops} == tops
        self._check_lanes(set(tops.values()))

    def _check_lanes(self, tops: Collection[int]) -> None:
        """The customers of *tops* show the owners of all that are part of them, each for the time that is its."""
        shown = self.merging.states([self.ids[top][0] for top in tops])
        for top, lane in itertools.product(tops, LANES):
            spans = shown[self.ids[top][0]].lanes.get(lane, ())
            found = joined((s.valid_from, s.valid_to, s.owner) for s in spans)
            assert found == joined(self._content(self.whose[top], lane, BEGINNING))

    def _age(self, number: int) -> int:
        """When the oldest living record of the customer of side *number* was first seen."""
        living = [i for n in self.whose[number].family() for i in self.sides[n].live]
        return min((self._seen[str(key_of(i))] for i in living), default=0)

    def _path(self, number: int) -> list[int]:
        path: list[int] = []
        while number in self.inside:
            number = self.inside[number]
            path.append(number)
        return path

    def _join(self, number: int, top: int, at: datetime) -> None:
        self.inside[number] = top
        other, survivor = self.whose[number], self.whose[top]
        survivor.absorbed.append((other, at))
        for lane in LANES:
            self._adopt(survivor, other, lane, at)

    def _leave(self, number: int) -> datetime:
        """A side leaves, with those that are part of it; gives since when it had been part of the other one."""
        leaving = self.whose[number]
        family = leaving.family()
        path = self._path(number)
        parent = self.whose[path[0]]
        (since,) = (at for other, at in parent.absorbed if other is leaving)
        parent.absorbed = [(other, at) for other, at in parent.absorbed if other is not leaving]
        del self.inside[number]
        for holder in (self.whose[n] for n in path):
            freed = [lane for lane, parts in holder.parts.items() if any(side in family for _, side in parts)]
            for lane in freed:
                holder.parts[lane] = [
                    (since, holder.side if side in family else side) for since, side in holder.parts[lane]
                ]
                for other, at in holder.absorbed:
                    if (other.side, lane) not in holder.adopted:
                        self._adopt(holder, other, lane, at)
            holder.adopted = {(n, lane) for n, lane in holder.adopted if n != number}
        return since

    def _adopt(self, holder: Whose, other: Whose, lane: Lane, at: datetime) -> None:
        """The absorbed side's lane comes along if anybody holds it from *at* on and nobody the holder's."""
        coming = self._content(other, lane, at)
        if not coming or self._content(holder, lane, at):
            return
        start = min(since for since, _, _ in coming)
        holder.adopted.add((other.side, lane))
        holder.parts[lane] = [p for p in holder.parts.get(lane, ()) if p[0] < start] + [
            (since, side) for since, _, side in other.segments(lane, start, None)
        ]

    def _content(self, whose: Whose, lane: Lane, at: datetime) -> list[Span]:
        """Who holds the lane of a customer from *at* on, found from what the sides hold in the second hub."""
        found: list[Span] = []
        for start, end, side in whose.segments(lane, at, None):
            for span in self._held[side].get(lane, ()):
                first = max(start, span.valid_from)
                last = min((t for t in (end, span.valid_to) if t is not None), default=None)
                if last is None or first < last:
                    found.append((first, last, span.owner))
        return found

    def remember(self) -> None:
        """Note who is believed now to own what, of every id that was ever given."""
        on = self.days(11)
        for number, (customer_id, _) in enumerate(self.ids):
            believed = self.merging.believed(customer_id, on, None)
            self.beliefs.append((day(self.now), number, on, believed))

    def days(self, step: int) -> list[datetime]:
        """An instant in every *step* days of the story, and after it."""
        return [day(n) for n in range(-9, self.now + 40, step)]

    def check_customers(self) -> None:
        """The stream has come to what all records and assertions at once come to."""
        expected = self.truth.customers(self.merging.asserted())
        assert stored_customers(self.merging.url) == expected
        assert set(logged_customers(self.merging.log).values()) == expected

    def check_sides(self, *only: int) -> None:
        """Every side (or *only* some) is in the first hub what it is in the second; what was believed is still known."""
        without = str(self.bridge.keys[0]) if self.bridge else ""
        for hub in (self.merging, self.alone):
            with Runner(hub.log, all_projections(hub.log)) as runner:
                runner.run_until(hub.log.head())
        with psycopg.connect(self.merging.url) as merging, psycopg.connect(self.alone.url) as alone:
            for number in only or range(self.count):
                here, there = self.ids[number]
                assert survivor_of(merging, here) == here
                others = [n for n in range(len(self.ids)) if n != number and self.top(n) == number]
                assert former_ids_of(merging, here) == tuple(sorted(self.ids[n][0] for n in others))
                found = portrait(self.merging, merging, here, self.days(3), without)
                assert found == portrait(self.alone, alone, there, self.days(3), without)
            for known_at, number, on, believed in self.beliefs:
                customer_id = self.ids[number][0]
                told = [
                    {str(o.lane): o.owner for o in owners(merging, customer_id, at, known_at) if o.owner}
                    for at in on
                ]
                assert told == believed
                assert self.merging.believed(customer_id, on, known_at) == believed
        self.check_customers()
