"""Which value survives: each strategy, pins, atomic groups, aggregates, flags; and that the order of records never matters."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kernel.errors import SettingsError
from hub.kernel.ids import RecordKey
from hub.kernel.provenance import EventRef
from hub.kernel.source_record import SourceValue
from hub.rules.survivorship import (
    Contribution,
    PinnedValue,
    RuleSet,
    default_ruleset,
    golden_record,
    load_ruleset,
)
from tests.hub.samples import CUSTOMER, day


def source(
    number: int, *values: tuple[str, str], system: str = "crm", retired: bool = False, quality: str = ""
) -> Contribution:
    return Contribution(
        record_key=RecordKey(system, "account", str(number)),
        unit="u",
        record_time=day(number),
        values=tuple(
            SourceValue(path=path, value=value, quality=(quality,) if quality else ())
            for path, value in values
        ),
        event=EventRef(originator_id=CUSTOMER, version=number),
        retired=retired,
    )


def pin(path: str, value: str, *, until: int | None = None) -> PinnedValue:
    ref = EventRef(originator_id=UUID(int=1), version=9)
    return PinnedValue(
        path=path, value=value, event=ref, actor="steward", expires_at=day(until) if until else None
    )


def values(
    sources: Sequence[Contribution], rules: str | RuleSet = "version: t", *pins: PinnedValue
) -> dict[str, list[str]]:
    rule_set = load_ruleset(rules) if isinstance(rules, str) else rules
    found: dict[str, list[str]] = {}
    for value in golden_record(sources, pins, rule_set, day(400)).values:
        found.setdefault(value.path, []).append(value.value)
    return found


THREE = (
    source(1, ("x", "oldest one")),
    source(2, ("x", "b"), ("y", "1"), system="erp"),
    source(3, ("x", "b")),
)


@pytest.mark.parametrize(
    ("strategy", "winner"),
    [
        ("recency", "new"),
        ("oldest", "the oldest"),
        ("longest", "the oldest"),
        ("completeness", "mid"),
        ("source_priority", "mid"),
    ],
)
def test_each_strategy_prefers_what_it_says(strategy: str, winner: str) -> None:
    sources = [
        source(1, ("x", "the oldest")),
        source(2, ("x", "mid"), ("y", "1"), system="erp"),
        source(3, ("x", "new")),
    ]
    rules = f"{{version: t, strategy: {strategy}, sources: {{erp: {{priority: 1}}}}}}"
    assert values(sources, rules)["x"] == [winner]


def test_the_most_frequent_value_wins() -> None:
    assert values(THREE, "{version: t, strategies: {x: most_frequent}}")["x"] == ["b"]


def test_trust_decays_with_the_age_of_the_value() -> None:
    rules = """
version: t
trust:
  - {paths: [x], source: erp, max: 90, min: 10, decay_days: 100}
  - {paths: [x], source: crm, max: 60, min: 60}
