"""Cursor paging: an opaque text that names the last entry seen, so that pages neither skip nor repeat."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import Query

from hub.kernel.errors import InvalidMessageError

Limit = Annotated[int, Query(ge=1, le=200, description="entries a page")]
CursorText = Annotated[str | None, Query(alias="cursor", description="next_cursor of the page before")]


def cursor_of(*parts: Any) -> str:
    """The cursor that names an entry by *parts*."""
    return base64.urlsafe_b64encode(orjson.dumps([str(p) for p in parts])).decode().rstrip("=")


def parts_of(cursor: str | None, count: int) -> list[str] | None:
    """What a cursor names; None when there is none. Raises InvalidMessageError for one that we did not give."""
    if cursor is None:
        return None
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or len(parts) != count or not all(isinstance(p, str) for p in parts):
        raise InvalidMessageError(
            "not a cursor of this list", field="cursor", remedy="pass next_cursor as it came"
        )
    return parts


def page(items: Sequence[Any], limit: int, next_cursor: str | None) -> dict[str, Any]:
    """A page's body; *next_cursor* counts only when the page is full."""
    return {"items": list(items), "next_cursor": next_cursor if len(items) == limit else None}
