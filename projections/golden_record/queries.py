"""Reads golden records: by id, by source record, by words, in pages, and by what has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.ids import RecordKey
from projections.golden_record.tokens import query_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenFact:
    """One golden value: from which source record (None: a steward's pin), brought by which event, chosen by which rule.

    *since*: the business time from which the value has held.
    """

    path: str
    value: str
    record_key: str | None
    event_id: UUID
    event_version: int
    rule: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenCustomer:
    """A customer as it is now. *status*: active, merged (into *merged_into*), retired (no living source record).

    *version* counts the customer's events, *position* is the place of the last one in the log; *units* are the business
    units that have source records of it.
    """

    customer_id: UUID
    status: str
    merged_into: UUID | None
    kind: str
    name: str | None
    version: int
    position: int
    registered_at: datetime
    changed_at: datetime
    record_keys: tuple[str, ...]
    units: tuple[str, ...]
    values: tuple[GoldenFact, ...]

    def first(self, path: str) -> str | None:
        """The (first) golden value of *path*; None when there is none."""
        return next((fact.value for fact in self.values if fact.path == path), None)


_COLUMNS = (
    "g.customer_id, g.status, g.merged_into, g.kind, g.name, g.version, g.position, g.registered_at, g.changed_at,"
    " g.record_keys, g.units, g.golden"
)

_OF_UNITS = "(%(units)s::text[] = '{}' OR g.units && %(units)s::text[])"


def by_id(connection: Connection[Any], customer_id: UUID, *, follow: bool = True) -> GoldenCustomer | None:
    """The customer with this id; when it was merged and *follow*, the one that it is part of now. None: never was one."""
    found = by_ids(connection, [customer_id]).get(customer_id)
    if found is None or found.merged_into is None or not follow:
        return found
    rows = _customers(
        connection,
        "WITH RECURSIVE way (id, step) AS (SELECT %(id)s::uuid, 0 UNION ALL SELECT g.merged_into, way.step + 1"
        " FROM way JOIN golden_record g ON g.customer_id = way.id"
        " WHERE g.merged_into IS NOT NULL AND way.step < 1000)"
        f" SELECT {_COLUMNS} FROM way JOIN golden_record g ON g.customer_id = way.id ORDER BY way.step DESC LIMIT 1",
        {"id": customer_id},
    )
    return rows[0] if rows else None


def by_ids(connection: Connection[Any], customer_ids: Collection[UUID]) -> dict[UUID, GoldenCustomer]:
    """The customers with these very ids, merged ones as such; unknown ids are missing."""
    rows = _customers(
        connection,
        f"SELECT {_COLUMNS} FROM golden_record g WHERE customer_id = ANY(%(ids)s)",
        {"ids": list(customer_ids)},
    )
    return {row.customer_id: row for row in rows}


def by_record(connection: Connection[Any], key: RecordKey | str) -> GoldenCustomer | None:
    """The customer that the source record belongs to now; None when it belongs to nobody."""
    rows = _customers(
        connection,
        f"SELECT {_COLUMNS} FROM crosswalk c JOIN golden_record g USING (customer_id)"
        " WHERE c.record_key = %(key)s AND c.to_position IS NULL",
        {"key": str(key)},
    )
    return rows[0] if rows else None


def known_to(
    connection: Connection[Any], units: Collection[str], records: Collection[str], customers: Collection[UUID]
) -> set[str | UUID]:
    """Those of *records* and *customers* whose customer (of a merged one that of which it is part now) one of *units* knows."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "WITH RECURSIVE way (record_key, asked, id, step) AS ("
            "SELECT c.record_key, NULL::uuid, c.customer_id, 0 FROM crosswalk c"
            " WHERE c.record_key = ANY(%(records)s::text[]) AND c.to_position IS NULL"
            " UNION ALL SELECT NULL, i, i, 0 FROM unnest(%(customers)s::uuid[]) AS i"
            " UNION ALL SELECT way.record_key, way.asked, g.merged_into, way.step + 1"
            " FROM way JOIN golden_record g ON g.customer_id = way.id"
            " WHERE g.merged_into IS NOT NULL AND way.step < 1000)"
            " SELECT way.record_key, way.asked FROM way JOIN golden_record g ON g.customer_id = way.id"
            " WHERE g.merged_into IS NULL AND g.units && %(units)s::text[]",
            {"records": list(records), "customers": list(customers), "units": list(units)},
        )
        return {record or asked for record, asked in cursor}


def search(
    connection: Connection[Any],
    text: str,
    *,
    limit: int = 20,
    after: UUID | None = None,
    units: Collection[str] = (),
) -> tuple[GoldenCustomer, ...]:
    """Customers that hold every word of *text* among their golden values or local ids, by id, behind *after*.

    With *units* only those of which one of these has a source record.
    Latin words and numbers match from their beginning, Han text by neighbouring characters, phone numbers by their last
    eight digits. Merged customers are left out: their values are found at the survivor.
    """
    query = query_of(text)
    if query is None:
        return ()
    return _customers(
        connection,
        f"SELECT {_COLUMNS} FROM golden_record g WHERE tokens @@ %(query)s::tsquery AND status <> 'merged'"
        f" AND {_OF_UNITS} AND customer_id > %(after)s ORDER BY customer_id LIMIT %(limit)s",
        {"query": query, "units": list(units), "after": after or UUID(int=0), "limit": limit},
    )


def page(
    connection: Connection[Any],
    *,
    limit: int = 100,
    after: UUID | None = None,
    status: str | None = None,
    units: Collection[str] = (),
) -> tuple[GoldenCustomer, ...]:
    """Up to *limit* customers by id, behind the id *after*, of one *status* or of all, of some *units* or of all."""
    return _customers(
        connection,
        f"SELECT {_COLUMNS} FROM golden_record g WHERE customer_id > %(after)s"
        f" AND (%(status)s::text IS NULL OR status = %(status)s) AND {_OF_UNITS} ORDER BY customer_id LIMIT %(limit)s",
        {"after": after or UUID(int=0), "status": status, "units": list(units), "limit": limit},
    )


def changed_after(connection: Connection[Any], position: int, limit: int = 500) -> tuple[GoldenCustomer, ...]:
    """Up to *limit* customers whose last event lies behind *position*, in the order of those events."""
    return _customers(
        connection,
        f"SELECT {_COLUMNS} FROM golden_record g WHERE position > %(position)s ORDER BY position LIMIT %(limit)s",
        {"position": position, "limit": limit},
    )


def count(connection: Connection[Any]) -> dict[str, int]:
    """How many customers there are of each status."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SELECT status, count(*) FROM golden_record GROUP BY status")
        return dict(cursor.fetchall())


def _customers(
    connection: Connection[Any], query: str, params: Mapping[str, Any]
) -> tuple[GoldenCustomer, ...]:
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(query, params)
        return tuple(
            GoldenCustomer(
                customer_id=customer_id,
                status=status,
                merged_into=merged_into,
                kind=kind,
                name=name,
                version=version,
                position=position,
                registered_at=registered_at,
                changed_at=changed_at,
                record_keys=tuple(record_keys),
                units=tuple(units),
                values=tuple(_fact(value) for value in golden),
            )
            for (
                customer_id,
                status,
                merged_into,
                kind,
                name,
                version,
                position,
                registered_at,
                changed_at,
                record_keys,
                units,
                golden,
            ) in cursor
        )


def _fact(value: Mapping[str, Any]) -> GoldenFact:
    return GoldenFact(
        path=value["path"],
        value=value["value"],
        record_key=value["record_key"],
        event_id=UUID(value["event_id"]),
        event_version=value["event_version"],
        rule=value["rule"],
        since=datetime.fromisoformat(value["since"]) if value["since"] else None,
    )
