"""The event log as the rest of the hub sees it: append, load streams, read in order, where the inputs stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from eventsourcing.application import Repository
from eventsourcing.persistence import EventStore, Notification, Tracking
from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool

from hub.kernel.provenance import EventRef
from hub.log.codec import subject
from hub.log.envelope import RecordedEvent
from hub.log.keys import KeyRing
from hub.log.mapper import HubMapper
from hub.log.recorder import EVENTS_TABLE, Append, HubDatastore, HubRecorder, Work


class EventLog:
    """One log in one database. Several processes may have it open; each appends under the log's lock."""

    def __init__(self, url: str, master_key: bytes, *, pool_size: int = 4) -> None:
        self.url = url
        self.datastore = HubDatastore(url, pool_size=pool_size)
        self.recorder = HubRecorder(self.datastore)
        self.keys = KeyRing(master_key)
        self._key_pool = ConnectionPool(
            url,
            min_size=0,
            max_size=1,
            timeout=5,
            open=True,
            kwargs={"autocommit": True},
            check=ConnectionPool.check_connection,
        )
        self.mapper = HubMapper(self.keys)
        self.repository: Repository[UUID] = Repository(EventStore(self.mapper, self.recorder))

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """A pooled connection in autocommit mode."""
        with self.datastore.get_connection() as connection:
            yield connection

    def append(
        self,
        events: Sequence[RecordedEvent],
        *,
        trackings: Sequence[Tracking] = (),
        check: Callable[[Connection[Any]], None] | None = None,
        work: Work | None = None,
    ) -> list[int]:
        """Append *events* with offsets and *work* in one transaction; gives the events' positions in order.

        Raises VersionConflictError or ReplayedOffsetError (both ConflictError), and whatever *check* raises.
        """
        with self.connection() as connection:
            return self.append_on(connection, events, trackings=trackings, check=check, work=work)

    def append_on(
        self,
        connection: Connection[Any],
        events: Sequence[RecordedEvent],
        *,
        trackings: Sequence[Tracking] = (),
        check: Callable[[Connection[Any]], None] | None = None,
        work: Work | None = None,
    ) -> list[int]:
        """As `append`, on a connection that the caller holds."""
        self.ensure_keys([s for e in events if (s := subject(e.body, e.originator_id)) is not None])
        stored = [self.mapper.to_stored_event(e) for e in events]
        return self.recorder.append_on(
            connection, Append(events=stored, trackings=trackings, check=check, work=work)
        )

    def ensure_keys(self, subjects: Collection[UUID]) -> None:
        """Make the keys that *subjects* lack, committed at once and apart from any transaction that is open."""
        if subjects:
            with self._key_pool.connection() as connection:
                self.keys.ensure(connection, subjects)

    def load(self, connection: Connection[Any], ids: Collection[UUID]) -> dict[UUID, list[RecordedEvent]]:
        """The streams of *ids*, each in order, by one query; a stream without events is missing."""
        streams: dict[UUID, list[RecordedEvent]] = {}
        query = f"{_COLUMNS} WHERE originator_id = ANY(%b) ORDER BY originator_id, originator_version"
        for event in self._read(connection, query, (list(ids),)):
            streams.setdefault(event.originator_id, []).append(event)
        return streams

    def versions(self, connection: Connection[Any], ids: Collection[UUID]) -> dict[UUID, int]:
        """The version that each stream of *ids* has reached; a stream without events is missing."""
        query = (
            f"SELECT originator_id, max(originator_version) FROM {EVENTS_TABLE}"
            " WHERE originator_id = ANY(%b) GROUP BY originator_id"
        )
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            return dict(cursor.execute(query, (list(ids),)).fetchall())

    def read(self, after: int, limit: int = 500, names: Collection[str] = ()) -> list[RecordedEvent]:
        """Up to *limit* events behind the position *after*, in the order of the log; with *names* only those so named."""
        query = (
            f"{_COLUMNS} WHERE notification_id > %b AND (%b::text[] = '{{}}' OR topic = ANY(%b::text[]))"
            " ORDER BY notification_id LIMIT %b"
        )
        with self.connection() as connection:
            return self._read(connection, query, (after, list(names), list(names), limit))

    def read_streams(
        self, after: EventRef, upto: int, limit: int = 500, names: Collection[str] = ()
    ) -> list[RecordedEvent]:
        """As `read`, but stream by stream: up to *limit* events behind *after*, none of them behind the position *upto*."""
        query = (
            f"{_COLUMNS} WHERE (originator_id, originator_version) > (%b, %b) AND notification_id <= %b"
            " AND (%b::text[] = '{}' OR topic = ANY(%b::text[])) ORDER BY originator_id, originator_version LIMIT %b"
        )
        params = (after.originator_id, after.version, upto, list(names), list(names), limit)
        with self.connection() as connection:
            return self._read(connection, query, params)

    def read_of(
        self,
        connection: Connection[Any],
        ids: Collection[UUID],
        names: Collection[str],
        *,
        after: int = 0,
        limit: int | None = None,
    ) -> list[RecordedEvent]:
        """Up to *limit* events of the streams *ids* that are named *names*, behind the position *after*, in the order of the log."""
        query = (
            f"{_COLUMNS} WHERE originator_id = ANY(%b) AND topic = ANY(%b::text[]) AND notification_id > %b"
            " ORDER BY notification_id LIMIT %b"
        )
        return self._read(connection, query, (list(ids), list(names), after, limit))

    def head(self) -> int:
        """The position of the newest event, 0 when the log is empty."""
        return self.recorder.max_notification_id() or 0

    def offset(self, name: str) -> int:
        """The offset behind the last input taken in under *name* (``kafka:topic:partition``), 0 at the beginning."""
        return self.recorder.max_tracking_id(name) or 0

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()
        self._key_pool.close()

    def _read(self, connection: Connection[Any], query: str, params: tuple[Any, ...]) -> list[RecordedEvent]:
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(query, params)
            stored = [
                Notification(originator_id=o, originator_version=v, topic=t, state=s, id=i)
                for o, v, t, s, i in cursor
            ]
        return self.mapper.read_many(connection, stored)


_COLUMNS = f"SELECT originator_id, originator_version, topic, state, notification_id FROM {EVENTS_TABLE}"
