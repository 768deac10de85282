"""What the rules must remember of a review case: folded from its events by ``evolve.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.stewardship.events import Closure, Finding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCase:
    """Nobody has had any doubt yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who has proposed to merge, when and why."""

    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCase:
    """A case that waits for a decision; *postponed_until* is when to ask again, *proposal* waits for a second person."""

    id: UUID
    version: int
    left: UUID
    right: UUID
    finding: Finding
    postponed_until: datetime | None = None
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """A person has answered the case: *actor*, *at* that time."""

    id: UUID
    version: int
    left: UUID
    right: UUID
    finding: Finding
    verdict: Verdict
    assertion_id: UUID
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCase:
    """The case has ended by itself."""

    id: UUID
    version: int
    left: UUID
    right: UUID
    closure: Closure


CaseState = NoCase | PendingCase | DecidedCase | ClosedCase
