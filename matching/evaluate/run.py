"""Everything that an evaluation of some files has to say, section by section."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matching import Edge, Model, partition, weigh
from matching.evaluate.charts import curve_chart, level_weights, sizes_chart, weights_chart
from matching.evaluate.errors import Errors, find_errors, suspects, with_evidence
from matching.evaluate.evidence import Evidence
from matching.evaluate.figures import figures, figures_by_source
from matching.evaluate.files import (
    KINDS,
    InputError,
    columns_of,
    read_column,
    read_groups,
    read_pairs,
    read_records,
)
from matching.evaluate.sections import (
    Picture,
    Section,
    curve_section,
    error_sections,
    figures_section,
    source_section,
)
from matching.evaluate.sweep import ClusterPoint, Weighed, at, best, cluster_curve, spread, sweep

CLUSTERS_ID = "record_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Which files there are and what their columns are called. Without a *source_column*, ``source`` is one if it is there."""

    clusters: Path
    truth: Path
    pairs: Path | None = None
    records: Path | None = None
    id_column: str = CLUSTERS_ID
    truth_column: str = "cluster"
    source_column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """*errors* of each sort to show; *cluster_steps* thresholds at which to cluster anew; whether to draw *pictures*."""

    errors: int = 10
    cluster_steps: int = 0
    pictures: bool = False


def evaluate_files(files: Files, wishes: Wishes, model: Model) -> list[Section]:
    """The sections of the evaluation. Raises InputError when a file is not as it should be."""
    clusters, truth = _clusters(files), _truth(files)
    if truth.keys().isdisjoint(clusters):
        raise InputError(
            f"{files.truth}: none of its {len(truth)} records is in {files.clusters}: look whether both write ids alike, "
            f"{min(truth, default='(none)')} and {min(clusters, default='(none)')}, or name the column with --id"
        )
    pairs = None if files.pairs is None else list(read_pairs(files.pairs))
    sources = _sources(files)
    sections = [figures_section(figures(clusters, truth))]
    if sources is not None:
        sections.append(source_section(figures_by_source(clusters, truth, sources)))
    if pairs:
        sections.append(_thresholds(files, wishes, model, pairs, truth))
    if wishes.pictures:
        picture = Picture(name="cluster-sizes", png=sizes_chart(clusters, truth))
        sections.append(Section(title="Sizes of clusters", picture=picture))
    sections += error_sections(_errors(files, wishes, model, clusters=clusters, truth=truth, pairs=pairs))
    return sections + (_weights(model) if wishes.pictures else [])


def _clusters(files: Files) -> dict[str, str]:
    """Tools write their own id column: the one asked for if it is there, else ours."""
    has_own = files.id_column in columns_of(files.clusters)
    return read_groups(
        files.clusters,
        id_column=files.id_column if has_own else CLUSTERS_ID,
        group_column="cluster_id",
        option=None,
    )


def _truth(files: Files) -> dict[str, str]:
    return read_groups(
        files.truth, id_column=files.id_column, group_column=files.truth_column, option="--truth-column"
    )


def _sources(files: Files) -> dict[str, str] | None:
    column = files.source_column or "source"
    looked_at = [path for path in (files.records, files.truth) if path is not None]
    for path in looked_at:
        if (found := read_column(path, id_column=files.id_column, column=column)) is not None:
            return found
    if files.source_column is not None:
        raise InputError(
            f"{' and '.join(map(str, looked_at))}: no column {column}: name the right one with --source-column"
        )
    return None


def _thresholds(
    files: Files, wishes: Wishes, model: Model, pairs: Sequence[Weighed], truth: Mapping[str, str]
) -> Section:
    points = sweep(pairs, truth)
    top = best(points)
    if top is None:
        return Section(title="Thresholds", text="No weighed pair has a truth for both of its records.")
    anew: list[ClusterPoint] = []
    if wishes.cluster_steps and files.records is not None:
        records = Evidence(read_records(files.records, id_column=files.id_column, wanted=None), model)
        anew = cluster_curve(spread(points, wishes.cluster_steps), _clusterer(records, pairs, model), truth)
    link = at(points, model.link_threshold)
    picture = None
    if wishes.pictures:
        chart = curve_chart(points, link_threshold=model.link_threshold, clusters=anew)
        picture = Picture(name="threshold-curve", png=chart)
    return curve_section(top, link, clusters=anew, picture=picture)


def _clusterer(
    evidence: Evidence, pairs: Sequence[Weighed], model: Model
) -> Callable[[int], Mapping[str, Hashable]]:
    """Partitions all records with the pairs at or above a threshold."""
    strong = {record: evidence.prepared(record).strong for record in evidence.records}
    known = {(left, right): weight for left, right, weight in pairs}

    def weight(left: str, right: str) -> int | None:
        pair = (left, right) if left < right else (right, left)
        if pair not in known:
            return weigh(evidence.prepared(left), evidence.prepared(right), model)
        return known[pair]

    def clusters_at(threshold: int) -> Mapping[str, Hashable]:
        edges = [Edge(left=a, right=b, weight=w) for a, b, w in pairs if w >= threshold]
        at_threshold = replace(model, link_threshold=threshold)
        clusters = partition(list(strong), edges, (), strong, weight, at_threshold)
        return {record: number for number, cluster in enumerate(clusters) for record in cluster}

    return clusters_at


def _errors(
    files: Files,
    wishes: Wishes,
    model: Model,
    *,
    clusters: Mapping[str, str],
    truth: Mapping[str, str],
    pairs: Sequence[Weighed] | None,
) -> Errors:
    """The worst errors, with evidence where there are records; without pairs some suspects are weighed here."""
    path = files.records
    if path is None:
        return find_errors(clusters, truth, pairs or (), limit=wishes.errors)
    if pairs is None:
        wanted = {record for pair in suspects(clusters, truth) for record in pair}
        evidence = Evidence(read_records(path, id_column=files.id_column, wanted=wanted), model)
        weighed = (
            (left, right, weight)
            for left, right in suspects(clusters, truth)
            if (weight := evidence.weigh_candidates(left, right)) is not None
        )
        return with_evidence(find_errors(clusters, truth, weighed, limit=wishes.errors), evidence.explain)
    errors = find_errors(clusters, truth, pairs, limit=wishes.errors)
    wanted = {
        record
        for error in (*errors.merged, *errors.split, *errors.unseen)
        for record in (error.left, error.right)
    }
    evidence = Evidence(read_records(path, id_column=files.id_column, wanted=wanted), model)
    return with_evidence(errors, evidence.explain)


def _weights(model: Model) -> list[Section]:
    return [
        Section(
            title=f"What the model weighs: {kind}",
            picture=Picture(
                name=f"match-weights-{kind}",
                png=weights_chart(
                    level_weights(model, kind), f"Match weights of the model {model.version}, {kind}"
                ),
            ),
        )
        for kind in KINDS
    ]
