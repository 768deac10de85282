"""`python -m matching dedupe`: which rows of a table are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from matching.command.options import (
    Columns,
    Kind,
    Mapping,
    ModelFile,
    Processes,
    Untrained,
    check_kind,
    console,
    mapping_of,
    model_of,
    shown_progress,
    tell_columns,
)
from matching.command.pairs import write_pairs
from matching.command.spark import check_options, run_on_spark
from matching.dedupe import Outcome, dedupe
from matching.model import dump_model
from matching.table import Table, check_output, read_table, write_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dedupe")(run)


def run(
    source: Annotated[str, typer.Option("--input", help="The table: .csv, .tsv, .parquet or .jsonl.")],
    output: Annotated[
        Path, typer.Option("--output", help="Where record_id, cluster_id go; the same formats.")
    ],
    model: ModelFile = None,
    kind: Kind = "auto",
    mapping: Mapping = None,
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", help="Also write the pairs that were linked, with their evidence."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review", help="Also write the pairs that are worth a person's look, the likeliest first."
        ),
    ] = None,
    save_model: Annotated[
        Path | None,
        typer.Option("--save-model", help="Also write the model that was learnt, for --model later."),
    ] = None,
    untrained: Untrained = False,
    processes: Processes = None,
    columns: Columns = False,
    engine: Annotated[
        str,
        typer.Option(
            "--engine", help="local: all cores of this machine. spark: a cluster, with a given model."
        ),
    ] = "local",
    master: Annotated[
        str, typer.Option("--master", help="With --engine spark: where the cluster is, spark://HOST:PORT.")
    ] = "local[*]",
) -> None:
    """Find the rows of a table that are the same person or organisation.

    Every row needs a `record_id`; all other columns may be missing. Columns are known by their canonical names or usual
    ones; `--map` names others. Names and addresses may come whole or in parts, persons and organisations in one table.

    Example:

        python -m matching dedupe --input customers.csv --output clusters.csv --review review.csv

    The output has a row for every row of the input, in the same order: `record_id, cluster_id`. Rows with one
    `cluster_id` are the same; it is the record id of the first of them. The same table always gives the same clusters.
    """
    if engine not in {"local", "spark"}:
        raise typer.BadParameter(f"{engine!r} is none of local, spark", param_hint="--engine")
    is_trained = model is not None or untrained
    _check_outputs(Path(source), model, output, pairs, review, save_model)
    chosen = model_of(model)
    if engine == "spark":
        check_options(
            is_trained=is_trained, refused={"--pairs": pairs, "--review": review, "--save-model": save_model}
        )
        run_on_spark(source, output, chosen, check_kind(kind), mapping_of(mapping), master)
        return
    table = read_table(Path(source), kind=check_kind(kind), mapping=mapping_of(mapping))
    tell_columns(table.mapped)
    with shown_progress() as progress:
        outcome = dedupe(table, chosen, is_trained=is_trained, progress=progress, processes=processes)
    ids = cluster_ids(table, outcome)
    write_table(output, {"record_id": list(table.keys), "cluster_id": ids})
    if pairs is not None:
        write_pairs(pairs, outcome, inside=True)
    if review is not None:
        write_pairs(review, outcome, inside=False)
    if save_model is not None:
        save_model.write_text(dump_model(outcome.model), encoding="utf-8")
    _tell_outcome(table, outcome, len(set(ids)), output)


def _check_outputs(
    source: Path,
    model: Path | None,
    output: Path,
    pairs: Path | None,
    review: Path | None,
    saved: Path | None,
) -> None:
    """Refuse outputs that cannot be written, or over what is read or written already."""
    others = [source, *([model] if model else [])]
    for path in (output, pairs, review, saved):
        if path is not None:
            check_output(path, others, is_table=path is not saved)
            others.append(path)


def cluster_ids(table: Table, outcome: Outcome) -> list[str]:
    """For each row of *table* the record id of the first row of its cluster."""
    found = dict(zip(table.keys, table.keys, strict=True))
    for resolved in outcome.kinds:
        _, first = np.unique(resolved.label, return_index=True)
        for name, label in zip(resolved.names, resolved.label.tolist(), strict=True):
            found[name] = resolved.names[first[label]]
    return list(found.values())


def _tell_outcome(table: Table, outcome: Outcome, clusters: int, output: Path) -> None:
    for resolved in outcome.kinds:
        lesson = resolved.lesson
        if lesson is not None:
            console.print(
                f"{resolved.encoded.kind}: "
                + (
                    f"model learnt from about {lesson.true_pairs:,.0f} pairs that agree"
                    if lesson.is_enough
                    else "too few pairs that agree to learn from; the default weights stay"
                )
            )
    console.print(f"{len(table):,} records in {clusters:,} clusters: {output}")
