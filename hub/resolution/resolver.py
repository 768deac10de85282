"""Takes intake batches into the log: one transaction holds events, match index, offsets, receipts and parked activities.

A batch is computed against what is committed, then appended under the log's lock if nobody has changed what it looked
at; otherwise it is computed again. After two vain attempts it takes the lock first, so that it always comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import PersistenceError, Tracking
from psycopg import Connection
from psycopg.rows import tuple_row

from hub.handling.workspace import StateCache
from hub.kernel.errors import ConflictError, UnavailableError
from hub.kernel.ids import new_id
from hub.kernel.provenance import Metadata
from hub.kernel.time import utc_now
from hub.log.envelope import RecordedEvent
from hub.log.recorder import ReplayedOffsetError, Work
from hub.log.store import EventLog
from hub.resolution import index, parked
from hub.resolution.activations import activated_model
from hub.resolution.batch import Batch, BatchBuilder
from hub.resolution.items import Item, Report
from hub.resolution.request import Request
from hub.resolution.review import review
from matching import Model, default_model

OPTIMISTIC_ATTEMPTS = 2
ATTEMPTS = 8


class IndexConflictError(ConflictError):
    """Another worker changed records near to those of this batch: compute it again."""

    code = "index-conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a batch: the positions of its events, and for each incoming event what was done with it.

    *customers* has the customer of every source record that came to one (by key).
    """

    positions: list[int]
    outcomes: dict[UUID, str]
    customers: dict[str, UUID]


