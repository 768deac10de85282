"""Identifiers: source record keys, and the stable ids derived from them.

A source record is named by (system, object, local id). Its text form is ``system/object/local_id``; system and
object never contain a slash, the local id may. Ids of customers are time-ordered UUIDs given by the caller.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from uuid import UUID, uuid5

from hub.kernel.errors import RuleViolationError

NAMESPACE = UUID("6f1d9c1e-0f1c-5a37-9d0e-2b7a8c4d5e60")


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """The key of a source record: which system, which object type in it, which local id."""

    system: str
    object: str
    local_id: str

    def __str__(self) -> str:
        return f"{self.system}/{self.object}/{self.local_id}"

    @classmethod
    def parse(cls, text: str) -> RecordKey:
        """Read ``system/object/local_id``. Raises RuleViolationError when a part is missing."""
        parts = text.split("/", 2)
        if len(parts) != 3 or not all(parts):
            raise RuleViolationError(f"{text!r} is not a source record key; write system/object/id")
        return cls(*parts)

    @property
    def record_id(self) -> UUID:
        """The id under which this record's personal values are encrypted; the same on every machine."""
        return uuid5(NAMESPACE, f"record:{self}")


def event_uid(source: str, event_id: str) -> UUID:
    """The id of an incoming CloudEvent: its (source, id) pair, which CloudEvents promises to be unique."""
    return uuid5(NAMESPACE, f"event:{source}\n{event_id}")


def case_id(left: UUID, right: UUID) -> UUID:
    """The id of the review case of two customers, whichever is named first; the same whenever they are in doubt again."""
    first, second = sorted((left, right))
    return uuid5(NAMESPACE, f"case:{first} {second}")


def new_id() -> UUID:
    """A time-ordered random id (UUID version 7, RFC 9562)."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
