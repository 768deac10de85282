"""Writing many rows at once: columns as binary arrays, JSON as text that PostgreSQL accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
from psycopg import Connection

_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def json_text(value: Any) -> str:
    """*value* as JSON for a jsonb column; the NUL character, which jsonb cannot hold, becomes U+FFFD."""
    raw = orjson.dumps(value)
    if b"\\u0000" in raw:
        raw = _NUL.sub(rb"\1\\ufffd", raw)
    return raw.decode()


def write_rows(connection: Connection[Any], statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Execute *statement* once with the columns of *rows* as its array parameters (``%b::uuid[]``); gives the row count.

    JSON columns go in as ``%b::text[]`` and are cast inside: a psycopg JSON array would be sent value by value as text.
    """
    if not rows:
        return 0
    with connection.cursor(binary=True) as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount
