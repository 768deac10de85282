"""Figures counted through contingency tables agree with looking at every pair, cluster and record."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.evaluate import Hits, figures, figures_by_source
from tests.matching.evaluate.drawn import Groups, clusterings, groups_of


def pairs_of(groups: set[frozenset[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def hits(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> Hits:
    return Hits(found=len(found), true=len(true), right=len(found & true))


@given(clusterings())
def test_pair_figures_agree_with_looking_at_every_pair(drawn: tuple[Groups, Groups]) -> None:
    clusters, truth = drawn
    found, true = groups_of(clusters, truth), groups_of(truth, truth)
    assert figures(clusters, truth).pairs == hits(pairs_of(found), pairs_of(true))


@given(clusterings())
def test_cluster_figures_agree_with_comparing_sets_of_records(drawn: tuple[Groups, Groups]) -> None:
    clusters, truth = drawn
    found, true = groups_of(clusters, truth), groups_of(truth, truth)
    told = figures(clusters, truth)
    assert told.exact == Hits(found=len(found), true=len(true), right=len(found & true))
    assert (told.clusters, told.true_clusters) == (len(found), len(true))
    assert told.merged == sum(len({truth[record] for record in group}) > 1 for group in found)
    assert told.split == sum(sum(bool(group & other) for other in found) > 1 for group in true)


@given(clusterings())
def test_b_cubed_is_the_mean_over_the_records(drawn: tuple[Groups, Groups]) -> None:
    clusters, truth = drawn
    found, true = groups_of(clusters, truth), groups_of(truth, truth)
    told = figures(clusters, truth).bcubed
    mine = [next(group for group in found if record in group) for record in truth]
    theirs = [next(group for group in true if record in group) for record in truth]
    shares = [(len(a & b) / len(a), len(a & b) / len(b)) for a, b in zip(mine, theirs, strict=True)]
    count = len(truth)
    assert told.precision == pytest.approx(sum(share for share, _ in shares) / count if count else 1.0)
    assert told.recall == pytest.approx(sum(share for _, share in shares) / count if count else 1.0)
    assert told.f1 == pytest.approx(2 * told.precision * told.recall / (told.precision + told.recall))


@given(clusterings(), st.lists(st.sampled_from(("crm", "erp", None)), min_size=14, max_size=14))
def test_figures_by_source_agree_with_looking_at_every_pair(
    drawn: tuple[Groups, Groups], drawn_sources: list[str | None]
) -> None:
    clusters, truth = drawn
    sources = {f"r{n}": source for n, source in enumerate(drawn_sources) if source is not None}
    found, true = pairs_of(groups_of(clusters, truth)), pairs_of(groups_of(truth, truth))

    def between(pairs: set[tuple[str, str]], both: tuple[str, str]) -> set[tuple[str, str]]:
        return {p for p in pairs if tuple(sorted(sources.get(record, "") for record in p)) == both}

    told = figures_by_source(clusters, truth, sources)
    for both in combinations_with_replacement(("", "crm", "erp"), 2):
        expected = hits(between(found, both), between(true, both))
        assert told.get(both, Hits(found=0, true=0, right=0)) == expected


@given(clusterings())
def test_the_sources_share_out_all_pairs(drawn: tuple[Groups, Groups]) -> None:
    clusters, truth = drawn
    sources = {record: "odd" if int(record[1:]) % 2 else "even" for record in truth}
    by_source = figures_by_source(clusters, truth, sources)
    whole = figures(clusters, truth).pairs
    assert sum(entry.found for entry in by_source.values()) == whole.found
    assert sum(entry.true for entry in by_source.values()) == whole.true
    assert sum(entry.right for entry in by_source.values()) == whole.right


def test_the_truth_itself_is_perfect() -> None:
    truth = {"a": "anna", "b": "anna", "c": "bert"}
    told = figures(truth, truth)
    assert (told.pairs.f1, told.exact.f1, told.bcubed.f1) == (1.0, 1.0, 1.0)
    assert (told.merged, told.split) == (0, 0)


def test_names_of_clusters_carry_no_meaning() -> None:
    truth = {"a": "anna", "b": "anna", "c": "bert"}
    assert figures({"a": 7, "b": 7, "c": 8}, truth) == figures(truth, truth)


def test_records_without_a_truth_or_a_cluster_are_counted_and_harm_nobody() -> None:
    told = figures({"a": 1, "x": 1, "y": 1}, {"a": "anna", "b": "bert"})
    assert (told.records, told.unplaced, told.passed_over) == (2, 1, 2)
    assert told.pairs == Hits(found=0, true=0, right=0)
    assert told.exact.f1 == 1.0


def test_one_cluster_of_everything_has_recall_and_no_precision() -> None:
    told = figures(dict.fromkeys("abcd", 1), {"a": 1, "b": 1, "c": 2, "d": 3})
    assert told.pairs.recall == 1.0
    assert told.pairs.precision == pytest.approx(1 / 6)
    assert told.exact.right == 0
    assert (told.merged, told.split) == (1, 0)


def test_one_huge_cluster_needs_no_look_at_its_pairs() -> None:
    count = 200_000
    truth = {str(n): n // 2 for n in range(count)}
    told = figures(dict.fromkeys(truth, 0), truth)
    assert told.pairs == Hits(found=count * (count - 1) // 2, true=count // 2, right=count // 2)
    by_source = figures_by_source(dict.fromkeys(truth, 0), truth, dict.fromkeys(truth, "crm"))
    assert by_source == {("crm", "crm"): told.pairs}
