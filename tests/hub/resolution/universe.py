"""A small universe of persons and companies whose records overlap on purpose, and ways to send them to the hub."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from hub.kernel.ids import NAMESPACE, RecordKey
from hub.kernel.source_record import DELETED, PartyKind, SourceRecord, SourceValue
from hub.log.store import EventLog
from hub.resolution.items import Delete, Item, Observe, Rename
from hub.resolution.resolver import Resolver
from hub.resolution.succession import Succession
from hub.resolution.translate import to_matching
from matching import Assertion, Model, bulk, default_model
from tests.hub.samples import T0, day

GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋")
FAMILY = ("王", "李", "张", "刘", "陈")
LATIN = ("Anna Schmidt", "John Smith", "Jon Smith", "Mary Jones", "Marie Jones", "Peter Brown")
COMPANIES = ("星桥精密仪器", "沪江贸易", "海河化工", "Northwind Trading", "Contoso")
FORMS = ("有限公司", "股份有限公司", "（上海）有限公司", " Ltd", " GmbH")
NEVER = (datetime.min.replace(tzinfo=UTC), "", "")
KEY_BYTES = bytes(range(32))


@dataclass(slots=True)
class Truth:
    """What the sources say at the end: the freshest reading or deletion of every record."""

    readings: dict[str, list[SourceRecord]] = field(default_factory=dict)
    deletions: dict[str, list[tuple[datetime, str, str]]] = field(default_factory=dict)
    renamings: dict[str, Succession] = field(default_factory=dict)

    def take(self, items: Iterable[Item]) -> None:
        """Take note of *items*, in any order; nobody renames a record twice."""
        for item in items:
            if isinstance(item, Observe):
                self.readings.setdefault(str(item.key), []).append(item.record)
            elif isinstance(item, Delete | Rename):
                deletion = (item.source_time, item.version, DELETED)
                self.deletions.setdefault(str(item.key), []).append(deletion)
                if isinstance(item, Rename):
                    self.renamings[str(item.old)] = Succession.by(item)

    def current(self) -> dict[str, SourceRecord]:
        """The records that exist, by key."""
        found = {key: list(records) for key, records in self.readings.items()}
        for old in sorted(self.renamings, key=lambda key: self.renamings[key].source_time):
            said = self.renamings[old]
            if earlier := [r for r in found.get(old, ()) if said.covers(r)]:
                latest = max(earlier, key=lambda r: r.freshness)
                found.setdefault(said.new, []).append(said.hand_on(latest))
        latest_of = {key: max(records, key=lambda r: r.freshness) for key, records in found.items()}
        return {
            key: record
            for key, record in latest_of.items()
            if record.freshness > max(self.deletions.get(key, ()), default=NEVER)
        }

    def customers(
        self, assertions: Sequence[Assertion] = (), model: Model | None = None
    ) -> set[frozenset[str]]:
        """The customers that all records at once come to; what was asserted of a record holds for what it goes on as."""
        records = [to_matching(record) for record in self.current().values()]
        asserted = [
            Assertion(left=min(left, right), right=max(left, right), same=a.same)
            for a in assertions
            for left, right in itertools.product(self._goes_on_as(a.left), self._goes_on_as(a.right))
            if left != right
        ]
        return set(bulk(records, model or default_model(), asserted))

    def _goes_on_as(self, key: str) -> list[str]:
        found = [key]
        while (said := self.renamings.get(found[-1])) is not None and said.new not in found:
            found.append(said.new)
        return found


def observe(record: SourceRecord, *, salt: str = "") -> Observe:
    """A reading as it comes from its source; the same reading has the same id unless *salt* differs."""
    uid = uuid5(NAMESPACE, f"{record.key}{record.freshness}{salt}")
    return Observe(uid=uid, record=record, actor=record.key.system, via="test", correlation_id=uid)


def delete(key: RecordKey, number: int) -> Delete:
    """The deletion of *key* on day *number*."""
    uid = uuid5(NAMESPACE, f"delete {key} {number}")
    return Delete(
        uid=uid,
        key=key,
        deletion="soft",
        version=str(number),
        source_time=day(number),
        unit="u",
        actor=key.system,
        via="test",
        correlation_id=uid,
    )


def rename(old: int, new: int, number: int) -> Rename:
    """The record *old* gets the id *new* on day *number*."""
    keys = [RecordKey(f"sys{old % 3}", "customer", str(local_id)) for local_id in (old, new)]
    uid = uuid5(NAMESPACE, f"rename {keys[0]} {number}")
    return Rename(
        uid=uid,
        old=keys[0],
        new=keys[1],
        version=str(number),
        source_time=day(number),
        unit="u",
        actor=keys[0].system,
        via="test",
        correlation_id=uid,
    )


def person(dice: random.Random, local_id: int, number: int) -> SourceRecord:
    """A person drawn from a narrow universe, so that many are alike."""
    if dice.random() < 0.6:
        name = dice.choice(FAMILY) + dice.choice(GIVEN) + (dice.choice(GIVEN) if dice.random() < 0.5 else "")
    else:
        name = dice.choice(LATIN)
    values = {"name.full": name}
    if dice.random() < 0.8:
        values["contact.mobile"] = f"+86138000000{dice.randrange(12):02d}"
    if dice.random() < 0.6:
        values["person.birth_date"] = f"19{80 + dice.randrange(4)}-0{1 + dice.randrange(3)}-11"
    if dice.random() < 0.5:
        values["contact.email"] = f"user{dice.randrange(12)}@example.com"
    if dice.random() < 0.4:
        values["address.home.text"] = f"上海市徐汇区漕溪路{dice.randrange(4)}号"
    return reading(local_id, number, PartyKind.PERSON, values)


def company(dice: random.Random, local_id: int, number: int) -> SourceRecord:
    """A company drawn from a narrow universe."""
    values = {"name.legal": dice.choice(COMPANIES) + dice.choice(FORMS)}
    if dice.random() < 0.4:
        values["identifier.uscc"] = dice.choice(
            ("91310115MA9XK2T02R", "91330106MA8QH5R70F", "91440300MA7WD3L607")
        )
    if dice.random() < 0.6:
        values["contact.phone"] = f"+86215888{dice.randrange(6):04d}"
    if dice.random() < 0.4:
        values["contact.website"] = f"www.site{dice.randrange(5)}.example.com"
    if dice.random() < 0.5:
        values["address.registered.text"] = f"上海市浦东新区张江路{dice.randrange(4)}号"
    return reading(local_id, number, PartyKind.ORGANISATION, values)


def reading(local_id: int, number: int, kind: PartyKind, values: dict[str, str]) -> SourceRecord:
    """One reading of record *local_id* on day *number*."""
    return SourceRecord(
        key=RecordKey(f"sys{local_id % 3}", "customer", str(local_id)),
        kind=kind,
        unit=f"unit{local_id % 3}",
        version=str(number),
        source_time=T0 + timedelta(days=number),
        values=tuple(SourceValue(path=path, value=value) for path, value in values.items()),
    )


def story(seed: int, records: int) -> list[Item]:
    """Readings, later readings and deletions of *records* source records."""
    dice = random.Random(seed)
    items: list[Item] = []
    for local_id in range(records):
        make = person if local_id % 2 else company
        items.append(observe(make(dice, local_id, 1)))
        if dice.random() < 0.3:
            items.append(observe(make(dice, local_id, 2)))
        if dice.random() < 0.15:
            items.append(delete(RecordKey(f"sys{local_id % 3}", "customer", str(local_id)), 3))
        if dice.random() < 0.1:
            items.append(observe(make(dice, local_id, 4)))
        if dice.random() < 0.1:
            items.append(rename(local_id, local_id + 3000, 5))
            if dice.random() < 0.5:
                items.append(observe(make(dice, local_id + 3000, 6)))
            if dice.random() < 0.3:
                items.append(rename(local_id + 3000, local_id + 6000, 7))
    return items


def batches(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """*items* cut into batches of *size*."""
    return [items[i : i + size] for i in range(0, len(items), size)]


def stored_customers(url: str) -> set[frozenset[str]]:
    """The customers as the match index has them: the live records of each."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT array_agg(record_key) FROM hub_source_record WHERE NOT retired GROUP BY customer_id"
        ).fetchall()
    return {frozenset(keys) for (keys,) in rows}


