"""The load of a first stock: all its records are compared at once, then written customer by customer, as the stream would.

The hub holds no source record before. Whoever writes meanwhile is welcome: from then on the rest is taken in as the
stream is, with a look at the index. A load that was interrupted goes on behind its last transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eventsourcing.persistence import DataError, PersistenceError
from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.errors import (
    ConflictError,
    RuleViolationError,
    SettingsError,
    StoredDataError,
    UnavailableError,
)
from hub.kernel.time import utc_now
from hub.resolution import index
from hub.resolution.exclusive import alone
from hub.resolution.foresight import Plan, plan, survey
from hub.resolution.items import Item
from hub.resolution.recheck import recheck
from hub.resolution.request import Request
from hub.resolution.resolver import Resolver, by_the_model

NOBODYS_FAULT = (UnavailableError, ConflictError, StoredDataError, SettingsError, PersistenceError)
"""What says nothing about the message at hand, `DataError` apart."""

Bury = Callable[[Connection[Any], int, Exception], None]
"""Puts the message of a number, which cannot be taken in, to the dead letters."""


class Stock(Protocol):
    """The messages to load. *digest* stands for their content and for how it is read, *files* names them for people."""

    digest: str
    files: Sequence[str]

    def read(self) -> Iterator[Item]:
        """All of them, in order, once."""

    def fetch(self, numbers: Sequence[int]) -> list[Item]:
        """Those of *numbers*, counted from 0 in the order of `read`."""

    def bury_unreadable(self, connection: Connection[Any]) -> None:
        """Put what could not be read to the dead letters; harmless to repeat."""

    def bury(self, connection: Connection[Any], number: int, error: Exception) -> None:
        """Put the message *number*, which cannot be taken in, to the dead letters; harmless to repeat."""


class Progress(Protocol):
    """Hears how far the load is."""

    def comparing(self, records: int) -> None:
        """All messages have been read: *records* are now compared."""

    def written(self, done: int, messages: int) -> None:
        """*done* of the *messages* are in the log."""

    def reviewed(self, records: int) -> None:
        """*records* have been looked at for pairs that a person should decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of a load: *before* messages were there already from an earlier attempt."""

    records: int
    messages: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a load stands."""

    digest: str
    files: Sequence[str]
    model: str
    messages: int
    done: int
    first_no: int
    stamp: int


