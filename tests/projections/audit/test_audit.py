"""Every event says who changed what, from what, to what."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hub.customer.commands import PinValue, RetireRecord, ReviseRecord, UnpinValue
from hub.log.store import EventLog
from projections.audit.project import AuditProjection
from projections.audit.queries import AuditEntry, AuditFilter, entries, entry
from projections.runner.run import Runner
from tests.projections.conftest import Take
from tests.projections.world import LANES, World, day, empty, random_world, record, rows_of, write

pytestmark = pytest.mark.postgres


def of(connection: Connection[Any], customer_id: UUID, aspect: str) -> tuple[AuditEntry, ...]:
    """The rows of one aspect of one customer, oldest first."""
    return entries(connection, AuditFilter(customer_ids=(customer_id,), aspect=aspect), newest_first=False)


def test_an_owner_before_and_after(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 0)
    world.assign(customer, "li", 0, LANES[1])
    world.transfer(customer, "schmidt", 3)
    take(world)
    first, second = of(connection, customer, f"owner:{LANES[0]}")
    assert first.before is None
    assert (first.after["owner"], second.before["owner"], second.after["owner"]) == (
        "wang",
        "wang",
        "schmidt",
    )
    assert (second.actor, second.reason, second.valid_at) == ("steward", "because", day(3))


def test_a_pin_comes_and_goes(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.tell(customer, PinValue(path="name.full", value="Eins"))
    world.tell(customer, UnpinValue(path="name.full"))
    take(world)
    pinned, unpinned = of(connection, customer, "pin:name.full")
    assert pinned.after["value"] == unpinned.before["value"] == "Eins"
    assert unpinned.after is None


def test_a_reading_that_came_late_changes_nothing_and_says_so(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    customer = world.register(record("1", ("name.full", "new"), at=5))
    world.tell(customer, ReviseRecord(record=record("1", ("name.full", "old"), at=1)))
    world.tell(customer, RetireRecord(key=record("1").key, version="1", source_time=day(9), deletion="soft"))
    take(world)
    linked, late, retired = of(connection, customer, "record:erp/customer/1")
    assert late.before == late.after == linked.after
    assert linked.after["values"] == [["name.full", "new"]]
    assert (retired.before["retired"], retired.after["retired"]["version"]) == (None, "1")


def test_a_reading_from_before_a_known_deletion_leaves_the_record_retired(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    key = record("1").key
    customer = world.register(record("1", ("name.full", "old"), at=0))
    world.tell(customer, RetireRecord(key=key, version="1", source_time=day(9), deletion="soft"))
    world.tell(customer, ReviseRecord(record=record("1", ("name.full", "new"), at=5)))
    world.tell(customer, RetireRecord(key=key, version="1", source_time=day(8), deletion="soft"))
    world.tell(customer, ReviseRecord(record=record("1", ("name.full", "back"), at=10)))
    take(world)
    shown = [
        (row.after["values"][0][1], bool(row.after["retired"]))
        for row in of(connection, customer, f"record:{key}")
    ]
    assert shown == [("old", False), ("old", True), ("new", True), ("new", True), ("back", False)]


def test_a_merge_is_a_change_of_identity(take: Take, connection: Connection[Any]) -> None:
    world = World()
    a, b = world.register(record("1")), world.register(record("2"))
    world.merge(a, b)
    world.unmerge(a, b, [record("1").key])
    take(world)
    assert [row.after["merged_into"] for row in of(connection, a, "identity")] == [None, str(b), None]
    assert [row.after["absorbed"] for row in of(connection, b, "identity")] == [[], [str(a)], []]


def test_rows_are_filtered_and_paged(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.register(record("2"))
    world.now = 4
    world.assign(customer, "wang", 0)
    world.activity(record("1").key)
    world.assertion(record("1").key, record("2").key)
    take(world)
    everything = entries(connection, AuditFilter())
    assert [row.position for row in everything] == [7, 6, 5, 4, 3, 2, 1]
    assert [row.position for row in entries(connection, AuditFilter(), limit=2, after=6)] == [5, 4]
    assert [row.aspect for row in entries(connection, AuditFilter(actor="erp"))] == [
        "activity:erp/customer/1"
    ]
    assert len(entries(connection, AuditFilter(activities=False))) == 6
    assert [row.position for row in entries(connection, AuditFilter(customer_ids=(customer,)))] == [5, 2, 1]
    late = AuditFilter(recorded_from=day(1), recorded_to=day(5))
    assert [row.position for row in entries(connection, late)] == [7, 6, 5]
    assert entries(connection, AuditFilter(recorded_to=day(0))) == ()
    found = entry(connection, 7)
    assert found is not None
    assert found.after == {
        "verdict": "different",
        "left": ["erp/customer/1"],
        "right": ["erp/customer/2"],
    }
    assert entry(connection, 99) is None


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_each_row_begins_where_the_one_before_ended_even_without_memory(
    log: EventLog, connection: Connection[Any], chance: Random
) -> None:
    empty(connection, AuditProjection.tables)
    world = random_world(chance, 60)
    write(log, world.events)
    with Runner(log, [AuditProjection(remembered=0)], page_size=3) as runner:
        runner.run_until(log.head())
    last: dict[tuple[UUID | None, str], Any] = {}
    rows = entries(connection, AuditFilter(), limit=10_000, newest_first=False)
    assert [row.position for row in rows] == [event.position for event in world.events]
    for row in rows:
        if row.customer_id is not None:
            assert row.before == last.get((row.customer_id, row.aspect))
            last[row.customer_id, row.aspect] = row.after
    forgetful = rows_of(connection, AuditProjection.tables)
    connection.execute("TRUNCATE projection_checkpoint, audit")
    with Runner(log, [AuditProjection()], page_size=7) as runner:
        runner.run_until(log.head())
    assert rows_of(connection, AuditProjection.tables) == forgetful
