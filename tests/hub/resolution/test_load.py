"""A load comes to the same hub as the stream of all records in one batch, whatever interrupts it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from hub.kernel.errors import RuleViolationError
from hub.kernel.ids import RecordKey
from hub.log.store import EventLog
from hub.resolution.foresight import all_edges, survey
from hub.resolution.items import Item, Observe, Report
from hub.resolution.load import Loader
from hub.resolution.resolver import Resolver
from hub.stewardship.events import CaseEvent
from matching import default_model
from tests.hub.resolution.universe import (
    KEY_BYTES,
    Truth,
    company,
    delete,
    logged_customers,
    observe,
    person,
    rename,
    run,
    stored_customers,
    story,
)
from tests.hub.samples import day


class Interrupted(Exception):
    """Stands for a kill between two transactions."""


class Memory:
    """A stock in memory, and the progress of its load; *until* interrupts it once so many messages are written."""

    files: Sequence[str] = ("memory",)

    def __init__(self, items: Sequence[Item], *, digest: str = "one", until: int | None = None) -> None:
        self.items = items
        self.digest = digest
        self.until = until
        self.buried: list[int] = []
        self.at: Callable[[], None] = lambda: None

    def read(self) -> Iterator[Item]:
        return iter(self.items)

    def fetch(self, numbers: Sequence[int]) -> list[Item]:
        return [self.items[n] for n in numbers]

    def bury_unreadable(self, connection: Connection[Any]) -> None:
        del connection

    def bury(self, connection: Connection[Any], number: int, error: Exception) -> None:
        del connection, error
        self.buried.append(number)

    def comparing(self, records: int) -> None:
        del records

    def reviewed(self, records: int) -> None:
        """*records* are looked at for doubts."""
        del records

    def written(self, done: int, messages: int) -> None:
        del messages
        if self.until is not None and done >= self.until:
            raise Interrupted
        if done:
            self.at()


def resolver_of(url: str) -> Resolver:
    return Resolver(EventLog(url, KEY_BYTES, pool_size=3))


def load(url: str, stock: Memory, batch: int = 10) -> Resolver:
    resolver = resolver_of(url)
    Loader(resolver, batch=batch).load(stock, stock)
    return resolver


def rows(url: str) -> dict[str, Any]:
    """All that a hub holds, customers named by the record that they were registered for, times of recording aside."""
    queries = {
        "records": "SELECT record_no, record_key, kind, source_time, version, content, retired, prepared,"
        " (SELECT record_key FROM hub_source_record f WHERE f.home_id = r.customer_id ORDER BY record_no LIMIT 1),"
        " home_id IS NULL FROM hub_source_record r ORDER BY record_no",
        "keys": "SELECT key, record_no FROM hub_match_key ORDER BY 1, 2",
        "edges": "SELECT left_no, right_no, weight FROM hub_match_edge ORDER BY 1, 2",
        "receipts": "SELECT uid, outcome FROM hub_receipt ORDER BY 1",
        "doubts": "SELECT least(left_no, right_no), greatest(left_no, right_no), weight FROM hub_match_doubt ORDER BY 1, 2",
        "parked": "SELECT uid, record_key FROM hub_parked ORDER BY 1",
    }
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}


def told(log: EventLog) -> dict[str, list[Any]]:
    """What is told of each customer, by the record that it was registered for, without ids and times of recording."""
    streams: dict[UUID, list[Any]] = {}
    for event in log.read(0, 100_000):
        if isinstance(event.body, CaseEvent):
            continue  # a load looks for doubts at its end
        streams.setdefault(event.originator_id, []).append(event)
    found: dict[str, list[Any]] = {}
    for events in streams.values():
        first = next(
            (e.body.record.key for e in events if hasattr(e.body, "record") and hasattr(e.body, "founding")),
            None,
        )
        about = [(e.body, e.meta.actor, e.meta.via, e.meta.reason, e.meta.valid_at) for e in events]
        found[str(first)] = about
    return found


def readings(seed: int, records: int) -> list[Item]:
    """Readings only, some records read twice."""
    return [i for i in story(seed, records) if isinstance(i, Observe)]


def in_one_batch(url: str, items: Sequence[Item]) -> Resolver:
    return run(url, items, len(items))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("batch", [1, 10, 1_000])
def test_a_load_is_the_stream_in_one_batch(urls: tuple[str, str], seed: int, batch: int) -> None:
    items = readings(seed, 120)
    random.Random(seed).shuffle(items)
    loaded = load(urls[0], Memory(items), batch)
    streamed = in_one_batch(urls[1], items)
    truth = Truth()
    truth.take(items)
    assert stored_customers(urls[0]) == truth.customers()
    assert set(logged_customers(loaded.log).values()) == truth.customers()
    assert rows(urls[0]) == rows(urls[1])
    assert told(loaded.log) == told(streamed.log)
    loaded.log.close()
    streamed.log.close()


def test_what_is_streamed_later_meets_a_loaded_hub_as_it_meets_a_streamed_one(urls: tuple[str, str]) -> None:
    items = readings(5, 100)
    later = [i for i in story(6, 140) if i not in items]
    resolvers = load(urls[0], Memory(items)), in_one_batch(urls[1], items)
    for resolver in resolvers:
        for start in range(0, len(later), 9):
            resolver.take(later[start : start + 9])
    assert rows(urls[0]) == rows(urls[1])
    for resolver in resolvers:
        resolver.log.close()


def test_deletions_renamings_and_activities_come_after_the_readings(database: str) -> None:
    items = story(7, 80)
    report = Report(
        uid=UUID(int=1),
        key=next(i.key for i in items if isinstance(i, Observe)),
        type="sales.order.placed",
        unit="u",
        data={},
        occurred_at=day(1),
        actor="crm",
        via="test",
        correlation_id=UUID(int=1),
    )
    resolver = load(database, Memory([report, *reversed(items)]))
    truth = Truth()
    truth.take(items)
    assert stored_customers(database) == truth.customers()
    assert resolver.receipt(report.uid) is not None
    resolver.log.close()


@pytest.mark.parametrize("until", [0, 1, 40, 90])
def test_an_interrupted_load_goes_on_where_it_stopped(urls: tuple[str, str], until: int) -> None:
    items = readings(8, 100)
    with pytest.raises(Interrupted):
        load(urls[0], Memory(items, until=until))
    before = len(rows(urls[0])["receipts"])
    assert before >= until
    loaded = load(urls[0], Memory(items), batch=17)
    streamed = in_one_batch(urls[1], items)
    assert rows(urls[0]) == rows(urls[1])
    assert told(loaded.log) == told(streamed.log)
    loaded.log.close()
    streamed.log.close()


def test_a_finished_load_given_again_does_nothing(database: str) -> None:
    items = readings(9, 40)
    load(database, Memory(items)).log.close()
    before = rows(database)
    load(database, Memory(items)).log.close()
    assert rows(database) == before


def test_other_files_are_refused_while_a_load_is_unfinished(database: str) -> None:
    with pytest.raises(Interrupted):
        load(database, Memory(readings(10, 40), until=10))
    with pytest.raises(RuleViolationError, match="not finished"):
        load(database, Memory(readings(11, 40), digest="other"))


def test_a_hub_that_holds_records_refuses_a_load(database: str) -> None:
    in_one_batch(database, readings(12, 3)).log.close()
    with pytest.raises(RuleViolationError, match="hub publish"):
        load(database, Memory(readings(13, 3)))


def test_of_two_loads_at_once_the_second_is_refused(database: str) -> None:
    items = readings(14, 40)
    first = Memory(items)
    refused: list[RuleViolationError] = []

    def second() -> None:
        with pytest.raises(RuleViolationError, match="under way") as error:
            load(database, Memory(items))
        refused.append(error.value)

    first.at = second
    load(database, first).log.close()
    assert refused
    truth = Truth()
    truth.take(items)
    assert stored_customers(database) == truth.customers()


def test_records_that_are_streamed_during_a_load_are_met(database: str) -> None:
    """The stream brings records that belong to loaded ones, some of them before these are written."""
    dice = random.Random(15)
    items: list[Item] = [observe((person if n % 2 else company)(dice, n, 1)) for n in range(120)]
    streamed: list[Item] = [observe((person if n % 2 else company)(dice, n, 2)) for n in range(60, 160)]
    stream = resolver_of(database)
    stock = Memory(items)
    waiting = list(streamed)

    def meanwhile() -> None:
        stream.take(waiting[:15])
        del waiting[:15]

    stock.at = meanwhile
    loaded = load(database, stock)
    stream.take(waiting)
    truth = Truth()
    truth.take([*items, *streamed])
    assert stored_customers(database) == truth.customers()
    assert set(logged_customers(loaded.log).values()) == truth.customers()
    stream.log.close()
    loaded.log.close()


def test_a_message_that_cannot_be_taken_in_is_buried_and_the_others_are_not(database: str) -> None:
    items = readings(16, 40)
    log = EventLog(database, KEY_BYTES, pool_size=2)
    bad = RecordKey("sys9", "customer", "erased")
    with log.connection() as connection:
        log.keys.ensure(connection, [bad.record_id])
        log.keys.destroy(connection, bad.record_id)
    erased = observe(replace(company(random.Random(1), 1, 1), key=bad))
    stock = Memory([*items[:20], erased, *items[20:]])
    load(database, stock).log.close()
    assert stock.buried == [20]
    truth = Truth()
    truth.take(items)
    assert stored_customers(database) == truth.customers()
    log.close()


def test_a_load_keeps_what_is_deleted_or_renamed_in_its_customer(database: str) -> None:
    dice = random.Random(17)
    items: list[Item] = [observe(company(dice, n, 1)) for n in range(9)]
    items += [delete(RecordKey("sys0", "customer", "3"), 2), rename(4, 3004, 3)]
    load(database, Memory(items)).log.close()
    truth = Truth()
    truth.take(items)
    assert stored_customers(database) == truth.customers()


@pytest.mark.parametrize("at_once", [3, 20, 60])
def test_more_records_than_fit_at_once_have_the_same_edges(at_once: int) -> None:
    model = default_model()
    surveyed = survey(readings(18, 150), model)
    whole = sorted(all_edges(surveyed, model))
    assert whole
    assert sorted(set(all_edges(surveyed, model, at_once))) == whole
