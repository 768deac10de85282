"""Reads timelines: changes of a customer and the activities of its records, together, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hub.kernel.ids import RecordKey
from projections.crosswalk.queries import survivor_of


class Cursor(NamedTuple):
    """The place of an entry in the timeline: its business time, then its position."""

    at: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a timeline. *at* is the business time. *customer_id* is set for changes, *unit* for activities.

    *name*: ``customer.record-linked.v1`` … for changes, the public type (``sales.order.placed``) for activities.
    """

    position: int
    at: datetime
    recorded_at: datetime
    name: str
    customer_id: UUID | None
    record_key: str | None
    unit: str | None
    actor: str
    via: str
    reason: str
    data: Mapping[str, Any]

    @property
    def cursor(self) -> Cursor:
        """Where the page behind this entry begins."""
        return Cursor(self.at, self.position)


_ACTIVITY = (
    "position, at, recorded_at, name, NULL::uuid AS customer_id, record_key, unit, actor, via, reason, data"
)
_CHANGE = (
    "position, at, recorded_at, name, customer_id, record_key, NULL::text AS unit, actor, via, reason, data"
)


def timeline(
    connection: Connection[Any],
    customer_id: UUID,
    *,
    limit: int = 50,
    after: Cursor | None = None,
    newest_first: bool = True,
    activities: bool = True,
    changes: bool = True,
) -> tuple[Entry, ...]:
    """Up to *limit* entries of the customer that *customer_id* stands for, behind the cursor *after*, by business time.

    Holds the events of every customer merged into it and the activities of every record that belongs to it now.
    """
    order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
    page = (
        f"AND (%(first)s OR (at, position) {beyond} (%(at)s::timestamptz, %(position)s))"
        f" ORDER BY at {order}, position {order} LIMIT %(limit)s"
    )
    query = f"""
        WITH RECURSIVE part (id) AS (
            SELECT %(id)s::uuid
            UNION
            SELECT a.former_id FROM part JOIN customer_alias a ON a.survivor_id = part.id
            WHERE a.to_position IS NULL
        ), entry AS (
            SELECT e.* FROM part CROSS JOIN LATERAL
                (SELECT {_CHANGE} FROM history_change WHERE customer_id = part.id AND %(changes)s {page}) e
            UNION ALL
            SELECT e.* FROM crosswalk c CROSS JOIN LATERAL
                (SELECT {_ACTIVITY} FROM history_activity WHERE record_key = c.record_key AND %(activities)s {page}) e
            WHERE c.customer_id = %(id)s AND c.to_position IS NULL
        )
        SELECT * FROM entry ORDER BY at {order}, position {order} LIMIT %(limit)s
    """
    params = {
        "id": survivor_of(connection, customer_id),
        "first": after is None,
        "at": after.at if after else None,
        "position": after.position if after else None,
        "limit": limit,
        "activities": activities,
        "changes": changes,
    }
    return _entries(connection, query, params)


def activities_of_record(
    connection: Connection[Any],
    key: RecordKey | str,
    *,
    limit: int = 50,
    after: Cursor | None = None,
    newest_first: bool = True,
) -> tuple[Entry, ...]:
    """Up to *limit* activities of one source record, behind the cursor *after*, by business time."""
    order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
    query = f"""
        SELECT {_ACTIVITY} FROM history_activity WHERE record_key = %(key)s
        AND (%(first)s OR (at, position) {beyond} (%(at)s::timestamptz, %(position)s))
        ORDER BY at {order}, position {order} LIMIT %(limit)s
    """
    params = {
        "key": str(key),
        "first": after is None,
        "at": after.at if after else None,
        "position": after.position if after else None,
        "limit": limit,
    }
    return _entries(connection, query, params)


def _entries(connection: Connection[Any], query: str, params: Mapping[str, Any]) -> tuple[Entry, ...]:
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        cursor.execute(query, params)
        return tuple(cursor)