class Loader:
    """Loads one stock at a time into the log of *resolver*; *batch* messages, or a little less, in one transaction."""

    def __init__(self, resolver: Resolver, *, batch: int = 2_000) -> None:
        self._resolver = resolver
        self._log = resolver.log
        self._batch = batch

    def load(self, stock: Stock, progress: Progress) -> Loaded:
        """Take *stock* in. Raises RuleViolationError when the hub has records already, or when another load is under way."""
        with alone(self._log):
            with self._log.connection() as connection:
                self._refuse(connection, stock)
            model = self._resolver.current_model()
            surveyed = survey(stock.read(), model)
            progress.comparing(len(surveyed.keys))
            planned = plan(surveyed, model)
            begun = self._begin(stock, planned)
            standing = begun
            for numbers in planned.batches(begun.done, self._batch):
                progress.written(standing.done, standing.messages)
                standing = self._write(stock, planned, standing, numbers)
            progress.written(standing.done, standing.messages)
            recheck(self._log, model, by_the_model(utc_now()), progress.reviewed)
        return Loaded(records=len(surveyed.keys), messages=begun.messages, before=begun.done)

    def _refuse(self, connection: Connection[Any], stock: Stock) -> Standing | None:
        """Where the load of *stock* stands, None when it has not begun; raises when it may not."""
        standing = _standing(connection)
        if standing is not None and standing.digest == stock.digest:
            if standing.done < standing.messages and standing.model != self._resolver.current_model().version:
                raise RuleViolationError(
                    f"the load was begun with the model {standing.model}; activate that one again, then go on"
                )
            return standing
        if standing is not None and standing.done < standing.messages:
            raise RuleViolationError(
                f"the load of {', '.join(standing.files)} is not finished ({standing.done:,} of {standing.messages:,});"
                " run it again with the same files and options, unchanged, and it goes on"
            )
        if _has_records(connection):
            raise RuleViolationError(
                "the hub has source records already, which these would have to be compared with;"
                " a load is for an empty hub: send them by hub publish instead"
            )
        return None

    def _begin(self, stock: Stock, planned: Plan) -> Standing:
        """Under the log's lock: nobody is there yet, the records have their numbers, the unreadable is put away."""
        with self._log.connection() as connection, connection.transaction():
            self._log.recorder.lock(connection.cursor())
            standing = self._refuse(connection, stock)
            stock.bury_unreadable(connection)
            if standing is not None:
                return standing
            with connection.cursor(row_factory=tuple_row) as cursor:
                cursor.execute("SELECT nextval('hub_source_record_record_no_seq')")
                ((first_no,),) = cursor.fetchall()
                last_no = first_no + max(len(planned.survey.keys), 1) - 1
                cursor.execute("SELECT setval('hub_source_record_record_no_seq', %s)", (last_no,))
                cursor.execute("DELETE FROM hub_load")
                cursor.execute(
                    "INSERT INTO hub_load (digest, files, model, messages, done, first_no, stamp)"
                    " VALUES (%s, %s, %s, %s, 0, %s, %s)",
                    (
                        stock.digest,
                        list(stock.files),
                        self._resolver.current_model().version,
                        len(planned.order),
                        first_no,
                        index.read_clock(connection).stamp,
                    ),
                )
            standing = _standing(connection)
        if standing is None:
            raise RuntimeError("the load has been written down but is not there")
        return standing

    def _write(self, stock: Stock, planned: Plan, standing: Standing, numbers: Sequence[int]) -> Standing:
        """Take in the messages *numbers*; those that are at fault themselves are buried, the others not held up."""
        items = stock.fetch(numbers)
        foreseen = planned.foresee(numbers, standing.stamp, standing.first_no)

        def advance(connection: Connection[Any], positions: Sequence[int]) -> None:
            del positions
            _advance(connection, standing, len(items))

        identity = by_the_model(utc_now())
        try:
            self._resolver.resolve(Request(identity=identity, items=items, foreseen=foreseen, work=advance))
        except Exception as error:
            if isinstance(error, NOBODYS_FAULT) and not isinstance(error, DataError):
                raise
            self._write_one_by_one(stock, numbers, items)
            with self._log.connection() as connection, connection.transaction():
                advance(connection, ())
        with self._log.connection() as connection:
            now = _standing(connection)
        if now is None or now.done != standing.done + len(items):
            raise _overtaken()
        return now

    def _write_one_by_one(self, stock: Stock, numbers: Sequence[int], items: Sequence[Item]) -> None:
        for number, item in zip(numbers, items, strict=True):
            try:
                self._resolver.resolve(Request(identity=by_the_model(utc_now()), items=[item]))
            except Exception as error:
                if isinstance(error, NOBODYS_FAULT) and not isinstance(error, DataError):
                    raise
                with self._log.connection() as connection, connection.transaction():
                    stock.bury(connection, number, error)


def _standing(connection: Connection[Any]) -> Standing | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            "SELECT digest, files, model, messages, done, first_no, stamp FROM hub_load"
        ).fetchone()
    if row is None:
        return None
    digest, files, model, messages, done, first_no, stamp = row
    return Standing(
        digest=digest,
        files=files,
        model=model,
        messages=messages,
        done=done,
        first_no=first_no,
        stamp=stamp,
    )


def _has_records(connection: Connection[Any]) -> bool:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute("SELECT 1 FROM hub_source_record LIMIT 1").fetchone() is not None


def _advance(connection: Connection[Any], standing: Standing, taken: int) -> None:
    """Note in the same transaction that *taken* messages more are in; the index has gone one stamp further by them."""
    moved = connection.execute(
        "UPDATE hub_load SET done = done + %s, stamp = stamp + 1 WHERE digest = %s AND done = %s",
        (taken, standing.digest, standing.done),
    ).rowcount
    if moved != 1:
        raise _overtaken()


def _overtaken() -> RuleViolationError:
    return RuleViolationError("another process goes on with this load; leave it to that one")
