"""What may be asked of a review case. Persons, times and ids travel in the command, so that the rules need no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.stewardship.events import Closure, Finding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Let people look at the customers *left* and *right*, for what was found of them."""

    left: UUID
    right: UUID
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeCase:
    """I cannot tell; ask again from *until* on."""

    until: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCase:
    """*actor* says that the customers are the same, or different ones, by *assertion_id*.

    *stake* is what the two hold together where a second person has to agree, None where one is enough.
    """

    verdict: Verdict
    assertion_id: UUID
    actor: str
    stake: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseProposal:
    """The proposed merge is not to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """There is no doubt any more."""

    closure: Closure


CaseCommand = OpenCase | PostponeCase | DecideCase | RefuseProposal | CloseCase
