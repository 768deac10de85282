"""One intake worker: poll, read, take in; what cannot be read goes to the dead letters, what fails is tried again.

Offsets move in the same transaction as the events, so a worker may die at any moment: the next one goes on where the
log stands. Messages of one input stay in order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from eventsourcing.persistence import (
    DataError,
    InterfaceError,
    OperationalError,
    PersistenceError,
    Tracking,
)
from psycopg import Connection

from connectors.contracts.cloudevents import encode
from connectors.deadletters import store
from connectors.deadletters.limits import Gauge, Limits
from connectors.deadletters.store import Failure
from connectors.intake import metrics
from connectors.intake.reading import read_message
from connectors.intake.transport import RawMessage, Transport
from hub.kernel.errors import (
    ConflictError,
    HubError,
    InvalidMessageError,
    SettingsError,
    StoredDataError,
    UnavailableError,
)
from hub.kernel.time import utc_now
from hub.log.recorder import ReplayedOffsetError
from hub.resolution.items import Item, Report
from hub.resolution.resolver import Resolver

_log = structlog.get_logger(__name__)

POLL_S = 0.2
HOUSEKEEPING_S = 2.0
LONGEST_PAUSE_S = 10.0
OUTSIDE_IS_DOWN = (UnavailableError, OperationalError, InterfaceError)
"""What passes by itself: the batch is read again from where the log stands."""
NO_MESSAGES_FAULT = (*OUTSIDE_IS_DOWN, ConflictError, StoredDataError, SettingsError, PersistenceError)
"""What says nothing about the message at hand, `DataError` apart."""


@dataclass(slots=True)
class Sorted:
    """A poll's messages: what can be taken in, what cannot be read, and which inputs have to be stopped where."""

    messages: list[RawMessage] = field(default_factory=list)
    items: list[Item | Failure] = field(default_factory=list)
    stopped: dict[str, tuple[int, str]] = field(default_factory=dict)


