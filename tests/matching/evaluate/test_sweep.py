"""The curve of thresholds agrees with linking at each threshold and counting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.evaluate import Hits, Point, at, best, cluster_curve, curve, figures, spread, sweep

TRUTH = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}
PAIRS = [("a", "b", 900), ("a", "d", 500), ("b", "c", 500), ("d", "e", -100), ("a", "x", 2000)]


def test_every_weight_that_occurs_is_a_threshold_with_what_it_gives() -> None:
    points = sweep(PAIRS, TRUTH)
    assert [(p.threshold, p.pairs.found, p.pairs.right, p.pairs.true) for p in points] == [
        (-100, 4, 3, 4),
        (500, 3, 2, 4),
        (900, 1, 1, 4),
    ]


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), max_size=20), st.integers(0, 5))
def test_the_curve_agrees_with_counting_at_each_threshold(
    judged: list[tuple[int, bool]], missed: int
) -> None:
    true = sum(same for _, same in judged) + missed
    points = curve(judged, true_pairs=true)
    assert [p.threshold for p in points] == sorted({weight for weight, _ in judged})
    for point in points:
        linked = [same for weight, same in judged if weight >= point.threshold]
        assert point.pairs == Hits(found=len(linked), true=true, right=sum(linked))


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1, max_size=20), st.integers(-7, 7))
def test_a_threshold_between_two_weights_gives_what_linking_at_it_gives(
    judged: list[tuple[int, bool]], threshold: int
) -> None:
    true = sum(same for _, same in judged)
    linked = [same for weight, same in judged if weight >= threshold]
    found = at(curve(judged, true_pairs=true), threshold)
    assert found == Point(threshold=threshold, pairs=Hits(found=len(linked), true=true, right=sum(linked)))


def test_the_best_threshold_has_the_highest_f1_and_of_several_is_the_strictest() -> None:
    top = best(sweep(PAIRS, TRUTH))
    assert top is not None
    assert (top.threshold, top.pairs.f1) == (-100, 0.75)
    useless = best(curve([(100, False), (300, False)], true_pairs=2))
    assert useless is not None
    assert useless.threshold == 300
    assert best([]) is None


@given(st.integers(0, 30), st.integers(0, 12))
def test_thresholds_are_spread_over_all_points_with_both_ends(points: int, count: int) -> None:
    curve_points = curve([(weight, True) for weight in range(points)], true_pairs=points)
    chosen = spread(curve_points, count)
    assert len(chosen) == min(points, count)
    assert chosen == sorted(set(chosen))
    if min(points, count) > 1:
        assert (chosen[0], chosen[-1]) == (0, points - 1)


def test_the_cluster_curve_holds_the_figures_of_the_clusters_made_at_each_threshold() -> None:
    def clusters_at(threshold: int) -> dict[str, int]:
        return {
            record: home if threshold < 0 else number for number, (record, home) in enumerate(TRUTH.items())
        }

    low, high = cluster_curve((-100, 900), clusters_at, TRUTH)
    assert (low.threshold, high.threshold) == (-100, 900)
    assert low.figures == figures(TRUTH, TRUTH)
    assert high.figures.pairs == Hits(found=0, true=4, right=0)
