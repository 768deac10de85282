"""Our recorder on the library's PostgreSQL one: binary arrays instead of a composite text array, no pipeline.

The stock insert sends a text composite array inside a pipeline: slow, and it hangs for good at about half a megabyte.
This one keeps the table lock (positions in commit order) and the NOTIFY, takes several trackings, and runs further
statements in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import ConnectionPool, PostgresDatastore, PostgresProcessRecorder
from psycopg import Connection, Cursor
from psycopg.rows import DictRow, dict_row, tuple_row

from hub.kernel.errors import ConflictError

EVENTS_TABLE = "hub_events"
TRACKING_TABLE = "hub_tracking"

Work = Callable[[Connection[Any], Sequence[int]], None]


class ReplayedOffsetError(ConflictError):
    """The input at this offset has been taken in already: go on behind it."""

    code = "replayed-offset"


class VersionConflictError(ConflictError):
    """Somebody else appended to one of the streams first: load them again and decide again."""

    code = "version-conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """What one transaction appends: events, input offsets, and work to do before and after the events under the lock.

    *check* runs under the lock before anything is written and may raise ConflictError; *work* gets the new positions.
    """

    events: Sequence[StoredEvent] = ()
    trackings: Sequence[Tracking] = ()
    check: Callable[[Connection[Any]], None] | None = None
    work: Work | None = None


class HubDatastore(PostgresDatastore):
    """The library's datastore, connected by one libpq URL; database functions stay off (they drop tracking and order)."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        super().__init__("", "", "", "", "", pool_size=pool_size, enable_db_functions=False)
        self.pool.close()
        self.pool = ConnectionPool(
            url,
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=pool_size,
            open=False,
            configure=self.after_connect_func(),
            check=ConnectionPool.check_connection,
        )


class HubRecorder(PostgresProcessRecorder):
    """Appends events, offsets and further rows in one transaction under the log's lock."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, events_table_name=EVENTS_TABLE, tracking_table_name=TRACKING_TABLE)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The library's way in; the same as `append` with one tracking at most."""
        tracking: Tracking | None = kwargs.get("tracking")
        return self.append(Append(events=stored_events, trackings=[tracking] if tracking else []))

    def append(self, append: Append) -> list[int]:
        """Append in one transaction and give the positions.

        Raises ReplayedOffsetError or VersionConflictError, told apart by what refused; and whatever *check* raises.
        """
        with self.datastore.get_connection() as connection:
            return self.append_on(connection, append)

    def append_on(self, connection: Connection[Any], append: Append) -> list[int]:
        """As `append`, on a connection that the caller holds (inside its transaction, if it has one open)."""
        with connection.transaction(), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            self.lock(cursor)
            if append.check is not None:
                append.check(connection)
            for tracking in append.trackings:
                self._track(cursor, tracking)
            positions = self._insert(cursor, append.events)
            if append.work is not None:
                append.work(connection, positions)
            return positions

    def lock(self, cursor: Cursor[Any]) -> None:
        """Take the log's lock until the end of the transaction: no other append can come between."""
        for statement in self.lock_table_statements:
            cursor.execute(statement)

    def _track(self, cursor: Cursor[Any], tracking: Tracking) -> None:
        cursor.execute(
            self.insert_tracking_statement,
            {"application_name": tracking.application_name, "notification_id": tracking.notification_id},
        )
        if cursor.fetchone() is None:
            raise ReplayedOffsetError(
                f"{tracking.application_name} is already at or past {tracking.notification_id}",
                expected=tracking.notification_id,
            )

    def _insert(self, cursor: Cursor[Any], events: Sequence[StoredEvent]) -> list[int]:
        if not events:
            return []
        cursor.execute(f"NOTIFY {self.channel_name}")
        try:
            cursor.execute(
                f"INSERT INTO {self.events_table_name} (originator_id, originator_version, topic, state)"
                " SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"
                " RETURNING notification_id",
                (
                    [e.originator_id for e in events],
                    [e.originator_version for e in events],
                    [e.topic for e in events],
                    [e.state for e in events],
                ),
            )
        except psycopg.errors.UniqueViolation as error:
            raise VersionConflictError("another writer appended to the same stream first") from error
        return [position for (position,) in cursor]
