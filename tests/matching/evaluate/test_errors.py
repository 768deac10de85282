"""The worst errors, one a group, with the pair that shows it best."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching import Record, default_model
from matching.evaluate import Evidence, find_errors, suspects, with_evidence
from matching.evaluate.errors import RECORDS_OF_A_GROUP
from tests.matching.evaluate.drawn import Groups, clusterings

TRUTH = {"a": "anna", "b": "anna", "c": "bert", "d": "carl", "e": "carl", "f": "dora", "g": "dora"}
CLUSTERS = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3, "f": 4, "g": 5}


def test_a_wrong_cluster_is_shown_once_by_its_strongest_wrong_pair() -> None:
    pairs = [("a", "b", 3000), ("a", "c", 800), ("c", "b", 900)]
    (error,) = find_errors(CLUSTERS, TRUTH, pairs, limit=10).merged
    assert (error.left, error.right, error.weight) == ("b", "c", 900)
    assert (error.group, error.pairs) == ("1", 2)


def test_a_split_customer_is_shown_by_its_strongest_missed_pair_the_weakest_first() -> None:
    errors = find_errors(CLUSTERS, TRUTH, [("d", "e", 650), ("f", "g", -200)], limit=10)
    assert [(e.left, e.right, e.weight, e.group) for e in errors.split] == [
        ("f", "g", -200, "dora"),
        ("d", "e", 650, "carl"),
    ]
    assert errors.unseen == ()


def test_customers_of_whom_no_pair_was_weighed_stand_apart_from_those_that_weighed_too_little() -> None:
    errors = find_errors(CLUSTERS, TRUTH, [("d", "e", 650)], limit=10)
    assert [e.group for e in errors.split] == ["carl"]
    assert [(e.group, e.left, e.right, e.weight) for e in errors.unseen] == [("dora", "f", "g", None)]


def test_a_wrong_cluster_without_a_weighed_wrong_pair_comes_last() -> None:
    truth = {"a": 1, "b": 2, "c": 3, "d": 4}
    errors = find_errors({"a": 1, "b": 1, "c": 2, "d": 2}, truth, [("c", "d", -300)], limit=10)
    assert [(e.left, e.right, e.weight) for e in errors.merged] == [("c", "d", -300), ("a", "b", None)]


def test_no_more_than_the_limit_of_each_sort_is_shown() -> None:
    errors = find_errors(CLUSTERS, TRUTH, [("d", "e", 650), ("f", "g", -200)], limit=1)
    assert [e.group for e in errors.split] == ["dora"]
    assert find_errors(CLUSTERS, TRUTH, [], limit=0).merged == ()


def test_right_clusters_have_no_errors() -> None:
    errors = find_errors(TRUTH, TRUTH, [("a", "b", 3000), ("a", "c", 5000)], limit=10)
    assert (errors.merged, errors.split, errors.unseen) == ((), (), ())


@given(clusterings(), st.integers(0, 30))
def test_every_wrong_group_is_shown_once_and_its_example_is_wrong(
    drawn: tuple[Groups, Groups], seed: int
) -> None:
    clusters, truth = drawn
    records = sorted(clusters.keys() | truth.keys())
    pairs = [
        (a, b, (i * 7 + j * 13 + seed) % 9 - 4)
        for i, a in enumerate(records)
        for j, b in enumerate(records[:i])
        if (i + j + seed) % 3
    ]
    weights = {tuple(sorted((a, b))): weight for a, b, weight in pairs}
    errors = find_errors(clusters, truth, pairs, limit=100)
    merged = [e.group for e in errors.merged]
    split = [e.group for e in (*errors.split, *errors.unseen)]
    assert len(set(merged)) == len(merged)
    assert len(set(split)) == len(split)
    placed = [record for record in truth if record in clusters]
    assert set(merged) == {
        str(clusters[a])
        for a in placed
        for b in placed
        if clusters[a] == clusters[b] and truth[a] != truth[b]
    }
    for error in errors.merged:
        assert clusters[error.left] == clusters[error.right]
        assert truth[error.left] != truth[error.right]
    for error in (*errors.split, *errors.unseen):
        assert truth[error.left] == truth[error.right]
        assert clusters.get(error.left, "alone") != clusters.get(error.right, "alone too")
    for error in (*errors.merged, *errors.split, *errors.unseen):
        assert error.left < error.right
        assert weights.get((error.left, error.right)) == error.weight or error.weight is None


@given(clusterings())
def test_suspects_are_wrong_pairs_of_every_wrong_group(drawn: tuple[Groups, Groups]) -> None:
    clusters, truth = drawn
    looked_at = list(suspects(clusters, truth))
    for left, right in looked_at:
        together = clusters.get(left, left) == clusters.get(right, right)
        assert left < right
        assert together != (truth[left] == truth[right])
    errors = find_errors(clusters, truth, [(a, b, 0) for a, b in looked_at], limit=100)
    assert all(error.weight == 0 for error in errors.merged)
    assert errors.unseen == ()


def test_of_a_huge_wrong_cluster_only_a_few_records_are_suspects() -> None:
    truth = {str(n): n for n in range(5000)}
    looked_at = list(suspects(dict.fromkeys(truth, 0), truth))
    assert len(looked_at) == RECORDS_OF_A_GROUP * (RECORDS_OF_A_GROUP - 1) // 2


def test_evidence_is_that_of_the_model_and_missing_records_have_none() -> None:
    records = {
        key: Record(key=key, kind="person", attributes={"name": (name,)})
        for key, name in {"a": "Anna Berg", "c": "Bert Berg", "f": "Dora Thal"}.items()
    }
    errors = with_evidence(
        find_errors(CLUSTERS, TRUTH, [("a", "c", 800)], limit=10),
        Evidence(records, default_model()).explain,
    )
    (wrong,) = errors.merged
    assert wrong.evidence is not None
    assert [feature.feature for feature in wrong.evidence.features] == ["name"]
    assert {error.evidence for error in errors.unseen} == {None}
