"""Errors sorted by what to do next; the edges map each family to a status or a queue, never the other way round."""

from __future__ import annotations


class HubError(Exception):
    """Base of all errors that the hub raises on purpose; ``code`` is stable and may be relied upon by callers."""

    code = "hub-error"


class RuleViolationError(HubError):
    """The domain says no, and will say no again: tell the caller, do not retry."""

    code = "rule-violation"


class NotFoundError(HubError):
    """There is no such customer, source record or case."""

    code = "not-found"


class ConflictError(HubError):
    """Somebody wrote first: read again and decide again."""

    code = "conflict"

    def __init__(self, message: str, *, expected: int | None = None, actual: int | None = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.actual = actual


class UnavailableError(HubError):
    """Something outside is down: wait and try again."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class InvalidMessageError(HubError):
    """This input can never be read: it goes to the dead letters with its bytes.

    ``source`` and ``position`` say where it came from, ``field`` which part is wrong, ``remedy`` what to change.
    """

    code = "invalid-message"

    def __init__(
        self, reason: str, *, source: str = "", position: str = "", field: str = "", remedy: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source
        self.position = position
        self.field = field
        self.remedy = remedy


class StoredDataError(HubError):
    """Our own history cannot be read: stop the process and call a person."""

    code = "stored-data"

    def __init__(self, message: str, *, stream: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.stream = stream
        self.position = position


class SettingsError(HubError):
    """The configuration is wrong: refuse to start and say which setting to change."""

    code = "settings"
