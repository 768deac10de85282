"""Given–when–then for review cases: history in, command, events out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from hub.kernel.errors import HubError, NotFoundError, RuleViolationError, StoredDataError
from hub.kernel.ids import RecordKey, case_id
from hub.kernel.provenance import EventRef
from hub.stewardship.commands import (
    CaseCommand,
    CloseCase,
    DecideCase,
    OpenCase,
    PostponeCase,
    RefuseProposal,
)
from hub.stewardship.decide import decide
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
    Reason,
    Verdict,
)
from hub.stewardship.evolve import evolve
from hub.stewardship.state import CaseState, NoCase, PendingCase
from tests.hub.samples import CUSTOMER, FINDING, KEY, OTHER, day, meta

CASE = case_id(CUSTOMER, OTHER)
DOUBT = replace(FINDING, kind=CaseKind.REVIEW, record=None, assertions=())
STRONGER = replace(DOUBT, kind=CaseKind.HELD_APART, reasons=(replace(DOUBT.reasons[0], weight=900),))
ASKED = replace(DOUBT, kind=CaseKind.ASKED)
OPENED = CaseOpened(left=CUSTOMER, right=OTHER, finding=DOUBT)


def given(*events: CaseEvent, actor: str = "li.na") -> CaseState:
    """The case after *events*, all of them by *actor*."""
    state: CaseState = NoCase()
    for version, event in enumerate(events, start=1):
        state = evolve(
            state, event, EventRef(originator_id=CASE, version=version), meta(version, actor=actor)
        )
    return state


def opening(finding: Finding) -> OpenCase:
    return OpenCase(left=CUSTOMER, right=OTHER, finding=finding)


def saying(verdict: Verdict, actor: str = "wang.fang", stake: int | None = None) -> DecideCase:
    return DecideCase(verdict=verdict, assertion_id=OTHER, actor=actor, stake=stake)


def test_a_doubt_opens_a_case_once() -> None:
    assert decide(opening(DOUBT), NoCase()) == (OPENED,)
    assert decide(opening(DOUBT), given(OPENED)) == ()


def test_other_evidence_revises_the_case_and_ends_a_postponement() -> None:
    waiting = given(OPENED, CasePostponed(until=day(9)))
    assert decide(opening(STRONGER), waiting) == (CaseRevised(finding=STRONGER),)
    revised = given(OPENED, CasePostponed(until=day(9)), CaseRevised(finding=STRONGER))
    assert isinstance(revised, PendingCase)
    assert (revised.finding, revised.postponed_until) == (STRONGER, None)


def test_a_case_that_had_ended_is_opened_again_when_there_is_doubt_again() -> None:
    closed = given(OPENED, CaseClosed(closure=Closure.MERGED))
    assert decide(opening(DOUBT), closed) == (OPENED,)
    decided = given(OPENED, CaseDecided(verdict=Verdict.DIFFERENT, assertion_id=OTHER))
    assert decide(opening(DOUBT), decided) == (OPENED,)


def test_an_alarm_that_was_answered_is_raised_again_for_another_record_only() -> None:
    alarm = CaseOpened(left=CUSTOMER, right=OTHER, finding=FINDING)
    answered = given(alarm, CaseDecided(verdict=Verdict.DIFFERENT, assertion_id=OTHER))
    assert decide(opening(FINDING), answered) == ()
    another = Reason(left=RecordKey("crm", "account", "1"), right=KEY, weight=800, agreements=())
    raised = replace(FINDING, reasons=(another,))
    assert decide(opening(raised), answered) == (CaseOpened(left=CUSTOMER, right=OTHER, finding=raised),)


def test_what_a_person_asked_for_waits_for_a_person() -> None:
    asked = given(CaseOpened(left=CUSTOMER, right=OTHER, finding=ASKED))
    assert decide(opening(DOUBT), asked) == ()
    assert decide(CloseCase(closure=Closure.CLEARED), asked) == ()
    assert decide(CloseCase(closure=Closure.RETIRED), asked) == (CaseClosed(closure=Closure.RETIRED),)
    assert decide(opening(ASKED), given(OPENED)) == ()


def test_a_case_closes_once_and_only_when_it_is_open() -> None:
    closing = CloseCase(closure=Closure.MERGED)
    assert decide(closing, given(OPENED)) == (CaseClosed(closure=Closure.MERGED),)
    assert decide(closing, given(OPENED, CaseClosed(closure=Closure.CLEARED))) == ()
    assert decide(closing, NoCase()) == ()


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_decision_ends_the_case_and_the_same_one_again_changes_nothing(verdict: Verdict) -> None:
    decided = CaseDecided(verdict=verdict, assertion_id=OTHER)
    assert decide(saying(verdict), given(OPENED)) == (decided,)
    assert decide(saying(verdict), given(OPENED, decided)) == ()


def test_the_contrary_of_a_decision_is_refused_and_names_who_made_it_and_the_way_back() -> None:
    decided = given(OPENED, CaseDecided(verdict=Verdict.DIFFERENT, assertion_id=OTHER))
    with pytest.raises(RuleViolationError, match=f"li.na .* different.*withdraw assertion {OTHER}"):
        decide(saying(Verdict.SAME), decided)


def test_who_cannot_tell_is_asked_again_later() -> None:
    later = PostponeCase(until=day(9), now=day(2))
    assert decide(later, given(OPENED)) == (CasePostponed(until=day(9)),)
    assert decide(later, given(OPENED, CasePostponed(until=day(9)))) == ()
    with pytest.raises(RuleViolationError, match="future"):
        decide(PostponeCase(until=day(2), now=day(2)), given(OPENED))


def test_a_large_merge_is_a_proposal_that_another_person_confirms() -> None:
    assert decide(saying(Verdict.SAME, "li.na", stake=50), given(OPENED)) == (MergeProposed(stake=50),)
    proposed = given(OPENED, MergeProposed(stake=50), actor="li.na")
    confirmed = CaseDecided(verdict=Verdict.SAME, assertion_id=OTHER, proposer="li.na")
    assert decide(saying(Verdict.SAME, "wang.fang", stake=50), proposed) == (confirmed,)


def test_nobody_confirms_the_own_proposal() -> None:
    proposed = given(OPENED, MergeProposed(stake=50), actor="li.na")
    with pytest.raises(RuleViolationError, match="another person"):
        decide(saying(Verdict.SAME, "li.na", stake=50), proposed)


def test_one_person_is_enough_to_say_different_or_to_refuse_a_proposal() -> None:
    proposed = given(OPENED, MergeProposed(stake=50), actor="li.na")
    different = CaseDecided(verdict=Verdict.DIFFERENT, assertion_id=OTHER)
    assert decide(saying(Verdict.DIFFERENT, stake=None), proposed) == (different,)
    assert decide(RefuseProposal(), proposed) == (ProposalRefused(proposer="li.na"),)
    refused = given(OPENED, MergeProposed(stake=50), ProposalRefused(proposer="li.na"))
    assert decide(saying(Verdict.SAME, "li.na", stake=50), refused) == (MergeProposed(stake=50),)
    with pytest.raises(RuleViolationError, match="nobody has proposed"):
        decide(RefuseProposal(), refused)


@pytest.mark.parametrize(
    "command", [saying(Verdict.SAME), PostponeCase(until=day(9), now=day(2)), RefuseProposal()]
)
def test_a_case_that_is_not_open_cannot_be_answered(command: CaseCommand) -> None:
    with pytest.raises(NotFoundError):
        decide(command, NoCase())
    with pytest.raises(RuleViolationError, match="cleared"):
        decide(command, given(OPENED, CaseClosed(closure=Closure.CLEARED)))


def test_a_history_without_a_beginning_is_no_case() -> None:
    with pytest.raises(StoredDataError):
        given(CaseClosed(closure=Closure.CLEARED))


def test_the_id_of_a_case_does_not_depend_on_who_is_named_first() -> None:
    assert case_id(CUSTOMER, OTHER) == case_id(OTHER, CUSTOMER)


COMMANDS: Sequence[CaseCommand] = (
    *(opening(finding) for finding in (DOUBT, STRONGER, FINDING, ASKED)),
    *(CloseCase(closure=closure) for closure in Closure),
    *(saying(verdict, actor, stake) for verdict in Verdict for actor in ("a", "b") for stake in (None, 9)),
    PostponeCase(until=day(9), now=day(2)),
    RefuseProposal(),
)


@examples(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_any_commands_replay_to_the_same_state_and_openings_and_closings_repeat_harmlessly(
    commands: list[CaseCommand],
) -> None:
    state: CaseState = NoCase()
    history: list[CaseEvent] = []

    def tell(command: CaseCommand) -> int:
        nonlocal state
        try:
            following = decide(command, state)
        except HubError:
            return 0
        for event in following:
            history.append(event)
            ref = EventRef(originator_id=CASE, version=len(history))
            state = evolve(state, event, ref, meta(len(history), actor="a"))
        return len(following)

    for command in commands:
        tell(command)
        if isinstance(command, OpenCase | CloseCase | PostponeCase):
            assert tell(command) == 0
    assert given(*history, actor="a") == state
