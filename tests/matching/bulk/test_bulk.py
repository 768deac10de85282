"""The engine on columns gives what the plain one gives, pair for pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import Assertion, Model, Record, bulk, prepare, raw_edges, weigh
from matching.bulk.encode import encode, joined
from matching.bulk.levels import NEVER, pair_weights
from matching.bulk.pairs import candidate_pairs
from matching.columns import Mapped
from matching.dedupe import dedupe
from matching.features import KINDS
from matching.table import PARTS, Table
from tests.matching.bulk import plain
from tests.matching.samples import MODEL, records

STRICT = replace(MODEL, max_block=4, max_component=3, cohesion=-100)
tables = st.lists(records(), min_size=2, max_size=14).map(
    lambda drawn: [replace(record, key=f"r{n}") for n, record in enumerate(drawn)]
)
opinions = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), st.booleans()), max_size=4)
steady = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@steady
@given(tables, opinions, st.sampled_from((MODEL, STRICT)))
def test_clusters_and_edges_are_those_of_the_plain_engine(
    drawn: list[Record], said: list[tuple[int, int, bool]], chosen: Model
) -> None:
    assertions = [Assertion(left=f"r{a}", right=f"r{b}", same=same) for a, b, same in said if a != b]
    assert set(bulk(drawn, chosen, assertions)) == set(plain.bulk(drawn, chosen, assertions))
    prepared = [prepare(record, chosen) for record in drawn]
    assert raw_edges(prepared, chosen) == plain.raw_edges(prepared, chosen)


@steady
@given(tables, st.sampled_from((NEVER, -800, 0, 700)))
def test_the_weight_of_every_pair_is_that_of_a_single_one(drawn: list[Record], least: int) -> None:
    for kind in KINDS:
        mine = [prepare(record, MODEL) for record in drawn if record.kind == kind]
        if len(mine) < 2:
            continue
        left, right = np.triu_indices(len(mine), 1)
        found = pair_weights(
            encode(kind, [p.features for p in mine]),
            left.astype(np.int32),
            right.astype(np.int32),
            MODEL,
            least,
        )
        for (a, b), weight in zip(combinations(mine, 2), found.tolist(), strict=True):
            expected = weigh(a, b, MODEL)
            if expected is None:
                assert weight == NEVER
            elif expected >= least:
                assert weight == expected
            else:
                assert weight in {NEVER, expected}


@steady
@given(st.lists(records(kind="person"), min_size=1, max_size=12), st.integers(1, 11))
def test_slices_joined_are_all_encoded_at_once(drawn: list[Record], cut: int) -> None:
    features = [prepare(record, MODEL).features for record in drawn]
    parts = [encode("person", part) for part in (features[:cut], features[cut:]) if part]
    together = joined(parts)
    whole = encode("person", features)
    assert together.codes.tolist() == whole.codes.tolist()
    assert [list(v) for v in together.values] == [list(v) for v in whole.values]
    assert [together.features(n) for n in range(len(together))] == features


@given(
    st.lists(st.sets(st.integers(-3, 3), max_size=4), max_size=12),
    st.integers(1, 6),
)
def test_candidate_pairs_share_a_key_that_not_too_many_have(held: list[set[int]], largest: int) -> None:
    holders = np.repeat(np.arange(len(held), dtype=np.int32), [len(keys) for keys in held])
    keys = np.array([key for own in held for key in sorted(own)], np.int64)
    left, right = candidate_pairs(holders, keys, largest)
    expected = [
        (a, b)
        for a, b in combinations(range(len(held)), 2)
        if any(sum(key in own for own in held) <= largest for key in held[a] & held[b])
    ]
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == expected


def as_table(drawn: Sequence[Record]) -> Table:
    """*drawn* as a table with several values in one cell."""
    names = sorted({name for record in drawn for name in record.attributes}) or ["name"]
    return Table(
        keys=[record.key for record in drawn],
        kinds=[record.kind for record in drawn],
        texts={name: [[PARTS.join(r.attributes.get(name, ())) for r in drawn]] for name in names},
        mapped=Mapped(columns={}, unused=[]),
    )


def clusters_of(table: Table, processes: int = 1) -> set[frozenset[str]]:
    found: dict[tuple[int, int], set[str]] = {}
    outcome = dedupe(table, MODEL, is_trained=True, processes=processes)
    for number, resolved in enumerate(outcome.kinds):
        for name, label in zip(resolved.names, resolved.label.tolist(), strict=True):
            found.setdefault((number, label), set()).add(name)
    return set(map(frozenset, found.values()))


@steady
@given(tables, st.integers(0, 99))
def test_a_table_in_any_order_has_the_clusters_of_its_records(drawn: list[Record], seed: int) -> None:
    table = as_table(drawn)
    assert clusters_of(table) == set(bulk(list(table), MODEL))
    assert clusters_of(as_table(Random(seed).sample(drawn, len(drawn)))) == clusters_of(table)


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.dedupe.SLICE", 7)
    drawn = [
        Record(key=f"r{n}", kind="person", attributes={"name": (f"Anna Berg{n // 2}",), "phone": (f"1391234{n // 2:04}",)})
        for n in range(60)
    ]  # fmt: skip
    assert clusters_of(as_table(drawn), 2) == clusters_of(as_table(drawn)) == set(bulk(drawn, MODEL))


@pytest.mark.parametrize("size", [201, 250])
def test_more_identical_records_than_a_component_may_have_stay_together(size: int) -> None:
    values = {"name": ("Anna Berg",), "birth_date": ("1980-02-01",), "email": ("anna@berg.de",)}
    drawn = [Record(key=f"r{n}", kind="person", attributes=values) for n in range(size)]
    odd = Record(key="odd", kind="person", attributes=values | {"birth_date": ("1980-02-11",)})
    assert bulk(drawn, MODEL) == [frozenset(record.key for record in drawn)]
    small = replace(MODEL, max_component=20, max_block=100)
    few = [*drawn[:40], odd]
    assert frozenset(r.key for r in drawn[:40]) in bulk(few, small)
    assert set(bulk(few, small)) == set(plain.bulk(few, small))
