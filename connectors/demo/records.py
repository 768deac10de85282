"""Source records: which unit knows which customer, and what the units say about them over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from connectors.contracts import encode
from connectors.demo.post import Post
from connectors.demo.slips import Hand
from connectors.demo.truth import Customer, Person
from connectors.demo.units import UNITS, Unit

BEGIN, LAST_FIRST_CONTACT, END = (
    datetime(2023, 1, 2, tzinfo=UTC),
    datetime(2026, 6, 1, tzinfo=UTC),
    datetime(2026, 9, 30, tzinfo=UTC),
)
"""The time that the data spans; new records appear until four months before its end."""
PROMPT = timedelta(seconds=20)
_RECORDS_EACH, _RECORDS_WEIGHTS = (1, 2, 3, 4, 5), (30, 36, 20, 10, 4)
_CRM, _ERP, _SERVICE, _WEB = UNITS
# The customer of the story was renamed in June 2024; the styles are chosen so that its records look different.
_STORY: tuple[tuple[Unit, datetime, int], ...] = (
    (_CRM, datetime(2023, 3, 14, 2, tzinfo=UTC), 6),
    (_ERP, datetime(2024, 9, 2, 1, tzinfo=UTC), 19),
    (_SERVICE, datetime(2024, 2, 20, 6, tzinfo=UTC), 8),
    (_WEB, datetime(2025, 5, 6, 11, tzinfo=UTC), 7),
    (_CRM, datetime(2025, 11, 11, 3, tzinfo=UTC), 290),
)


@dataclass(slots=True, kw_only=True)
class DemoRecord:
    """A source record in the making; *style* decides how its readings look, *until* when it ends."""

    unit: Unit
    customer: Customer
    object: str
    id: str
    created: datetime
    style: int
    version: int = 0
    told: datetime = BEGIN
    until: datetime = END
    alive: bool = True

    @property
    def key(self) -> str:
        """The hub's key of this record."""
        return f"{self.unit.name}/{self.object}/{self.id}"

    @property
    def reference(self) -> dict[str, str]:
        """The record as messages name it."""
        return {"system": self.unit.name, "object": self.object, "id": self.id}


def records_of(rng: Random, customers: Sequence[Customer]) -> Iterator[DemoRecord]:
    """The records of all customers, those of one customer together."""
    numbers: Counter[str] = Counter()
    for customer in customers:
        for unit, created, style in _places_of(rng, customer):
            numbers[unit.name] += 1
            yield DemoRecord(
                unit=unit,
                customer=customer,
                object=unit.person_object if isinstance(customer, Person) else unit.company_object,
                id=unit.id_format.format(numbers[unit.name] * 7 + 1000),
                created=created,
                style=style,
            )


def _places_of(rng: Random, customer: Customer) -> Iterator[tuple[Unit, datetime, int]]:
    """The units that know the customer, one of them perhaps twice, since when, and how they write it."""
    if customer.number == 0:
        yield from _STORY
        return
    count = rng.choices(_RECORDS_EACH, _RECORDS_WEIGHTS)[0]
    units = rng.sample(UNITS, min(count, len(UNITS)))
    if count > len(units):
        units.append(units[0])
    elif count > 1 and rng.random() < 0.08:
        units[-1] = units[0]
    span = int((LAST_FIRST_CONTACT - BEGIN).total_seconds())
    for unit in units:
        yield unit, BEGIN + timedelta(seconds=rng.randrange(span)), rng.getrandbits(32)


def tell(post: Post, record: DemoRecord) -> None:
    """The first reading, and those that follow when the customer changed or somebody took more care."""
    rng = post.rng
    changed = record.customer.changed_on
    change = datetime.combine(changed, time(9), tzinfo=UTC) if changed else BEGIN
    known = record.created >= change
    observe(post, record, record.created, current=known, delay=PROMPT)
    if not known and (rng.random() < 0.6 or record.customer.number == 0):
        known = True
        observe(post, record, change + timedelta(days=rng.uniform(0, 60)), current=True)
    if rng.random() < 0.13:
        later = record.told + (END - record.told) * rng.random()
        known = known or later >= change
        overtaken = rng.random() < 0.15
        if overtaken:
            observe(post, record, later, current=known, delay=timedelta(days=rng.uniform(1, 9)))
            later += timedelta(hours=1)
            post.counts["overtaken readings"] += 1
        observe(post, record, later, current=known, careful=True, delay=PROMPT if overtaken else None)


def observe(
    post: Post,
    record: DemoRecord,
    at: datetime,
    *,
    current: bool,
    careful: bool = False,
    delay: timedelta | None = None,
) -> None:
    """Send a reading in the record's own style; a *careful* one has more fields and no slips."""
    post.counts["readings"] += 1
    value = customer_event(post, record, "observed", at, reading(record, current=current, careful=careful))
    post.send(record.unit.customers_topic, record.key, value, at, delay=delay)


def reading(record: DemoRecord, *, current: bool, careful: bool = False) -> dict[str, Any]:
    """What a reading says; the same record writes in the same way each time."""
    rng = Random(record.style)  # noqa: S311
    hand = Hand(rng, 0.0, 0.4) if careful else Hand(rng, record.unit.slip)
    values = record.unit.write(hand, record.customer, current=current)
    kind = "person" if isinstance(record.customer, Person) else "organization"
    return {"partyKind": kind, "values": [{"path": path, "value": value} for path, value in values]}


def customer_event(post: Post, record: DemoRecord, what: str, at: datetime, said: dict[str, Any]) -> bytes:
    """The record's next message, of the type ``source.customer.<what>``."""
    post.counts["customer messages"] += 1
    record.version += 1
    record.told = at = at.replace(microsecond=0)
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
