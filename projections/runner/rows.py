"""Writing many rows at once: binary COPY for rows that are only added, binary array columns for everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from psycopg import Connection
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_JSONB_VERSION = b"\x01"


def json_text(value: Any) -> str:
    """*value* as JSON for a jsonb column; the NUL character, which jsonb cannot hold, becomes U+FFFD."""
    raw = orjson.dumps(value)
    if b"\\u0000" in raw:
        raw = _NUL.sub(rb"\1\\ufffd", raw)
    return raw.decode()


def add_rows(
    connection: Connection[Any], table: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add *rows* to *table* by binary COPY: *columns* gives each column its type; jsonb ones are JSON text.

    A third of the cost of an insert from arrays (1.7 against 5 µs a row of 14 columns).
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.adapters.register_dumper(str, _JsonbText)
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"
        with cursor.copy(statement) as copy:
            copy.set_types(list(columns.values()))
            for row in rows:
                copy.write_row(row)


def write_rows(connection: Connection[Any], statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Execute *statement* once with the columns of *rows* as its array parameters (``%b::uuid[]``); gives the row count.

    JSON columns go in as ``%b::text[]`` and are cast inside: a psycopg JSON array would be sent value by value as text.
    """
    if not rows:
        return 0
    with connection.cursor(binary=True) as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount


class _JsonbText(Dumper):
    """JSON that is text already, in jsonb's binary form."""

    format = Format.BINARY
    oid = 3802

    def dump(self, obj: str) -> Buffer | None:
        """The version byte, then the text."""
        return _JSONB_VERSION + obj.encode()
