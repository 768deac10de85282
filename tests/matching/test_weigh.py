"""Weights depend on the two records alone, in either order, and can be explained to the last centi-bit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Record, bulk, dump, explain, load, prepare, weigh
from matching.compare.person_names import person_name
from matching.compare.values import phone
from matching.compare.weigh import COMPARISONS
from matching.features import KINDS
from matching.normalise.person_names import PersonName
from tests.matching.samples import MODEL, records

pairs = st.sampled_from(("person", "organisation")).flatmap(
    lambda kind: st.tuples(records(kind, "a"), records(kind, "b"))
)


@settings(max_examples=400, deadline=None)
@given(pairs)
def test_a_pair_weighs_the_same_in_either_order(pair: tuple[Record, Record]) -> None:
    left, right = (prepare(r, MODEL) for r in pair)
    assert weigh(left, right, MODEL) == weigh(right, left, MODEL)


@settings(max_examples=400, deadline=None)
@given(pairs)
def test_the_evidence_adds_up_to_the_weight(pair: tuple[Record, Record]) -> None:
    left, right = (prepare(r, MODEL) for r in pair)
    weight = weigh(left, right, MODEL)
    told = explain(left, right, MODEL)
    assert told.total == MODEL.prior["person"] + sum(feature.weight for feature in told.features)
    assert (told.conflict is None) == (weight is not None)
    if weight is not None:
        assert told.total == weight


@settings(max_examples=200, deadline=None)
@given(records())
def test_what_is_stored_comes_back_as_it_was(record: Record) -> None:
    prepared = prepare(record, MODEL)
    assert load(record.key, dump(prepared)) == prepared
    assert load(record.key, dump(prepared)).strong == prepared.strong


@settings(max_examples=200, deadline=None)
@given(records())
def test_the_order_of_attributes_and_values_carries_no_meaning(record: Record) -> None:
    shuffled = {
        name: tuple(reversed(values)) for name, values in sorted(record.attributes.items(), reverse=True)
    }
    again = Record(key=record.key, kind=record.kind, attributes=shuffled)
    assert prepare(again, MODEL) == prepare(record, MODEL)


@settings(max_examples=100, deadline=None)
@given(records("person"), records("organisation"))
def test_a_person_is_never_an_organisation(person: Record, organisation: Record) -> None:
    left, right = prepare(person, MODEL), prepare(organisation, MODEL)
    assert weigh(left, right, MODEL) is None
    assert explain(left, right, MODEL).conflict is not None
    assert not set(left.keys) & set(right.keys)


def test_records_without_any_value_share_no_key_and_are_not_the_same() -> None:
    empty = [
        Record(key=f"{kind}{n}", kind=kind, attributes={})
        for kind in ("person", "organisation")
        for n in range(5)
    ]
    ready = [prepare(record, MODEL) for record in empty]
    assert all(not p.keys for p in ready)
    weight = weigh(ready[0], ready[1], MODEL)
    assert weight is not None
    assert weight < MODEL.review_threshold
    assert len(bulk(empty, MODEL)) == len(empty)


def test_every_feature_has_a_comparison_and_a_table_of_weights() -> None:
    for kind, shape in KINDS.items():
        assert len(COMPARISONS[kind]) == len(MODEL.tables[kind]) == len(shape._fields)


def test_phones_and_crossed_names_compare_the_same_both_ways() -> None:
    phones = ("748127876",), ("+33748127786",)
    assert phone(*phones) == phone(*phones[::-1]) == "slip"
    names = (PersonName(family="anna", given="kaufman"),), (PersonName(family="kaplan", given="anna"),)
    assert person_name(*names) == person_name(*names[::-1]) == "similar rare"
