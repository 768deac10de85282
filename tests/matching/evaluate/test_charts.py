"""Charts are PNG files, the same for the same data, and name the extra that they need."""

from __future__ import annotations

import struct
import sys
from collections import Counter

import pytest

from matching import default_model
from matching.evaluate import cluster_curve, curve
from matching.evaluate.charts import (
    LevelWeight,
    MissingExtraError,
    curve_chart,
    level_weights,
    size_class_name,
    size_classes,
    sizes_chart,
    weights_chart,
)

POINTS = curve([(-100, False), (300, True), (900, True)], true_pairs=3)
TRUTH = {"a": 1, "b": 1, "c": 2}


def size(png: bytes) -> tuple[int, int]:
    """Width and height out of the head of a PNG file."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_weights_of_a_model_are_those_by_which_it_weighs() -> None:
    weights = level_weights(default_model(), "person")
    assert LevelWeight(feature="gender", level="different", weight=-250) in weights
    assert [w.feature for w in weights] == sorted(
        (w.feature for w in weights), key=list(dict.fromkeys(w.feature for w in weights)).index
    )
    assert len(weights) == sum(map(len, default_model().tables["person"]))


def test_more_levels_make_a_taller_chart() -> None:
    weights = level_weights(default_model(), "organisation")
    few, all_of_them = weights_chart(weights[:5], "few"), weights_chart(weights, "all")
    assert size(few)[1] < size(all_of_them)[1]


def test_the_same_data_give_the_same_bytes_and_others_give_others() -> None:
    assert curve_chart(POINTS, link_threshold=700) == curve_chart(POINTS, link_threshold=700)
    anew = cluster_curve([300], lambda threshold: TRUTH, TRUTH)
    charts = [
        curve_chart(POINTS, link_threshold=700),
        curve_chart(POINTS),
        curve_chart(POINTS, clusters=anew),
        curve_chart(POINTS[1:], link_threshold=700),
    ]
    assert len(set(charts)) == len(charts)
    assert all(size(chart) > (300, 200) for chart in charts)


def test_clusters_are_classed_by_sizes_that_double() -> None:
    sizes = {1: 3, 2: 2, 3: 1, 4: 1, 5: 1, 8: 1, 9: 1, 1000: 1}
    homes = [(n, k) for n, count in sizes.items() for k in range(count) for _ in range(n)]
    assert size_classes(homes) == Counter({0: 3, 1: 2, 2: 2, 3: 2, 4: 1, 10: 1})
    assert [size_class_name(c) for c in (0, 1, 2, 3, 10)] == ["1", "2", "3–4", "5–8", "513–1024"]


def test_the_sizes_of_no_clusters_at_all_can_be_drawn() -> None:
    assert size(sizes_chart({}, {})) == size(sizes_chart(TRUTH, TRUTH))
    assert sizes_chart({}, {}) != sizes_chart(TRUTH, TRUTH)


def test_without_matplotlib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'customer-hub\[charts\]'"):
        curve_chart(POINTS)
