"""Which customer a source record belongs to, through links, moves, merges and unmerges."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hub.customer.commands import RetireRecord, ReviseRecord
from hub.customer.state import Customer
from hub.kernel.ids import new_id
from hub.log.store import EventLog
from projections.crosswalk.project import CrosswalkProjection
from projections.crosswalk.queries import (
    customer_of_record,
    export_links,
    former_ids_of,
    history_of_record,
    page_of_links,
    records_of_customer,
    survivor_of,
)
from projections.runner.run import Runner
from tests.projections.conftest import Take
from tests.projections.world import World, day, empty, random_world, record, write

pytestmark = pytest.mark.postgres


def test_a_moved_record_belongs_to_its_new_customer_and_remembers_the_old(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    first, second = world.register(record("1")), world.register(record("2"))
    world.now = 5
    world.move(record("1").key, first, second)
    take(world)
    assert customer_of_record(connection, record("1").key) == second
    history = history_of_record(connection, record("1").key)
    assert [(row.customer_id, row.known_from, row.known_to) for row in history] == [
        (first, day(0), day(5)),
        (second, day(5), None),
    ]
    assert [row.record_key for row in records_of_customer(connection, first)] == []
    assert [row.record_key for row in records_of_customer(connection, first, past=True)] == ["erp/customer/1"]


def test_every_former_id_keeps_resolving_through_chains_of_merges(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    a, b, c = (world.register(record(n)) for n in "123")
    world.merge(a, b)
    world.merge(b, c)
    take(world)
    assert [survivor_of(connection, x) for x in (a, b, c)] == [c, c, c]
    assert former_ids_of(connection, c) == tuple(sorted((a, b)))
    assert [row.record_key[-1] for row in records_of_customer(connection, a)] == ["1", "2", "3"]


def test_an_unmerged_customer_is_itself_again(take: Take, connection: Connection[Any]) -> None:
    world = World()
    a, b = world.register(record("1")), world.register(record("2"))
    world.merge(a, b)
    world.now = 3
    world.unmerge(a, b, [record("1").key])
    take(world)
    assert survivor_of(connection, a) == a
    assert former_ids_of(connection, b) == ()
    assert customer_of_record(connection, record("1").key) == a


def test_an_unknown_record_belongs_to_nobody_and_an_unknown_id_to_itself(connection: Connection[Any]) -> None:
    stranger = new_id()
    assert customer_of_record(connection, "erp/customer/none") is None
    assert survivor_of(connection, stranger) == stranger


def test_a_deletion_that_is_older_than_the_last_reading_does_not_retire(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    customer = world.register(record("1", at=5))
    late = RetireRecord(key=record("1").key, version="1", source_time=day(4), deletion="soft")
    world.tell(customer, late)
    take(world)
    assert [row.retired for row in records_of_customer(connection, customer)] == [False]
    world.tell(customer, RetireRecord(key=late.key, version="1", source_time=day(6), deletion="soft"))
    take(world)
    assert [row.retired for row in records_of_customer(connection, customer)] == [True]
    world.tell(customer, ReviseRecord(record=record("1", at=7)))
    take(world)
    assert [row.retired for row in records_of_customer(connection, customer)] == [False]


def test_pages_and_the_export_give_every_current_link_once(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customers = [world.register(record(str(n))) for n in range(7)]
    world.merge(customers[0], customers[1])
    take(world)
    keys: list[str] = []
    while page := page_of_links(connection, 3, keys[-1] if keys else None):
        keys.extend(row.record_key for row in page)
    assert keys == sorted(str(key) for key in world.records)
    assert [row.record_key for row in export_links(connection, batch=2)] == keys


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_the_crosswalk_says_what_the_customers_say(
    log: EventLog, connection: Connection[Any], chance: Random
) -> None:
    empty(connection, CrosswalkProjection.tables)
    world = random_world(chance, 80)
    write(log, world.events)
    with Runner(log, [CrosswalkProjection()], page_size=chance.choice((4, 1000))) as runner:
        runner.run_until(log.head())
    states = [state for state in world.customers.values() if isinstance(state, Customer)]
    expected = {str(key): (s.id, s.records[key].retired) for s in states for key in s.records}
    assert {r.record_key: (r.customer_id, r.retired) for r in export_links(connection)} == expected
    for state in states:
        end = state
        while end.merged_into is not None:
            end = world.state(end.merged_into)
        assert survivor_of(connection, state.id) == end.id
