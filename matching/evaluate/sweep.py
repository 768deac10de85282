"""What every threshold would have given: precision and recall of the pairs at or above it, and of the clusters made from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.evaluate.figures import Figures, Hits, figures, pairs_in

Weighed = tuple[str, str, int]
"""Two records and the weight of their pair in centi-bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What linking every pair of at least *threshold* (centi-bits) gives."""

    threshold: int
    pairs: Hits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPoint:
    """How well the clusters made at *threshold* (centi-bits) agree with the truth."""

    threshold: int
    figures: Figures


def sweep(pairs: Iterable[Weighed], truth: Mapping[str, Hashable]) -> list[Point]:
    """The curve of weighed *pairs* against the *truth* (record → true cluster).

    True pairs that nobody weighed count as missed at every threshold. Pairs of records without a truth are passed over.
    *Shape*: *pairs* holds each pair once.
    """
    judged = (
        (weight, truth[left] == truth[right])
        for left, right, weight in pairs
        if left in truth and right in truth
    )
    return curve(judged, true_pairs=pairs_in(Counter(truth.values()).values()))


def curve(judged: Iterable[tuple[int, bool]], *, true_pairs: int) -> list[Point]:
    """The curve of pairs of which each is a weight and whether it is true; *true_pairs* there are in all.

    *Shape*: one point for every weight that occurs, ascending.
    """
    counts = Counter(judged)
    found = right = 0
    points: list[Point] = []
    for threshold in sorted({weight for weight, _ in counts}, reverse=True):
        right += counts[threshold, True]
        found += counts[threshold, True] + counts[threshold, False]
        points.append(Point(threshold=threshold, pairs=Hits(found=found, true=true_pairs, right=right)))
    return points[::-1]


def best(points: Iterable[Point]) -> Point | None:
    """The point of the highest F1, of several the strictest; None without points."""
    return max(points, key=lambda point: (point.pairs.f1, point.threshold), default=None)


def at(points: Sequence[Point], threshold: int) -> Point:
    """The point of *threshold*, whether or not a pair has just that weight. *points* are not empty."""
    above = (point.pairs for point in points if point.threshold >= threshold)
    nothing = Hits(found=0, true=points[0].pairs.true, right=0)
    return Point(threshold=threshold, pairs=next(above, nothing))


def spread(points: Sequence[Point], count: int) -> list[int]:
    """At most *count* thresholds out of *points*, evenly over them, the first and the last among them."""
    if len(points) <= count or count < 2:
        return [point.threshold for point in points[: max(count, 0)]]
    return [points[number * (len(points) - 1) // (count - 1)].threshold for number in range(count)]


def cluster_curve(
    thresholds: Iterable[int],
    clusters_at: Callable[[int], Mapping[str, Hashable]],
    truth: Mapping[str, Hashable],
) -> list[ClusterPoint]:
    """The figures of the clusters that *clusters_at* makes at each of *thresholds*."""
    return [
        ClusterPoint(threshold=threshold, figures=figures(clusters_at(threshold), truth))
        for threshold in thresholds
    ]
