"""How far a read model has come: read, moved under a fence, and waited for by those who want to read their own write."""

from __future__ import annotations

import time
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.errors import ConflictError, SettingsError
from projections.runner.projection import Projection

WAIT_STEP_S = 0.02


def position_of(connection: Connection[Any], name: str) -> int:
    """The position up to which the read model *name* holds everything; 0 before its first page."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(
            "SELECT max(position) FROM projection_checkpoint WHERE name = %s", (name,)
        ).fetchone()
    return row[0] or 0 if row else 0


def wait_for(connection: Connection[Any], name: str, position: int, timeout_s: float) -> bool:
    """Wait until the read model *name* holds everything up to *position*; False when *timeout_s* seconds were not enough.

    *connection* has to be in autocommit mode: inside a transaction of a higher isolation level time would stand still.
    """
    deadline = time.monotonic() + timeout_s
    while position_of(connection, name) < position:
        if time.monotonic() >= deadline:
            return False
        time.sleep(WAIT_STEP_S)
    return True


def enter(connection: Connection[Any], projection: Projection) -> int:
    """Where *projection* goes on; its checkpoint is made when it is new.

    Raises SettingsError when its tables were filled by another version of it, or under other rules.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "INSERT INTO projection_checkpoint (name, version) SELECT %(name)s, %(version)s WHERE NOT EXISTS"
            " (SELECT FROM projection_checkpoint WHERE name = %(name)s) ON CONFLICT DO NOTHING",
            {"name": projection.name, "version": projection.version},
        )
        rows = cursor.execute(
            "SELECT version, position FROM projection_checkpoint WHERE name = %s", (projection.name,)
        ).fetchall()
    positions: dict[int, int] = dict(rows)
    if projection.version not in positions:
        raise SettingsError(
            f"the tables of {projection.name} were filled by another version of the program, or under other rules; "
            f"rebuild it: hub project --from-zero {projection.name}"
        )
    return positions[projection.version]


def advance(connection: Connection[Any], projection: Projection, before: int, after: int) -> None:
    """Move the checkpoint within the transaction that writes the rows.

    Raises ConflictError when it does not stand at *before*: another runner, or a rebuild, has moved it.
    """
    moved = connection.execute(
        "UPDATE projection_checkpoint SET position = %s WHERE name = %s AND version = %s AND position = %s",
        (after, projection.name, projection.version, before),
    )
    if moved.rowcount != 1:
        raise ConflictError(f"the checkpoint of {projection.name} is no longer at {before}", expected=before)
