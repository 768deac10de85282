"""Reading times from messages: RFC 3339 with an offset, in years that every part of the hub can hold."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST_YEAR = 1600
LATEST_YEAR = 9998  # 9999 means "for ever" in many sources; as a fact's time it would win over everything
TIME_REMEDY = (
    f"write times as in RFC 3339 with an offset, such as 2026-09-21T14:13:20Z or 2026-09-21T22:13:20+08:00, "
    f"in the years {EARLIEST_YEAR} to {LATEST_YEAR}"
)


def parse_instant(text: object) -> datetime:
    """The instant *text* names, in UTC. Raises ValueError, without repeating the text, when it names none."""
    if not isinstance(text, str):
        raise ValueError("a time has to be a string")  # noqa: TRY004 (pydantic takes ValueError)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a time") from None
    if moment.tzinfo is None:
        raise ValueError("a time without an offset names no instant")
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError("the year is out of range")
    moment = moment.astimezone(UTC)
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError("the year is out of range")
    return moment
