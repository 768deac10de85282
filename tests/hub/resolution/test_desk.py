"""People answer cases: the answer becomes an assertion, large merges take two people, contradictions are explained."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from hub.handling.context import Context
from hub.kernel.errors import NotFoundError, RuleViolationError
from hub.kernel.ids import RecordKey, new_id
from hub.log.store import EventLog
from hub.resolution.contradictions import ContradictionError
from hub.resolution.desk import Desk
from hub.resolution.four_eyes import FourEyes
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from hub.stewardship.events import AssertionRecorded, CaseDecided, CaseKind, Closure, Verdict
from hub.stewardship.state import ClosedCase, DecidedCase, PendingCase
from tests.hub.resolution.queue import all_cases, pending
from tests.hub.resolution.test_review import ALIKE, CERTAIN, MAIL, NAME, STRICT, key, person
from tests.hub.resolution.universe import KEY_BYTES, delete
from tests.hub.samples import day


def by(actor: str, reason: str = "seen on paper", number: int = 20) -> Context:
    """A request of *actor* on day *number*."""
    cause = new_id()
    return Context(
        actor=actor, via="test", reason=reason, correlation_id=cause, causation_id=cause, now=day(number)
    )


@dataclass(slots=True, kw_only=True)
class Office:
    """A hub with two persons in doubt, and people at its desk. *held* is what any two customers hold together.

    *interruptions* happen while that is counted.
    """

    resolver: Resolver
    steward: Steward
    desk: Desk
    held: list[int] = field(default_factory=list)
    interruptions: list[Callable[[], object]] = field(default_factory=list)

    @property
    def log(self) -> EventLog:
        """The hub's log."""
        return self.resolver.log

    def case(self) -> PendingCase:
        """The only open case."""
        (case,) = pending(self.log)
        return case

    def home(self, local_id: int) -> UUID:
        """The customer of a record."""
        with self.log.connection() as connection:
            row = connection.execute(
                "SELECT customer_id FROM hub_source_record WHERE record_key = %s", (str(key(local_id)),)
            ).fetchone()
        assert row is not None
        found: UUID = row["customer_id"]
        return found

    def asserted(self) -> list[AssertionRecorded]:
        """What people have asserted."""
        return [e.body for e in self.log.read(0, 5_000) if isinstance(e.body, AssertionRecorded)]

    def say(self, verdict: Verdict, left: int, right: int, actor: str = "li.na") -> UUID:
        """Somebody asserts something of two records."""
        return self.steward.assert_verdict(verdict, [key(left)], [key(right)], by(actor)).assertion_id


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    held = [10]
    interruptions: list[Callable[[], object]] = []

    def measure(connection: Connection[Any], customers: Collection[UUID]) -> int:
        assert len(customers) > 1
        if interruptions:
            interruptions.pop()()
        return held[0]

    log = EventLog(database, KEY_BYTES, pool_size=4)
    resolver = Resolver(log, model=STRICT)
    steward = Steward(resolver, FourEyes(limit=10, measure=measure))
    resolver.take([person(1, **ALIKE), person(2, **ALIKE)])
    yield Office(
        resolver=resolver, steward=steward, desk=Desk(steward), held=held, interruptions=interruptions
    )
    log.close()


def test_same_makes_the_two_customers_one_for_good(office: Office) -> None:
    case = office.case()
    outcome = office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    assert outcome.status == "decided"
    assert office.home(1) == office.home(2) == outcome.customer_id
    assert office.log.head() >= outcome.position > 0
    office.resolver.take([person(2, 3, name__full=NAME, **MAIL)])
    assert office.home(1) == office.home(2)
    decided = all_cases(office.log)[case.id]
    assert isinstance(decided, DecidedCase)
    assert (decided.verdict, decided.actor, decided.assertion_id) == (
        Verdict.SAME,
        "li.na",
        outcome.assertion_id,
    )


def test_different_holds_for_all_records_of_both_and_outlives_better_evidence(office: Office) -> None:
    office.resolver.take([person(3, 1, **CERTAIN), person(1, 2, **CERTAIN)])
    case = office.case()
    office.desk.decide(case.id, Verdict.DIFFERENT, by("li.na"))
    (body,) = office.asserted()
    assert {len(body.left), len(body.right)} == {1, 2}
    office.resolver.take([person(2, 3, **CERTAIN)])
    assert office.home(2) != office.home(1)
    assert pending(office.log) == []


