"""What PostgreSQL itself can do with the rows that an intake wrote: the same bytes, the same indexes, nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
from psycopg.rows import tuple_row

TABLES: dict[str, str] = {
    "hub_events": "SELECT * FROM hub_events WHERE notification_id > %(after)s ORDER BY notification_id",
    "hub_source_record": "SELECT * FROM hub_source_record WHERE stamp > %(stamp)s",
    "hub_match_key": "SELECT * FROM hub_match_key WHERE stamp > %(stamp)s",
    "hub_match_edge": "SELECT * FROM hub_match_edge WHERE stamp > %(stamp)s",
}
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the tables stand before a measurement."""

    position: int
    stamp: int


def mark(url: str) -> Mark:
    """Where the tables stand now."""
    with psycopg.connect(url, row_factory=tuple_row) as connection:
        position = connection.execute("SELECT coalesce(max(notification_id), 0) FROM hub_events").fetchone()
        stamp = connection.execute("SELECT stamp FROM hub_match_clock").fetchone()
    return Mark(position=position[0] if position else 0, stamp=stamp[0] if stamp else 0)


def replay_rows(url: str, since: Mark) -> tuple[int, float]:
    """Copy the rows written *since* into empty twins of the tables, *BATCH* a transaction: (rows, seconds)."""
    rows, seconds = 0, 0.0
    with psycopg.connect(url, autocommit=True, row_factory=tuple_row) as connection:
        for table, query in TABLES.items():
            connection.execute(f"DROP TABLE IF EXISTS raw_{table}")
            connection.execute(
                f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING INDEXES INCLUDING DEFAULTS)"
            )
            with connection.cursor(binary=True) as cursor:
                cursor.execute(query, {"after": since.position, "stamp": since.stamp})
                found = cursor.fetchall()
                types = [column.type_code for column in cursor.description or ()]
            started = time.perf_counter()
            for start in range(0, len(found), BATCH):
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.execute(f"LOCK TABLE raw_{table} IN EXCLUSIVE MODE")
                    with cursor.copy(f"COPY raw_{table} FROM STDIN (FORMAT binary)") as copy:
                        copy.set_types(types)
                        for row in found[start : start + BATCH]:
                            copy.write_row(row)
            seconds += time.perf_counter() - started
            rows += len(found)
            connection.execute(f"DROP TABLE raw_{table}")
    return rows, seconds
