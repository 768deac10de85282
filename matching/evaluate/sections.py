"""What an evaluation says, as sections of text, tables and pictures; the terminal and the page show the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching import Weight
from matching.evaluate.errors import Error, Errors
from matching.evaluate.evidence import bits, in_words
from matching.evaluate.figures import Figures, Hits, Shares
from matching.evaluate.sweep import ClusterPoint, Point

HITS = ("precision", "recall", "F1", "found", "true", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """*numbers* are the columns to align on the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart: *png* under a *name* that serves as a file name."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What is said under one *title*."""

    title: str
    text: str = ""
    tables: tuple[Table, ...] = ()
    picture: Picture | None = None


def figures_section(figures: Figures) -> Section:
    """The figures as a whole."""
    return Section(
        title="Figures",
        text=(
            f"{figures.records:,} records with a truth, {figures.unplaced:,} of them in no cluster (they count as alone); "
            f"{figures.passed_over:,} records in clusters have no truth and are passed over. "
            f"{figures.clusters:,} clusters for {figures.true_clusters:,} true ones; wrongly merged (one cluster, several "
            f"customers): {figures.merged:,}; wrongly split (one customer, several clusters): {figures.split:,}."
        ),
        tables=(
            Table(
                head=("", *HITS),
                rows=(
                    ("pairs of records", *_hits(figures.pairs)),
                    ("whole clusters", *_hits(figures.exact)),
                    ("records (B-cubed)", *_ratios(figures.bcubed), "", "", ""),
                ),
                numbers=frozenset(range(1, 7)),
            ),
        ),
    )


def source_section(by_source: Mapping[tuple[str, str], Hits]) -> Section:
    """The figures of the pairs between sources."""
    return Section(
        title="Pairs by source",
        tables=(
            Table(
                head=("one record from", "the other from", *HITS),
                rows=tuple(
                    (one or "(no source)", other or "(no source)", *_hits(hits))
                    for (one, other), hits in by_source.items()
                ),
                numbers=frozenset(range(2, 8)),
            ),
        ),
    )


def curve_section(
    best: Point,
    link: Point,
    *,
    clusters: Sequence[ClusterPoint] = (),
    picture: Picture | None = None,
) -> Section:
    """The best threshold beside *link*, the model's; *clusters* are figures of clusters made at some thresholds."""
    tables = [
        Table(
            head=("threshold", "bits", *HITS),
            rows=tuple(
                (name, bits(point.threshold), *_hits(point.pairs))
                for name, point in (("best", best), ("the model's", link))
            ),
            numbers=frozenset(range(1, 8)),
            caption="Pairs linked one by one, before anything is clustered",
        )
    ]
    if clusters:
        tables.append(
            Table(
                head=("bits", *HITS),
                rows=tuple((bits(point.threshold), *_hits(point.figures.pairs)) for point in clusters),
                numbers=frozenset(range(7)),
                caption="Pairs of records in one cluster, clustered anew at each threshold",
            )
        )
    return Section(title="Thresholds", tables=tuple(tables), picture=picture)


def error_sections(errors: Errors) -> list[Section]:
    """A section a sort of error that occurs."""
    sorts = (
        ("Joined though different", "cluster", "holds several customers", errors.merged,
         "The strongest wrong pair of each cluster that holds several customers, the strongest first."),
        ("Apart though the same", "customer", "lies in several clusters", errors.split,
         "The strongest missed pair of each customer that lies in several clusters, the weakest first."),
        ("Never compared though the same", "customer", "lies in several clusters", errors.unseen,
         "Customers in several clusters between which no pair was weighed, the largest first."),
    )  # fmt: skip
    return [
        Section(
            title=title,
            text=text,
            tables=tuple(_error_table(error, f"{what} {error.group} {state}") for error in some),
        )
        for title, what, state, some, text in sorts
        if some
    ]


def evidence_table(evidence: Weight, caption: str, names: tuple[str, str] = ("left", "right")) -> Table:
    """What every feature says, the strongest first, between what the model starts from and the sum."""
    ordered = sorted(evidence.features, key=lambda feature: (-abs(feature.weight), feature.feature))
    prior = evidence.total - sum(feature.weight for feature in evidence.features)
    return Table(
        head=("feature", *names, "level", "bits", "in words"),
        rows=(
            ("(any two candidates)", "", "", "", bits(prior), in_words(prior)),
            *((f.feature, f.left, f.right, f.level, bits(f.weight), in_words(f.weight)) for f in ordered),
            ("(all together)", "", "", "", bits(evidence.total), in_words(evidence.total)),
        ),
        numbers=frozenset({4}),
        caption=caption,
    )


def _error_table(error: Error, about: str) -> Table:
    wrong = "1 wrong pair" if error.pairs == 1 else f"{error.pairs:,} wrong pairs"
    weight = "not among the weighed pairs" if error.weight is None else f"weighs {bits(error.weight)} bits"
    caption = f"{error.left} · {error.right}: {weight}; {about} ({wrong})"
    if error.evidence is None:
        return Table(head=(), rows=(), caption=caption)
    if error.evidence.conflict is not None:
        caption += f"; ruled out: {error.evidence.conflict}"
    return evidence_table(error.evidence, caption, (error.left, error.right))


def _hits(hits: Hits) -> tuple[str, ...]:
    return (*_ratios(hits), f"{hits.found:,}", f"{hits.true:,}", f"{hits.right:,}")


def _ratios(ratios: Hits | Shares) -> tuple[str, str, str]:
    return (f"{ratios.precision:.4f}", f"{ratios.recall:.4f}", f"{ratios.f1:.4f}")
