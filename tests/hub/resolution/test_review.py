"""Cases are open for exactly those customers that are in doubt as things stand, whatever the order in which they came to be."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.handling.context import Context
from hub.kernel.errors import HubError
from hub.kernel.ids import RecordKey, new_id
from hub.kernel.source_record import PartyKind
from hub.log.codec import NAMES
from hub.log.store import EventLog
from hub.resolution.items import Item, Observe
from hub.resolution.recheck import recheck
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from hub.resolution.translate import to_matching
from hub.stewardship.events import CaseClosed, CaseKind, CaseOpened, CaseRevised, Closure, Verdict
from hub.stewardship.state import ClosedCase
from matching import Model, prepare, weigh
from tests.hub.resolution.queue import (
    MODEL,
    all_cases,
    as_indexed,
    expected_doubts,
    indexed_cases,
    open_doubts,
    pending,
)
from tests.hub.resolution.universe import (
    KEY_BYTES,
    Truth,
    delete,
    empty,
    observe,
    reading,
    run,
    story,
)
from tests.hub.samples import day

A_STORY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAME = "欧阳靖轩"
ALIKE = {"name__full": NAME, "contact__mobile": "+8613800204517"}
MAIL = {"contact__email": "ouyang@example.com"}
CERTAIN = {**ALIKE, **MAIL, "person__birth_date": "1981-02-11"}


def context() -> Context:
    cause = new_id()
    return Context(
        actor="li.na", via="test", reason="seen", correlation_id=cause, causation_id=cause, now=day(50)
    )


def key(local_id: int) -> RecordKey:
    return RecordKey(f"sys{local_id % 3}", "customer", str(local_id))


def person(local_id: int, number: int = 1, /, **values: str) -> Item:
    """A reading of somebody; the names of *values* write a dot as two underscores."""
    given = {path.replace("__", "."): value for path, value in values.items()}
    return observe(reading(local_id, number, PartyKind.PERSON, given))


def check(log: EventLog, truth: Truth) -> None:
    """The open cases are those that ought to be, in the log and in the index."""
    assert open_doubts(log) == expected_doubts(truth.current(), log.url)
    assert indexed_cases(log.url) == as_indexed(pending(log))


@settings(A_STORY, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    records=st.integers(2, 40),
    sizes=st.tuples(st.sampled_from([1, 3, 17, 200]), st.sampled_from([1, 5, 200])),
    order=st.randoms(use_true_random=False),
)
def test_any_order_and_batch_size_leaves_the_same_cases_open(
    database: str, seed: int, records: int, sizes: Sequence[int], order: random.Random
) -> None:
    items = story(seed, records)
    truth = Truth()
    truth.take(items)
    for size in sizes:
        order.shuffle(items)
        empty(database)
        resolver = run(database, items, size)
        check(resolver.log, truth)
        resolver.log.close()


@settings(A_STORY, max_examples=40)
@given(seed=st.integers(0, 10_000), cut=st.floats(0, 1), rolls=st.integers(0, 10_000))
def test_assertions_may_come_and_go_at_any_time(database: str, seed: int, cut: float, rolls: int) -> None:
    items = story(seed, 24)
    dice = random.Random(rolls)
    dice.shuffle(items)
    empty(database)
    middle = int(len(items) * cut)
    resolver = run(database, items[:middle], 7)
    steward = Steward(resolver)
    made = []
    for _ in range(6):
        together: dict[object, list[str]] = {}
        for record, customer_id in sorted(_homes(resolver).items()):
            together.setdefault(customer_id, []).append(record)
        alike = [records for records in together.values() if len(records) > 1]
        seen = (
            dice.choice(alike)
            if alike and dice.random() < 0.5
            else [r for records in together.values() for r in records]
        )
        if len(seen) < 2:
            break
        left, right = (RecordKey.parse(record) for record in dice.sample(seen, 2))
        verdict = dice.choice([Verdict.SAME, Verdict.DIFFERENT, Verdict.DIFFERENT])
        try:
            made.append(steward.assert_verdict(verdict, [left], [right], context()).assertion_id)
        except HubError:
            continue
    for start in range(middle, len(items), 7):
        resolver.take(items[start : start + 7])
    truth = Truth()
    truth.take(items)
    check(resolver.log, truth)
    for assertion_id in made[::2]:
        steward.withdraw(assertion_id, context())
    check(resolver.log, truth)
    resolver.log.close()


def test_three_workers_at_once_leave_the_same_cases_open(database: str) -> None:
    items = story(7, 240)
    truth = Truth()
    truth.take(items)
    failures: list[BaseException] = []

    def work(part: Sequence[Item]) -> None:
        try:
            run(database, part, 20).log.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(items[number::3],)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    log = EventLog(database, KEY_BYTES, pool_size=1)
    assert len(pending(log)) > 20
    check(log, truth)
    log.close()


def strict_model() -> Model:
    """The default model, but so strict that two records with no more than name and phone in common are in doubt."""
    one, other = (
        prepare(to_matching(item.record), MODEL)
        for item in (person(1, **ALIKE), person(2, **ALIKE))
        if isinstance(item, Observe)
    )
    weight = weigh(one, other, MODEL)
    assert weight is not None
    return replace(MODEL, link_threshold=weight + 100, review_threshold=weight - 100)


STRICT = strict_model()


def test_looked_at_anew_there_are_the_same_cases_and_with_another_model_those_of_that_one(
    database: str,
) -> None:
    items = story(11, 120)
    truth = Truth()
    truth.take(items)
    resolver = run(database, items, 17)
    before, head = open_doubts(resolver.log), resolver.log.head()
    with resolver.log.connection() as connection:
        connection.execute("DELETE FROM hub_match_doubt")
    assert recheck(resolver.log, MODEL, context().metadata()) == 0
    assert resolver.log.head() == head
    check(resolver.log, truth)
    wider = replace(MODEL, version="wider", review_threshold=MODEL.review_threshold - 300)
    assert recheck(resolver.log, wider, context().metadata()) > 0
    after = open_doubts(resolver.log)
    assert after > before
    assert after == expected_doubts(truth.current(), database, wider)
    resolver.log.close()


@pytest.fixture
def resolver(database: str) -> Iterator[Resolver]:
    log = EventLog(database, KEY_BYTES, pool_size=3)
    yield Resolver(log, model=STRICT)
    log.close()


def happened(resolver: Resolver) -> list[str]:
    """The events of cases so far, by name."""
    names = [NAMES[type(event.body)] for event in resolver.log.read(0, 5_000)]
    return [name for name in names if name.startswith("case.")]


def two_in_doubt(resolver: Resolver) -> None:
    """Two persons who share a name and a phone."""
    resolver.take([person(1, **ALIKE), person(2, **ALIKE)])


def test_a_case_names_the_records_and_how_they_agree_but_no_value(resolver: Resolver) -> None:
    two_in_doubt(resolver)
    (case,) = pending(resolver.log)
    (reason,) = case.finding.reasons
    assert case.finding.kind is CaseKind.REVIEW
    assert {reason.left, reason.right} == {key(1), key(2)}
    assert STRICT.review_threshold <= reason.weight < STRICT.link_threshold
    assert {a.feature for a in reason.agreements} == {"name", "phone"}
    assert [a.weight for a in reason.agreements] == sorted(
        (a.weight for a in reason.agreements), reverse=True
    )
    with resolver.log.connection() as connection:
        states = connection.execute("SELECT state FROM hub_events WHERE topic LIKE 'case.%'").fetchall()
    assert not any(NAME.encode() in bytes(row["state"]) for row in states)


def test_the_same_news_opens_no_case_twice(resolver: Resolver) -> None:
    two_in_doubt(resolver)
    for number in (2, 3):
        resolver.take([person(1, number, **ALIKE)])
    resolver.take([person(1, 4, **ALIKE, person__title="Dr.")])
    assert happened(resolver) == ["case.opened.v1"]


def test_further_records_of_the_same_customers_are_the_same_case(resolver: Resolver) -> None:
    resolver.take([person(1, **CERTAIN), person(2, **ALIKE)])
    (case,) = pending(resolver.log)
    resolver.take([person(3, **CERTAIN)])
    (again,) = pending(resolver.log)
    assert again.id == case.id
    assert len(again.finding.reasons) == 2


WAYS_OUT: Sequence[tuple[Closure, Callable[[Resolver], object]]] = (
    (
        Closure.MERGED,
        lambda r: r.take([person(1, 2, **CERTAIN), person(2, 2, **CERTAIN)]),
    ),
    (Closure.RETIRED, lambda r: r.take([delete(key(2), 2)])),
    (Closure.CLEARED, lambda r: r.take([person(2, 2, name__full="Peter Brown")])),
    (
        Closure.ASSERTED,
        lambda r: Steward(r).assert_verdict(Verdict.DIFFERENT, [key(1)], [key(2)], context()),
    ),
    (
        Closure.EXCLUDED,
        lambda r: r.take(
            [
                person(i, 2, **ALIKE, identifier__national_id=number)
                for i, number in ((1, "11010519491231002X"), (2, "440524188001010014"))
            ]
        ),
    ),
)


@pytest.mark.parametrize(("closure", "way_out"), WAYS_OUT, ids=[c.value for c, _ in WAYS_OUT])
def test_a_case_closes_by_itself_when_the_doubt_is_gone(
    resolver: Resolver, closure: Closure, way_out: Callable[[Resolver], object]
) -> None:
    two_in_doubt(resolver)
    way_out(resolver)
    (case,) = all_cases(resolver.log).values()
    assert isinstance(case, ClosedCase)
    assert case.closure is closure
    assert happened(resolver) == ["case.opened.v1", "case.closed.v1"]


def test_a_case_that_closed_is_opened_again_under_its_id(resolver: Resolver) -> None:
    two_in_doubt(resolver)
    (case,) = pending(resolver.log)
    resolver.take([delete(key(2), 2)])
    assert pending(resolver.log) == []
    resolver.take([person(2, 3, **ALIKE)])
    (again,) = pending(resolver.log)
    assert again.id == case.id


def test_the_case_of_a_merged_customer_goes_on_as_one_of_the_survivor(resolver: Resolver) -> None:
    two_in_doubt(resolver)
    resolver.take([person(3, name__full="Anna Schmidt")])
    (before,) = pending(resolver.log)
    merged = Steward(resolver).assert_verdict(Verdict.SAME, [key(2)], [key(3)], context())
    (after,) = pending(resolver.log)
    assert {(r.left, r.right) for r in after.finding.reasons} == {
        (r.left, r.right) for r in before.finding.reasons
    }
    assert merged.customer_id in {after.left, after.right}


def test_a_record_close_to_two_customers_that_were_judged_different_raises_an_alarm(
    resolver: Resolver,
) -> None:
    resolver = Resolver(resolver.log)
    resolver.take([person(1, **ALIKE), person(2, name__full=NAME, **MAIL)])
    judged = Steward(resolver).assert_verdict(Verdict.DIFFERENT, [key(1)], [key(2)], context())
    assert pending(resolver.log) == []
    taken = resolver.take([person(3, **ALIKE, **MAIL)])
    (alarm,) = pending(resolver.log)
    assert alarm.finding.kind is CaseKind.ALARM
    assert alarm.finding.record == key(3)
    assert alarm.finding.assertions == (judged.assertion_id,)
    homes = _homes(resolver)
    assert {alarm.left, alarm.right} == {homes[str(key(1))], homes[str(key(2))]}
    assert taken.customers[str(key(3))] in {alarm.left, alarm.right}
    resolver.take([delete(key(3), 2)])
    assert pending(resolver.log) == []


def _homes(resolver: Resolver) -> dict[str, object]:
    with resolver.log.connection() as connection:
        rows = connection.execute("SELECT record_key, customer_id FROM hub_source_record").fetchall()
    return {row["record_key"]: row["customer_id"] for row in rows}


def test_what_people_took_apart_raises_no_alarm_about_itself(resolver: Resolver) -> None:
    customers = resolver.take([person(1, **CERTAIN), person(2, **CERTAIN)]).customers
    (customer_id,) = set(customers.values())
    Steward(resolver).unmerge(customer_id, [key(2)], context())
    assert happened(resolver) == []


def test_what_happens_to_cases_is_in_the_log_with_who_caused_it(resolver: Resolver) -> None:
    two_in_doubt(resolver)
    Steward(resolver).assert_verdict(Verdict.DIFFERENT, [key(1)], [key(2)], context())
    told = [e for e in resolver.log.read(0, 100) if isinstance(e.body, CaseOpened | CaseRevised | CaseClosed)]
    assert [event.meta.actor for event in told] == ["resolution", "li.na"]
