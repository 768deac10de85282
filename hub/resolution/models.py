"""Puts another model in force: an event with its text, then every record that is there is seen anew, in batches.

First the records are normalised and compared anew (the index alone changes), then each component is brought to the customers
that it comes to (events). Intake goes on meanwhile, by the new model from the activation on; whatever it meets half way is
settled in the second pass. So in the end the customers are what they would be had the new model been there all the time.
Interrupted, it goes on behind its last transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.handling.context import Context
from hub.handling.workspace import StateCache
from hub.kernel.errors import ConflictError, RuleViolationError, UnavailableError
from hub.kernel.provenance import Metadata
from hub.kernel.time import utc_now
from hub.log.envelope import RecordedEvent
from hub.models.events import STREAM, ModelActivated
from hub.resolution import index
from hub.resolution.activations import Activation, activations, digest_of, read_model
from hub.resolution.batch import index_change
from hub.resolution.current import values_of
from hub.resolution.exclusive import alone
from hub.resolution.graph import Graph
from hub.resolution.index import Watched
from hub.resolution.recheck import recheck
from hub.resolution.request import Request
from hub.resolution.resolver import ATTEMPTS, OPTIMISTIC_ATTEMPTS, IndexConflictError, Resolver
from hub.resolution.translate import to_matching
from matching import Model, dump, prepare

Progress = Callable[[str, int, int], None]
"""Hears which step it is (``comparing`` or ``settling``), up to which record it has come, and which is the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How far the latest change of the model is: both steps go up to the record numbered *upto*."""

    digest: str
    upto: int
    keyed: int
    settled: int

    @property
    def is_finished(self) -> bool:
        """Whether all records are through with it."""
        return self.settled >= self.upto


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """What came of an activation. *positions* are the log's heads before and after it; *was_active* when nothing was to do."""

    activation: Activation
    positions: tuple[int, int]
    was_active: bool


