"""Labelled pairs of Chinese customers, written after what such records look like: how many does the model judge right?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

from matching import Prepared, Record, default_model, prepare, weigh

TABLES = sorted((Path(__file__).parents[1] / "golden" / "pairs").glob("chinese*.tsv"))
MODEL = default_model()
LEAST_F1 = 0.95


class Pair(NamedTuple):
    """Two records of a kind, whether they are the same, and what is hard about it."""

    left: Prepared
    right: Prepared
    is_same: bool
    note: str


def _pairs(table: Path) -> Iterator[Pair]:
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        kind, left, right, label, note = line.split("\t")
        yield Pair(_prepared("a", kind, left), _prepared("b", kind, right), label == "same", note)


def _prepared(key: str, kind: str, text: str) -> Prepared:
    values = {
        name: (value,) if isinstance(value, str) else tuple(value)
        for name, value in orjson.loads(text).items()
    }
    return prepare(Record(key=key, kind=kind, attributes=values), MODEL)


def _is_linked(pair: Pair) -> bool:
    weight = weigh(pair.left, pair.right, MODEL)
    is_candidate = not set(pair.left.keys).isdisjoint(pair.right.keys)
    return is_candidate and weight is not None and weight >= MODEL.link_threshold


def _judged(table: Path) -> tuple[float, list[str]]:
    """The F1 of the links, and the notes of the pairs that were judged wrongly."""
    pairs = list(_pairs(table))
    outcomes = Counter((_is_linked(pair), pair.is_same) for pair in pairs)
    right, said, true = (
        outcomes[True, True],
        outcomes[True, True] + outcomes[True, False],
        outcomes[True, True] + outcomes[False, True],
    )
    wrong = [f"{'missed' if p.is_same else 'linked'}: {p.note}" for p in pairs if _is_linked(p) != p.is_same]
    return 2 * right / (said + true), wrong


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_labelled_pairs_are_linked_as_they_should_be(table: Path) -> None:
    f1, wrong = _judged(table)
    assert f1 >= LEAST_F1, "\n".join(wrong)


def test_there_are_enough_pairs_and_about_as_many_the_same_as_not() -> None:
    labels = Counter(pair.is_same for table in TABLES for pair in _pairs(table))
    assert labels.total() >= 300
    assert 0.4 <= labels[True] / labels.total() <= 0.6


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_a_labelled_pair_weighs_the_same_in_either_order(table: Path) -> None:
    for pair in _pairs(table):
        assert weigh(pair.left, pair.right, MODEL) == weigh(pair.right, pair.left, MODEL), pair.note
