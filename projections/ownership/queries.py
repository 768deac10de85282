"""Reads ownership: who on which day as known on which day, a customer's timeline, a person's book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.customer.events import Lane

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipRow:
    """[valid_from, valid_to) of *lane* belonged to *owner* (None: to nobody), believed in [known_from, known_to).

    *valid_to* and *known_to* None are open. *position* is the event that says so, *kind* what it did (assigned,
    transferred, released, corrected), *basis* what it rests on.
    """

    customer_id: UUID
    lane: Lane
    owner: str | None
    valid_from: datetime
    valid_to: datetime | None
    known_from: datetime
    known_to: datetime | None
    position: int
    kind: str
    basis: Mapping[str, str | None]
    actor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAt:
    """The owner of one lane at an instant. *customer_id* is the survivor that answers when *asked_id* was merged by then."""

    asked_id: UUID
    customer_id: UUID
    lane: Lane
    owner: str | None
    valid_from: datetime
    valid_to: datetime | None
    known_from: datetime
    position: int
    kind: str
    basis: Mapping[str, str | None]
    actor: str
    reason: str


class BookCursor(NamedTuple):
    """The last row of a page of somebody's book; the next page begins behind it."""

    customer_id: UUID
    scope: str
    role: str


_FACTS = (
    "o.customer_id, o.scope, o.role, o.owner, o.valid_from, {valid_to}, o.known_from,"
    " NULLIF(o.known_to, 'infinity'), o.position, o.kind, o.basis, o.actor, o.reason"
)
_ROW = _FACTS.format(valid_to="NULLIF(o.valid_to, 'infinity')")
_BELIEVED = "known_from <= %(known_at)s AND %(known_at)s < {0}.known_to"

_OWNERS = f"""
    WITH RECURSIVE way (id, step) AS (
        SELECT %(id)s::uuid, 0
        UNION ALL
        SELECT m.survivor_id, way.step + 1 FROM way JOIN ownership_merge m ON m.customer_id = way.id
        WHERE m.valid_from <= %(as_of)s AND m.{_BELIEVED.format("m")} AND way.step < 1000
    )
    SELECT {_ROW} FROM ownership o
    WHERE o.customer_id = (SELECT id FROM way ORDER BY step DESC LIMIT 1)
      AND (%(scope)s::text IS NULL OR (o.scope = %(scope)s AND o.role = %(role)s))
      AND o.valid_from <= %(as_of)s AND %(as_of)s < o.valid_to AND o.{_BELIEVED.format("o")}
    ORDER BY o.scope, o.role
"""

_TIMELINE = f"""
    SELECT {_FACTS.format(valid_to="NULLIF(LEAST(o.valid_to, m.valid_from), 'infinity')")}
    FROM ownership o LEFT JOIN ownership_merge m
      ON m.customer_id = o.customer_id AND m.{_BELIEVED.format("m")}
    WHERE o.customer_id = %(id)s AND o.{_BELIEVED.format("o")}
      AND (%(scope)s::text IS NULL OR (o.scope = %(scope)s AND o.role = %(role)s))
      AND (m.valid_from IS NULL OR o.valid_from < m.valid_from)
    ORDER BY o.scope, o.role, o.valid_from
"""

_BOOK = f"""
    SELECT {_ROW} FROM ownership o
    WHERE o.owner = %(owner)s AND (o.customer_id, o.scope, o.role) > (%(customer)s::uuid, %(scope)s, %(role)s)
      AND o.valid_from <= %(as_of)s AND %(as_of)s < o.valid_to AND o.{_BELIEVED.format("o")}
      AND NOT EXISTS (SELECT FROM ownership_merge m WHERE m.customer_id = o.customer_id
                      AND m.valid_from <= %(as_of)s AND m.{_BELIEVED.format("m")})
    ORDER BY o.customer_id, o.scope, o.role LIMIT %(limit)s
"""


def owners(
    connection: Connection[Any],
    customer_id: UUID,
    as_of: datetime,
    known_at: datetime | None = None,
    lane: Lane | None = None,
) -> tuple[OwnerAt, ...]:
    """Who owned each lane of the customer (or *lane* alone) at the instant *as_of*, as known at *known_at* (None: now).

    A lane that nobody has ever said anything about for that instant is missing; one that was released has *owner* None.
    """
    rows = _rows(
        connection,
        _OWNERS,
        {"id": customer_id, "as_of": as_of, "known_at": known_at or LATEST, **_lane(lane)},
    )
    return tuple(
        OwnerAt(
            asked_id=customer_id,
            customer_id=row.customer_id,
            lane=row.lane,
            owner=row.owner,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            known_from=row.known_from,
            position=row.position,
            kind=row.kind,
            basis=row.basis,
            actor=row.actor,
            reason=row.reason,
        )
        for row in rows
    )


def timeline(
    connection: Connection[Any],
    customer_id: UUID,
    known_at: datetime | None = None,
    lane: Lane | None = None,
) -> tuple[OwnershipRow, ...]:
    """The customer's own lanes through business time, as known at *known_at* (None: now), up to its merge if it was merged."""
    return _rows(connection, _TIMELINE, {"id": customer_id, "known_at": known_at or LATEST, **_lane(lane)})


def changes(connection: Connection[Any], customer_id: UUID) -> tuple[OwnershipRow, ...]:
    """Everything that was ever believed about the customer's lanes, in the order in which it became known."""
    query = (
        f"SELECT {_ROW} FROM ownership o WHERE o.customer_id = %(id)s"
        " ORDER BY o.known_from, o.scope, o.role, o.valid_from"
    )
    return _rows(connection, query, {"id": customer_id})


def book_of(
    connection: Connection[Any],
    owner: str,
    as_of: datetime,
    known_at: datetime | None = None,
    *,
    limit: int = 200,
    after: BookCursor | None = None,
) -> tuple[OwnershipRow, ...]:
    """The lanes that *owner* held at *as_of*, as known at *known_at* (None: now), by customer, behind *after*."""
    cursor = after or BookCursor(UUID(int=0), "", "")
    params = {"owner": owner, "as_of": as_of, "known_at": known_at or LATEST, "limit": limit}
    return _rows(
        connection,
        _BOOK,
        {**params, "customer": cursor.customer_id, "scope": cursor.scope, "role": cursor.role},
    )


def _lane(lane: Lane | None) -> dict[str, str | None]:
    return {"scope": lane.scope if lane else None, "role": lane.role if lane else None}


def _rows(connection: Connection[Any], query: str, params: Mapping[str, Any]) -> tuple[OwnershipRow, ...]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(query, params)
        return tuple(
            OwnershipRow(
                customer_id=customer_id,
                lane=Lane(scope=scope, role=role),
                owner=owner,
                valid_from=valid_from,
                valid_to=valid_to,
                known_from=known_from,
                known_to=known_to,
                position=position,
                kind=kind,
                basis=basis,
                actor=actor,
                reason=reason,
            )
            for (
                customer_id,
                scope,
                role,
                owner,
                valid_from,
                valid_to,
                known_from,
                known_to,
                position,
                kind,
                basis,
                actor,
                reason,
            ) in cursor
        )
