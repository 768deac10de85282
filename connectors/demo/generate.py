"""Making the messages of the made-up group: who is recorded where, what changes, what happens, and what goes wrong on the way.

The same seed and scale give the same bytes on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import orjson

from connectors.contracts import encode
from connectors.demo.activities import PEOPLE, Ledger
from connectors.demo.defects import DEFECTS
from connectors.demo.population import population
from connectors.demo.slips import Hand
from connectors.demo.truth import Customer, Person
from connectors.demo.units import UNITS as ALL_UNITS
from connectors.demo.units import Unit
from connectors.demo.words_world import BY_CODE

CUSTOMERS, ACTIVITIES, OWNED = 9_000, 60_000, 2_000
EARLY_ACTIVITIES, LOST_ACTIVITIES = 30, 5
BEGIN, LAST_FIRST_CONTACT, END = (
    datetime(2023, 1, 2, tzinfo=UTC),
    datetime(2026, 6, 1, tzinfo=UTC),
    datetime(2026, 9, 30, tzinfo=UTC),
)
UNITS: Mapping[str, Unit] = {unit.name: unit for unit in ALL_UNITS}
_RECORDS_EACH, _RECORDS_WEIGHTS = (1, 2, 3, 4, 5), (30, 36, 20, 10, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMessage:
    """One message of a unit, keyed by its source record; *defect* says what is wrong with one that cannot be read."""

    topic: str
    key: str
    value: bytes
    defect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipSeed:
    """A command to issue once the messages are taken in: *kind* is assign, transfer, release or correct.

    *record* names the customer by one of its source records; *owner* is None for a release. Only a correction has a *valid_to*.
    """

    record: str
    scope: str
    role: str
    owner: str | None
    valid_from: datetime
    kind: str
    valid_to: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoData:
    """*messages* in the order of arrival; *truth* tells for every record key which true customer it belongs to.

    *retired* holds the records that no longer exist at the end (deleted, merged away or renamed); *counts* says how much
    there is of everything; *story* is the record of a customer that is worth looking at.
    """

    messages: list[DemoMessage]
    truth: dict[str, int]
    retired: frozenset[str]
    counts: dict[str, int]
    story: str
    ownership: list[OwnershipSeed]


@dataclass(slots=True, kw_only=True)
class _Record:
    """A source record in the making."""

    unit: Unit
    customer: Customer
    object: str
    id: str
    created: datetime
    style: int
    version: int = 0
    until: datetime = END

    @property
    def key(self) -> str:
        return f"{self.unit.name}/{self.object}/{self.id}"

    @property
    def reference(self) -> dict[str, str]:
        return {"system": self.unit.name, "object": self.object, "id": self.id}


@dataclass(slots=True)
class _Post:
    """Collects messages with their time of arrival; the order in which they were made breaks ties."""

    rng: Random
    counts: Counter[str] = field(default_factory=Counter)
    arrivals: list[tuple[datetime, int, DemoMessage]] = field(default_factory=list)

    def send(self, topic: str, key: str, value: bytes, at: datetime, *, prompt: bool = False) -> None:
        """Deliver after a delay: a few seconds, or days for one in sixty unless *prompt*; one in 150 is sent twice."""
        late = not prompt and self.rng.random() < 1 / 60
        delay = (
            timedelta(days=self.rng.uniform(1, 40)) if late else timedelta(seconds=self.rng.uniform(1, 90))
        )
        message = DemoMessage(topic=topic, key=key, value=value)
        self.put(message, at + delay)
        self.counts["late messages"] += late
        if self.rng.random() < 1 / 150:
            self.put(message, at + delay + timedelta(hours=self.rng.uniform(0.1, 200)))
            self.counts["repeated messages"] += 1

    def put(self, message: DemoMessage, arrival: datetime) -> None:
        """Deliver at a time."""
        self.arrivals.append((arrival, len(self.arrivals), message))

    def in_order(self) -> list[DemoMessage]:
        """All messages as they arrive."""
        self.arrivals.sort(key=lambda entry: entry[:2])
        return [message for _, _, message in self.arrivals]


def generate(seed: int = 7, scale: float = 1.0) -> DemoData:
    """About ``9,000 × scale`` true customers in ``20,000 × scale`` records with ``60,000 × scale`` activities."""
    rng = Random(seed)  # noqa: S311 (made-up data has to be repeatable, not secret)
    customers = population(rng, max(30, round(CUSTOMERS * scale)))
    post = _Post(rng)
    records = list(_records(rng, customers))
    truth = {record.key: record.customer.number for record in records}
    retired: set[str] = set()
    for record in records:
        _tell(rng, post, record)
    for record, survivor in _fates(rng, records):
        _retire(rng, post, record, survivor, truth, retired)
    _tell_activities(rng, post, records, round(ACTIVITIES * scale))
    _tell_early_and_lost(rng, post, records)
    _spoil(rng, post, records[0])
    counts = {
        "customers": len(customers),
        "records": len(truth),
        **post.counts,
        "messages": len(post.arrivals),
    }
    return DemoData(
        messages=post.in_order(),
        truth=truth,
        retired=frozenset(retired),
        counts=counts,
        story=records[0].key,
        ownership=list(_ownership(rng, records, max(10, round(OWNED * scale)))),
    )


# Who is recorded where


def _records(rng: Random, customers: list[Customer]) -> Iterator[_Record]:
    numbers: Counter[str] = Counter()
    for customer in customers:
        for unit in _units_of(rng, customer):
            numbers[unit.name] += 1
            is_person = isinstance(customer, Person)
            span = (LAST_FIRST_CONTACT - BEGIN).total_seconds()
            yield _Record(
                unit=unit,
                customer=customer,
                object=unit.person_object if is_person else unit.company_object,
                id=unit.id_format.format(numbers[unit.name] * 7 + 1000),
                created=BEGIN + timedelta(seconds=int(span * rng.random())),
                style=rng.getrandbits(32),
            )


def _units_of(rng: Random, customer: Customer) -> list[Unit]:
    """The units that know the customer, one of them perhaps twice; all four know the customer of the story."""
    if customer.number == 0:
        return [*ALL_UNITS, ALL_UNITS[0]]
    count = rng.choices(_RECORDS_EACH, _RECORDS_WEIGHTS)[0]
    units = rng.sample(ALL_UNITS, min(count, 4))
    if count == 5 or (count > 1 and rng.random() < 0.08):
        units[-1 if count < 5 else len(units) :] = [units[0]]
    return units


# What is said about them


def _tell(rng: Random, post: _Post, record: _Record) -> None:
    """The first reading, and those that follow when the customer or the unit's knowledge changed."""
    changed = record.customer.changed_on
    change = datetime.combine(changed, time(9), tzinfo=UTC) if changed else None
    known = change is None or record.created >= change
    _observe(post, record, record.created, current=known, prompt=True)
    at = record.created
    if change and not known and (rng.random() < 0.6 or record.customer.number == 0):
        at = change + timedelta(days=rng.uniform(0, 60))
        _observe(post, record, at, current=True)
        known = True
    if rng.random() < 0.10:
        at += (END - at) * rng.random()
        _observe(post, record, at, current=known, careful=True)
    if rng.random() < 0.03:
        at += (END - at) * rng.random()
        _observe(post, record, at, current=known, careful=True)


