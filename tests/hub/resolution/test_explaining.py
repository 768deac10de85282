"""Every explanation tells the true reason: why together, why apart and what would change it, and how it came to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from hub.customer.events import CustomerRegistered
from hub.kernel.errors import InvalidMessageError, NotFoundError, RuleViolationError
from hub.kernel.ids import RecordKey, new_id
from hub.kernel.source_record import PartyKind
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.resolution.explaining import Explainer, Link, Reason, Subject, WhyNot, subject
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from hub.stewardship.events import Verdict
from matching import default_model
from tests.hub.resolution.two_hubs import context
from tests.hub.resolution.universe import KEY_BYTES, delete, observe, reading
from tests.hub.samples import day

MODEL = default_model()
NAME = "欧阳靖轩"
USCC = ("91310115MA9XK2T02R", "91330106MA8QH5R70F")


def key(number: int) -> RecordKey:
    """The key that `universe.reading` gives."""
    return RecordKey(f"sys{number % 3}", "customer", str(number))


class Told:
    """A hub that is told of records one by one, and asked why."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.use()

    def use(self, **changed: int) -> None:
        """Go on under the default model with some numbers *changed*."""
        self.resolver = Resolver(self.log, model=replace(MODEL, **changed))  # type: ignore[arg-type]
        self.steward = Steward(self.resolver)
        self.explainer = Explainer(self.resolver)

    def person(self, number: int, *, on: int = 1, **values: str) -> RecordKey:
        """A reading of the person *number* on a day."""
        given = {path.replace("__", "."): value for path, value in values.items()}
        self.resolver.take([observe(reading(number, on, PartyKind.PERSON, given))])
        return key(number)

    def company(self, number: int, name: str, **values: str) -> RecordKey:
        """A reading of the company *number*."""
        given = {path.replace("__", "."): value for path, value in values.items()}
        self.resolver.take(
            [observe(reading(number, 1, PartyKind.ORGANISATION, {"name.legal": name, **given}))]
        )
        return key(number)

    def delete(self, number: int) -> None:
        """The source deletes the record *number*."""
        self.resolver.take([delete(key(number), 5)])

    def customer_of(self, record: RecordKey) -> UUID:
        """The customer that holds *record*."""
        return self.explainer.how(record).customer_id

    def codes(self, left: Subject, right: Subject) -> list[str]:
        """The reasons for which the two are apart."""
        return [reason.code for reason in self.explainer.why_not(left, right).reasons]


@pytest.fixture
def hub(database: str) -> Iterator[Told]:
    log = EventLog(database, KEY_BYTES, pool_size=2)
    yield Told(log)
    log.close()


def only(found: WhyNot, code: str) -> Reason:
    """The one reason, which has this *code*."""
    (reason,) = found.reasons
    assert reason.code == code
    return reason


@pytest.fixture
def chain(hub: Told) -> Told:
    """Three records of a person, of which the first and the last share nothing but a name."""
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full=NAME, contact__mobile="+8613800204517", contact__email="ouyang@example.com")
    hub.person(3, name__full=NAME, contact__email="ouyang@example.com")
    return hub


# --- why ---


def test_a_pair_is_explained_by_its_evidence_which_adds_up_to_its_weight(chain: Told) -> None:
    found = chain.explainer.why(key(1), key(2))
    assert found.comparison is not None
    assert found.comparison.met
    assert found.scale.prior + sum(f.weight for f in found.comparison.features) == found.comparison.weight
    assert {f.feature: (f.left, f.right) for f in found.comparison.features}["name"] == (NAME, NAME)
    assert (found.asked, found.weakest) == ("pair", found.comparison.weight)
    assert found.comparison.weight >= found.scale.link_threshold
    (link,) = found.links
    assert (link.kind, link.evidence.model) == ("match", MODEL.version)


def test_two_records_that_do_not_match_are_explained_by_the_chain_between_them(chain: Told) -> None:
    found = chain.explainer.why(key(1), key(3))
    assert [(link.evidence.left, link.evidence.right) for link in found.links] == [
        (key(1), key(2)),
        (key(2), key(3)),
    ]
    assert found.comparison is not None
    assert (
        found.comparison.weight
        < found.scale.link_threshold
        <= min(link.evidence.weight for link in found.links)
    )
    assert found.weakest == min(link.evidence.weight for link in found.links)


def test_an_assertion_on_the_way_is_named_with_its_actor_and_reason(hub: Told) -> None:
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full="Anna Schmidt", contact__email="anna@example.com")
    decision = hub.steward.assert_verdict(Verdict.SAME, [key(1)], [key(2)], context(3))
    found = hub.explainer.why(key(2), key(1))
    (link,) = found.links
    (note,) = link.assertions
    assert (link.kind, note.verdict, note.left, note.right) == ("assertion", Verdict.SAME, key(2), key(1))
    assert (note.actor, note.reason, note.assertion_id) == ("steward", "test", decision.assertion_id)
    assert note.recorded_at == day(0) + timedelta(days=3)
    assert found.weakest is None


