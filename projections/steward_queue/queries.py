"""Reads the stewards' queue: open cases in pages, by customer, counted, one by one; and those whose answers teach most."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, tuple_row


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCase:
    """A case as it is now. *weight* is that of the strongest reason in centi-bits; *finding* has all reasons.

    *status*: open, decided (*outcome*: same, different) or closed (*outcome*: why). *actor* and *reason* are those of the
    last event; *proposer* has said *same* where a second person has to agree.
    """

    case_id: UUID
    left_id: UUID
    right_id: UUID
    status: str
    kind: str
    weight: int
    finding: Mapping[str, Any]
    pattern: str
    opened_at: datetime
    changed_at: datetime
    postponed_until: datetime | None
    proposer: str | None
    proposed_why: str | None
    outcome: str | None
    assertion_id: UUID | None
    actor: str
    reason: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The open cases of one customer: their number, the weight of the strongest, and since when the oldest is open."""

    customer_id: UUID
    cases: int
    weight: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The open cases of one kind: their number, and since when the oldest is open."""

    kind: str
    cases: int
    oldest: datetime


class QueueCursor(NamedTuple):
    """The last case of a page; the next page begins behind it."""

    rank: int
    weight: int
    case_id: UUID


class GroupCursor(NamedTuple):
    """The last customer of a page of groups."""

    weight: int
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which open cases are wanted: of one *kind*, of a customer that one *unit* knows, of one *customer*; None: of any.

    *sight* limits them to those both of whose customers one of these units knows; empty: all. *postponed* adds those whose
    time has not come.
    """

    kind: str | None = None
    unit: str | None = None
    customer: UUID | None = None
    postponed: bool = False
    sight: Collection[str] = field(default=())


_COLUMNS = ", ".join(f"q.{name}" for name in QueuedCase.__dataclass_fields__)
_RANK = "CASE q.kind WHEN 'alarm' THEN 0 ELSE 1 END"
_OPEN = """
    q.status = 'open' AND (%(postponed)s OR q.postponed_until IS NULL OR q.postponed_until <= %(now)s)
    AND (%(kind)s::text IS NULL OR q.kind = %(kind)s)
    AND (%(customer)s::uuid IS NULL OR %(customer)s IN (q.left_id, q.right_id))
    AND (%(unit)s::text IS NULL OR EXISTS (SELECT FROM golden_record g
         WHERE g.customer_id IN (q.left_id, q.right_id) AND g.units @> ARRAY[%(unit)s::text]))
    AND (%(sight)s::text[] = '{}' OR 2 = (SELECT count(*) FROM golden_record g
         WHERE g.customer_id IN (q.left_id, q.right_id) AND g.units && %(sight)s::text[]))
"""


def rank_of(case: QueuedCase) -> int:
    """Alarms come first."""
    return 0 if case.kind == "alarm" else 1


def page(
    connection: Connection[Any],
    now: datetime,
    *,
    limit: int = 50,
    after: QueueCursor | None = None,
    asked: Asked | None = None,
) -> tuple[QueuedCase, ...]:
    """Up to *limit* open cases behind *after*: alarms first, then the strongest."""
    begin = after or QueueCursor(-1, 0, UUID(int=0))
    return _cases(
        connection,
        f"SELECT {_COLUMNS} FROM steward_queue q WHERE {_OPEN}"
        f" AND ({_RANK}, -q.weight, q.case_id) > (%(rank)s, %(weight)s, %(case_id)s)"
        f" ORDER BY {_RANK}, -q.weight, q.case_id LIMIT %(limit)s",
        {**_params(now, asked), **begin._asdict(), "weight": -begin.weight, "limit": limit},
    )


