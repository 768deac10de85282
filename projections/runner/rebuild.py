"""Builds read models anew from the beginning of the log, beside the live ones, and switches in one transaction.

The new tables grow in a schema of their own, ``rebuild_<name>``; readers see the old ones until the switch, never an
empty one. Indexes that the building does not need are made at the end.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from hub.kernel.errors import ConflictError
from hub.log.store import EventLog
from projections.runner.feed import Feed, Page, Progress, place
from projections.runner.projection import Projection
from projections.runner.run import lock_number

REBUILD_LOCK_CLASS = 0x6875_6271
REBUILD_PAGE_SIZE = 5_000


class ShadowSeat:
    """A read model that grows in the schema ``rebuild_<name>``; it has no checkpoint before the switch."""

    def __init__(self, projection: Projection, url: str) -> None:
        self.projection = projection
        self.position = 0
        self.schema = f"rebuild_{projection.name}"
        self.connection: Connection[Any] = psycopg.connect(url, autocommit=True)
        self._live_schema = self._one("SELECT current_schema()")
        self._late: list[str] = []

    def begin(self) -> None:
        """Make the empty shadow tables. Raises ConflictError when another process is rebuilding the same read model."""
        name = self.projection.name
        if not self._one("SELECT pg_try_advisory_lock(%s, %s)", (REBUILD_LOCK_CLASS, lock_number(name))):
            raise ConflictError(f"{name} is being rebuilt by another process")
        package, file = self.projection.schema
        with self.connection.transaction():
            self._run("DROP SCHEMA IF EXISTS {} CASCADE", self.schema)
            self._run("CREATE SCHEMA {}", self.schema)
        self._run("SET search_path TO {}, {}", self.schema, self._live_schema)
        self.connection.execute("SET client_min_messages = warning")
        self.connection.execute("SET synchronous_commit = off")
        self.connection.execute(files(package).joinpath(file).read_text(encoding="utf-8"), prepare=False)
        for index in self.projection.late_indexes:
            self._late.append(self._one("SELECT pg_get_indexdef(%s::regclass)", (f"{self.schema}.{index}",)))
            self._run("DROP INDEX {}.{}", self.schema, index)

    def take(self, page: Page) -> None:
        """Take *page* into the shadow tables."""
        with self.connection.transaction():
            self.projection.project(page, self.connection)
        self.position = place(page[-1])

    def look_again(self) -> None:
        """Nobody else writes the shadow tables."""

    def make_indexes(self) -> None:
        """Make the late indexes and the planner's statistics."""
        for definition in self._late:
            self.connection.execute(definition, prepare=False)
        self._late = []
        for table in self.projection.tables:
            self._run("ANALYZE {}.{}", self.schema, table)

    def switch(self, catch_up: Callable[[int], None]) -> None:
        """Put the shadow tables in the place of the live ones, not behind where those stand: *catch_up* sees to that."""
        name = self.projection.name
        with self.connection.transaction():
            self.connection.execute("SET LOCAL synchronous_commit = on")
            rows = self.connection.execute(
                "SELECT position FROM projection_checkpoint WHERE name = %s FOR UPDATE", (name,)
            ).fetchall()
            live = max((row[0] for row in rows), default=0)
            catch_up(live)
            self.position = max(
                self.position, live
            )  # what lies between has not been read: it changes nothing here
            for table in self.projection.tables:
                self._run("DROP TABLE IF EXISTS {}.{}", self._live_schema, table)
                self._run("ALTER TABLE {}.{} SET SCHEMA {}", self.schema, table, self._live_schema)
            self.connection.execute("DELETE FROM projection_checkpoint WHERE name = %s", (name,))
            self.connection.execute(
                "INSERT INTO projection_checkpoint (name, version, position) VALUES (%s, %s, %s)",
                (name, self.projection.version, self.position),
            )
            self._run("DROP SCHEMA {} CASCADE", self.schema)

    def _run(self, statement: str, *names: str) -> None:
        self.connection.execute(SQL(statement).format(*map(Identifier, names)))

    def _one(self, query: str, params: tuple[Any, ...] = ()) -> Any:
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(query, params).fetchone()
        return row[0] if row else None


def rebuild(
    log: EventLog,
    projections: Sequence[Projection],
    *,
    page_size: int = REBUILD_PAGE_SIZE,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Build *projections* from zero and switch each; gives the number of events read. The live ones may keep running.

    When *stop* is set before the end nothing is switched. Raises ConflictError when one is being rebuilt elsewhere,
    StoredDataError at an event that cannot be taken in; the live tables then stay as they are.
    """
    seats: list[ShadowSeat] = []
    events = frozenset[str]().union(*(p.events for p in projections))
    if not all(p.events for p in projections):
        events = frozenset()
    with _rare_collections(), Feed(log, page_size, workers=len(projections), events=events) as feed:
        try:
            seats.extend(ShadowSeat(projection, log.url) for projection in projections)
            for seat in seats:
                seat.begin()
            taken = 0
            if all(projection.by_stream for projection in projections):
                head = log.head()
                for seat in seats:
                    taken += feed.carry_streams(seat, head, progress, stop)
                    seat.position = head
            taken += feed.carry(seats, progress=progress, stop=stop)
            if stop and stop.is_set():
                return taken
            for seat in seats:
                seat.make_indexes()
            taken += feed.carry(seats, progress=progress, stop=stop)
            for seat in seats:
                seat.switch(partial(_catch_up, feed, seat))
        finally:
            for seat in seats:
                seat.connection.close()
    return taken


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the garbage collector run rarely: events hold no cycles, and looking for some takes half of the decoding time."""
    before = gc.get_threshold()
    gc.set_threshold(500_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _catch_up(feed: Feed, seat: ShadowSeat, live: int) -> None:
    feed.carry([seat], upto=live)
