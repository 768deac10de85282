"""What changes the index as a whole (a load, a change of the model) runs alone: one advisory lock for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.rows import tuple_row

from hub.kernel.errors import RuleViolationError
from hub.log.store import EventLog

LOCK = 0x6875_626C


@contextmanager
def alone(log: EventLog) -> Iterator[None]:
    """Hold the lock. Raises RuleViolationError while another process has it."""
    with log.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if row is None or not row[0]:
            raise RuleViolationError(
                "another load or change of the model is under way; wait for it, or end it and start this again"
            )
        try:
            yield
        finally:
            if not connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