def test_a_decision_and_its_assertion_come_together_and_only_once(office: Office) -> None:
    case = office.case()
    first = office.desk.decide(case.id, Verdict.DIFFERENT, by("li.na"))
    head = office.log.head()
    again = office.desk.decide(case.id, Verdict.DIFFERENT, by("wang.fang"))
    assert (again.assertion_id, again.status, office.log.head()) == (first.assertion_id, "decided", head)
    told = [e for e in office.log.read(0, 100) if isinstance(e.body, AssertionRecorded | CaseDecided)]
    assert len(told) == 2
    assert {e.meta.correlation_id for e in told} == {told[0].meta.correlation_id}
    with pytest.raises(RuleViolationError, match=f"li.na has decided.*{first.assertion_id}"):
        office.desk.decide(case.id, Verdict.SAME, by("wang.fang"))


def test_a_withdrawn_answer_puts_the_question_again(office: Office) -> None:
    case = office.case()
    outcome = office.desk.decide(case.id, Verdict.DIFFERENT, by("li.na"))
    assert outcome.assertion_id is not None
    office.steward.withdraw(outcome.assertion_id, by("li.na"))
    assert office.case().id == case.id


def test_who_cannot_tell_is_asked_later(office: Office) -> None:
    case = office.case()
    outcome = office.desk.postpone(case.id, day(30), by("li.na"))
    assert outcome.status == "postponed"
    assert office.case().postponed_until == day(30)
    office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    assert office.home(1) == office.home(2)


def test_a_large_merge_takes_two_people(office: Office) -> None:
    office.held[0] = 11
    case = office.case()
    proposed = office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    assert (proposed.status, proposed.assertion_id) == ("proposed", None)
    assert office.home(1) != office.home(2)
    head = office.log.head()
    with pytest.raises(RuleViolationError, match="another person"):
        office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    assert office.log.head() == head
    confirmed = office.desk.decide(case.id, Verdict.SAME, by("wang.fang"))
    assert confirmed.status == "decided"
    assert office.home(1) == office.home(2)
    (decided,) = [e for e in office.log.read(0, 100) if isinstance(e.body, CaseDecided)]
    assert (decided.meta.actor, getattr(decided.body, "proposer", None)) == ("wang.fang", "li.na")


@pytest.mark.parametrize("held", [10, 11])
def test_two_people_who_decide_at_the_same_moment_do_not_decide_twice(office: Office, held: int) -> None:
    office.held[0] = held
    case = office.case()
    first: list[str] = []

    def be_quicker() -> None:
        first.append(office.desk.decide(case.id, Verdict.SAME, by("wang.fang")).status)

    office.interruptions.append(be_quicker)
    with pytest.raises(RuleViolationError, match=r"meanwhile|merged into"):
        office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    assert first == ["decided" if held == 10 else "proposed"]
    assert len(office.asserted()) == (held == 10)
    assert isinstance(all_cases(office.log)[case.id], DecidedCase) == (held == 10)


def test_a_refused_proposal_leaves_the_case_open(office: Office) -> None:
    office.held[0] = 11
    case = office.case()
    office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    assert office.desk.refuse(case.id, by("wang.fang")).status == "open"
    assert office.case().proposal is None
    assert office.home(1) != office.home(2)


def test_one_person_is_enough_for_a_small_merge_and_to_tell_large_customers_apart(office: Office) -> None:
    office.held[0] = 11
    assert office.desk.decide(office.case().id, Verdict.DIFFERENT, by("li.na")).status == "decided"


def test_nobody_gets_round_the_second_person_by_another_way(office: Office) -> None:
    office.held[0] = 11
    with pytest.raises(RuleViolationError, match="hub case ask"):
        office.say(Verdict.SAME, 1, 2)
    with pytest.raises(RuleViolationError, match="hub case ask"):
        office.steward.merge([office.home(1), office.home(2)], by("li.na"))
    assert office.asserted() == []


def test_customers_that_nobody_doubts_are_looked_at_when_a_person_asks(office: Office) -> None:
    office.resolver.take([person(3, name__full="Anna Schmidt")])
    asked = office.desk.ask(office.home(1), office.home(3), by("li.na", "one phone"))
    cases = {case.id: case for case in pending(office.log)}
    assert cases[asked.case_id].finding.kind is CaseKind.ASKED
    office.resolver.take([person(3, 2, name__full="Anna Smith")])
    assert asked.case_id in {case.id for case in pending(office.log)}
    office.desk.decide(asked.case_id, Verdict.SAME, by("li.na"))
    assert office.home(1) == office.home(3)


