"""`python -m matching train`: a model learnt from a table, for later tables or for a hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matching.command.options import (
    Kind,
    Mapping,
    ModelFile,
    Processes,
    check_kind,
    console,
    mapping_of,
    model_of,
    shown_progress,
)
from matching.dedupe import learn
from matching.model import dump_model
from matching.record import Assertion
from matching.table import TableError, read_frame, read_table

SAME = {
    "same": True,
    "1": True,
    "true": True,
    "yes": True,
    "different": False,
    "0": False,
    "false": False,
    "no": False,
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(run)


def run(
    source: Annotated[Path, typer.Option("--input", help="The table: .csv, .tsv, .parquet or .jsonl.")],
    output: Annotated[Path, typer.Option("--output", help="Where the model goes, a YAML file.")],
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels", help="A table left, right, same of pairs that people have judged (same: 1 or 0)."
        ),
    ] = None,
    version: Annotated[str, typer.Option("--version", help="What the model is called.")] = "trained-1",
    model: ModelFile = None,
    kind: Kind = "auto",
    mapping: Mapping = None,
    processes: Processes = None,
) -> None:
    """Learn the weights of a model from a table, with labelled pairs or without any.

    What `dedupe` learns by itself is the same; `train` keeps it as a file, and takes people's labels into account. Training
    begins from the default model, or from `--model`. The same table and labels always give the same model.

    Example:

        python -m matching train --input customers.csv --labels judged.csv --output model.yaml
    """
    table = read_table(source, kind=check_kind(kind), mapping=mapping_of(mapping))
    judged = read_labels(labels) if labels else []
    with shown_progress() as progress:
        learnt = learn(table, model_of(model), version, labels=judged, progress=progress, processes=processes)
    output.write_text(dump_model(learnt), encoding="utf-8")
    for name, about in learnt.trained.items():
        console.print(
            f"{name}: {about['records']:,} records, about {about['pairs that agree']:,} pairs that agree, {about['labels']:,} labels"
        )
    if not learnt.trained:
        console.print("too few pairs that agree to learn from: the model is the one that training began with")
    console.print(f"{version}: {output}")


def read_labels(path: Path) -> list[Assertion]:
    """The labelled pairs in a file."""
    frame = read_frame(path)
    if missing := [name for name in ("left", "right", "same") if name not in frame.columns]:
        raise TableError(f"{path}: no column {missing[0]}; a file of labels has left, right, same")
    found: list[Assertion] = []
    for number, (left, right, same) in enumerate(frame.select("left", "right", "same").iter_rows(), 1):
        word = str(same).strip().lower()
        if word not in SAME:
            raise TableError(f"{path}: row {number}: same is {same!r}; write 1 or 0, same or different")
        found.append(Assertion(left=str(left), right=str(right), same=SAME[word]))
    return found
