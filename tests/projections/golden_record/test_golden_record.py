"""What a customer is, kept up to date page by page, and how it is found."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hub.customer.commands import PinValue, RetireRecord
from hub.customer.state import Customer
from hub.kernel.ids import new_id
from hub.log.store import EventLog
from projections.golden_record import queries
from projections.golden_record.project import GoldenRecordProjection
from projections.runner.run import Runner
from tests.projections.conftest import Take
from tests.projections.world import World, day, empty, random_world, record, rows_of, write

pytestmark = pytest.mark.postgres


def test_a_customer_shows_its_values_with_the_record_and_the_event_they_come_from(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    customer = world.register(record("1", ("name.full", "北京华星科技有限公司")))
    take(world)
    found = queries.by_id(connection, customer)
    assert found is not None
    assert (found.status, found.name, found.version, found.position) == (
        "active",
        "北京华星科技有限公司",
        2,
        2,
    )
    (fact,) = (fact for fact in found.values if fact.path == "name.full")
    assert (fact.value, fact.record_key) == ("北京华星科技有限公司", "erp/customer/1")
    assert (fact.event_id, fact.event_version) == (customer, 2)


def test_a_former_id_shows_the_survivor_unless_asked_not_to(take: Take, connection: Connection[Any]) -> None:
    world = World()
    a, b, c = (world.register(record(n, ("name.full", f"Firma {n}"))) for n in "123")
    world.merge(a, b)
    world.merge(b, c)
    take(world)
    found = queries.by_id(connection, a)
    assert found is not None
    assert (found.customer_id, len(found.record_keys)) == (c, 3)
    former = queries.by_id(connection, a, follow=False)
    assert former is not None
    assert (former.status, former.merged_into, former.values) == ("merged", b, ())
    assert queries.count(connection) == {"active": 1, "merged": 2}


def test_a_customer_without_a_living_record_is_retired(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1", ("name.full", "Firma")))
    retire = RetireRecord(key=record("1").key, version="2", source_time=day(1), deletion="hard")
    world.tell(customer, retire)
    take(world)
    found = queries.by_id(connection, customer)
    assert found is not None
    assert found.status == "retired"


def test_a_pin_wins_over_the_records(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1", ("name.full", "Firma")))
    world.tell(customer, PinValue(path="name.full", value="Firma Eins"))
    take(world)
    found = queries.by_record(connection, "erp/customer/1")
    assert found is not None
    assert found.name == "Firma Eins"
    assert queries.by_record(connection, "erp/customer/2") is None
    assert queries.by_id(connection, new_id()) is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("华星", True),
        ("星", True),
        ("科技公司", False),  # neighbouring characters only: 技公 does not occur
        ("huax tech", True),
        ("HUAXING", True),
        ("tech missing", False),
        ("13800138000", True),
        ("+86 (138) 0013-8000", True),
        ("00138000", True),
        ("13800138001", False),
        ("info@hua", True),
        ("ＨＵＡＸＩＮＧ", True),
        ("91310000ma1k", True),
        ("K-4711", True),
        ("o'neill", True),
        ("'; drop", False),
        ("\\", False),
        ("", False),
        ("&|!:*()", False),
    ],
)
def test_search_finds_by_words_phone_mail_identifier_and_local_id(
    take: Take, connection: Connection[Any], asked: str, found: bool
) -> None:
    world = World()
    customer = world.register(
        record(
            "K-4711",
            ("name.full", "北京华星科技有限公司"),
            ("name.english", "Huaxing O'Neill Technology"),
            ("contact.phone", "+86 138 0013 8000"),
            ("contact.email", "info@huaxing.example.com"),
            ("identifier.uscc", "91310000MA1K4RJ52X"),
        )
    )
    world.register(record("2", ("name.full", "Nordlicht")))
    take(world)
    hits = [hit.customer_id for hit in queries.search(connection, asked)]
    assert hits == ([customer] if found else [])


def test_search_and_pages_go_on_behind_the_last_id(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customers = sorted(world.register(record(str(n), ("name.full", "Firma Nord"))) for n in range(5))
    take(world)
    first = queries.search(connection, "nord", limit=2)
    rest = queries.search(connection, "nord", limit=9, after=first[-1].customer_id)
    assert [row.customer_id for row in (*first, *rest)] == customers
    assert [row.customer_id for row in queries.page(connection, limit=9, after=customers[1])] == customers[2:]
    assert queries.page(connection, status="retired") == ()


def test_changes_are_listed_in_the_order_of_the_log(take: Take, connection: Connection[Any]) -> None:
    world = World()
    first, second = world.register(record("1")), world.register(record("2"))
    world.assign(first, "wang", 0)
    take(world)
    assert [row.customer_id for row in queries.changed_after(connection, 0)] == [second, first]
    assert [row.customer_id for row in queries.changed_after(connection, 4)] == [first]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_a_projection_without_memory_reads_the_log_and_gives_the_same_rows(
    log: EventLog, connection: Connection[Any], chance: Random
) -> None:
    tables = GoldenRecordProjection.tables
    empty(connection, tables)
    world = random_world(chance, 60)
    write(log, world.events)
    with Runner(log, [GoldenRecordProjection(log)], page_size=1000) as runner:
        runner.run_until(log.head())
    remembered = rows_of(connection, tables)
    connection.execute("TRUNCATE projection_checkpoint, golden_record")
    with Runner(log, [GoldenRecordProjection(log, cached=0)], page_size=5) as runner:
        runner.run_until(log.head())
    assert rows_of(connection, tables) == remembered
    found = queries.by_ids(connection, list(world.customers))
    for state in world.customers.values():
        assert isinstance(state, Customer)
        row = found[state.id]
        assert (row.version, row.merged_into) == (state.version, state.merged_into)
        assert row.record_keys == tuple(str(key) for key in sorted(state.records))