def logged_customers(log: EventLog) -> dict[UUID, frozenset[str]]:
    """The customers as the log has them: the live records of each that is not merged away."""
    from hub.customer.state import Customer
    from hub.handling.workspace import fold

    streams: dict[UUID, list[Any]] = {}
    position = 0
    while page := log.read(position, 5_000):
        position = page[-1].position or 0
        for event in page:
            streams.setdefault(event.originator_id, []).append(event)
    states = [fold(events) for events in streams.values() if _is_customer(events[0])]
    return {
        s.id: live
        for s in states
        if isinstance(s, Customer)
        and (live := frozenset(str(k) for k, r in s.records.items() if not r.retired))
    }


def _is_customer(event: Any) -> bool:
    from hub.log.codec import NAMES

    return NAMES[type(event.body)].startswith("customer.")


def empty(url: str) -> None:
    """Make the hub's tables as good as new."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "TRUNCATE hub_events, hub_tracking, hub_source_record, hub_match_key, hub_match_edge,"
            " hub_match_doubt, hub_open_case, hub_assertion_pair, hub_receipt, hub_parked RESTART IDENTITY"
        )
        connection.execute("UPDATE hub_match_clock SET stamp = 0, assertions = 0, model = ''")


def run(url: str, items: Sequence[Item], size: int, model: Model | None = None) -> Resolver:
    """Send *items* to a hub in batches of *size*; the caller closes its log."""
    resolver = Resolver(EventLog(url, KEY_BYTES, pool_size=2), model=model)
    for batch in batches(items, size):
        resolver.take(batch)
    return resolver