def test_an_answer_comes_too_late_when_the_doubt_is_gone(office: Office) -> None:
    case = office.case()
    office.resolver.take([delete(key(2), 2)])
    ended = all_cases(office.log)[case.id]
    assert isinstance(ended, ClosedCase)
    assert ended.closure is Closure.RETIRED
    with pytest.raises(RuleViolationError, match="retired"):
        office.desk.decide(case.id, Verdict.SAME, by("li.na"))
    with pytest.raises(NotFoundError):
        office.desk.decide(new_id(), Verdict.SAME, by("li.na"))


def test_different_within_a_chain_of_same_names_the_chain_and_who_said_so(office: Office) -> None:
    office.resolver.take([person(i, name__full=name) for i, name in ((3, "Anna Schmidt"), (4, "John Smith"))])
    chain = [office.say(Verdict.SAME, 1, 3, "li.na"), office.say(Verdict.SAME, 3, 4, "wang.fang")]
    with pytest.raises(ContradictionError) as refused:
        office.say(Verdict.DIFFERENT, 1, 4, "zhao.lei")
    assert set(refused.value.assertions) == set(chain)
    said = str(refused.value)
    for assertion_id, actor in zip(chain, ("li.na", "wang.fang"), strict=True):
        assert re.search(rf"{assertion_id}.*{actor}, 2026-03-21 09:00 UTC: seen on paper", said)
    assert len(office.asserted()) == 2


def test_same_across_a_chain_that_ends_at_different_names_what_is_in_the_way(office: Office) -> None:
    office.resolver.take([person(i, name__full=name) for i, name in ((3, "Anna Schmidt"), (4, "John Smith"))])
    chain = [office.say(Verdict.SAME, 1, 3), office.say(Verdict.DIFFERENT, 3, 4)]
    with pytest.raises(ContradictionError, match="different customers") as refused:
        office.say(Verdict.SAME, 4, 1)
    assert set(refused.value.assertions) == set(chain)
    with pytest.raises(ContradictionError):
        office.steward.merge([office.home(4), office.home(1)], by("li.na"))
    office.steward.withdraw(chain[1], by("li.na"))
    office.say(Verdict.SAME, 4, 1)
    assert office.home(4) == office.home(1)


def test_one_assertion_does_not_contradict_itself(office: Office) -> None:
    office.resolver.take([person(3, name__full="Anna Schmidt")])
    office.say(Verdict.DIFFERENT, 1, 3)
    with pytest.raises(ContradictionError):
        office.steward.assert_verdict(Verdict.SAME, [key(1), key(3)], [key(2)], by("li.na"))


def test_customers_are_not_the_same_when_any_of_their_records_were_judged_different(office: Office) -> None:
    office.resolver.take([person(3, 1, **CERTAIN), person(1, 2, **CERTAIN)])
    assertion_id = office.say(Verdict.DIFFERENT, 3, 2)
    asked = office.desk.ask(office.home(1), office.home(2), by("li.na"))
    with pytest.raises(ContradictionError, match=str(assertion_id)):
        office.desk.decide(asked.case_id, Verdict.SAME, by("li.na"))
    assert isinstance(all_cases(office.log)[asked.case_id], PendingCase)


def test_an_alarm_that_was_answered_is_quiet_until_another_record_comes(office: Office) -> None:
    office.resolver.take([delete(key(1), 2), delete(key(2), 2)])
    mails = ("a@example.com", "b@example.com")
    told = {"name__full": NAME, "person__birth_date": "1981-02-11"}
    office.resolver.take([person(i, 5, **told, contact__email=m) for i, m in zip((4, 5), mails, strict=True)])
    resolver = Resolver(office.log)
    steward = Steward(resolver)
    if office.home(4) == office.home(5):
        steward.unmerge(office.home(4), [key(5)], by("li.na"))
    else:
        steward.assert_verdict(Verdict.DIFFERENT, [key(4)], [key(5)], by("li.na"))
    resolver.take([person(6, 5, **told, contact__email=mails[0])])
    (alarm,) = [c for c in pending(office.log) if c.finding.kind is CaseKind.ALARM]
    assert alarm.finding.record == RecordKey("sys0", "customer", "6")
    Desk(steward).decide(alarm.id, Verdict.DIFFERENT, by("li.na"))
    resolver.take([person(6, 6, **told, contact__email=mails[0], person__title="Dr.")])
    assert pending(office.log) == []
    resolver.take([person(7, 5, **told, contact__email=mails[0])])
    assert [c.id for c in pending(office.log)] == [alarm.id]