def _observe(
    post: _Post, record: _Record, at: datetime, *, current: bool, careful: bool = False, prompt: bool = False
) -> None:
    """A reading in the record's own style; a *careful* one has no slips of the finger."""
    post.counts["readings"] += 1
    value = _customer_event(post, record, "observed", at, _reading(record, current=current, careful=careful))
    post.send(record.unit.customers_topic, record.key, value, at, prompt=prompt)


def _reading(record: _Record, *, current: bool, careful: bool = False) -> dict[str, Any]:
    hand = Hand(Random(record.style), 0.0 if careful else record.unit.slip)  # noqa: S311
    values = record.unit.write(hand, record.customer, current=current)
    kind = "person" if isinstance(record.customer, Person) else "organization"
    return {"partyKind": kind, "values": [{"path": path, "value": value} for path, value in values]}


def _customer_event(post: _Post, record: _Record, what: str, at: datetime, said: dict[str, Any]) -> bytes:
    post.counts["customer messages"] += 1
    record.version += 1
    at = at.replace(microsecond=0)
    return encode(
        type=f"source.customer.{what}",
        source=record.unit.source,
        id=f"{record.object}-{record.id}-{record.version}",
        time=at,
        subject=f"{record.object}/{record.id}",
        org_unit=record.unit.org_unit,
        data={
            "source": {**record.reference, "version": f"{record.version:04d}"},
            "sourceTime": at.isoformat(),
            "orgUnit": record.unit.org_unit,
            **said,
        },
    )