def test_a_record_is_explained_by_its_own_links_the_strongest_first(chain: Told) -> None:
    found = chain.explainer.why(key(2))
    assert found.asked == "record"
    assert {link.evidence.right for link in found.links} == {key(1), key(3)}
    weights = [link.evidence.weight for link in found.links]
    assert weights == sorted(weights, reverse=True)
    assert found.comparison is not None
    assert (found.comparison.left, found.comparison.weight) == (key(2), weights[0])
    again = chain.explainer.why(key(2), chain.customer_of(key(1)))
    assert again == found


def test_a_customer_is_explained_by_the_links_that_hold_it_together_page_by_page(chain: Told) -> None:
    chain.person(4, name__full="Anna Schmidt", contact__email="anna@example.com")
    chain.steward.assert_verdict(Verdict.SAME, [key(4)], [key(1)], context(3))
    customer = chain.customer_of(key(1))
    whole = chain.explainer.why(customer)
    assert [link.kind for link in whole.links] == ["assertion", "match", "match"]
    assert whole.weakest == whole.links[1].evidence.weight <= whole.links[2].evidence.weight
    assert whole.next_pair is None
    seen: list[Link] = []
    after = None
    while True:
        page = chain.explainer.why(customer, limit=1, after=after)
        seen += page.links
        if (after := page.next_pair) is None:
            break
    assert tuple(seen) == whole.links
    with pytest.raises(InvalidMessageError, match="changed"):
        chain.explainer.why(customer, after=("nobody", "else"))


def test_a_former_id_stands_for_the_customer_that_it_became(hub: Told) -> None:
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full="Anna Schmidt", contact__email="anna@example.com")
    one, two = hub.customer_of(key(1)), hub.customer_of(key(2))
    hub.steward.merge([one, two], context(3))
    assert hub.explainer.why(two).customer_id == hub.explainer.why(one, two).customer_id == one
    assert hub.explainer.how(two).absorbed == (two,)


def test_a_deleted_record_is_explained_by_what_was_known_when_it_was_linked(chain: Told) -> None:
    chain.delete(3)
    found = chain.explainer.why(key(3))
    assert found.deleted == (key(3),)
    (link,) = found.links
    assert link.kind == "kept"
    assert {link.evidence.left, link.evidence.right} == {key(2), key(3)}
    assert link.evidence.features
    assert chain.explainer.why(chain.customer_of(key(1))).deleted == (key(3),)


def test_a_lone_record_has_no_links(hub: Told) -> None:
    hub.person(1, name__full=NAME)
    found = hub.explainer.why(key(1))
    assert (found.links, found.comparison, found.weakest, found.deleted) == ((), None, None, ())


def test_who_is_unknown_is_named_with_what_to_do(chain: Told) -> None:
    stranger = UUID("01900000-0000-7000-8000-00000000dead")
    for ask in (
        lambda: chain.explainer.why(key(9)),
        lambda: chain.explainer.why(key(1), key(9)),
        lambda: chain.explainer.why_not(key(1), key(9)),
        lambda: chain.explainer.how(key(9)),
    ):
        with pytest.raises(NotFoundError, match="no source record sys0/customer/9; look for its key"):
            ask()
    for ask in (lambda: chain.explainer.why(stranger), lambda: chain.explainer.how(stranger)):
        with pytest.raises(NotFoundError, match="look for it with hub customer search"):
            ask()
    with pytest.raises(RuleViolationError, match="system/object/id"):
        subject("nonsense")


def test_who_asks_the_wrong_way_round_is_told_the_other_question(chain: Told) -> None:
    chain.person(7, name__full="Anna Schmidt")
    with pytest.raises(RuleViolationError, match="ask why-not"):
        chain.explainer.why(key(1), key(7))
    with pytest.raises(RuleViolationError, match="ask why instead"):
        chain.explainer.why_not(key(1), key(3))


# --- why not ---


def test_records_without_a_common_key_were_never_compared_and_it_is_told_how_they_would_meet(
    hub: Told,
) -> None:
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full="Anna Schmidt", contact__email="anna@example.com")
    found = hub.explainer.why_not(key(1), key(2))
    assert found.comparison is not None
    assert not found.comparison.met
    never, below = found.reasons
    assert (never.code, below.code) == ("never-compared", "below-threshold")
    assert {("phone",), ("email",)} <= set(never.meeting)
    assert below.alternatives


