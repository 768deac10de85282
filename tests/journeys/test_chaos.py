"""Nothing is lost or doubled: processes, database and broker are killed again and again while 20,000 records flow.

Afterwards every message is in the log exactly once or a dead letter, the customers are those of an undisturbed run, and
the read models that lived through it are, row for row, what a rebuild from zero gives.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from connectors.demo.post import DemoMessage
from connectors.demo.units import UNITS
from connectors.publishing import Outgoing
from connectors.settings import Unit
from connectors.wiring import Hub
from hub.activity.events import ActivityRecorded
from hub.customer.events import RecordLinked, RecordRetired, RecordRevised
from hub.kernel.errors import UnavailableError
from hub.log.store import EventLog
from hub.resolution.items import Item
from projections.runner.catalogue import all_projections
from projections.runner.checkpoints import position_of
from projections.runner.rebuild import rebuild
from tests.hub.resolution.universe import Truth, logged_customers, run, stored_customers
from tests.journeys.group import about_customers, items, messages
from tests.journeys.processes import HubProcesses, hub_in_a_folder, wait_until
from tests.projections.world import rows_of
from tests.support.broker import Broker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

INTAKE_KILLS = 20
DATABASE_KILLS = 5
BROKER_RESTARTS = 2
ACTIVITIES = 10_000
PATIENCE_S = 120.0


def load() -> list[DemoMessage]:
    """All readings of the group's 20,000 records, 10,000 activities, and the messages that cannot be read."""
    sent = messages()
    about = about_customers(sent)
    activities = [m for m in sent if m.defect is None and not m.topic.startswith("customers.")]
    broken = [m for m in sent if m.defect is not None]
    chosen = {id(m) for m in (*about, *activities[:ACTIVITIES], *broken)}
    return [m for m in sent if id(m) in chosen]


class Disturbed:
    """A run of the hub's processes over *sent*, in which they, the database and the broker are killed at random moments."""

    def __init__(self, hub: Hub, processes: HubProcesses, broker: Broker, seed: int) -> None:
        self._hub = hub
        self._processes = processes
        self._broker = broker
        self._dice = random.Random(seed)
        self.killed: Counter[str] = Counter()

    def run(self, sent: Sequence[DemoMessage]) -> None:
        """Publish *sent* in portions; during each the intake dies, and now and then what it stands on."""
        self._processes.start("project")
        rounds = range(INTAKE_KILLS)
        database = set(self._dice.sample(rounds, DATABASE_KILLS))
        broker = set(self._dice.sample(rounds, BROKER_RESTARTS))
        size = len(sent) // INTAKE_KILLS + 1
        for number in rounds:
            intake = self._processes.start("intake", member="worker-1")
            portion = sent[number * size : (number + 1) * size]
            publishing = threading.Thread(target=self._publish, args=(portion,))
            before = self._taken()
            publishing.start()
            self._wait_for_more_than(before)
            if number in database:
                self._kill_database()
                self._wait_for_more_than(self._taken(), or_all=True)
            if number in broker:
                self._broker.kill()
                time.sleep(self._dice.uniform(0, 1))
                self._broker.restart()
                self.killed["broker"] += 1
            time.sleep(self._dice.uniform(0, 0.6))
            assert intake.poll() is None, self._processes.said("intake")
            intake.kill()
            intake.wait()
            self.killed["intake"] += 1
            publishing.join()
        self._processes.start("intake", member="worker-1")

    def _publish(self, portion: Sequence[DemoMessage]) -> None:
        """Send until it is acknowledged: what a dead broker may or may not have stored is sent again."""
        for start in range(0, len(portion), 200):
            batch = [Outgoing(topic=m.topic, key=m.key, value=m.value) for m in portion[start : start + 200]]
            while True:
                try:
                    with self._hub.publisher() as publisher:
                        publisher.publish(batch)
                    break
                except UnavailableError:
                    time.sleep(0.2)

    def _taken(self) -> int:
        """How many messages are in, receipts and dead letters; the database may be coming up."""
        while True:
            try:
                return taken(self._hub.database.url)
            except psycopg.OperationalError:
                time.sleep(0.05)

    def _wait_for_more_than(self, before: int, *, or_all: bool = False) -> None:
        everything = len({m.value for m in load()})
        wait_until(
            lambda: self._taken() > before or (or_all and self._taken() >= everything),
            PATIENCE_S,
            f"more than {before} messages taken in",
            lambda: self._processes.said("intake"),
        )

    def _kill_database(self) -> None:
        """SIGKILL to the server and all its children at once; the hub's own processes have to bring it back."""
        home = self._hub.settings.data_dir
        pid = int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ProcessLookupError):  # a connection may have ended by itself meanwhile
                os.kill(int(child), signal.SIGKILL)
        self.killed["database"] += 1


