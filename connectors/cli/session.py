"""Opens the hub for one command, and says on whose behalf it acts."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from psycopg import Connection

from connectors import wiring
from connectors.runtime import logs
from connectors.settings import Settings, load
from connectors.wiring import Hub
from hub.handling.context import Context
from hub.kernel.errors import InvalidMessageError, NotFoundError
from hub.kernel.ids import RecordKey, new_id
from hub.kernel.time import utc_now
from projections.crosswalk.queries import customer_of_record, survivor_of


@contextmanager
def opened(*, quiet: bool = True) -> Iterator[Hub]:
    """The hub that the settings name. *quiet* keeps logs below warnings away, for commands that a person types."""
    with wiring.open_hub(settings(quiet=quiet)) as hub:
        yield hub


def settings(*, quiet: bool = True, **given: Any) -> Settings:
    """The settings of this process, and its logs set up by them."""
    made = load(**given)
    logs.configure("warning" if quiet and made.log_level == "info" else made.log_level, made.log_format)
    return made


def context(reason: str) -> Context:
    """This command as the cause of what follows; the actor is the user of the operating system."""
    request = new_id()
    return Context(
        actor=f"person:{user()}",
        via="cli",
        reason=reason,
        correlation_id=request,
        causation_id=request,
        now=utc_now(),
    )


def user() -> str:
    """Who types: the name of the operating system's user, or its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def customer_id(connection: Connection[Any], name: str) -> UUID:
    """The customer that *name* stands for: its id, a former id, or the key of one of its source records.

    Raises NotFoundError when no such record is known.
    """
    try:
        return survivor_of(connection, UUID(name))
    except ValueError:
        key = RecordKey.parse(name)
    found = customer_of_record(connection, key)
    if found is None:
        raise NotFoundError(f"no customer is known for {key}; look for its key with: hub crosswalk export")
    return found


def moment(text: str | None, option: str) -> datetime | None:
    """An instant as typed: 2026-03-01 (its beginning, UTC) or 2026-03-01T09:30:00+08:00."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
        value = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidMessageError(
            f"{option} {text!r} is no time", remedy="write 2026-03-01 or 2026-03-01T09:30:00+08:00"
        ) from None
    if value.tzinfo is None:
        raise InvalidMessageError(
            f"{option} {text!r} has no time zone", remedy="add Z or an offset such as +08:00"
        )
    return value.astimezone(UTC)
