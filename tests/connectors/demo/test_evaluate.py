"""Comparing clusters with the truth, pair by pair."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.demo import pair_figures

TRUTH = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}


def test_the_truth_itself_is_perfect() -> None:
    figures = pair_figures([["a", "b", "c"], ["d", "e"], ["f"]], TRUTH)

    assert (figures.precision, figures.recall, figures.f1) == (1.0, 1.0, 1.0)
    assert figures.true_pairs == 4


def test_a_split_customer_costs_recall_and_a_false_join_costs_precision() -> None:
    figures = pair_figures([["a", "b"], ["c", "d", "e"]], TRUTH)

    assert (figures.found_pairs, figures.right_pairs, figures.true_pairs) == (4, 2, 4)
    assert figures.precision == pytest.approx(0.5)
    assert figures.recall == pytest.approx(0.5)
    assert figures.f1 == pytest.approx(0.5)


def test_strangers_are_passed_over_and_missing_records_stand_alone() -> None:
    figures = pair_figures([["a", "b", "x", "y"]], TRUTH)

    assert (figures.found_pairs, figures.right_pairs, figures.true_pairs) == (1, 1, 4)


def test_nothing_found_is_precise_and_useless() -> None:
    figures = pair_figures([], TRUTH)

    assert (figures.precision, figures.recall, figures.f1) == (1.0, 0.0, 0.0)
    assert pair_figures([], {}).f1 == 1.0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_counting_by_cluster_agrees_with_looking_at_every_pair(drawn: list[tuple[int, int]]) -> None:
    truth = {str(i): customer for i, (_, customer) in enumerate(drawn)}
    clusters = [[str(i) for i, (c, _) in enumerate(drawn) if c == cluster] for cluster in range(4)]
    found = {pair for cluster in clusters for pair in combinations(cluster, 2)}
    true = {(a, b) for a, b in combinations(truth, 2) if truth[a] == truth[b]}

    figures = pair_figures(clusters, truth)

    assert (figures.found_pairs, figures.true_pairs) == (len(found), len(true))
    assert figures.right_pairs == len(found & true)
