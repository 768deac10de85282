"""Reads the log once for several read models that stand at the same position, and lets them take each page side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

import psycopg

from hub.kernel.errors import ConflictError, HubError, StoredDataError
from hub.kernel.provenance import EventRef
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog

Page = Sequence[RecordedEvent]
Progress = Callable[[int], None]


class Seat(Protocol):
    """A read model on its way: where it stands, and how it takes the next page in."""

    position: int

    def take(self, page: Page) -> None:
        """Take *page* in and move behind it, in one transaction."""

    def look_again(self) -> None:
        """Somebody else has moved the checkpoint: find out where to go on."""


class Feed:
    """Pages of the log; while one is being taken in, the next is read and decoded."""

    def __init__(self, log: EventLog, page_size: int, workers: int, *, events: Collection[str] = ()) -> None:
        """*events* are the names of those to read, none: all."""
        self._log = log
        self._page_size = page_size
        self._events = events
        self._threads = ThreadPoolExecutor(max_workers=workers + 1, thread_name_prefix="projection")
        self._ahead: tuple[int, Future[list[RecordedEvent]]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Wait for the threads to end."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def carry(
        self,
        seats: Sequence[Seat],
        upto: int | None = None,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> int:
        """Carry *seats* up to the position *upto* (None: the end of the log); gives the number of events taken in.

        *progress* is called after each page with the position that all of them have reached.
        Raises StoredDataError, naming stream and position, at the first event that one of them cannot take in.
        """
        taken = 0
        while not (stop and stop.is_set()):
            at = min(seat.position for seat in seats)
            if upto is not None and at >= upto:
                break
            group = [seat for seat in seats if seat.position == at]
            page = self._page(at, min((s.position for s in seats if s.position > at), default=None))
            if not page:
                break
            self._take_side_by_side(group, page)
            taken += len(page)
            if progress:
                progress(min(seat.position for seat in seats))
        return taken

    def _page(self, after: int, last: int | None) -> Page:
        """The events behind *after*, at most up to *last*, where the next read model stands."""
        ahead, self._ahead = (
            self._ahead,
            None,
        )  # whatever comes of it: a reading that failed is not looked at again
        page = ahead[1].result() if ahead and ahead[0] == after else self._read(after)
        if last is not None:
            page = [event for event in page if place(event) <= last]
        if len(page) == self._page_size:
            behind = place(page[-1])
            self._ahead = (behind, self._threads.submit(self._read, behind))
        return page

    def carry_streams(
        self, seat: Seat, upto: int, progress: Progress | None = None, stop: threading.Event | None = None
    ) -> int:
        """Let *seat* take everything up to the position *upto* in, stream by stream; gives the number of events.

        Customers are then folded from beginning to end, one after the other, instead of being fetched again page by page.
        *progress* is told about which position the share of events read so far would be.
        """
        taken = 0
        behind = EventRef(originator_id=UUID(int=0), version=0)
        coming = self._threads.submit(self._read_streams, behind, upto)
        while not (stop and stop.is_set()) and (page := coming.result()):
            coming = self._threads.submit(self._read_streams, page[-1].ref, upto)
            take(seat, page)
            taken += len(page)
            if progress:
                progress(min(upto, taken))
        return taken

    def _read_streams(self, behind: EventRef, upto: int) -> list[RecordedEvent]:
        return self._log.read_streams(behind, upto, self._page_size, self._events)

    def _read(self, after: int) -> list[RecordedEvent]:
        return self._log.read(after, self._page_size, self._events)

    def _take_side_by_side(self, seats: Sequence[Seat], page: Page) -> None:
        if len(seats) == 1:
            take(seats[0], page)
            return
        for future in [self._threads.submit(take, seat, page) for seat in seats]:
            future.result()


def take(seat: Seat, page: Page) -> None:
    """Let *seat* take *page* in; when it cannot, event by event, so that the one at fault can be named."""
    try:
        seat.take(page)
    except ConflictError:
        seat.look_again()
    except (psycopg.OperationalError, psycopg.InterfaceError):  # of the connection, not of the event
        raise
    except (psycopg.Error, HubError, ValueError, LookupError, TypeError, AttributeError) as error:
        if len(page) > 1:
            for event in page:
                take(seat, [event])
            return
        raise StoredDataError(
            f"an event of type {type(page[0].body).__name__} cannot be taken in: {type(error).__name__}",
            stream=str(page[0].originator_id),
            position=page[0].position,
        ) from error


def place(event: RecordedEvent) -> int:
    """The position of an event that was read from the log."""
    if event.position is None:
        raise StoredDataError("an event without a position", stream=str(event.originator_id))
    return event.position
