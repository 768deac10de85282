"""Training: from the table alone, repeatable, and careful."""

from __future__ import annotations

from random import Random

import pytest

from matching.columns import Mapped
from matching.dedupe import Outcome, dedupe
from matching.model import default_model, dump_model, load_model
from matching.table import Table

GIVEN = [
    f"{a}{b}"
    for a in ("An", "Bo", "Ce", "Do", "El", "Fi", "Gu")
    for b in ("na", "rik", "stor", "lmer", "vid", "sse", "tti")
]
FAMILY = [
    f"{a}{b}"
    for a in ("Berg", "Thal", "Stein", "Wald", "Bach", "Feld")
    for b in ("mann", "er", "hofer", "inger", "ow")
]

KIN = (
    "Anna Bruno Clara David Emma Felix Greta Hans Ines Jonas Karla Lukas Martha Niklas Olga Peter Rosa Stefan Theresa"
    " Ulrich Vera Walter Xenia York Zoe"
).split()


def persons(size: int, *, copies: bool) -> Table:
    """*size* different persons; with *copies* every second one twice, with a slip in the street."""
    dice = Random(7)
    rows: list[tuple[str, ...]] = []
    for number in range(size):
        row = (
            dice.choice(GIVEN), dice.choice(FAMILY),
            f"19{dice.randint(30, 99)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            f"{dice.randint(10000, 99999)}", f"{dice.choice(FAMILY)} street",
        )  # fmt: skip
        rows.append((f"r{number}", *row))
        if copies and number % 2:
            rows.append((f"r{number}b", *row[:4], row[4].replace("e", "o", 1)))
    return table_of(rows)


def table_of(rows: list[tuple[str, ...]]) -> Table:
    keys, *columns = map(list, zip(*rows, strict=True))
    names = ("given_name", "family_name", "birth_date", "postcode", "street")
    return Table(
        keys=keys,
        kinds=["person"] * len(keys),
        texts={name: [column] for name, column in zip(names, columns, strict=True)},
        mapped=Mapped(columns={}, unused=[]),
    )


def clusters(outcome: Outcome) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    (resolved,) = outcome.kinds
    for name, label in zip(resolved.names, resolved.label.tolist(), strict=True):
        found.setdefault(label, set()).add(name)
    return set(map(frozenset, found.values()))


def test_the_same_table_gives_the_same_model_with_any_number_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("matching.dedupe.SLICE", 200)
    table = persons(600, copies=True)
    one = dedupe(table, default_model(), is_trained=False, processes=1)
    two = dedupe(table, default_model(), is_trained=False, processes=2)
    assert one.model == two.model != default_model()
    assert clusters(one) == clusters(two)


def test_a_model_that_was_dumped_and_loaded_gives_the_clusters_of_its_training() -> None:
    table = persons(600, copies=True)
    learnt = dedupe(table, default_model(), is_trained=False, processes=1)
    again = dedupe(table, load_model(dump_model(learnt.model)), is_trained=True, processes=1)
    assert clusters(again) == clusters(learnt)
    assert sum(len(cluster) == 2 for cluster in clusters(learnt)) == 300


def test_a_table_without_duplicates_is_left_as_it_is() -> None:
    found = clusters(dedupe(persons(1500, copies=False), default_model(), is_trained=False, processes=1))
    assert all(len(cluster) == 1 for cluster in found)


def test_too_small_a_table_keeps_the_default_weights() -> None:
    outcome = dedupe(persons(20, copies=True), default_model(), is_trained=False, processes=1)
    assert outcome.model.tables == default_model().tables
    assert outcome.kinds[0].lesson is not None
    assert not outcome.kinds[0].lesson.is_enough


def test_households_are_not_merged() -> None:
    dice = Random(3)
    rows: list[tuple[str, ...]] = []
    for number in range(200):
        home = (f"{dice.randint(10000, 99999)}", f"{dice.choice(FAMILY)} street")
        family = dice.choice(FAMILY)
        for member, given in enumerate(dice.sample(KIN, 3)):
            birth = (
                f"19{30 + 25 * member + dice.randint(0, 9)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
            )
            rows.append((f"r{number}-{member}", given, family, birth, *home))
            if member == 0:
                rows.append((f"r{number}-{member}b", given, family, birth, *home))
    found = clusters(dedupe(table_of(rows), default_model(), is_trained=False, processes=1))
    assert all(len({key.rstrip("b") for key in cluster}) == 1 for cluster in found)
    assert sum(len(cluster) == 2 for cluster in found) == 200
