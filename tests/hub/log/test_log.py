"""The log on a real PostgreSQL: the traps of its library, order under concurrency, encryption and erasure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import Tracking

from hub.activity.events import ActivityRecorded
from hub.customer.events import CustomerRegistered, RecordLinked
from hub.kernel.errors import RuleViolationError, SettingsError, StoredDataError
from hub.kernel.ids import new_id
from hub.kernel.source_record import PartyKind
from hub.log.envelope import DomainEvent, RecordedEvent
from hub.log.migrate import migrate
from hub.log.recorder import ReplayedOffsetError, VersionConflictError
from hub.log.store import EventLog
from tests.hub.samples import KEY, SAMPLES, meta, record

KEY_BYTES = bytes(range(32))


@pytest.fixture
def log(database: str) -> Iterator[EventLog]:
    log = EventLog(database, KEY_BYTES)
    yield log
    log.close()


def event(stream: UUID, version: int, body: DomainEvent | None = None) -> RecordedEvent:
    return RecordedEvent(
        originator_id=stream,
        originator_version=version,
        body=body or CustomerRegistered(kind=PartyKind.PERSON),
        meta=meta(),
    )


def test_events_come_back_as_they_were_appended(log: EventLog) -> None:
    stream = new_id()
    events = [event(stream, version, body) for version, body in enumerate(SAMPLES, start=1)]
    positions = log.append(events)
    read = log.read(0)
    assert [e.position for e in read] == positions
    assert [(e.body, e.meta, e.ref) for e in read] == [(e.body, e.meta, e.ref) for e in events]
    with log.connection() as connection:
        assert log.load(connection, [stream, new_id()]) == {stream: read}


def test_the_library_reads_a_stream_through_our_mapper(log: EventLog) -> None:
    stream = new_id()
    log.append([event(stream, 1), event(stream, 2)])
    stored = log.recorder.select_events(stream)
    assert [log.mapper.to_domain_event(s).originator_version for s in stored] == [1, 2]


def test_database_functions_stay_off_whatever_the_environment_says(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    log = EventLog(database, KEY_BYTES)
    assert log.datastore.enable_db_functions is False
    log.close()


def test_one_save_of_several_megabytes_comes_back(log: EventLog) -> None:
    big = "x" * 20_000
    events = [
        event(
            new_id(), 1, ActivityRecorded(record=KEY, type="sales.order.placed", unit="u", data={"note": big})
        )
        for _ in range(150)
    ]
    done: list[list[int]] = []
    thread = threading.Thread(target=lambda: done.append(log.append(events)), daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert done, "the append did not come back"
    assert len(done[0]) == 150


def test_a_replayed_offset_and_a_version_conflict_are_told_apart(log: EventLog) -> None:
    stream = new_id()
    log.append([event(stream, 1)], trackings=[Tracking("kafka:customers:0", 10)])
    with pytest.raises(VersionConflictError):
        log.append([event(stream, 1)], trackings=[Tracking("kafka:customers:0", 11)])
    with pytest.raises(ReplayedOffsetError):
        log.append([event(stream, 2)], trackings=[Tracking("kafka:customers:0", 10)])
    assert log.offset("kafka:customers:0") == 10
    assert log.offset("kafka:customers:1") == 0
    assert log.head() == log.read(0)[-1].position


def test_the_librarys_own_way_in_keeps_the_tracking_too(log: EventLog) -> None:
    stored = log.mapper.to_stored_event(event(new_id(), 1))
    log.recorder.insert_events([stored], tracking=Tracking("inbox:main:0", 5))
    assert log.offset("inbox:main:0") == 5
    with pytest.raises(ReplayedOffsetError):
        log.recorder.insert_events([stored], tracking=Tracking("inbox:main:0", 5))


def test_what_fails_in_the_transaction_leaves_nothing_behind(log: EventLog) -> None:
    def fail(connection: Any, positions: Any) -> None:
        raise RuleViolationError("no")

    with pytest.raises(RuleViolationError):
        log.append([event(new_id(), 1)], trackings=[Tracking("inbox:main:0", 1)], work=fail)
    assert log.read(0) == []
    assert log.offset("inbox:main:0") == 0


def test_a_tailing_reader_misses_nothing_of_three_writers(log: EventLog, database: str) -> None:
    """Sequence numbers are given before the commit; only the table lock makes their order the commit order."""
    per_writer, batch = 60, 20
    finished = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        writer = EventLog(database, KEY_BYTES, pool_size=1)
        try:
            for _ in range(per_writer):
                writer.append([event(new_id(), 1) for _ in range(batch)])
        except BaseException as error:
            failures.append(error)
        finally:
            writer.close()

    seen: list[int] = []

    def tail() -> None:
        position = 0
        while True:
            last_round = finished.is_set()
            page = log.read(position)
            seen.extend(e.position or 0 for e in page)
            position = seen[-1] if seen else 0
            if last_round and not page:
                return

    writers = [threading.Thread(target=write) for _ in range(3)]
    reader = threading.Thread(target=tail)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    finished.set()
    reader.join()
    assert failures == []
    assert len(seen) == len(set(seen)) == 3 * per_writer * batch


def test_processes_that_start_together_do_not_race_on_the_tables(empty_database: str) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        try:
            migrate(empty_database)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_personal_values_are_not_in_the_stored_bytes(log: EventLog, database: str) -> None:
    log.append(
        [
            event(
                new_id(),
                1,
                RecordLinked(record=record(name__full="欧阳明月", contact__email="ming@example.com")),
            )
        ]
    )
    with psycopg.connect(database) as connection:
        (state,) = connection.execute("SELECT state FROM hub_events").fetchone() or (b"",)
        keys = connection.execute("SELECT wrapped FROM hub_subject_key").fetchall()
    assert "欧阳".encode() not in state
    assert b"ming@example.com" not in state
    assert b'"local_id":"4711"' in state
    assert len(keys) == 1


def test_destroying_the_key_erases_the_values_and_nothing_else(log: EventLog, database: str) -> None:
    stream = new_id()
    body = RecordLinked(record=record())
    log.append([event(stream, 1, body)])
    with log.connection() as connection:
        log.keys.destroy(connection, body.record.key.record_id)
    for reader in (log, EventLog(database, KEY_BYTES)):
        (again,) = reader.read(0)
        assert again.erased
        assert isinstance(again.body, RecordLinked)
        assert again.body.record.values == ()
        assert again.body.record.key == body.record.key
        with pytest.raises(RuleViolationError, match="erased"):
            reader.append([event(stream, 2, body)])
        reader.close()


def test_a_value_moved_to_another_place_does_not_open(log: EventLog, database: str) -> None:
    stream = new_id()
    log.append(
        [
            event(stream, 1, RecordLinked(record=record())),
            event(stream, 2, RecordLinked(record=record(number=1))),
        ]
    )
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "UPDATE hub_events SET state = (SELECT state FROM hub_events WHERE originator_version = 2)"
            " WHERE originator_version = 1"
        )
    with pytest.raises(StoredDataError) as caught:
        log.read(0)
    assert (caught.value.stream, caught.value.position) == (str(stream), 1)


def test_another_master_key_is_refused_with_the_remedy(log: EventLog, database: str) -> None:
    log.append([event(new_id(), 1, RecordLinked(record=record()))])
    stranger = EventLog(database, bytes(32))
    with pytest.raises(SettingsError, match="HUB_MASTER_KEY"):
        stranger.read(0)
    stranger.close()
