"""The queue shows what waits for people, the strongest first, and is the same however it was built."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from hub.kernel.ids import RecordKey, case_id
from hub.log.store import EventLog
from hub.stewardship.commands import CloseCase, DecideCase, PostponeCase, RefuseProposal
from hub.stewardship.events import CaseKind, Closure, Verdict
from projections.runner.rebuild import rebuild
from projections.steward_queue import queries as queue
from projections.steward_queue.project import StewardQueueProjection
from projections.steward_queue.queries import Asked, GroupCursor, QueueCursor
from tests.projections.conftest import Take
from tests.projections.world import LANES, World, day, record, rows_of

pytestmark = pytest.mark.postgres

NOW = day(10)


def customers(world: World, count: int) -> list[UUID]:
    """So many customers with a record each."""
    return [world.register(record(str(n), ("name.full", f"customer {n}"))) for n in range(count)]


@pytest.fixture
def world(take: Take) -> World:
    """Four customers in doubt: 0–1 strong, 1–2 weak, 2–3 an alarm, 0–3 postponed to day 20."""
    made = World()
    ids = customers(made, 4)
    made.now = 1
    made.doubt(ids[0], ids[1], 600)
    made.now = 2
    made.doubt(ids[1], ids[2], 300, pattern="phone:equal")
    made.doubt(ids[2], ids[3], 900, kind=CaseKind.ALARM)
    made.doubt(ids[0], ids[3], 650)
    made.tell_case(ids[0], ids[3], PostponeCase(until=day(20), now=day(2)))
    take(made)
    return made


def pairs(world: World, cases: tuple[queue.QueuedCase, ...]) -> list[tuple[int, int]]:
    """The cases by the numbers of their customers."""
    ids = list(world.customers)
    return [(ids.index(c.left_id), ids.index(c.right_id)) for c in cases]


def test_alarms_come_first_then_the_strongest(world: World, connection: Connection[Any]) -> None:
    assert pairs(world, queue.page(connection, NOW)) == [(2, 3), (0, 1), (1, 2)]


def test_pages_neither_skip_nor_repeat(world: World, connection: Connection[Any]) -> None:
    found: list[tuple[int, int]] = []
    after = None
    while page := queue.page(connection, NOW, limit=1, after=after, asked=Asked(postponed=True)):
        found += pairs(world, page)
        after = QueueCursor(queue.rank_of(page[-1]), page[-1].weight, page[-1].case_id)
    assert found == [(2, 3), (0, 3), (0, 1), (1, 2)]


def test_a_postponed_case_is_back_when_its_time_has_come(world: World, connection: Connection[Any]) -> None:
    assert (0, 3) not in pairs(world, queue.page(connection, day(19)))
    assert (0, 3) in pairs(world, queue.page(connection, day(20)))


def test_cases_are_asked_for_by_kind_customer_and_unit(
    world: World, take: Take, connection: Connection[Any]
) -> None:
    ids = list(world.customers)
    assert pairs(world, queue.page(connection, NOW, asked=Asked(kind="alarm"))) == [(2, 3)]
    assert pairs(world, queue.page(connection, NOW, asked=Asked(customer=ids[1]))) == [(0, 1), (1, 2)]
    far = record("9", ("name.full", "far away"), unit="unit-far")
    world.link(ids[2], far)
    take(world)
    assert pairs(world, queue.page(connection, NOW, asked=Asked(unit="unit-far"))) == [(2, 3), (1, 2)]
    assert queue.page(connection, NOW, asked=Asked(sight=["unit-far"])) == ()
    world.link(ids[1], record("10", ("name.full", "farther"), unit="unit-far"))
    take(world)
    assert pairs(world, queue.page(connection, NOW, asked=Asked(sight=["unit-far"]))) == [(1, 2)]


def test_cases_are_counted_by_kind_with_the_oldest(world: World, connection: Connection[Any]) -> None:
    counts = {c.kind: (c.cases, c.oldest) for c in queue.counts(connection, NOW)}
    assert counts == {"alarm": (1, day(2)), "review": (2, day(1))}


def test_customers_are_listed_with_their_cases(world: World, connection: Connection[Any]) -> None:
    ids = list(world.customers)
    groups = queue.groups(connection, NOW)
    told = {ids.index(g.customer_id): (g.cases, g.weight, g.oldest) for g in groups}
    assert told == {
        0: (1, 600, day(1)),
        1: (2, 600, day(1)),
        2: (2, 900, day(2)),
        3: (1, 900, day(2)),
    }
    paged: list[UUID] = []
    after = None
    while page := queue.groups(connection, NOW, limit=1, after=after):
        paged.append(page[0].customer_id)
        after = GroupCursor(page[0].weight, page[0].customer_id)
    assert paged == [g.customer_id for g in groups]


def test_what_has_ended_is_no_longer_open_but_still_told(
    world: World, take: Take, connection: Connection[Any]
) -> None:
    ids = list(world.customers)
    decide = DecideCase(verdict=Verdict.DIFFERENT, assertion_id=UUID(int=7), actor="li.na")
    world.tell_case(ids[0], ids[1], decide, actor="li.na")
    world.tell_case(ids[1], ids[2], CloseCase(closure=Closure.RETIRED))
    take(world)
    assert pairs(world, queue.page(connection, NOW)) == [(2, 3)]
    decided = queue.by_id(connection, case_id(ids[0], ids[1]))
    closed = queue.by_id(connection, case_id(ids[1], ids[2]))
    assert decided is not None
    assert closed is not None
    assert (decided.status, decided.outcome, decided.actor) == ("decided", "different", "li.na")
    assert (closed.status, closed.outcome) == ("closed", "retired")
    assert queue.by_id(connection, UUID(int=9)) is None


def test_a_proposal_names_its_proposer_until_it_is_refused(
    world: World, take: Take, connection: Connection[Any]
) -> None:
    ids = list(world.customers)
    propose = DecideCase(verdict=Verdict.SAME, assertion_id=UUID(int=7), actor="li.na", stake=99)
    world.tell_case(ids[0], ids[1], propose, actor="li.na")
    take(world)
    proposed = queue.by_id(connection, case_id(ids[0], ids[1]))
    assert proposed is not None
    assert (proposed.status, proposed.proposer, proposed.proposed_why) == ("open", "li.na", "because")
    world.tell_case(ids[0], ids[1], RefuseProposal(), actor="wang.fang")
    take(world)
    refused = queue.by_id(connection, case_id(ids[0], ids[1]))
    assert refused is not None
    assert refused.proposer is None


def test_suggestions_are_nearest_the_threshold_and_of_different_patterns(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    ids = customers(world, 12)
    for n in range(5):
        world.doubt(ids[n], ids[n + 1], 690 - n, pattern="name:equal")
    world.doubt(ids[6], ids[7], 500, pattern="phone:equal")
    world.doubt(ids[8], ids[9], 400, pattern="email:equal")
    world.doubt(ids[10], ids[11], 699, kind=CaseKind.ALARM)
    take(world)
    found = queue.suggest(connection, NOW, 700, 4)
    assert [(c.weight, c.pattern) for c in found] == [
        (690, "name:equal"),
        (500, "phone:equal"),
        (400, "email:equal"),
        (689, "name:equal"),
    ]


def test_what_customers_hold_is_records_activities_and_owners(
    take: Take, connection: Connection[Any]
) -> None:
    world = World()
    first, second, other = customers(world, 3)
    world.link(first, record("9", ("name.full", "more")))
    world.activity(RecordKey("erp", "customer", "9"))
    world.assign(second, "li.na", since=1, lane=LANES[0])
    world.assign(other, "li.na", since=1, lane=LANES[0])
    take(world)
    keys = [str(k) for c in (first, second) for k in world.state(c).records]
    assert len(keys) == 3
    assert queue.held_by(connection, [first, second]) == 5


def test_rebuilt_it_is_the_same(world: World, log: EventLog, connection: Connection[Any]) -> None:
    live = rows_of(connection, StewardQueueProjection.tables)
    assert len(live["steward_queue"]) == 4
    rebuild(log, [StewardQueueProjection()])
    assert rows_of(connection, StewardQueueProjection.tables) == live
