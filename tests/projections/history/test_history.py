"""One timeline a customer: its changes, and the activities of the records that belong to it now."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from projections.history.queries import Cursor, Entry, activities_of_record, timeline
from tests.projections.conftest import Take
from tests.projections.world import World, record

pytestmark = pytest.mark.postgres


def orders(entries: tuple[Entry, ...]) -> list[str]:
    """The numbers of the orders among the entries."""
    return [entry.data["order"] for entry in entries if entry.unit]


def test_a_merged_customer_shows_the_activities_of_both_and_an_unmerged_one_its_own(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    a, b = world.register(record("1")), world.register(record("2"))
    world.activity(record("1").key, at=1, order="a")
    world.activity(record("2").key, at=2, order="b")
    world.merge(a, b)
    take(world)
    assert orders(timeline(connection, b, newest_first=False)) == ["a", "b"]
    assert orders(timeline(connection, a, newest_first=False)) == ["a", "b"]
    world.now = 5
    world.unmerge(a, b, [record("1").key])
    take(world)
    assert orders(timeline(connection, a)) == ["a"]
    assert orders(timeline(connection, b)) == ["b"]


def test_the_survivor_shows_the_changes_of_the_customers_merged_into_it(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    a, b, c = (world.register(record(n)) for n in "123")
    world.assign(a, "wang", 0)
    world.merge(a, b)
    world.merge(b, c)
    take(world)
    shown = timeline(connection, c, limit=100, activities=False)
    assert {entry.customer_id for entry in shown} == {a, b, c}
    assert len(shown) == len(world.events)


def test_pages_cover_the_timeline_once_in_either_direction(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.link(customer, record("2"))
    for number in range(12):
        world.activity(record(str(1 + number % 2)).key, at=number // 3, order=str(number))
    take(world)
    whole = timeline(connection, customer, limit=100)
    assert [entry.cursor for entry in whole] == sorted((entry.cursor for entry in whole), reverse=True)
    for newest_first in (True, False):
        seen: list[Entry] = []
        after: Cursor | None = None
        while page := timeline(connection, customer, limit=4, after=after, newest_first=newest_first):
            seen.extend(page)
            after = page[-1].cursor
        assert seen == list(whole if newest_first else reversed(whole))


def test_changes_or_activities_can_be_left_out(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.activity(record("1").key, order="a")
    take(world)
    assert [entry.unit for entry in timeline(connection, customer, changes=False)] == ["machines-cn"]
    assert [entry.unit for entry in timeline(connection, customer, activities=False)] == [None, None]


def test_an_activity_of_a_record_that_is_not_known_yet_waits_for_it(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    world.activity(record("9").key, order="early")
    take(world)
    assert orders(activities_of_record(connection, record("9").key)) == ["early"]
    customer = world.register(record("9"))
    take(world)
    assert orders(timeline(connection, customer)) == ["early"]


def test_a_nul_character_in_an_activity_does_not_stop_the_hub(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    customer = world.register(record("1"))
    world.activity(record("1").key, order="a\0b", note="backslash \\u0000 stays")
    take(world)
    (entry,) = timeline(connection, customer, changes=False)
    assert entry.data == {"order": "a\ufffdb", "note": "backslash \\u0000 stays"}