"""
    sources = [source(390, ("x", "fresh"), system="erp"), source(1, ("x", "steady"))]
    assert values(sources, rules)["x"] == ["fresh"]
    sources = [source(300, ("x", "stale"), system="erp"), source(1, ("x", "steady"))]
    assert values(sources, rules)["x"] == ["steady"]


def test_a_flagged_value_counts_only_when_nothing_else_is_there() -> None:
    bad = source(9, ("identifier.uscc", "WRONG"), quality="checksum-failed")
    good = source(1, ("identifier.uscc", "RIGHT"))
    assert values([bad, good], default_ruleset())["identifier.uscc"] == ["RIGHT"]
    assert values([bad], default_ruleset())["identifier.uscc"] == ["WRONG"]


def test_when_the_winner_is_deleted_the_next_best_takes_its_place() -> None:
    assert values([source(1, ("x", "old")), source(2, ("x", "new"), retired=True)])["x"] == ["old"]
    assert values([source(2, ("x", "new"), retired=True)])["x"] == ["new"]


def test_an_address_comes_whole_from_one_record() -> None:
    one = source(
        1, ("address.home.street", "A"), ("address.home.city", "Köln"), ("address.home.postcode", "1")
    )
    two = source(2, ("address.home.street", "B"), ("address.home.city", "Bonn"))
    found = values([one, two], default_ruleset())
    assert found == {
        "address.home.street": ["A"],
        "address.home.city": ["Köln"],
        "address.home.postcode": ["1"],
    }


def test_all_phones_are_kept_once_the_freshest_first() -> None:
    sources = [
        source(n, ("contact.phone[work]", str(n % 3)), ("contact.phone[work]", "7")) for n in range(1, 5)
    ]
    found = golden_record(sources, (), default_ruleset(), day(9)).values
    assert {v.value for v in found} == {"0", "1", "2", "7"}
    assert {v.rule for v in found} == {"aggregate"}
    capped = load_ruleset("{version: t, aggregates: [{path: contact.phone, cap: 2}]}")
    assert values(sources, capped)["contact.phone[work]"] == ["1", "7"]


def test_one_number_in_several_forms_is_one_golden_value() -> None:
    forms = ("021-5888 1234", "+86 21 58881234", "(021) 5888 1234", "+862158881234")
    sources = [source(n, ("contact.phone", form)) for n, form in enumerate(forms, 1)]
    other = source(9, ("contact.phone", "010-5888 1234"), ("contact.email", "Info@Firma.cn"))
    email = source(8, ("contact.email", "info@firma.cn"))
    found = values([*sources, other, email], default_ruleset())
    assert found["contact.phone"] == ["+862158881234", "010-5888 1234"]
    assert found["contact.email"] == ["Info@Firma.cn"]
    short = [
        source(n, ("contact.phone", text))
        for n, text in enumerate(("5888 1234", *forms[:1], "010-5888 1234"))
    ]
    assert len(values(short, default_ruleset())["contact.phone"]) == 3


def test_a_pin_wins_until_it_expires() -> None:
    assert values(THREE, "version: t", pin("x", "pinned"))["x"] == ["pinned"]
    assert values(THREE, "version: t", pin("x", "pinned", until=400))["x"] == ["b"]
    (value,) = golden_record([], [pin("x", "pinned")], default_ruleset(), day(1)).values
    assert (value.rule, value.record_key, value.since) == ("pin", None, None)


def test_every_value_names_its_record_event_and_rule() -> None:
    (value,) = golden_record([source(3, ("x", "1"))], (), load_ruleset("version: v7"), day(9)).values
    assert (value.record_key, value.event.version, value.rule, value.since) == (
        RecordKey("crm", "account", "3"),
        3,
        "trust",
        day(3),
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("version: [", "line 1"),
        ("- a", "mapping"),
        ("{version: t, strategy: best}", "strategy"),
        ("{version: t, trust: [{paths: [x], source: a, max: 200, min: 0}]}", "trust.0.max"),
        ("{version: t, colour: red}", "colour"),
    ],
)
def test_a_wrong_rule_set_is_refused_where_it_is_wrong(text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load_ruleset(text)


PATHS = ("x", "name.full", "contact.phone", "address.home.city", "address.home.street", "person.birth_date")
some_sources = st.lists(
    st.builds(
        lambda number, pairs, system, retired, flagged: source(
            number, *pairs, system=system, retired=retired, quality="checksum-failed" if flagged else ""
        ),
        st.integers(1, 30),
        st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from("abc")), max_size=6, unique=True),
        st.sampled_from(["crm", "erp"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda c: c.record_key,
)


@given(
    some_sources,
    st.randoms(use_true_random=False),
    st.sampled_from(["trust", "most_frequent", "completeness", "longest"]),
)
def test_the_order_of_records_never_matters(sources: list[Contribution], dice: Random, strategy: str) -> None:
    rules = default_ruleset().model_copy(update={"strategy": strategy})
    shuffled = list(sources)
    dice.shuffle(shuffled)
    once = golden_record(sources, (), rules, day(99))
    assert golden_record(shuffled, (), rules, day(99)) == once


@given(some_sources)
def test_every_value_was_sent_by_the_record_that_it_names_and_addresses_are_never_mixed(
    sources: list[Contribution],
) -> None:
    sent = {(c.record_key, v.path, v.value) for c in sources for v in c.values}
    found = golden_record(sources, (), default_ruleset(), day(99)).values
    assert all((v.record_key, v.path, v.value) in sent for v in found)
    assert len({v.record_key for v in found if v.path.startswith("address.home")}) <= 1
    live = [c for c in sources if not c.retired] or sources
    assert {v.path for v in found if not v.path.startswith("address")} == {
        v.path for c in live for v in c.values if not v.path.startswith("address")
    }
