"""The runner: pages, checkpoints, waking, poison, one writer at a time, rebuild and switch."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hub.activity.events import ActivityRecorded
from hub.customer.events import CustomerRegistered
from hub.kernel.errors import ConflictError, SettingsError, StoredDataError
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from projections.crosswalk.project import CrosswalkProjection
from projections.golden_record import queries as golden
from projections.history.project import HistoryProjection
from projections.runner import checkpoints
from projections.runner.apart import rebuild_apart
from projections.runner.catalogue import all_projections
from projections.runner.rebuild import ShadowSeat, rebuild
from projections.runner.run import Runner
from tests.projections.conftest import MASTER_KEY, Take
from tests.projections.world import World, record, rows_of, write

pytestmark = pytest.mark.postgres


class Poisoned(HistoryProjection):
    """Cannot take in an activity of the type ``poison``."""

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Refuse the whole page."""
        if any(isinstance(event.body, ActivityRecorded) and event.body.type == "poison" for event in page):
            raise LookupError("what is this?")
        super().project(page, connection)


class Slow(HistoryProjection):
    """Takes its time."""

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Wait, then go on."""
        time.sleep(0.05)
        super().project(page, connection)


class NewVersion(CrosswalkProjection):
    """The crosswalk of a later program."""

    version = 2


def some_world(activities: int = 3) -> World:
    """One customer and some activities: 2 + *activities* events."""
    world = World()
    world.register(record("1", ("name.full", "Firma")))
    for number in range(activities):
        world.activity(record("1").key, order=str(number))
    return world


def test_a_poison_event_stops_the_process_with_its_place_and_what_came_before_is_kept(
    log: EventLog, connection: Connection[Any]
) -> None:
    world = some_world()
    world.activity(record("1").key, "poison")
    world.activity(record("1").key)
    write(log, world.events)
    with Runner(log, [Poisoned()]) as runner, pytest.raises(StoredDataError) as caught:
        runner.run_until(log.head())
    assert caught.value.position == 6
    assert caught.value.stream == str(world.events[5].originator_id)
    assert checkpoints.position_of(connection, "history") == 5
    assert connection.execute("SELECT count(*) FROM history_activity").fetchone() == (3,)


def test_a_rebuild_reads_only_what_matters_and_is_not_behind_for_it(
    log: EventLog, connection: Connection[Any]
) -> None:
    write(log, some_world(activities=5).events)
    with Runner(log, all_projections(log)) as runner:
        runner.run_until(log.head())
    for projection, read in ((CrosswalkProjection(), 2), (HistoryProjection(), 7)):
        live = rows_of(connection, projection.tables)
        assert rebuild(log, [projection]) == read
        assert rows_of(connection, projection.tables) == live
        assert checkpoints.position_of(connection, projection.name) == log.head() == 7


def test_read_models_rebuilt_in_processes_of_their_own_are_those_of_the_runner(
    log: EventLog, connection: Connection[Any]
) -> None:
    write(log, some_world(activities=5).events)
    read_models = all_projections(log)
    tables = [table for p in read_models for table in p.tables]
    with Runner(log, read_models) as runner:
        runner.run_until(log.head())
    live = rows_of(connection, tables)
    heard: dict[str, int] = {}
    rebuild_apart(log.url, MASTER_KEY, [p.name for p in read_models], heard.__setitem__)
    assert rows_of(connection, tables) == live
    assert {"history", "audit"} <= heard.keys()
    assert {checkpoints.position_of(connection, p.name) for p in read_models} == {log.head()}


def test_a_poison_event_ends_running_forever(log: EventLog) -> None:
    world = some_world()
    world.activity(record("1").key, "poison")
    write(log, world.events)
    with Runner(log, [Poisoned()]) as runner, pytest.raises(StoredDataError):
        runner.run_forever(threading.Event())


def test_the_runner_wakes_when_the_log_grows_and_readers_can_wait_for_their_write(
    log: EventLog, connection: Connection[Any]
) -> None:
    stop = threading.Event()
    with Runner(log, all_projections(log), poll_s=30.0) as runner:
        thread = threading.Thread(target=runner.run_forever, args=(stop,))
        thread.start()
        try:
            world = some_world()
            for event in world.events:
                position = log.append([event])[-1]
                assert checkpoints.wait_for(connection, "golden_record", position, timeout_s=20)
            assert golden.search(connection, "firma") != ()
            assert not checkpoints.wait_for(connection, "golden_record", position + 1, timeout_s=0.05)
        finally:
            stop.set()
            log.append([_registered()])
            thread.join(timeout=20)
        assert not thread.is_alive()


def test_the_runner_survives_that_its_connections_are_cut(log: EventLog, connection: Connection[Any]) -> None:
    stop = threading.Event()
    with Runner(log, all_projections(log), poll_s=0.05) as runner:
        thread = threading.Thread(target=runner.run_forever, args=(stop,))
        thread.start()
        try:
            world = some_world()
            write(log, world.events)
            assert checkpoints.wait_for(connection, "history", 5, timeout_s=20)
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE %s",
                ("%hub_events WHERE%",),
            )
            with psycopg.connect(log.url, autocommit=True) as other:
                fresh = EventLog(log.url, b"k" * 32)
                fresh.append([_registered()])
                fresh.close()
                assert checkpoints.wait_for(other, "history", 6, timeout_s=20)
        finally:
            stop.set()
            thread.join(timeout=20)


def test_a_page_that_could_not_be_read_ahead_is_read_again(
    log: EventLog, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(log, some_world(8).events)
    read, failures = log.read, [psycopg.OperationalError("the database went away")]

    def flaky(after: int, *more: Any) -> list[RecordedEvent]:
        if after == 4 and failures:
            raise failures.pop()
        return read(after, *more)

    monkeypatch.setattr(log, "read", flaky)
    with Runner(log, [HistoryProjection()], page_size=2) as runner:
        with pytest.raises(psycopg.OperationalError):
            runner.run_until(log.head())
        runner.run_until(log.head())
    assert connection.execute("SELECT count(*) FROM history_activity").fetchone() == (8,)


def test_two_runners_do_not_write_one_read_model_twice(log: EventLog, connection: Connection[Any]) -> None:
    world = some_world(40)
    write(log, world.events)
    with Runner(log, [Slow()], page_size=5) as first, Runner(log, [Slow()], page_size=5) as second:
        threads = [
            threading.Thread(target=runner.run_until, args=(log.head(),)) for runner in (first, second)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert first.positions() == second.positions() == {"history": 42}
    assert connection.execute("SELECT count(*) FROM history_activity").fetchone() == (40,)


def test_a_new_read_model_catches_up_while_the_others_go_on(log: EventLog, take: Take) -> None:
    world = some_world()
    write(log, world.events)
    with Runner(log, [CrosswalkProjection()]) as runner:
        runner.run_until(3)
    take(world)
    with Runner(log, all_projections(log), page_size=2) as runner:
        runner.run_until(log.head())
        assert set(runner.positions().values()) == {5}


def test_progress_tells_the_position_that_all_have_reached(log: EventLog) -> None:
    write(log, some_world(8).events)
    seen: list[int] = []
    with Runner(log, all_projections(log), page_size=4) as runner:
        runner.run_until(log.head(), seen.append)
    assert seen == [4, 8, 10]


def test_tables_of_another_version_are_refused_with_the_remedy_and_rebuilding_cures_it(
    log: EventLog, take: Take, connection: Connection[Any]
) -> None:
    take(some_world())
    with Runner(log, [NewVersion()]) as runner:
        with pytest.raises(SettingsError, match="rebuild"):
            runner.run_until(log.head())
        rebuild(log, [NewVersion()])
        runner.run_until(log.head())
    assert connection.execute(
        "SELECT version, position FROM projection_checkpoint WHERE name = 'crosswalk'"
    ).fetchall() == [(2, 5)]


def test_readers_never_see_an_empty_table_while_a_read_model_is_rebuilt(
    log: EventLog, take: Take, connection: Connection[Any]
) -> None:
    take(some_world(60))
    counts: set[int] = set()
    done = threading.Event()

    def read() -> None:
        with psycopg.connect(log.url, autocommit=True) as reader:
            while not done.is_set():
                row = reader.execute("SELECT count(*) FROM history_activity").fetchone()
                counts.add(row[0] if row else -1)

    thread = threading.Thread(target=read)
    thread.start()
    rebuild(log, [Slow()], page_size=10)
    done.set()
    thread.join(timeout=20)
    assert counts == {60}
    assert (
        connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rebuild%'").fetchall() == []
    )
    names = connection.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'history_activity'"
    ).fetchall()
    assert sorted(name for (name,) in names) == ["history_activity_pkey", "history_activity_record"]


def test_a_read_model_goes_on_live_while_it_is_rebuilt_and_after_the_switch(
    log: EventLog, connection: Connection[Any]
) -> None:
    world = some_world(30)
    log.append(world.events[:20])
    stop = threading.Event()
    with Runner(log, [HistoryProjection()], page_size=3, poll_s=0.02) as runner:
        thread = threading.Thread(target=runner.run_forever, args=(stop,))
        thread.start()
        try:
            builder = threading.Thread(target=rebuild, args=(log, [Slow()]), kwargs={"page_size": 4})
            builder.start()
            for event in world.events[20:]:
                log.append([event])
                time.sleep(0.02)
            builder.join(timeout=30)
            assert checkpoints.wait_for(connection, "history", 32, timeout_s=20)
        finally:
            stop.set()
            thread.join(timeout=20)
    assert connection.execute(
        "SELECT count(*), count(DISTINCT position) FROM history_activity"
    ).fetchone() == (
        30,
        30,
    )


def test_a_rebuild_that_fails_or_is_stopped_leaves_the_live_tables_alone(
    log: EventLog, take: Take, connection: Connection[Any]
) -> None:
    world = some_world()
    world.activity(record("1").key, "poison")
    take(world)
    tables = HistoryProjection.tables
    before = rows_of(connection, tables)
    with pytest.raises(StoredDataError):
        rebuild(log, [Poisoned()])
    stopped = threading.Event()
    stopped.set()
    assert rebuild(log, [HistoryProjection()], stop=stopped) == 0
    assert rows_of(connection, tables) == before
    assert rebuild(log, [HistoryProjection()]) == 6
    assert rows_of(connection, tables) == before


def test_a_second_rebuild_of_the_same_read_model_is_refused(log: EventLog) -> None:
    seat = ShadowSeat(HistoryProjection(), log.url)
    seat.begin()
    with pytest.raises(ConflictError):
        rebuild(log, [HistoryProjection()])
    seat.connection.close()


def test_erased_values_break_nothing_and_are_gone_after_a_rebuild(
    log: EventLog, take: Take, connection: Connection[Any]
) -> None:
    world = some_world()
    take(world)
    assert len(golden.search(connection, "firma")) == 1
    log.keys.destroy(connection, record("1").key.record_id)
    assert rebuild(log, all_projections(log)) == 5
    assert golden.search(connection, "firma") == ()
    everything = " ".join(str(rows_of(connection, p.tables)) for p in all_projections(log))
    assert "Firma" not in everything
    assert '"order"' not in everything
    assert checkpoints.position_of(connection, "audit") == 5


def _registered() -> RecordedEvent:
    """The first event of a customer of its own."""
    world = World(seed=1000)
    world.register(record("99"))
    (event, *_) = world.events
    assert isinstance(event.body, CustomerRegistered)
    return event