class Models:
    """Activates models, and knows which have been."""

    def __init__(self, resolver: Resolver, *, batch: int = 1_000) -> None:
        self._resolver = resolver
        self._log = resolver.log
        self._batch = batch
        self._cache = StateCache()

    def history(self) -> list[Activation]:
        """All activations, the first first."""
        with self._log.connection() as connection:
            return activations(self._log, connection)

    def change(self) -> Change | None:
        """How far the latest change is, None when the model was never changed."""
        with self._log.connection() as connection:
            return _change(connection)

    def activate(self, text: str, context: Context, progress: Progress) -> Activated:
        """Put the model that *text* describes in force; the same again goes on with what was interrupted.

        Raises InvalidMessageError when it is no model, RuleViolationError for a version that another model has had.
        """
        model = read_model(text)
        with alone(self._log):
            before = self._log.head()
            is_new = self._begin(model, text, context)
            activation = self.history()[-1]
            begun = self.change()
            if begun is not None and begun.digest == activation.digest:
                self._rekey(model, begun, progress)
                self._settle(activation, begun, progress)
                self._review(model, begun, context, progress)
        return Activated(
            activation=activation,
            positions=(before, self._log.head()),
            was_active=not is_new and (begun is None or begun.is_finished),
        )

    def _review(self, model: Model, change: Change, context: Context, progress: Progress) -> None:
        """Find the pairs that a person should decide by the new model."""

        def told(seen: int) -> None:
            progress("reviewing", min(seen, change.upto), change.upto)

        recheck(self._log, model, context.metadata(), told)
        progress("reviewing", change.upto, change.upto)

    def _begin(self, model: Model, text: str, context: Context) -> bool:
        """Append the activation unless *text* is in force already; gives whether it was not."""
        digest = digest_of(text)
        with self._log.connection() as connection:
            known = activations(self._log, connection)
        if any(a.version == model.version and a.digest != digest for a in known):
            raise RuleViolationError(
                f"another model was activated as {model.version}; give this one a version of its own"
            )
        if known and known[-1].digest == digest:
            return False
        event = RecordedEvent(
            originator_id=STREAM,
            originator_version=len(known) + 1,
            body=ModelActivated(version=model.version, text=text),
            meta=context.metadata(),
        )

        def work(connection: Connection[Any], positions: Sequence[int]) -> None:
            del positions
            index.use_model(connection, digest)
            connection.execute(
                "INSERT INTO hub_model_change (digest, upto, keyed, settled)"
                " SELECT %s, coalesce(max(record_no), 0), 0, 0 FROM hub_source_record"
                " ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, upto = excluded.upto, keyed = 0, settled = 0",
                (digest,),
            )

        self._log.append([event], work=work)
        return True

    def _rekey(self, model: Model, change: Change, progress: Progress) -> None:
        """Normalise the records that were there and compare them anew; customers stay as they are."""
        done = change.keyed
        while done < change.upto:
            progress("comparing", done, change.upto)
            done = self._rekey_some(model, done, change.upto)
        progress("comparing", change.upto, change.upto)

    def _rekey_some(self, model: Model, done: int, upto: int) -> int:
        for attempt in range(ATTEMPTS):
            try:
                with self._log.connection() as connection:
                    if attempt < OPTIMISTIC_ATTEMPTS:
                        return self._try_to_rekey(connection, model, done, upto)
                    with connection.transaction():
                        self._log.recorder.lock(connection.cursor())
                        return self._try_to_rekey(connection, model, done, upto)
            except ConflictError:
                self._cache.clear()
        raise UnavailableError("many writers are changing the same records; try again", retry_after_s=1.0)

    def _try_to_rekey(self, connection: Connection[Any], model: Model, done: int, upto: int) -> int:
        clock = index.read_clock(connection)
        records = index.live_records_after(connection, done, upto, self._batch)
        reached = records[-1].number if len(records) == self._batch else upto
        readings = values_of(self._log, self._cache, connection, records)
        if len(readings) < len(records):
            raise IndexConflictError("records have gone to other customers meanwhile")
        graph = Graph(model=model)
        graph.add(records)
        for key, reading in readings.items():
            graph.fresh[key] = prepare(to_matching(reading), model)
        graph.find_edges(connection)
        graph.find_neighbours(connection)
        put = [replace(record, prepared=dump(graph.fresh[record.key])) for record in records]
        watched = Watched(
            keys=frozenset(graph.looked_up),
            records=frozenset(graph.records),
            numbers=frozenset(graph.key_of),
        )

        def check(locked: Connection[Any]) -> None:
            if index.changed_since(locked, clock, watched):
                raise IndexConflictError("records near to these were changed by another worker")

        def work(locked: Connection[Any], positions: Sequence[int]) -> None:
            del positions
            index.write(locked, index_change(graph, put))
            locked.execute("UPDATE hub_model_change SET keyed = %s", (reached,))

        self._log.append_on(connection, [], check=check, work=work)
        return reached or upto

    def _settle(self, activation: Activation, change: Change, progress: Progress) -> None:
        """Bring the components of all records to the customers that they come to by the new model."""
        done = change.settled
        while done < change.upto:
            progress("settling", done, change.upto)
            with self._log.connection() as connection:
                records = index.live_records_after(connection, done, change.upto, self._batch)
            done = (records[-1].number if len(records) == self._batch else change.upto) or change.upto
            self._settle_some(activation, [r.key for r in records], done)
        progress("settling", change.upto, change.upto)

    def _settle_some(self, activation: Activation, keys: Sequence[str], reached: int) -> None:
        def work(connection: Connection[Any], positions: Sequence[int]) -> None:
            del positions
            connection.execute("UPDATE hub_model_change SET settled = %s", (reached,))

        self._resolver.resolve(Request(identity=_by_activation(activation), again=keys, work=work))


def _by_activation(activation: Activation) -> Metadata:
    """The metadata of moves that follow from an activation."""
    now = utc_now()
    return replace(
        activation.meta,
        reason=f"the model {activation.version} was activated: {activation.meta.reason}",
        valid_at=now,
        recorded_at=now,
    )


def _change(connection: Connection[Any]) -> Change | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute("SELECT digest, upto, keyed, settled FROM hub_model_change").fetchone()
    if row is None:
        return None
    digest, upto, keyed, settled = row
    return Change(digest=digest, upto=upto, keyed=keyed, settled=settled)