class IntakeWorker:
    """Carries messages from a transport into the log until it is told to stop."""

    def __init__(
        self,
        transport: Transport,
        resolver: Resolver,
        *,
        systems: Collection[str] = (),
        limits: Limits | None = None,
        batch: int = 500,
        parked_for: timedelta = timedelta(days=7),
    ) -> None:
        self._transport = transport
        self._resolver = resolver
        self._log = resolver.log
        self._systems = frozenset(systems)
        self._limits = limits or Limits()
        self._batch = batch
        self._parked_for = parked_for
        self._gauges: dict[str, Gauge] = {}
        self._paused: set[str] = set()
        self._cleaned_at = 0.0
        self.taken = 0

    def run_forever(self, stop: threading.Event) -> None:
        """Work until *stop* is set; waits, ever longer, while the database or the broker is down."""
        pause_s = 0.1
        while not stop.is_set():
            try:
                self.step(POLL_S)
                pause_s = 0.1
            except OUTSIDE_IS_DOWN as error:
                _log.warning("intake-waits", error=type(error).__name__, seconds=pause_s)
                stop.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def run_until_idle(self, idle_s: float = 1.0) -> int:
        """Work until nothing has come for *idle_s*; gives the number of messages taken."""
        before, last = self.taken, time.monotonic()
        while time.monotonic() - last < idle_s:
            if self.step(POLL_S):
                last = time.monotonic()
        return self.taken - before

    def step(self, timeout_s: float) -> int:
        """Poll once and take in what came; gives the number of messages taken."""
        self._keep_house()
        raw = self._transport.poll(self._batch, timeout_s)
        if not raw:
            return 0
        arrived, before = time.perf_counter(), self.taken
        try:
            stopped = self._take_in(raw)
        except ReplayedOffsetError:
            self._go_back(raw)
            return self.taken - before
        except BaseException:
            self._go_back(raw)
            raise
        self._stop_inputs(stopped)
        metrics.BATCH_SECONDS.observe(time.perf_counter() - arrived)
        return self.taken - before

    def _take_in(self, raw: Sequence[RawMessage]) -> dict[str, tuple[int, str]]:
        """Take in what came, what is refused as a dead letter. Gives the inputs to be stopped, where and why."""
        refused: dict[str, HubError] = {}
        while True:
            batch = self._sort(raw, refused)
            done, refusal = self._take(batch.messages, batch.items)
            self._count(batch.messages[:done], batch.items[:done])
            if refusal is None:
                return batch.stopped
            refused[batch.messages[done].place] = refusal
            taken = {message.place for message in batch.messages[:done]}
            raw = [message for message in raw if message.place not in taken]

    def _sort(self, raw: Sequence[RawMessage], refused: Mapping[str, HubError]) -> Sorted:
        """Read each message; from the one that makes an input's failures too many on, nothing of it is taken."""
        batch = Sorted()
        gauges: dict[str, Gauge] = {}
        for message in raw:
            if message.input in batch.stopped or message.input in self._paused:
                continue
            read = self._read(message, refused)
            if message.input not in gauges:
                gauges[message.input] = self._gauge(message.input).copy()
            reason = gauges[message.input].count(failed=isinstance(read, Failure))
            if reason is not None:
                batch.stopped[message.input] = (message.offset, reason)
                continue
            batch.messages.append(message)
            batch.items.append(read)
        return batch

    def _read(self, message: RawMessage, refused: Mapping[str, HubError]) -> Item | Failure:
        if message.place in refused:
            return Failure(message=message, error=refused[message.place])
        try:
            return read_message(message, self._systems)
        except InvalidMessageError as error:
            return Failure(message=message, error=error)

    def _gauge(self, name: str) -> Gauge:
        return self._gauges.setdefault(name, Gauge(self._limits))

    def _count(self, messages: Sequence[RawMessage], items: Sequence[Item | Failure]) -> None:
        """Only what is in the log counts: what is read again after a failure must not weigh twice."""
        for message, item in zip(messages, items, strict=True):
            self._gauge(message.input).count(failed=isinstance(item, Failure))
        self.taken += len(messages)

    def _take(
        self, messages: Sequence[RawMessage], items: Sequence[Item | Failure]
    ) -> tuple[int, HubError | None]:
        """Take in one transaction; where something is refused, halve until the culprit stands alone.

        Gives how many were taken, from the first on, and why the next one was not (None: all were).
        """
        if not messages:
            return 0, None
        try:
            self._commit(messages, items)
        except Exception as error:
            if isinstance(error, NO_MESSAGES_FAULT) and not isinstance(error, DataError):
                raise
            if len(messages) == 1:
                if isinstance(items[0], Failure):
                    raise
                return 0, _refusal(messages[0], error)
            middle = len(messages) // 2
            done, refusal = self._take(messages[:middle], items[:middle])
            if refusal is None:
                more, refusal = self._take(messages[middle:], items[middle:])
                done += more
            return done, refusal
        return len(messages), None

    def _commit(self, messages: Sequence[RawMessage], items: Sequence[Item | Failure]) -> None:
        failures = [item for item in items if isinstance(item, Failure)]
        news = [item for item in items if not isinstance(item, Failure)]

        def work(connection: Connection[Any], positions: Sequence[int]) -> None:
            del positions
            if failures:
                store.put(connection, failures)

        ends = {m.input: m.offset + 1 for m in messages}
        trackings = [Tracking(name, offset) for name, offset in ends.items()]
        taken = self._resolver.take(news, trackings=trackings, work=work)
        for outcome in taken.outcomes.values():
            metrics.MESSAGES.labels(outcome).inc()
        for failure in failures:
            metrics.DEAD_LETTERS.labels(failure.error.code).inc()
            _log.info("dead-letter", place=failure.message.place, code=failure.error.code)

    def _go_back(self, raw: Sequence[RawMessage]) -> None:
        """Read again from where the log stands; if the database is down, from where this batch began."""
        starts: dict[str, int] = {}
        for message in raw:
            starts.setdefault(message.input, message.offset)
        for name, offset in starts.items():
            try:
                stands = self._log.offset(name)
            except OUTSIDE_IS_DOWN:
                _log.warning("intake-waits", error="the log's offsets are not reachable", input=name)
                stands = offset
            self._transport.seek(name, max(offset, stands))

    def _stop_inputs(self, stopped: Mapping[str, tuple[int, str]]) -> None:
        """All of them are held and set back before the database is asked to remember it: it may be down."""
        for name, (offset, reason) in stopped.items():
            _log.error(
                "input-stopped", input=name, offset=offset, reason=reason, remedy="hub deadletter resume"
            )
            self._paused.add(name)
            self._transport.pause(name)
            self._transport.seek(name, offset)
            metrics.PAUSED.labels(name).set(1)
        if stopped:
            with self._log.connection() as connection:
                for name, (_, reason) in stopped.items():
                    store.pause(connection, name, reason)

    def _keep_house(self) -> None:
        """Every few seconds: stopped inputs, parked activities, lag."""
        if time.monotonic() - self._cleaned_at < HOUSEKEEPING_S:
            return
        self._cleaned_at = time.monotonic()
        with self._log.connection() as connection:
            stopped = set(store.paused(connection))
        for name in self._paused - stopped:
            self._gauges.pop(name, None)
            self._transport.resume(name)
            metrics.PAUSED.labels(name).set(0)
        for name in stopped - self._paused:
            self._transport.pause(name)
            metrics.PAUSED.labels(name).set(1)
        self._paused = stopped
        self._resolver.retry_parked()
        self._expire_parked()
        for name, behind in self._transport.lag().items():
            metrics.LAG.labels(name).set(behind)

    def _expire_parked(self) -> None:
        def bury(connection: Connection[Any], reports: Sequence[Report]) -> None:
            store.put(connection, [_expired(report, self._parked_for) for report in reports])

        self._resolver.expire_parked(utc_now() - self._parked_for, work=bury)


def _refusal(message: RawMessage, error: Exception) -> HubError:
    """Why *message* alone cannot be taken in, without its values: an error that is not ours may hold them."""
    if isinstance(error, HubError):
        return error
    kind = type(error).__name__
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
    _log.error("message-refused", place=message.place, error=kind, where=where)
    return InvalidMessageError(
        f"the hub cannot take it in ({kind})",
        field="value",
        remedy="compare it with the schema of its type; if it is right, the hub has a fault: report it, and once it is"
        " mended: hub deadletter retry",
    )


def _expired(report: Report, waited: timedelta) -> Failure:
    value = encode(
        type=report.type,
        source=report.actor,
        id=str(report.uid),
        time=report.occurred_at,
        data=report.data,
        org_unit=report.unit,
    )
    stream = report.via.partition(":")[2] or "main"
    message = RawMessage(input="parked", stream=stream, offset=0, key=str(report.key).encode(), value=value)
    error = InvalidMessageError(
        f"its source record has not become known within {waited.days} days",
        source=report.actor,
        position="parked",
        field="customer",
        remedy="publish the source record, then: hub deadletter retry",
    )
    return Failure(message=message, error=error)
