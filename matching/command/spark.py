"""`python -m matching dedupe --engine spark`: the same on a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from matching.command.options import console, shown_progress, tell_columns
from matching.model import Model
from matching.spark import SparkError
from matching.spark.session import session
from matching.table import write_table


def check_options(*, is_trained: bool, refused: Mapping[str, Path | None]) -> None:
    """Raise SparkError for what only one machine does."""
    given = [name for name, value in refused.items() if value is not None]
    if given:
        raise SparkError(
            f"{', '.join(given)}: --engine spark writes clusters only; leave this out, or use --engine local"
        )
    if not is_trained:
        raise SparkError(
            "--engine spark does not train; give --model FILE (learn one from a part of the table on one machine with"
            " --save-model FILE), or --no-training for the default model"
        )


def run_on_spark(
    source: str, output: Path, model: Model, kind: str, mapping: Mapping[str, Sequence[str]], master: str
) -> None:
    """Find the clusters of *source* on the cluster *master* and write them."""
    with session(master) as spark:
        from matching.spark.dedupe import dedupe_on_spark

        with shown_progress() as progress:
            found = dedupe_on_spark(spark, source, model, kind=kind, mapping=mapping, progress=progress)
    tell_columns(found.mapped)
    write_table(output, {"record_id": found.record_ids, "cluster_id": found.cluster_ids})
    clusters = pl.Series(found.cluster_ids).n_unique()
    console.print(f"{len(found.record_ids):,} records in {clusters:,} clusters: {output}")
