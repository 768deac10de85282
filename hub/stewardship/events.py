"""What happens in stewardship: assertions are recorded and withdrawn; review cases are opened, decided and closed.

Each assertion and each case has a stream of its own. None of these events holds a personal value: a case names records,
features and how well they agree; what was compared is looked up in the records when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hub.kernel.ids import RecordKey


class Verdict(StrEnum):
    """The two things that a steward can say of two records."""

    SAME = "same"
    DIFFERENT = "different"


class CaseKind(StrEnum):
    """Why two customers are worth a person's look.

    ``review``: records of both are alike, but not enough to be joined. ``held-apart``: enough, but the customers as wholes
    are not. ``alarm``: they were judged different, and a record is close to both. ``asked``: a person wants them looked at.
    """

    REVIEW = "review"
    HELD_APART = "held-apart"
    ALARM = "alarm"
    ASKED = "asked"


class Closure(StrEnum):
    """Why a case ended without a decision.

    ``merged``: one of the customers is now part of another, or of the other. ``retired``: one of them has no living record.
    ``asserted``: people have judged them apart from the case. ``excluded``: valid identifiers of both differ.
    ``cleared``: no record of the one is close enough to one of the other any more.
    """

    MERGED = "merged"
    RETIRED = "retired"
    ASSERTED = "asserted"
    EXCLUDED = "excluded"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionRecorded:
    """Every record of *left* is the same customer as (or a different one from) every record of *right*."""

    verdict: Verdict
    left: tuple[RecordKey, ...]
    right: tuple[RecordKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionWithdrawn:
    """The assertion of this stream no longer holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well two records agree in one feature, in centi-bits (100 = one bit), without the values themselves."""

    feature: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Two records that are nearly alike: their weight in centi-bits, and the features that say so, the strongest first."""

    left: RecordKey
    right: RecordKey
    weight: int
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why there is a case: its strongest *reasons*, the strongest first, by which *model*.

    Of an alarm *record* is the one that is close to both customers, *assertions* are those that say that the two differ.
    """

    kind: CaseKind
    reasons: tuple[Reason, ...]
    model: str
    record: RecordKey | None = None
    assertions: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """Whether the customers *left* and *right* are the same is worth a person's look (again, when it had been before)."""

    left: UUID
    right: UUID
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRevised:
    """Other evidence than before is now the strongest; a case that was postponed is due again."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePostponed:
    """Somebody has looked and cannot tell; ask again from *until* on."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeProposed:
    """A person says *same* of customers that hold so much (*stake*) that a second one has to confirm it."""

    stake: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRefused:
    """The merge that *proposer* had proposed is not to be; the case stays open."""

    proposer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided:
    """A person has answered; *assertion_id* is what holds from now on. *proposer* is who had proposed it before."""

    verdict: Verdict
    assertion_id: UUID
    proposer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed:
    """There is nothing left to decide."""

    closure: Closure


AssertionEvent = AssertionRecorded | AssertionWithdrawn
CaseEvent = (
    CaseOpened | CaseRevised | CasePostponed | MergeProposed | ProposalRefused | CaseDecided | CaseClosed
)
