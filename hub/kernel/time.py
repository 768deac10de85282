"""Time: instants are aware UTC datetimes, intervals are half open, and a deadline has passed when now >= deadline."""

from __future__ import annotations

from datetime import UTC, datetime

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """The present instant; only the edges and the handlers may call this, never a rule."""
    return datetime.now(UTC)


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive time, which names no instant."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; add an offset such as Z or +08:00")
    return moment.astimezone(UTC)
