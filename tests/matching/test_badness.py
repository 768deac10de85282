"""Tables as nobody should send them: they take neither long nor much, and nothing foolish is merged."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import pytest

from matching.columns import Mapped
from matching.dedupe import dedupe
from matching.model import default_model
from matching.table import Table

ODD = (
    "😀😀 🎉",
    "مرحبا بالعالم",
    "\u202eabc",
    "a\x00b",
    "9" * 400,
    "\x07\x1b[31m",
    "\u200f",
    "A\u0301" * 50,
    "张" * 300,
)


def clusters(columns: Mapping[str, Sequence[str]], kind: str, *, is_trained: bool) -> int:
    """How many clusters a table has, found in less than twenty seconds of one core."""
    size = len(next(iter(columns.values())))
    table = Table(
        keys=[f"r{n}" for n in range(size)],
        kinds=[kind] * size,
        texts={name: [texts] for name, texts in columns.items()},
        mapped=Mapped(columns={}, unused=[]),
    )
    began = time.process_time()
    outcome = dedupe(table, default_model(), is_trained=is_trained, processes=1)
    assert time.process_time() - began < 20
    return sum(len(set(resolved.label.tolist())) for resolved in outcome.kinds)


@pytest.mark.parametrize("is_trained", [True, False])
@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("name", "John Smith", "person"),
        ("organisation_name", "Acme Tools Ltd", "organisation"),
        ("name", "", "person"),
        ("city", "London", "organisation"),
    ],
)
def test_fifty_thousand_rows_that_tell_nothing_are_merged_with_none(
    name: str, value: str, kind: str, is_trained: bool
) -> None:
    assert clusters({name: [value] * 50_000}, kind, is_trained=is_trained) == 50_000


@pytest.mark.parametrize("is_trained", [True, False])
def test_a_phone_of_ten_thousand_persons_merges_none(is_trained: bool) -> None:
    letters = "abcdefghij"
    rows = range(10_000)
    columns = {
        "name": [
            f"{letters[n % 10] * 2}{letters[n // 10 % 10] * 3}a {letters[n // 100 % 10] * 3}{letters[n // 1000] * 2}o"
            for n in rows
        ],
        "birth_date": [f"19{10 + n % 89}-0{1 + n % 9}-{10 + n % 19}" for n in rows],
        "phone": ["+44 20 7946 0958"] * len(rows),
    }
    assert clusters(columns, "person", is_trained=is_trained) == 10_000


@pytest.mark.parametrize("kind", ["person", "organisation"])
@pytest.mark.parametrize(
    "name", ["name", "organisation_name", "address", "phone", "email", "birth_date", "uscc", "postcode"]
)
def test_odd_and_long_values_are_borne(name: str, kind: str) -> None:
    values = [*ODD, *(f"{'x' * 2500}{n} {'y' * 2500}" for n in range(30))]
    assert 0 < clusters({name: values}, kind, is_trained=True) <= len(values)