def test_below_the_threshold_the_feature_that_would_be_enough_is_found_by_the_model(hub: Told) -> None:
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517", person__birth_date="1981-02-11")
    hub.person(2, name__full=NAME, contact__mobile="+8613911112222", person__birth_date="1981-07-30")
    below = only(hub.explainer.why_not(key(1), key(2)), "below-threshold")
    totals = {a.feature: a.total for a in below.alternatives if a.known}
    phone = totals["phone"]
    assert phone >= MODEL.link_threshold
    hub.person(2, on=2, name__full=NAME, contact__mobile="+8613800204517", person__birth_date="1981-07-30")
    joined = hub.explainer.why(key(1), key(2)).comparison
    assert joined is not None
    assert joined.weight == phone


def test_a_different_assertion_is_named_with_its_actor_time_and_reason(chain: Told) -> None:
    decision = chain.steward.unmerge(chain.customer_of(key(1)), [key(3)], context(8))
    found = chain.explainer.why_not(key(2), key(3))
    reason = only(found, "different")
    assert {note.assertion_id for note in reason.assertions} == {decision.assertion_id}
    note = reason.assertions[0]
    assert (note.actor, note.reason, note.recorded_at) == ("steward", "test", day(8))
    assert found.comparison is not None
    assert found.comparison.weight >= MODEL.link_threshold


def test_two_valid_identifiers_of_a_type_rule_a_pair_out_and_are_named(hub: Told) -> None:
    hub.company(1, "沪江星桥精密仪器（上海）有限公司", identifier__uscc=USCC[0])
    hub.company(2, "沪江星桥精密仪器（上海）有限公司", identifier__uscc=USCC[1])
    (clash,) = only(hub.explainer.why_not(key(1), key(2)), "identifiers").clashes
    assert (clash.type, clash.left, clash.left_values, clash.right, clash.right_values) == (
        "uscc",
        key(1),
        (USCC[0],),
        key(2),
        (USCC[1],),
    )


def test_identifiers_of_other_records_keep_a_matching_record_out(hub: Told) -> None:
    name = "沪江星桥精密仪器（上海）有限公司"
    hub.company(1, name, identifier__uscc=USCC[0], contact__phone="+862158881234")
    hub.company(2, name, contact__phone="+862158881234")
    hub.company(3, name, identifier__uscc=USCC[1])
    found = hub.explainer.why_not(key(2), key(3))
    (clash,) = only(found, "identifiers").clashes
    assert {clash.left, clash.right} == {key(1), key(3)}
    assert found.comparison is not None
    assert found.comparison.conflict is None


def test_a_person_is_no_organisation(hub: Told) -> None:
    hub.person(1, name__full="星桥", contact__mobile="+8613800204517")
    hub.company(2, "星桥", contact__phone="+8613800204517")
    only(hub.explainer.why_not(key(1), key(2)), "kinds")


def test_a_deleted_record_is_matched_with_nothing(hub: Told) -> None:
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.delete(1)
    hub.person(2, name__full=NAME, contact__mobile="+8613800204517")
    found = hub.explainer.why_not(key(1), key(2))
    assert only(found, "deleted").records == (key(1),)
    assert found.comparison is not None
    assert only(hub.explainer.why_not(hub.customer_of(key(1)), key(2)), "deleted").records == (key(1),)


def test_cohesion_tells_the_mean_and_who_pulls_it_down(hub: Told) -> None:
    hub.use(cohesion=750)
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full=NAME, contact__mobile="+8613800204517", contact__email="ouyang@example.com")
    hub.person(3, name__full=NAME, contact__email="ouyang@example.com")
    found = hub.explainer.why_not(key(1), key(3))
    cohesion = only(found, "cohesion").cohesion
    assert cohesion is not None
    assert (cohesion.pairs, cohesion.needed) == (2, 750)
    assert cohesion.mean < 750
    lowest, mean = cohesion.lowest[0]
    assert lowest == key(1)
    assert mean < 750
    assert found.closest is not None
    assert {found.closest.left, found.closest.right} == {key(2), key(3)}


def test_too_large_a_component_tells_the_threshold_that_it_was_raised_to(hub: Told) -> None:
    hub.use(max_component=2, threshold_step=100)
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full=NAME, contact__mobile="+8613800204517", contact__email="ouyang@example.com")
    hub.person(3, name__full=NAME, contact__email="ouyang@example.com")
    crowd = only(hub.explainer.why_not(key(1), key(3)), "component").crowd
    assert crowd is not None
    assert (crowd.size, crowd.largest) == (3, 2)
    assert MODEL.link_threshold < crowd.threshold
    assert crowd.weight < crowd.threshold


def test_a_model_that_came_later_is_named_as_the_reason(hub: Told) -> None:
    hub.use(link_threshold=5000)
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full=NAME, contact__mobile="+8613800204517")
    assert hub.codes(key(1), key(2)) == ["below-threshold"]
    hub.use()
    assert hub.codes(key(1), key(2)) == ["outdated"]
    hub.use(cohesion=5000)
    assert hub.codes(key(1), key(2)) == ["outdated"]


