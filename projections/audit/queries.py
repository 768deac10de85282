"""Reads the audit: by customer, actor, aspect, time, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which rows are wanted; what is left out does not restrict. The times are half open: [recorded_from, recorded_to)."""

    customer_ids: tuple[UUID, ...] = ()
    actor: str | None = None
    aspect: str | None = None
    name: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    activities: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One event and what it changed: *before* and *after* of its *aspect*; None: there was, or is, nothing."""

    position: int
    stream_id: UUID
    customer_id: UUID | None
    name: str
    aspect: str
    actor: str
    via: str
    reason: str
    correlation_id: UUID
    causation_id: UUID
    valid_at: datetime
    recorded_at: datetime
    before: Any
    after: Any


_COLUMNS = (
    "position, stream_id, customer_id, name, aspect, actor, via, reason, correlation_id, causation_id, valid_at,"
    " recorded_at, before, after"
)


def entries(
    connection: Connection[Any],
    wanted: AuditFilter,
    *,
    limit: int = 100,
    after: int | None = None,
    newest_first: bool = True,
) -> tuple[AuditEntry, ...]:
    """Up to *limit* rows that fit *wanted*, in the order of the log, behind the position *after*."""
    order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
    conditions = {
        "position": f"position {beyond} %(position)s",
        "customers": "customer_id = ANY(%(customers)s)",
        "actor": "actor = %(actor)s",
        "aspect": "aspect = %(aspect)s",
        "name": "name = %(name)s",
        "from": "recorded_at >= %(from)s",
        "to": "recorded_at < %(to)s",
    }
    params = {
        "position": after,
        "customers": list(wanted.customer_ids) or None,
        "actor": wanted.actor,
        "aspect": wanted.aspect,
        "name": wanted.name,
        "from": wanted.recorded_from,
        "to": wanted.recorded_to,
    }
    where = [conditions[key] for key, value in params.items() if value is not None]
    if not wanted.activities:
        where.append("aspect NOT LIKE 'activity:%%'")
    query = (
        f"SELECT {_COLUMNS} FROM audit WHERE {' AND '.join(where) or 'true'}"
        f" ORDER BY position {order} LIMIT %(limit)s"
    )
    with connection.cursor(row_factory=class_row(AuditEntry)) as cursor:
        cursor.execute(query, {**params, "limit": limit})
        return tuple(cursor)


def entry(connection: Connection[Any], position: int) -> AuditEntry | None:
    """The row of the event at *position*; None when there is none (yet)."""
    with connection.cursor(row_factory=class_row(AuditEntry)) as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM audit WHERE position = %s", (position,))
        return cursor.fetchone()
