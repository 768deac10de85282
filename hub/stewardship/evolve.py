"""The fold: what a review case is after each of its events. It never refuses; what happened has happened."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from hub.kernel.errors import StoredDataError
from hub.kernel.provenance import EventRef, Metadata
from hub.stewardship.events import (
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseOpened,
    CasePostponed,
    CaseRevised,
    MergeProposed,
    ProposalRefused,
)
from hub.stewardship.state import CaseState, ClosedCase, DecidedCase, PendingCase, Proposal


def evolve(state: CaseState, event: CaseEvent, ref: EventRef, meta: Metadata) -> CaseState:  # noqa: PLR0911 - one arm an event
    """The case after *event*, which is stored at *ref* with *meta*. Raises StoredDataError for a history without a beginning."""
    if isinstance(event, CaseOpened):
        return PendingCase(
            id=ref.originator_id,
            version=ref.version,
            left=event.left,
            right=event.right,
            finding=event.finding,
        )
    if not isinstance(state, PendingCase):
        raise StoredDataError("something happened to a case that is not open", stream=str(ref.originator_id))
    now = replace(state, version=ref.version)
    match event:
        case CaseRevised(finding=finding):
            return replace(now, finding=finding, postponed_until=None)
        case CasePostponed(until=until):
            return replace(now, postponed_until=until)
        case MergeProposed():
            proposal = Proposal(actor=meta.actor, reason=meta.reason, at=meta.recorded_at)
            return replace(now, proposal=proposal, postponed_until=None)
        case ProposalRefused():
            return replace(now, proposal=None)
        case CaseDecided(verdict=verdict, assertion_id=assertion_id):
            return DecidedCase(
                id=state.id,
                version=ref.version,
                left=state.left,
                right=state.right,
                finding=state.finding,
                verdict=verdict,
                assertion_id=assertion_id,
                actor=meta.actor,
                at=meta.recorded_at,
            )
        case CaseClosed(closure=closure):
            return ClosedCase(
                id=state.id, version=ref.version, left=state.left, right=state.right, closure=closure
            )
        case _:
            assert_never(event)
