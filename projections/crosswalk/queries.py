"""Reads the crosswalk: records to customers, former ids to survivors, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, tuple_row

from hub.kernel.ids import RecordKey


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosswalkRow:
    """*record_key* belonged to *customer_id* in [known_from, known_to); *known_to* None: it still does.

    *retired*: the source has deleted the record.
    """

    record_key: str
    customer_id: UUID
    retired: bool
    known_from: datetime
    known_to: datetime | None
    from_position: int
    to_position: int | None


_COLUMNS = "record_key, customer_id, retired, known_from, known_to, from_position, to_position"

# Every id on the way from the given one to the customer that it stands for now.
_SURVIVOR = """
    WITH RECURSIVE way (id, step) AS (
        SELECT %(id)s::uuid, 0
        UNION
        SELECT a.survivor_id, way.step + 1 FROM way JOIN customer_alias a ON a.former_id = way.id
        WHERE a.to_position IS NULL AND way.step < 1000
    )
"""


def customer_of_record(connection: Connection[Any], key: RecordKey | str) -> UUID | None:
    """The customer that the source record belongs to now; None when it belongs to nobody."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            "SELECT customer_id FROM crosswalk WHERE record_key = %s AND to_position IS NULL", (str(key),)
        ).fetchone()
    return row[0] if row else None


def survivor_of(connection: Connection[Any], customer_id: UUID) -> UUID:
    """The customer that *customer_id* stands for now: itself unless it was merged, else the end of the chain."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            _SURVIVOR + "SELECT id FROM way ORDER BY step DESC LIMIT 1", {"id": customer_id}
        ).fetchone()
    return row[0] if row else customer_id


def former_ids_of(connection: Connection[Any], customer_id: UUID) -> tuple[UUID, ...]:
    """Every id that stands for *customer_id* now, directly or through others; without itself."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "WITH RECURSIVE part (id) AS (SELECT %s::uuid UNION SELECT a.former_id FROM part"
            " JOIN customer_alias a ON a.survivor_id = part.id WHERE a.to_position IS NULL)"
            " SELECT id FROM part",
            (customer_id,),
        )
        return tuple(sorted(id_ for (id_,) in cursor if id_ != customer_id))


def records_of_customer(
    connection: Connection[Any], customer_id: UUID, *, past: bool = False
) -> tuple[CrosswalkRow, ...]:
    """The source records of the customer for which *customer_id* stands, by key; with *past* also those that have left it."""
    with connection.cursor(row_factory=class_row(CrosswalkRow)) as cursor:
        cursor.execute(
            _SURVIVOR + f"SELECT {_COLUMNS} FROM crosswalk"
            " WHERE customer_id = (SELECT id FROM way ORDER BY step DESC LIMIT 1)"
            " AND (%(past)s OR to_position IS NULL) ORDER BY record_key, from_position",
            {"id": customer_id, "past": past},
        )
        return tuple(cursor)


def history_of_record(connection: Connection[Any], key: RecordKey | str) -> tuple[CrosswalkRow, ...]:
    """Every customer that the source record ever belonged to, oldest first."""
    with connection.cursor(row_factory=class_row(CrosswalkRow)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM crosswalk WHERE record_key = %s ORDER BY from_position", (str(key),)
        )
        return tuple(cursor)


def page_of_links(
    connection: Connection[Any], limit: int = 1000, after: str | None = None, units: Collection[str] = ()
) -> tuple[CrosswalkRow, ...]:
    """Up to *limit* current links in the order of their record keys, behind the record key *after*.

    With *units* only those of customers of which one of these has a source record.
    """
    with connection.cursor(row_factory=class_row(CrosswalkRow)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM crosswalk c WHERE to_position IS NULL AND record_key > %(after)s"
            " AND (%(units)s::text[] = '{}' OR EXISTS (SELECT FROM golden_record g"
            " WHERE g.customer_id = c.customer_id AND g.units && %(units)s::text[]))"
            " ORDER BY record_key LIMIT %(limit)s",
            {"after": after or "", "units": list(units), "limit": limit},
        )
        return tuple(cursor)


def export_links(connection: Connection[Any], batch: int = 5000) -> Iterator[CrosswalkRow]:
    """All current links as of one moment, in the order of their record keys, *batch* of them in memory at a time."""
    with (
        connection.transaction(),
        connection.cursor("crosswalk_export", row_factory=class_row(CrosswalkRow)) as cursor,
    ):
        cursor.itersize = batch
        cursor.execute(
            f"SELECT {_COLUMNS} FROM crosswalk WHERE to_position IS NULL ORDER BY record_key", binary=True
        )
        yield from cursor
