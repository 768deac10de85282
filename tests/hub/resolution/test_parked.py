"""Activities that wait for their source record: recorded or given up, never both, whoever comes first."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection

from hub.activity.events import ActivityRecorded
from hub.log.store import EventLog
from hub.resolution.items import Report
from hub.resolution.resolver import Resolver
from tests.hub.resolution.universe import KEY_BYTES, observe, person


@pytest.fixture
def resolver(database: str) -> Iterator[Resolver]:
    log = EventLog(database, KEY_BYTES, pool_size=4)
    yield Resolver(log)
    log.close()


RECORD = person(random.Random(1), 1, 1)


def report() -> Report:
    """An order of the customer that `RECORD` describes."""
    uid = uuid4()
    return Report(
        uid=uid,
        key=RECORD.key,
        type="sales.order.placed",
        unit="u",
        data={"orderId": "1"},
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        actor="erp",
        via="test",
        correlation_id=uid,
    )


def activities(resolver: Resolver) -> int:
    return sum(isinstance(event.body, ActivityRecorded) for event in resolver.log.read(0, 100))


def later() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def test_an_activity_waits_for_its_record_and_is_recorded_with_it(resolver: Resolver) -> None:
    waiting = report()
    assert resolver.take([waiting]).outcomes == {waiting.uid: "parked"}
    assert resolver.take([observe(RECORD)]).outcomes[waiting.uid] == "recorded"
    assert activities(resolver) == 1
    assert resolver.expire_parked(later()) == []


def test_an_activity_that_is_being_given_up_is_not_recorded_as_well(resolver: Resolver) -> None:
    waiting = report()
    resolver.take([waiting])
    arrival = threading.Thread(target=lambda: resolver.take([observe(RECORD)]))

    def bury(connection: Connection[Any], reports: Sequence[Report]) -> None:
        """While its record arrives, and waits for us."""
        arrival.start()
        arrival.join(1.0)
        assert arrival.is_alive()

    assert [r.uid for r in resolver.expire_parked(later(), work=bury)] == [waiting.uid]
    arrival.join(20)
    assert not arrival.is_alive()
    assert activities(resolver) == 0
    assert resolver.take([waiting]).outcomes == {waiting.uid: "recorded"}
    assert activities(resolver) == 1
