"""Turns every failure into one clear message and an exit code; a traceback only where HUB_DEBUG asks for one."""

from __future__ import annotations

import json
import os
import sys

import psycopg
from eventsourcing.persistence import PersistenceError

from hub.kernel.errors import (
    ConflictError,
    HubError,
    InvalidMessageError,
    NotFoundError,
    RuleViolationError,
    SettingsError,
    StoredDataError,
    UnavailableError,
)

REFUSED, USAGE, UNAVAILABLE, BAD_INPUT, BROKEN = 1, 2, 3, 4, 5

# The exit code of each family of errors, the first that fits.
EXIT_CODES: tuple[tuple[type[HubError], int], ...] = (
    (SettingsError, USAGE),
    (UnavailableError, UNAVAILABLE),
    (InvalidMessageError, BAD_INPUT),
    (StoredDataError, BROKEN),
    (NotFoundError, REFUSED),
    (RuleViolationError, REFUSED),
    (ConflictError, REFUSED),
    (HubError, REFUSED),
)


def report(error: Exception) -> int:
    """Say what went wrong and what to do about it; gives the exit code. A defect of ours is raised again, in full."""
    failure = _as_hub_error(error)
    if failure is None or os.environ.get("HUB_DEBUG"):
        raise error
    _say(failure)
    return exit_code(failure)


def exit_code(error: HubError) -> int:
    """The exit code of *error*."""
    return next(code for family, code in EXIT_CODES if isinstance(error, family))


def _as_hub_error(error: Exception) -> HubError | None:
    """*error* in our families; None for what is neither ours nor known: a defect, to be shown in full."""
    match error:
        case HubError():
            return error
        case psycopg.OperationalError() | PersistenceError():
            return UnavailableError("the database does not answer; start it, or correct HUB_DATABASE_URL")
        case _ if type(error).__module__.startswith("kafka."):
            return UnavailableError(
                f"Kafka does not answer ({type(error).__name__}); start it, or correct HUB_KAFKA_BOOTSTRAP"
            )
        case FileNotFoundError() | IsADirectoryError() | PermissionError() if error.filename:
            return InvalidMessageError(f"{error.filename}: {error.strerror}")
        case _:
            return None


def _say(error: HubError) -> None:
    remedy = getattr(error, "remedy", "")
    if "--json" in sys.argv:
        sys.stderr.write(
            json.dumps({"error": {"code": error.code, "message": str(error), "remedy": remedy}}) + "\n"
        )
    else:
        sys.stderr.write(f"error: {error}{f'; {remedy}' if remedy else ''}\n")