def groups(
    connection: Connection[Any],
    now: datetime,
    *,
    limit: int = 50,
    after: GroupCursor | None = None,
    asked: Asked | None = None,
) -> tuple[Group, ...]:
    """Up to *limit* customers with open cases behind *after*, those with the strongest first; a case counts for both."""
    with connection.cursor(row_factory=class_row(Group)) as cursor:
        cursor.execute(
            "WITH sides AS (SELECT unnest(ARRAY[q.left_id, q.right_id]) AS customer_id, q.weight, q.opened_at"
            f" FROM steward_queue q WHERE {_OPEN}), grouped AS (SELECT customer_id, count(*) AS cases,"
            " max(weight) AS weight, min(opened_at) AS oldest FROM sides GROUP BY customer_id)"
            " SELECT * FROM grouped WHERE %(first)s OR (-weight, customer_id) > (-%(weight)s::int, %(id)s::uuid)"
            " ORDER BY -weight, customer_id LIMIT %(limit)s",
            {
                **_params(now, asked),
                "first": after is None,
                "weight": after.weight if after else 0,
                "id": after.customer_id if after else UUID(int=0),
                "limit": limit,
            },
        )
        return tuple(cursor)


def counts(connection: Connection[Any], now: datetime, asked: Asked | None = None) -> tuple[Count, ...]:
    """How many open cases there are of each kind, and since when the oldest has been open."""
    with connection.cursor(row_factory=class_row(Count)) as cursor:
        cursor.execute(
            "SELECT q.kind, count(*) AS cases, min(q.opened_at) AS oldest FROM steward_queue q"
            f" WHERE {_OPEN} GROUP BY q.kind ORDER BY q.kind",
            _params(now, asked),
        )
        return tuple(cursor)


def by_id(connection: Connection[Any], case_id: UUID) -> QueuedCase | None:
    """The case, open or not; None when there has never been such a one."""
    found = _cases(
        connection, f"SELECT {_COLUMNS} FROM steward_queue q WHERE case_id = %(id)s", {"id": case_id}
    )
    return found[0] if found else None


def suggest(
    connection: Connection[Any], now: datetime, threshold: int, count: int, asked: Asked | None = None
) -> tuple[QueuedCase, ...]:
    """Up to *count* open cases whose answers would teach a model most: nearest to *threshold*, each pattern once before any twice.

    *Source*: uncertainty sampling (Lewis & Gale 1994), spread over agreement patterns.
    """
    return _cases(
        connection,
        f"""
        WITH near AS (
            SELECT q.*, abs(q.weight - %(threshold)s) AS distance,
                   row_number() OVER (PARTITION BY q.pattern ORDER BY abs(q.weight - %(threshold)s), q.case_id) AS turn
            FROM steward_queue q WHERE {_OPEN} AND q.kind IN ('review', 'held-apart')
        )
        SELECT {_COLUMNS} FROM near q ORDER BY q.turn, q.distance, q.case_id LIMIT %(count)s
        """,
        {**_params(now, asked), "threshold": threshold, "count": count},
    )


def held_by(connection: Connection[Any], customer_ids: Collection[UUID]) -> int:
    """How many records, activities and owners customers have together: what is at stake when they are merged."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            """
            WITH held AS (SELECT record_key FROM crosswalk WHERE customer_id = ANY(%(ids)s) AND to_position IS NULL)
            SELECT (SELECT count(*) FROM held)
                 + (SELECT count(*) FROM history_activity WHERE record_key IN (SELECT record_key FROM held))
                 + (SELECT count(*) FROM ownership WHERE customer_id = ANY(%(ids)s) AND owner IS NOT NULL
                    AND known_to = 'infinity' AND valid_to = 'infinity')
            """,
            {"ids": list(customer_ids)},
        ).fetchone()
    return int(row[0]) if row else 0


def _params(now: datetime, asked: Asked | None) -> dict[str, Any]:
    wanted = asked or Asked()
    return {
        "now": now,
        "kind": wanted.kind,
        "unit": wanted.unit,
        "customer": wanted.customer,
        "postponed": wanted.postponed,
        "sight": list(wanted.sight),
    }


def _cases(connection: Connection[Any], query: str, params: Mapping[str, Any]) -> tuple[QueuedCase, ...]:
    with connection.cursor(row_factory=class_row(QueuedCase)) as cursor:
        cursor.execute(query, params)
        return tuple(cursor)
