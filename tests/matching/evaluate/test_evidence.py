"""Weights in words, and pairs weighed by id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Record, default_model, explain, weigh
from matching.evaluate import Evidence
from matching.evaluate.evidence import bits, in_words

MODEL = default_model()


def person(key: str, **values: str) -> Record:
    return Record(key=key, kind="person", attributes={name: (value,) for name, value in values.items()})


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0, "says next to nothing"),
        (100, "2.0 times likelier if the same"),
        (-100, "2.0 times likelier if different"),
        (1300, "8,200 times likelier if the same"),
        (-330, "9.8 times likelier if different"),
        (332, "10 times likelier if the same"),
        (3500, "over a million times likelier if the same"),
    ],
)
def test_a_weight_in_words(weight: int, words: str) -> None:
    assert in_words(weight) == words


@given(st.integers(-4000, 4000))
def test_the_words_of_opposite_weights_are_opposite(weight: int) -> None:
    turned = in_words(-weight)
    if "likelier" in turned:
        assert in_words(weight).split()[0] == turned.split()[0]
        assert ("the same" in in_words(weight)) == (weight > 0)


def test_bits_carry_their_sign_and_a_dash_stands_for_no_weight() -> None:
    assert (bits(1325), bits(-50), bits(None)) == ("+13.25", "-0.50", "–")


def test_pairs_that_share_a_key_are_weighed_and_explained_as_the_model_does() -> None:
    records = {
        "a": person("a", name="Anna Berg", phone="+49 170 1234567"),
        "b": person("b", name="Anna Berg", phone="+49 170 1234567"),
    }
    evidence = Evidence(records, MODEL)
    left, right = evidence.prepared("a"), evidence.prepared("b")
    assert evidence.weigh_candidates("a", "b") == weigh(left, right, MODEL) is not None
    assert evidence.explain("a", "b") == explain(left, right, MODEL)


def test_pairs_without_a_shared_key_are_never_compared_but_can_be_explained() -> None:
    evidence = Evidence({"a": person("a", name="Anna Berg"), "b": person("b", name="Zoltan Kiss")}, MODEL)
    assert evidence.weigh_candidates("a", "b") is None
    assert evidence.explain("a", "b") is not None


def test_unknown_records_have_no_weight_and_no_evidence() -> None:
    evidence = Evidence({"a": person("a", name="Anna Berg")}, MODEL)
    assert evidence.explain("a", "zz") is None
    assert evidence.weigh_candidates("zz", "a") is None
