"""Charts as PNG: the weights of a model, the curve of thresholds, the sizes of clusters. Needs the extra ``charts``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from matching import Model
from matching.evaluate.figures import Hits
from matching.evaluate.sweep import ClusterPoint, Point
from matching.features import KINDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#777777"
"""Colours that the colour-blind can tell apart. *Source*: Okabe and Ito, Color universal design, 2008."""


class MissingExtraError(ImportError):
    """A part of the package that this needs is not installed; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWeight:
    """The *weight* in centi-bits that a model gives to a *level* of agreement of a *feature*."""

    feature: str
    level: str
    weight: int


def require_charts() -> None:
    """Raises MissingExtraError, naming the remedy, where matplotlib is not installed."""
    try:
        import matplotlib as _  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise MissingExtraError(
            "charts need matplotlib, which is not installed: pip install 'customer-hub[charts]'"
        ) from error


def level_weights(model: Model, kind: str) -> list[LevelWeight]:
    """All weights of *model* for a *kind* of record, in the order of its features."""
    return [
        LevelWeight(feature=feature, level=level, weight=weight)
        for feature, table in zip(KINDS[kind]._fields, model.tables[kind], strict=True)
        for level, weight in table.items()
    ]


def weights_chart(weights: Sequence[LevelWeight], title: str) -> bytes:
    """A bar a level, grouped by feature: to the right what speaks for the same customer, to the left what speaks against."""
    figure, axes = _canvas(title, width=9, height=1.2 + 0.2 * max(len(weights), 4))
    places = range(len(weights))
    axes.barh(
        places,
        [entry.weight / 100 for entry in weights],
        color=[BLUE if entry.weight > 0 else ORANGE for entry in weights],
    )
    axes.set_yticks(places, [f"{entry.feature}: {entry.level}" for entry in weights], fontsize=7)
    for place in places[1:]:
        if weights[place].feature != weights[place - 1].feature:
            axes.axhline(place - 0.5, color=GREY, linewidth=0.5)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_ylim(len(weights) - 0.5, -0.5)
    axes.set_xlabel("weight in bits (one bit = twice as likely)")
    return _png(figure)


def curve_chart(
    points: Sequence[Point],
    *,
    link_threshold: int | None = None,
    clusters: Sequence[ClusterPoint] = (),
) -> bytes:
    """Precision, recall and F1 of the pairs by threshold; those of *clusters*, made at some thresholds, as dots."""
    figure, axes = _canvas("What each threshold gives")
    _lines(axes, [(point.threshold, point.pairs) for point in points], "pairs", drawstyle="steps-pre")
    _lines(
        axes,
        [(point.threshold, point.figures.pairs) for point in clusters],
        "clusters",
        linestyle=":",
        marker="o",
    )
    if link_threshold is not None:
        axes.axvline(link_threshold / 100, color=GREY, linestyle="--", label="link threshold of the model")
    axes.set_xlabel("threshold in bits")
    axes.set_ylim(-0.02, 1.02)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return _png(figure)


def sizes_chart(clusters: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> bytes:
    """How many clusters there are of each size, beside the true ones; sizes double from class to class, the scale of counts is a logarithm."""
    figure, axes = _canvas("Sizes of clusters")
    found, true = size_classes(clusters.values()), size_classes(truth.values())
    classes = range(max([*found, *true], default=0) + 1)
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(0.5, 2 * max([*found.values(), *true.values()], default=1))
    for counts, shift, colour, label in (
        (found, -0.2, BLUE, "found"),
        (true, 0.2, ORANGE, "true (records with a truth)"),
    ):
        bars = axes.bar(
            [c + shift for c in classes], [counts[c] for c in classes], 0.4, color=colour, label=label
        )
        axes.bar_label(bars, [f"{counts[c]:,}" if counts[c] else "" for c in classes], fontsize=7)
    axes.set_xticks(classes, [size_class_name(c) for c in classes])
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.minorticks_off()
    axes.set_xlabel("records in a cluster")
    axes.set_ylabel("clusters")
    axes.legend(fontsize=8)
    return _png(figure)


def size_classes(homes: Iterable[Hashable]) -> Counter[int]:
    """How many groups fall into each class of sizes: 0 for one record, 1 for two, 2 for 3–4, 3 for 5–8 and so on."""
    return Counter((size - 1).bit_length() for size in Counter(homes).values())


def size_class_name(number: int) -> str:
    """The sizes of a class, such as ``5–8``."""
    least, most = 2 ** (number - 1) + 1 if number else 1, 2**number
    return str(most) if least >= most else f"{least}–{most}"


def _lines(axes: Axes, points: Sequence[tuple[int, Hits]], what: str, **style: Any) -> None:
    if not points:
        return
    thresholds = [threshold / 100 for threshold, _ in points]
    for label, colour, values in (
        ("precision", BLUE, [hits.precision for _, hits in points]),
        ("recall", ORANGE, [hits.recall for _, hits in points]),
        ("F1", GREEN, [hits.f1 for _, hits in points]),
    ):
        axes.plot(thresholds, values, color=colour, label=f"{label} of {what}", markersize=4, **style)


def _canvas(title: str, width: float = 9, height: float = 4.5) -> tuple[Figure, Axes]:
    """A figure of its own, drawn by Agg: no window, no state shared with anyone's pyplot."""
    require_charts()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title)
    return figure, axes


def _png(figure: Figure) -> bytes:
    """The same figure gives the same bytes: no date, no version."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()