def test_two_customers_are_explained_by_their_closest_records(chain: Told) -> None:
    chain.person(7, name__full=NAME)
    one, other = chain.customer_of(key(1)), chain.customer_of(key(7))
    found = chain.explainer.why_not(one, other)
    assert (found.left_customer, found.right_customer, found.closest) == (one, other, None)
    assert found.comparison is not None
    assert found.comparison.right == key(7)
    only(found, "below-threshold")


# --- how ---


def test_the_steps_come_in_the_order_of_the_log_with_the_evidence_of_their_time(chain: Told) -> None:
    found = chain.explainer.how(key(1))
    assert [step.what for step in found.steps] == ["registered", "linked", "linked", "linked"]
    assert [step.records for step in found.steps[1:]] == [(key(1),), (key(2),), (key(3),)]
    assert found.steps[1].evidence == ()
    (evidence,) = found.steps[2].evidence
    assert (evidence.model, {evidence.left, evidence.right}) == (MODEL.version, {key(1), key(2)})
    assert evidence.features
    assert [s.position for s in found.steps] == sorted(s.position for s in found.steps)
    assert found.steps[2].valid_at == day(1) < found.steps[2].recorded_at
    assert found.steps[2].actor == "sys2"


def test_what_was_absorbed_brings_its_own_story_and_takes_it_along(hub: Told) -> None:
    hub.person(1, name__full=NAME, contact__mobile="+8613800204517")
    hub.person(2, name__full="Anna Schmidt", contact__email="anna@example.com")
    one, two = hub.customer_of(key(1)), hub.customer_of(key(2))
    assertion = hub.steward.merge([one, two], context(3)).assertion_id
    merged = hub.explainer.how(one)
    assert merged.absorbed == (two,)
    assert [(s.what, s.customer_id) for s in merged.steps] == [
        ("registered", one),
        ("linked", one),
        ("registered", two),
        ("linked", two),
        ("asserted-same", None),
        ("absorbed", one),
        ("moved", one),
        ("merged", two),
    ]
    absorbed, moved = merged.steps[5:7]
    assert (absorbed.other, absorbed.actor, absorbed.reason) == (two, "steward", "test")
    assert (moved.other, moved.evidence[0].kind) == (two, "assertion")
    hub.steward.withdraw(assertion, context(4))
    apart = hub.explainer.how(one)
    assert apart.absorbed == ()
    assert [(s.what, s.other) for s in apart.steps] == [
        ("registered", None),
        ("linked", None),
        ("absorbed", two),
        ("moved", two),
        ("split-off", two),
    ]
    assert apart.steps[-1].records == (key(2),)
    assert [s.what for s in hub.explainer.how(two).steps][-2:] == ["restored", "moved"]


def test_a_thousand_events_are_paged_without_skipping_and_what_does_not_form_is_not_read(
    hub: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in range(0, 120, 40):
        hub.resolver.take(
            [
                observe(
                    reading(
                        number, on, PartyKind.ORGANISATION,
                        {"name.legal": "星桥精密仪器有限公司", "identifier.uscc": USCC[0], "organisation.size": str(on)},
                    )
                )
                for number in range(first, first + 40)
                for on in range(1, 10)
            ]
        )  # fmt: skip
    customer = hub.customer_of(key(0))
    with hub.log.connection() as connection:
        assert hub.log.versions(connection, [customer])[customer] > 1_000
    read: list[int] = []
    original = EventLog.read_of

    def counted(self: EventLog, *args: object, **kwargs: object) -> list[RecordedEvent]:
        events = original(self, *args, **kwargs)  # type: ignore[arg-type]
        read.append(len(events))
        return events

    monkeypatch.setattr(EventLog, "read_of", counted)
    seen: list[int] = []
    after = 0
    while True:
        read.clear()
        page = hub.explainer.how(customer, limit=50, after=after)
        assert len(read) == 3
        assert sum(read) <= 1 + 51
        seen += [step.position for step in page.steps]
        if page.next_position is None:
            break
        after = page.next_position
    assert len(seen) == len(set(seen)) == 121
    assert seen == sorted(seen)
    assert len(hub.explainer.why(customer, limit=200).links) == 119


def test_a_customer_without_any_record_points_to_its_story(hub: Told) -> None:
    nobody = new_id()
    meta = context(1).metadata()
    hub.log.append(
        [
            RecordedEvent(
                originator_id=nobody,
                originator_version=1,
                body=CustomerRegistered(kind=PartyKind.PERSON),
                meta=meta,
            )
        ]
    )
    with pytest.raises(NotFoundError, match="no source record now; ask how"):
        hub.explainer.why(nobody)
    assert [s.what for s in hub.explainer.how(nobody).steps] == ["registered"]
