"""Who did it, by which way, why and when: the metadata that every stored event carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """*actor* is a person, a service or a source system; *via* the way in (``kafka:topic``, ``api``, ``cli``, ``resolution``).

    *valid_at* is when the fact held in the business, *recorded_at* when the hub learned it, both in UTC.
    *causation_id* is the incoming event or command, *correlation_id* the whole that it belongs to.
    """

    actor: str
    via: str
    reason: str
    correlation_id: UUID
    causation_id: UUID
    valid_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """The place of one event: its stream and the version within it."""

    originator_id: UUID
    version: int