def taken(url: str) -> int:
    """Messages that are in: receipts and dead letters."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM hub_receipt) + (SELECT count(*) FROM hub_dead_letter)"
        ).fetchone()
    return int(row[0]) if row else 0


def direct_events(log: EventLog, sent: Sequence[Item]) -> Counter[tuple[str, str]]:
    """How often each message has caused each kind of event of the very record that it speaks of.

    Moves between customers do not count, nor what a renamed record hands on: that depends on which of the two came first.
    """
    spoken_of = {item.uid: item.key for item in sent}
    found: Counter[tuple[str, str]] = Counter()
    position = 0
    while page := log.read(position, 5_000):
        position = page[-1].position or 0
        for event in page:
            match event.body:
                case RecordLinked(moved_from=None, record=record) | RecordRevised(record=record):
                    if record.key == spoken_of.get(event.meta.causation_id):
                        found[(str(event.meta.causation_id), "reading")] += 1
                case RecordRetired(key=key):
                    if key == spoken_of.get(event.meta.causation_id):
                        found[(str(event.meta.causation_id), "deletion")] += 1
                case ActivityRecorded():
                    found[(str(event.meta.causation_id), "activity")] += 1
    return found


def column(url: str, query: LiteralString) -> set[Any]:
    """The one column that *query* gives."""
    with psycopg.connect(url) as connection:
        return {value for (value,) in connection.execute(query)}


RECEIPTS = "SELECT uid FROM hub_receipt"
PARKED = "SELECT uid FROM hub_parked"
DEAD = "SELECT value FROM hub_dead_letter"


def test_nothing_is_lost_or_doubled(broker: Broker, database: str) -> None:
    sent = load()
    good: list[Item] = items(m for m in sent if m.defect is None)
    units = {
        unit.name: Unit(topics=(unit.customers_topic, unit.activities_topic), systems=(unit.name,))
        for unit in UNITS
    }
    undisturbed = run(database, good, 500)
    while undisturbed.retry_parked():
        continue
    truth = Truth()
    truth.take(good)
    expected = truth.customers()
    assert stored_customers(database) == expected

    with hub_in_a_folder(broker.bootstrap, units) as (hub, processes):
        disturbed = Disturbed(hub, processes, broker, seed=5)
        disturbed.run(sent)
        url = hub.database.url
        parked = column(database, PARKED)
        wait_until(
            lambda: column(url, RECEIPTS) == column(database, RECEIPTS) and column(url, PARKED) == parked,
            PATIENCE_S,
            "taking in everything",
            lambda: processes.said("intake"),
        )
        assert disturbed.killed == {
            "intake": INTAKE_KILLS,
            "database": DATABASE_KILLS,
            "broker": BROKER_RESTARTS,
        }
        caused = direct_events(hub.log, good)
        assert set(caused.values()) == {1}
        assert caused == direct_events(undisturbed.log, good)
        assert stored_customers(url) == expected
        assert set(logged_customers(hub.log).values()) == expected
        assert column(url, DEAD) == {m.value for m in sent if m.defect is not None}

        head = hub.log.head()
        tables = [table for projection in hub.projections for table in projection.tables]
        with hub.log.connection() as connection:
            wait_until(
                lambda: min(position_of(connection, p.name) for p in hub.projections) >= head,
                PATIENCE_S,
                "read models at the end of the log",
                lambda: processes.said("project"),
            )
            processes.stop()
            live = rows_of(connection, tables)
            rebuild(hub.log, all_projections(hub.log))
            assert rows_of(connection, tables) == live
    undisturbed.log.close()
