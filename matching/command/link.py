"""`python -m matching link`: which rows of one table are which rows of another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
)
from matching.command.pairs import evidence
from matching.dedupe import link
from matching.table import check_output, read_table, together, write_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("link")(run)


def run(
    left: Annotated[Path, typer.Option("--left", help="One table: .csv, .tsv, .parquet or .jsonl.")],
    right: Annotated[Path, typer.Option("--right", help="The other table.")],
    output: Annotated[Path, typer.Option("--output", help="Where left_id, right_id, weight, evidence go.")],
    model: ModelFile = None,
    kind: Kind = "auto",
    mapping: Mapping = None,
    many: Annotated[
        bool,
        typer.Option(
            "--many", help="A row may be linked to several rows; otherwise the heaviest pairs go first."
        ),
    ] = False,
    untrained: Untrained = False,
    processes: Processes = None,
    columns: Columns = False,
) -> None:
    """Find which rows of one table are the same person or organisation as rows of another.

    Only pairs across the two tables are considered. Each row is linked to one other at most, the heaviest pair first,
    unless `--many` allows more.

    Example:

        python -m matching link --left crm.csv --right erp.parquet --output links.csv
    """
    check_output(output, [left, right, *([model] if model else [])])
    wanted, chosen = mapping_of(mapping), model_of(model)
    one, other = (read_table(path, kind=check_kind(kind), mapping=wanted) for path in (left, right))
    with shown_progress() as progress:
        outcome = link(
            together(one, other),
            len(one),
            chosen,
            is_trained=model is not None or untrained,
            many=many,
            progress=progress,
            processes=processes,
        )
    rows = [
        (
            resolved.names[a].partition(":")[2],
            resolved.names[b].partition(":")[2],
            weight / 100,
            evidence(resolved, a, b, outcome.model),
        )
        for resolved in outcome.kinds
        for a, b, weight in zip(
            resolved.pairs.left.tolist(),
            resolved.pairs.right.tolist(),
            resolved.pairs.weight.tolist(),
            strict=True,
        )
    ]
    parts = list(zip(*rows, strict=True)) or [(), (), (), ()]
    names = ("left_id", "right_id", "weight", "evidence")
    write_table(output, dict(zip(names, map(list, parts), strict=True)))
    console.print(f"{len(rows):,} links between {len(one):,} and {len(other):,} records: {output}")
