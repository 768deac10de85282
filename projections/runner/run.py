"""Keeps read models up to date: wakes when the log grows, and lets only one process write each of them at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self
from zlib import crc32

import psycopg
import structlog
from eventsourcing.persistence import PersistenceError
from psycopg import Connection

from hub.log.recorder import EVENTS_TABLE
from hub.log.store import EventLog
from projections.runner import checkpoints
from projections.runner.feed import Feed, Page, Progress, place
from projections.runner.projection import Projection

LOCK_CLASS = 0x6875_6270
RETRY_S = 1.0

_log = structlog.get_logger(__name__)


class LiveSeat:
    """A read model that is carried forward in its live tables, under its checkpoint and its advisory lock."""

    def __init__(self, projection: Projection, url: str) -> None:
        self.projection = projection
        self.connection: Connection[Any] = psycopg.connect(url, autocommit=True)
        self.position = 0
        self.held = False

    def hold(self) -> bool:
        """Whether this process is the one that writes the read model; tries to become it."""
        if not self.held:
            row = self.connection.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, lock_number(self.projection.name))
            ).fetchone()
            self.held = bool(row and row[0])
            self.look_again()
        return self.held

    def take(self, page: Page) -> None:
        """Take *page* in, rows and checkpoint in one transaction."""
        with self.connection.transaction():
            checkpoints.advance(self.connection, self.projection, self.position, place(page[-1]))
            self.projection.project(page, self.connection)
        self.position = place(page[-1])

    def look_again(self) -> None:
        """Read the checkpoint."""
        self.position = checkpoints.enter(self.connection, self.projection)


class Runner:
    """Carries *projections* forward. Several processes may run it; each read model is written by one of them at a time."""

    def __init__(
        self,
        log: EventLog,
        projections: Iterable[Projection],
        *,
        page_size: int = 500,
        poll_s: float = 0.5,
    ) -> None:
        self._log = log
        self._projections: Sequence[Projection] = tuple(projections)
        self._poll_s = poll_s
        self._feed = Feed(log, page_size, workers=len(self._projections))
        self._seats: list[LiveSeat] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run_until(
        self, position: int, progress: Progress | None = None, stop: threading.Event | None = None
    ) -> None:
        """Come back when every read model holds everything up to *position* (or *stop* is set).

        Raises StoredDataError at an event that cannot be taken in.
        """
        stop = stop or threading.Event()
        while not stop.is_set():
            self._carry(progress, stop, upto=position)
            if all(seat.position >= position for seat in self._seats):
                return
            stop.wait(self._poll_s)

    def run_forever(self, stop: threading.Event, progress: Progress | None = None) -> None:
        """Carry on until *stop* is set, also over restarts of the database.

        Raises StoredDataError at an event that cannot be taken in: the process has to end and a person to look.
        """
        while not stop.is_set():
            try:
                with psycopg.connect(self._log.url, autocommit=True) as ear:
                    ear.execute(f"LISTEN {EVENTS_TABLE}")
                    while not stop.is_set():
                        self._carry(progress, stop)
                        for _ in ear.notifies(timeout=self._poll_s, stop_after=1):
                            pass
            except (psycopg.OperationalError, psycopg.InterfaceError, PersistenceError) as error:
                _log.warning("projections-wait-for-database", error=type(error).__name__)
                self._leave()
                stop.wait(RETRY_S)

    def positions(self) -> dict[str, int]:
        """The position that each read model has reached."""
        with self._log.connection() as connection:
            return {p.name: checkpoints.position_of(connection, p.name) for p in self._projections}

    def close(self) -> None:
        """Let go of connections and locks."""
        self._feed.close()
        self._leave()

    def _carry(self, progress: Progress | None, stop: threading.Event, upto: int | None = None) -> None:
        if len(self._seats) < len(self._projections):
            self._leave()
            for projection in self._projections:
                self._seats.append(LiveSeat(projection, self._log.url))
        ours = [seat for seat in self._seats if seat.hold()]
        if ours:
            self._feed.carry(ours, upto, progress, stop)

    def _leave(self) -> None:
        for seat in self._seats:
            seat.connection.close()
        self._seats = []


def lock_number(name: str) -> int:
    """The advisory lock of a read model, within `LOCK_CLASS`."""
    return crc32(name.encode()) - 2**31