class Resolver:
    """Finds the customers of source records and writes down what follows. Several may work on one log at once."""

    def __init__(self, log: EventLog, *, model: Model | None = None) -> None:
        self.log = log
        self._cache = StateCache()
        self._in_use = "", BatchBuilder(log, model or default_model(), self._cache)

    def current_model(self) -> Model:
        """The model that is in force now: the one activated last, else the one that this resolver was given."""
        with self.log.connection() as connection:
            return self._follow(connection)[1].model

    def _follow(self, connection: Connection[Any]) -> tuple[str, BatchBuilder]:
        """The active model, which another process may have changed, by its digest, and what computes batches with it."""
        in_use, active = self._in_use, index.read_clock(connection).model
        if active != in_use[0]:
            model = activated_model(self.log, connection, active)
            in_use = self._in_use = active, BatchBuilder(self.log, model, self._cache)
        return in_use

    def take(
        self,
        items: Sequence[Item],
        *,
        trackings: Sequence[Tracking] = (),
        work: Work | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Take in *items* with their offsets; *work* adds rows to the same transaction.

        Raises ReplayedOffsetError when an offset was taken before, UnavailableError when many writers stand in the way.
        """
        identity = by_the_model(now or utc_now())
        return self.resolve(Request(identity=identity, items=items, trackings=trackings, work=work))

    def retry_parked(self, limit: int = 500) -> int:
        """Record parked activities whose source record has become known; gives their number."""
        with self.log.connection() as connection:
            reports = parked.now_known(connection, self.log.keys, limit)
        if reports:
            self.resolve(Request(identity=by_the_model(utc_now()), released=reports))
        return len(reports)

    def expire_parked(
        self,
        older_than: datetime,
        limit: int = 500,
        *,
        work: Callable[[Connection[Any], Sequence[Report]], None] | None = None,
    ) -> list[Report]:
        """Take out activities that have waited since before *older_than*; *work* buries them in the same transaction.

        Their receipts go too, so that they can be sent again once their source record is known.
        """
        with self.log.connection() as connection, connection.transaction():
            reports = parked.older_than(connection, self.log.keys, older_than, limit)
            parked.take_out(connection, [r.uid for r in reports], with_receipts=True)
            if work is not None and reports:
                work(connection, reports)
        return reports

    def receipt(self, uid: UUID) -> tuple[str, int | None] | None:
        """What became of an incoming event and at which position, None when it was never taken in."""
        with self.log.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SELECT outcome, position FROM hub_receipt WHERE uid = %s", (uid,))
            row = cursor.fetchone()
        return (row[0], row[1]) if row else None

    def resolve(self, request: Request) -> Taken:
        """Compute and append *request*; once more whenever somebody else was quicker.

        What fails beside other writers may have read something half way: only what fails alone counts as an error.
        """
        for attempt in range(ATTEMPTS):
            alone = attempt >= OPTIMISTIC_ATTEMPTS
            try:
                with self.log.connection() as connection:
                    if not alone:
                        return self._attempt(connection, request)
                    with connection.transaction():
                        self.log.recorder.lock(connection.cursor())
                        return self._attempt(connection, request)
            except (ReplayedOffsetError, psycopg.Error, PersistenceError):
                self._cache.clear()
                raise
            except ConflictError:
                self._cache.clear()
            except Exception:
                self._cache.clear()
                if alone:
                    raise
        raise UnavailableError("many writers are changing the same records; try again", retry_after_s=1.0)

    def _attempt(self, connection: Connection[Any], request: Request) -> Taken:
        active, builder = self._follow(connection)
        batch = builder.build(connection, request)
        if batch.clock.model != active:
            raise IndexConflictError("another model was activated")
        self.log.ensure_keys([report.key.record_id for report in batch.to_park])

        def check(locked: Connection[Any]) -> None:
            if index.changed_since(locked, batch.clock, batch.watched):
                raise IndexConflictError("records near to these were changed by another worker")
            seen = batch.workspace.unchanged()
            if seen and self.log.versions(locked, seen) != seen:
                raise IndexConflictError("customers of these records were changed by another worker")

        def work(locked: Connection[Any], positions: Sequence[int]) -> None:
            index.write(locked, batch.change)
            if not parked.take_out(locked, batch.unparked):
                raise IndexConflictError("another worker took out the same parked activity")
            parked.park(locked, self.log.keys, batch.to_park, request.identity.recorded_at)
            _write_receipts(locked, batch, events, positions)
            if request.work is not None:
                request.work(locked, positions)
            index.hand_on_assertions(locked, batch.renamed)
            reviewed.extend(review(self.log, locked, builder.model, batch.touched, request.identity))

        events = [*request.events, *batch.events]
        reviewed: list[int] = []
        positions = self.log.append_on(
            connection, events, trackings=request.trackings, check=check, work=work
        )
        self._cache.put(batch.workspace.changed())
        outcomes = dict.fromkeys(batch.repeated, "duplicate") | batch.outcomes
        return Taken(positions=[*positions, *reviewed], outcomes=outcomes, customers=batch.moved)


def by_the_model(now: datetime) -> Metadata:
    """The metadata of what the model decides, not a person."""
    cause = new_id()
    return Metadata(
        actor="resolution",
        via="resolution",
        reason="the matching model",
        correlation_id=cause,
        causation_id=cause,
        valid_at=now,
        recorded_at=now,
    )


def _write_receipts(
    connection: Connection[Any], batch: Batch, events: Sequence[RecordedEvent], positions: Sequence[int]
) -> None:
    """One row an incoming event, with the position of the last event that it caused."""
    if not batch.outcomes:
        return
    caused = {event.meta.causation_id: position for event, position in zip(events, positions, strict=True)}
    released = set(batch.unparked)
    fresh = {uid: outcome for uid, outcome in batch.outcomes.items() if uid not in released}
    with connection.cursor() as cursor:
        try:
            cursor.execute(
                "INSERT INTO hub_receipt SELECT * FROM unnest(%b::uuid[], %b::text[], %b::bigint[])",
                (list(fresh), list(fresh.values()), [caused.get(uid) for uid in fresh]),
            )
        except psycopg.errors.UniqueViolation as error:
            raise IndexConflictError("another worker took in the same incoming event") from error
        if released:
            cursor.execute(
                "UPDATE hub_receipt r SET outcome = 'recorded', position = t.p"
                " FROM unnest(%b::uuid[], %b::bigint[]) AS t(u, p) WHERE r.uid = t.u",
                (list(released), [caused.get(uid) for uid in released]),
            )
