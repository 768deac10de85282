"""Reads messages whose header names are not UTF-8, as other producers may send them.

The client refuses such a message and with it, for ever, all that comes behind it in its partition. Kafka's own client
for Java reads the names with replacement characters; here the bytes that are not UTF-8 become ``\\xff`` and the like.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from kafka.record.default_records import DefaultRecordBatch


class _AnyText(bytearray):
    """Bytes whose slices are decoded whatever they hold."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _AnyText(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


def accept_any_header_name() -> None:
    """Let the client's record reader try again, with `_AnyText`, where a name is not UTF-8."""
    strict = DefaultRecordBatch._read_msg
    if hasattr(strict, "__wrapped__"):
        return

    @wraps(strict)
    def read(batch: Any, *args: Any) -> Any:
        start = batch._pos
        try:
            return strict(batch, *args)
        except UnicodeDecodeError:
            batch._pos, batch._buffer = start, _AnyText(batch._buffer)
            return strict(batch, *args)

    DefaultRecordBatch._read_msg = read