# What becomes of them


def _fates(rng: Random, records: list[_Record]) -> Iterator[tuple[_Record, _Record | None]]:
    """One record in a hundred ends: merged into the unit's other record of the customer if there is one."""
    story = records[0].customer
    for before, record in zip(records, records[1:], strict=False):
        if record.customer is story:
            continue
        if before.customer is record.customer and before.unit is record.unit and before.until == END:
            if rng.random() < 0.15:
                yield record, before
        elif rng.random() < 0.01:
            yield record, None


def _retire(
    rng: Random,
    post: _Post,
    record: _Record,
    survivor: _Record | None,
    truth: dict[str, int],
    retired: set[str],
) -> None:
    """The source merges the record away, deletes it (and sometimes restores it), or gives it another id."""
    at = END - timedelta(days=rng.uniform(1, 100))
    topic, key, draw = record.unit.customers_topic, record.key, rng.random()
    record.until = at
    retired.add(key)
    if survivor is not None:
        said: dict[str, Any] = {"survivor": {"object": survivor.object, "id": survivor.id}}
        post.send(topic, key, _customer_event(post, record, "merged", at, said), at)
        post.counts["mergers at the source"] += 1
    elif draw < 0.75:
        kind = rng.choice(("soft", "soft", "hard", "unknown"))
        post.send(topic, key, _customer_event(post, record, "deleted", at, {"kind": kind}), at)
        post.counts["deletions"] += 1
        if draw < 0.2:
            back = at + timedelta(hours=5)
            restored = _customer_event(post, record, "restored", back, _reading(record, current=True))
            post.send(topic, key, restored, back)
            post.counts["restorations"] += 1
            retired.discard(key)
    else:
        new_id = f"{record.id}-N"
        said = {"renamedTo": {"object": record.object, "id": new_id}}
        post.send(topic, key, _customer_event(post, record, "renamed", at, said), at)
        successor = _Record(
            unit=record.unit,
            customer=record.customer,
            object=record.object,
            id=new_id,
            created=at + timedelta(minutes=10),
            style=record.style,
        )
        _observe(post, successor, successor.created, current=True)
        truth[successor.key] = record.customer.number
        post.counts["renamings"] += 1


# What happens with them


def _tell_activities(rng: Random, post: _Post, records: list[_Record], count: int) -> None:
    """Chains of activities until there are *count*; a few customers are far busier than the rest."""
    ledger = Ledger(rng)
    weights = [rng.paretovariate(1.3) for _ in records]
    for record in [r for r in records if r.customer.number == 0] * 2:
        _tell_chain(post, ledger, record)
    while post.counts["activities"] < count:
        for record in rng.choices(records, weights, k=200):
            if post.counts["activities"] < count:
                _tell_chain(post, ledger, record)


def _tell_chain(post: _Post, ledger: Ledger, record: _Record) -> None:
    begin = record.created + timedelta(hours=2)
    for doing in ledger.chain(record.unit.name, _currency(record), begin, record.until):
        _send_activity(post, record, doing.type, doing.at, doing.fields)


def _send_activity(
    post: _Post,
    record: _Record,
    kind: str,
    at: datetime,
    fields: dict[str, Any],
    arrival: datetime | None = None,
) -> None:
    post.counts["activities"] += 1
    value = encode(
        type=kind,
        source=record.unit.source,
        id=f"activity-{post.counts['activities']:07d}",
        time=at.replace(microsecond=0),
        subject=f"{record.object}/{record.id}",
        org_unit=record.unit.org_unit,
        data={"customer": record.reference, **fields},
    )
    topic = record.unit.activities_topic
    if arrival is None:
        post.send(topic, record.key, value, at)
    else:
        post.put(DemoMessage(topic=topic, key=record.key, value=value), arrival)


