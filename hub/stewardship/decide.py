"""The rules of a review case: which events follow from a command, if any. Pure; an empty answer means "already so"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from hub.kernel.errors import NotFoundError, RuleViolationError
from hub.kernel.ids import RecordKey
from hub.stewardship.commands import (
    CaseCommand,
    CloseCase,
    DecideCase,
    OpenCase,
    PostponeCase,
    RefuseProposal,
)
from hub.stewardship.events import (
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseKind,
    CaseOpened,
    CasePostponed,
    CaseRevised,
    Closure,
    Finding,
    MergeProposed,
    ProposalRefused,
    Verdict,
)
from hub.stewardship.state import CaseState, ClosedCase, DecidedCase, NoCase, PendingCase


def decide(command: CaseCommand, state: CaseState) -> Sequence[CaseEvent]:
    """What happens when *command* meets a case in *state*.

    Raises RuleViolationError when the rules forbid it, NotFoundError when there has never been such a case.
    """
    match command:
        case OpenCase():
            return _open(command, state)
        case CloseCase(closure=closure):
            return _close(closure, state)
        case DecideCase():
            return _decide(command, state)
        case PostponeCase():
            pending = _pending(state)
            if command.until <= command.now:
                raise RuleViolationError("name a time in the future from which on to ask again")
            return () if pending.postponed_until == command.until else (CasePostponed(until=command.until),)
        case RefuseProposal():
            proposal = _pending(state).proposal
            if proposal is None:
                raise RuleViolationError(
                    "nobody has proposed to merge these customers; there is nothing to refuse"
                )
            return (ProposalRefused(proposer=proposal.actor),)
        case _:
            assert_never(command)


def _open(command: OpenCase, state: CaseState) -> Sequence[CaseEvent]:
    """One case a pair of customers: what is open is revised, what had ended is opened again.

    What a person asked for stays as asked. An alarm that was answered is raised again only for other records.
    """
    finding = command.finding
    match state:
        case PendingCase():
            if state.finding == finding or CaseKind.ASKED in {state.finding.kind, finding.kind}:
                return ()
            return (CaseRevised(finding=finding),)
        case DecidedCase() if finding.kind is CaseKind.ALARM and _pairs(finding) <= _pairs(state.finding):
            return ()
        case _:
            return (CaseOpened(left=command.left, right=command.right, finding=finding),)


def _close(closure: Closure, state: CaseState) -> Sequence[CaseEvent]:
    """What a person asked for does not end because the matching has no doubt."""
    if not isinstance(state, PendingCase):
        return ()
    asked = state.finding.kind is CaseKind.ASKED and closure in {Closure.CLEARED, Closure.EXCLUDED}
    return () if asked else (CaseClosed(closure=closure),)


def _decide(command: DecideCase, state: CaseState) -> Sequence[CaseEvent]:
    """One person's word is enough, unless the two hold so much that a second one has to agree to a merge."""
    if isinstance(state, DecidedCase) and state.verdict is command.verdict:
        return ()
    pending = _pending(state)
    proposal = pending.proposal
    if command.verdict is Verdict.SAME and command.stake is not None:
        if proposal is None:
            return (MergeProposed(stake=command.stake),)
        if proposal.actor == command.actor:
            raise RuleViolationError(
                f"{command.actor} has proposed this merge; these customers hold so much that another person has to confirm it"
            )
    return (
        CaseDecided(
            verdict=command.verdict,
            assertion_id=command.assertion_id,
            proposer=proposal.actor if proposal and command.verdict is Verdict.SAME else None,
        ),
    )


def _pending(state: CaseState) -> PendingCase:
    """The case, if it waits for a decision."""
    match state:
        case PendingCase():
            return state
        case NoCase():
            raise NotFoundError("there is no such case")
        case DecidedCase():
            raise RuleViolationError(
                f"{state.actor} has decided this case on {state.at:%Y-%m-%d}: {state.verdict.value};"
                f" to take that back withdraw assertion {state.assertion_id}"
            )
        case ClosedCase():
            raise RuleViolationError(
                f"this case has ended by itself ({state.closure.value}): nothing is left to decide"
            )
        case _:
            assert_never(state)


def _pairs(finding: Finding) -> set[tuple[RecordKey, RecordKey]]:
    return {(reason.left, reason.right) for reason in finding.reasons}
