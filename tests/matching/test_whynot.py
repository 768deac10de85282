"""What is said to bring a pair together does so when it is done."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Record, prepare, weigh
from matching.whynot import if_equal, meeting
from tests.matching.samples import MODEL, records

pairs = st.sampled_from(("person", "organisation")).flatmap(
    lambda kind: st.tuples(records(kind, "a"), records(kind, "b"))
)


def person(key: str, **values: str) -> Record:
    return Record(key=key, kind="person", attributes={name: (value,) for name, value in values.items()})


@settings(max_examples=200, deadline=None)
@given(pairs)
def test_every_alternative_weighs_more_than_the_pair_does_now(pair: tuple[Record, Record]) -> None:
    left, right = (prepare(r, MODEL) for r in pair)
    now = weigh(left, right, MODEL)
    for alternative in if_equal(left, right, MODEL):
        assert now is None or alternative.total > now
        mine, theirs = (getattr(p.features, alternative.feature) for p in (left, right))
        assert alternative.known == bool(mine or theirs)


@settings(max_examples=200, deadline=None)
@given(pairs)
def test_what_is_told_does_not_depend_on_which_record_comes_first(pair: tuple[Record, Record]) -> None:
    left, right = (prepare(r, MODEL) for r in pair)
    assert if_equal(left, right, MODEL) == if_equal(right, left, MODEL)
    assert meeting(left, right, MODEL) == meeting(right, left, MODEL)


def test_a_phone_number_that_becomes_equal_brings_what_was_said() -> None:
    mine = person("a", name="欧阳靖轩", phone="13800204517")
    other, equal = (
        prepare(person("b", name="欧阳靖轩", phone=phone), MODEL) for phone in ("13911112222", "13800204517")
    )
    left = prepare(mine, MODEL)
    (told,) = [a for a in if_equal(left, other, MODEL) if a.feature == "phone"]
    assert told.total == weigh(left, equal, MODEL)
    assert told.meets
    assert told.total >= MODEL.link_threshold > (weigh(left, other, MODEL) or 0)


def test_a_feature_that_neither_has_counts_at_the_most_that_the_model_gives() -> None:
    left, right = (prepare(person(key, name="欧阳靖轩"), MODEL) for key in "ab")
    now = weigh(left, right, MODEL)
    assert now is not None
    for number, feature in enumerate(left.features._fields):
        if getattr(left.features, feature):
            continue
        (told,) = [a for a in if_equal(left, right, MODEL) if a.feature == feature]
        assert not told.known
        assert told.total == now + max(MODEL.tables["person"][number].values())


def test_only_what_lifts_a_conflict_helps_against_it() -> None:
    left, right = (
        prepare(
            Record(key=key, kind="organisation", attributes={"name": ("Acme Ltd",), "uscc": (number,)}), MODEL
        )
        for key, number in (("a", "91310115MA9XK2T02R"), ("b", "91330106MA8QH5R70F"))
    )
    assert weigh(left, right, MODEL) is None
    assert {a.feature for a in if_equal(left, right, MODEL)} == {"strong"}


def test_what_weighs_enough_but_would_still_not_meet_is_told_apart() -> None:
    left, right = (
        prepare(
            Record(
                key=key, kind="organisation", attributes={"name": (name,), "city": (city,), "region": (city,)}
            ),
            MODEL,
        )
        for key, name, city in (("a", "Acme Ltd", "上海"), ("b", "Globex Ltd", "北京"))
    )
    told = {a.feature: a for a in if_equal(left, right, MODEL)}
    assert not told["place"].meets
    assert told["name"].meets


def test_features_that_agree_make_a_pair_meet_alone_or_else_two_together() -> None:
    left, right = (
        prepare(record, MODEL)
        for record in (
            person("a", name="张伟", phone="13800204517", birth_date="1980-02-01"),
            person("b", name="李芳", phone="13911112222", birth_date="1975-03-04"),
        )
    )
    alone = meeting(left, right, MODEL)
    assert ("phone",) in alone
    assert all(len(features) == 1 for features in alone)
    poor, poorer = (
        prepare(person(key, name=name, birth_date=birth), MODEL)
        for key, name, birth in (("a", "张伟", "1980-02-01"), ("b", "李芳", "1975-03-04"))
    )
    assert ("name", "birth") in meeting(poor, poorer, MODEL)


def test_what_meets_already_or_never_can_needs_nothing() -> None:
    left, right = (prepare(person(key, name="欧阳靖轩", phone="13800204517"), MODEL) for key in "ab")
    assert meeting(left, right, MODEL) == ()
    company = prepare(Record(key="c", kind="organisation", attributes={"name": ("Acme Ltd",)}), MODEL)
    assert meeting(left, company, MODEL) == ()
    assert if_equal(left, company, MODEL) == ()
    empty = prepare(person("d"), MODEL)
    assert meeting(empty, replace(empty, key="e"), MODEL) == ()
