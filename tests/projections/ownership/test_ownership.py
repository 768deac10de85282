"""Who owned whom when, as known when: by example, and against a plain-Python oracle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hub.customer.events import (
    Lane,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipCorrected,
    OwnerTransferred,
    Restored,
)
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from projections.ownership.project import OwnershipProjection
from projections.ownership.queries import BookCursor, book_of, changes, owners, timeline
from projections.ownership.replay import replay_owner
from projections.runner.run import Runner
from tests.projections.conftest import Take
from tests.projections.world import LANES, PEOPLE, World, day, empty, random_world, record, write

pytestmark = pytest.mark.postgres


def owner(
    connection: Connection[Any], customer_id: UUID, on: float, known: float | None = None
) -> str | None:
    """The owner of the first lane."""
    found = owners(connection, customer_id, day(on), None if known is None else day(known), LANES[0])
    return found[0].owner if found else None


def test_an_owner_holds_from_the_day_of_the_assignment_until_the_transfer(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 10)
    world.now = 20
    world.transfer(customer, "li", 20)
    take(world)
    assert [owner(connection, customer, on) for on in (9.9, 10, 19.9, 20, 400)] == [
        None,
        "wang",
        "wang",
        "li",
        "li",
    ]


def test_what_was_known_before_a_correction_can_still_be_asked_for(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 0)
    world.now = 30
    world.correct(customer, "schmidt", 5, 15)
    take(world)
    assert owner(connection, customer, 10, known=29.9) == "wang"
    assert owner(connection, customer, 10, known=30) == "schmidt"
    assert [owner(connection, customer, on) for on in (4.9, 5, 14.9, 15)] == [
        "wang",
        "schmidt",
        "schmidt",
        "wang",
    ]


def test_a_correction_to_nobody_says_why_nobody_owned(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 0)
    world.correct(customer, None, 5, None)
    take(world)
    (found,) = owners(connection, customer, day(6), lane=LANES[0])
    assert (found.owner, found.kind, found.reason) == (None, "corrected", "because")


def test_changes_of_one_instant_leave_only_the_last_belief(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 0)
    world.correct(customer, "li", 0, None)
    take(world)
    assert [(row.owner, row.known_to) for row in changes(connection, customer)] == [("li", None)]


def test_after_a_merge_the_survivor_answers_for_the_days_behind_it(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    first, second = world.register(record("1")), world.register(record("2"))
    world.assign(first, "wang", 0)
    world.assign(second, "li", 0)
    world.now = 10
    world.merge(first, second)
    take(world)
    assert owner(connection, first, 9) == "wang"
    assert owner(connection, first, 10) == "li"
    assert owner(connection, first, 10, known=9.9) == "wang"
    assert [(row.owner, row.valid_to) for row in timeline(connection, first)] == [("wang", day(10))]
    assert [row.customer_id for row in book_of(connection, "wang", day(9))] == [first]
    assert book_of(connection, "wang", day(10)) == ()


def test_an_unmerge_gives_the_owner_back_as_if_there_had_been_no_merge(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    first, second = world.register(record("1")), world.register(record("2"))
    world.assign(first, "wang", 0)
    world.assign(second, "li", 0)
    world.now = 10
    world.merge(first, second)
    world.now = 20
    world.unmerge(first, second, [record("1").key])
    take(world)
    assert owner(connection, first, 15) == "wang"
    assert owner(connection, first, 15, known=19) == "li"
    assert owner(connection, second, 15) == "li"


def test_chains_of_merges_are_followed_to_their_end(take: Take, connection: Connection[Any]) -> None:
    world = World()
    a, b, c = (world.register(record(n)) for n in "123")
    world.assign(c, "schmidt", 0)
    world.now = 1
    world.merge(a, b)
    world.now = 2
    world.merge(b, c)
    take(world)
    (found,) = owners(connection, a, day(3), lane=LANES[0])
    assert (found.asked_id, found.customer_id, found.owner) == (a, c, "schmidt")


def test_a_book_is_read_page_by_page(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customers = [world.register(record(str(n))) for n in range(5)]
    for customer in customers:
        world.assign(customer, "wang", 0)
    take(world)
    first = book_of(connection, "wang", day(1), limit=3)
    last = first[-1]
    rest = book_of(
        connection,
        "wang",
        day(1),
        limit=3,
        after=BookCursor(last.customer_id, last.lane.scope, last.lane.role),
    )
    assert [row.customer_id for row in (*first, *rest)] == sorted(customers)


def test_the_question_uses_indexes_only(take: Take, connection: Connection[Any]) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 0)
    take(world)
    connection.execute("SET enable_seqscan = off")
    with connection.cursor() as cursor:
        from projections.ownership.queries import _OWNERS

        params = {"id": customer, "as_of": day(1), "known_at": day(1), "scope": None, "role": None}
        plan = "\n".join(row[0] for row in cursor.execute("EXPLAIN " + _OWNERS, params))
    assert "Seq Scan" not in plan


def test_the_replay_names_what_it_did_not_count(log: EventLog, take: Take) -> None:
    world = World()
    customer = world.register(record("1"))
    world.assign(customer, "wang", 0)
    world.now = 5
    world.transfer(customer, "li", 5)
    take(world)
    replay = replay_owner(log, customer, day(6), day(4))
    assert replay.owners == {LANES[0]: "wang"}
    assert [(step.name, step.counted) for step in replay.steps] == [
        ("customer.owner-assigned.v1", True),
        ("customer.owner-transferred.v1", False),
    ]


def oracle(
    events: Sequence[RecordedEvent], customer_id: UUID, lane: Lane, on: datetime, known: datetime
) -> str | None:
    """The owner by the plainest reading: the last known word on that day counts; a known merge hands the question on."""
    merge: tuple[UUID, datetime] | None = None
    said: str | None = None
    last: dict[object, datetime] = {}
    for event in events:
        body = event.body
        if event.originator_id != customer_id:
            continue
        about: object = getattr(body, "lane", "merge" if isinstance(body, MergedInto | Restored) else None)
        learned = last[about] = max(event.meta.recorded_at, last.get(about, event.meta.recorded_at))
        if learned > known:
            continue
        match body:
            case MergedInto(survivor_id=survivor_id):
                merge = survivor_id, event.meta.valid_at
            case Restored():
                merge = None
            case OwnerAssigned() | OwnerTransferred() | OwnerReleased() | OwnershipCorrected():
                end = body.valid_to if isinstance(body, OwnershipCorrected) else None
                if body.lane == lane and body.valid_from <= on and (end is None or on < end):
                    said = None if isinstance(body, OwnerReleased) else body.owner
            case _:
                pass
    if merge is not None and merge[1] <= on:
        return oracle(events, merge[0], lane, on, known)
    return said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_every_question_is_answered_as_the_oracle_and_the_replay_do(
    log: EventLog, connection: Connection[Any], chance: Random
) -> None:
    empty(connection, OwnershipProjection.tables)
    world = random_world(chance, 80)
    write(log, world.events)
    with Runner(log, [OwnershipProjection()], page_size=chance.choice((3, 1000))) as runner:
        runner.run_until(log.head())
    for customer_id in list(world.customers)[:6]:
        for _ in range(5):
            on = day(round(world.now) + chance.choice((-20, -8, -3, -1, 0, 2, 6)))
            known = day(chance.choice((world.now, world.now / 2, world.now - 3, 1000)))
            expected = {
                lane: name for lane in LANES if (name := oracle(world.events, customer_id, lane, on, known))
            }
            found = owners(connection, customer_id, on, known)
            assert {row.lane: row.owner for row in found if row.owner} == expected
            assert dict(replay_owner(log, customer_id, on, known).owners) == expected


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_books_hold_what_the_customers_say(
    log: EventLog, connection: Connection[Any], chance: Random
) -> None:
    empty(connection, OwnershipProjection.tables)
    world = random_world(chance, 80)
    write(log, world.events)
    with Runner(log, [OwnershipProjection()]) as runner:
        runner.run_until(log.head())
    on = day(round(world.now) - 1)
    by_book = {(row.customer_id, row.lane, name) for name in PEOPLE for row in book_of(connection, name, on)}
    by_customer = {
        (row.customer_id, row.lane, row.owner)
        for customer_id in world.customers
        for row in owners(connection, customer_id, on)
        if row.owner and row.customer_id == customer_id
    }
    assert by_book == by_customer