def _currency(record: _Record) -> str:
    country = record.customer.country
    return BY_CODE[country].currency if country in BY_CODE else "CNY"


# What goes wrong on the way


def _tell_early_and_lost(rng: Random, post: _Post, records: list[_Record]) -> None:
    """Activities that overtake the first reading of their record, and some whose record never comes."""
    for record in rng.sample(records, min(EARLY_ACTIVITIES, len(records))):
        early = record.created - timedelta(minutes=rng.uniform(1, 90))
        fields = {
            "channel": rng.choice(("call", "email", "chat")),
            "direction": "inbound",
            "person": rng.choice(PEOPLE),
        }
        _send_activity(post, record, "sales.interaction.logged", record.created, fields, early)
        post.counts["early activities"] += 1
    for lost in range(LOST_ACTIVITIES):
        unit = ALL_UNITS[lost % len(ALL_UNITS)]
        at = BEGIN + (END - BEGIN) * rng.random()
        stranger = _Record(
            unit=unit,
            customer=records[0].customer,
            object=unit.company_object,
            id=f"lost-{lost}",
            created=at,
            style=0,
        )
        _send_activity(post, stranger, "sales.interaction.logged", at, {"channel": "other"}, at)
        post.counts["lost activities"] += 1


def _spoil(rng: Random, post: _Post, record: _Record) -> None:
    """One message of every defect, made of a good one, at any time."""
    said = _reading(record, current=True)
    for number, (defect, spoil) in enumerate(DEFECTS.items()):
        at = BEGIN + (END - BEGIN) * rng.random()
        good = orjson.loads(_customer_event(post, record, "observed", at, said))
        unit = ALL_UNITS[number % len(ALL_UNITS)]
        message = DemoMessage(topic=unit.customers_topic, key=record.key, value=spoil(good), defect=defect)
        post.put(message, at)
    post.counts["broken messages"] = len(DEFECTS)


# Who owns them


def _ownership(rng: Random, records: list[_Record], count: int) -> Iterator[OwnershipSeed]:
    """Owners of *count* customers: some handed over, some released, some corrected afterwards; first the story's."""
    chosen: dict[int, _Record] = {}
    for record in sorted(records, key=lambda r: (r.customer.number != 0, r.until != END, rng.random())):
        if len(chosen) < count:
            chosen.setdefault(record.customer.number, record)
    for record in chosen.values():
        role = "service-owner" if record.unit.name == "service-desk" else "account-manager"
        scope = "consumer" if isinstance(record.customer, Person) else "industrial"
        yield from _lane(rng, record, scope, role)


def _lane(rng: Random, record: _Record, scope: str, role: str) -> Iterator[OwnershipSeed]:
    first, second, third = rng.sample(PEOPLE, 3)
    begin = record.created.replace(hour=0, minute=0, second=0)
    middle = _midnight(begin + (END - begin) * rng.uniform(0.3, 0.7))
    draw = 0.0 if record.customer.number == 0 else rng.random()

    def seed(
        kind: str, owner: str | None, at: datetime, reason: str, to: datetime | None = None
    ) -> OwnershipSeed:
        return OwnershipSeed(
            record=record.key,
            scope=scope,
            role=role,
            owner=owner,
            valid_from=at,
            kind=kind,
            valid_to=to,
            reason=reason,
        )

    yield seed("assign", first, begin, "first contact")
    if draw < 0.30:
        yield seed("transfer", second, middle, rng.choice(("region changed", "colleague left", "workload")))
    elif draw < 0.36:
        yield seed("release", None, middle, "no follow-up")
    if draw < 0.05:
        start = _midnight(begin + (middle - begin) * 0.5)
        if start < middle:
            yield seed("correct", third, start, "was looked after by a stand-in", middle)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
