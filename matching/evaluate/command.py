"""The command ``evaluate``: how well clusters agree with a truth, from files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from matching import default_model
from matching.evaluate.charts import MissingExtraError, require_charts
from matching.evaluate.files import InputError
from matching.evaluate.report import page
from matching.evaluate.run import Files, Wishes, evaluate_files
from matching.evaluate.sections import Section, Table

WIDTH = 120
USAGE, BAD_INPUT = 2, 4

HELP = """How well clusters agree with a truth: figures, thresholds, and the worst errors with their evidence.

An example: of three records, r1 and r2 are one customer, but all three were put into one cluster.

\b
  clusters.csv:  record_id,cluster_id    truth.csv:  record_id,cluster
                 r1,c1                               r1,anna
                 r2,c1                               r2,anna
                 r3,c1                               r3,bert

\b
  python -m matching evaluate --clusters clusters.csv --truth truth.csv

Of the pairs r1-r2, r1-r3 and r2-r3 one is right: pair precision 0.3333, recall 1.

Add --records people.csv (columns named like attributes: name, birth_date, phone ...) to see why r3 was joined,
--pairs pairs.csv (left, right, weight in bits) for the best threshold, --html report.html for one page with charts.

Files are CSV, Parquet or JSON lines, by the ending of their name. Records without a truth are passed over.
Exit codes: 0 done, 2 usage or a missing extra, 4 bad input.
"""


def register(app: typer.Typer) -> None:
    """Add the command ``evaluate`` to *app*."""
    app.command("evaluate", help=HELP)(evaluate)


def evaluate(
    *,
    clusters: Annotated[Path, typer.Option(help="What was found: columns record_id, cluster_id.")],
    truth: Annotated[Path, typer.Option(help="What is true: the record id and the true cluster.")],
    id_column: Annotated[
        str, typer.Option("--id", metavar="COLUMN", help="The column with the record id, in all files.")
    ] = "record_id",
    truth_column: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column of the truth with the true cluster.")
    ] = "cluster",
    pairs: Annotated[
        Path | None, typer.Option(help="Weighed pairs: left, right, weight in bits. Gives the thresholds.")
    ] = None,
    records: Annotated[
        Path | None, typer.Option(help="The records, columns named like attributes. Gives the evidence.")
    ] = None,
    source_column: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="The column of records or truth with a record's source; without it, source if it is there.",
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write all as one HTML page, charts inside.")] = None,
    charts: Annotated[Path | None, typer.Option(help="Write the charts as PNG into this folder.")] = None,
    errors: Annotated[int, typer.Option(min=0, help="How many errors of each sort to show.")] = 10,
    cluster_steps: Annotated[
        int,
        typer.Option(min=0, help="Cluster anew at so many thresholds; needs --pairs and --records."),
    ] = 0,
) -> None:
    """Read the files, tell the figures, write what was asked for; the help that users see is HELP."""
    if cluster_steps and (pairs is None or records is None):
        raise typer.BadParameter("--cluster-steps needs --pairs and --records to cluster anew")
    files = Files(
        clusters=clusters,
        truth=truth,
        pairs=pairs,
        records=records,
        id_column=id_column,
        truth_column=truth_column,
        source_column=source_column,
    )
    wishes = Wishes(errors=errors, cluster_steps=cluster_steps, pictures=bool(html or charts))
    try:
        if wishes.pictures:
            require_charts()
        sections = evaluate_files(files, wishes, default_model())
    except InputError as error:
        raise _failed(error, BAD_INPUT) from None
    except MissingExtraError as error:
        raise _failed(error, USAGE) from None
    _print(sections)
    if html is not None:
        html.write_text(page(f"Evaluation of {clusters.name}", sections), encoding="utf-8")
    if charts is not None:
        _write_charts(charts, sections)


def _failed(error: Exception, code: int) -> typer.Exit:
    typer.echo(f"error: {error}", err=True)
    return typer.Exit(code)


def _write_charts(folder: Path, sections: Sequence[Section]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for section in sections:
        if section.picture is not None:
            (folder / f"{section.picture.name}.png").write_bytes(section.picture.png)


def _print(sections: Sequence[Section]) -> None:
    """What has words, on standard output; in a file or a pipe wide enough for the tables."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    for section in sections:
        if section.text or section.tables:
            console.print(Text(f"\n{section.title}", style="bold"))
            if section.text:
                console.print(Text(section.text))
            for table in section.tables:
                _print_table(console, table)


def _print_table(console: Console, table: Table) -> None:
    if table.caption:
        console.print(Text(f"\n{table.caption}"))
    if table.head:
        shown = RichTable(box=None, pad_edge=False, header_style="dim")
        for number, name in enumerate(table.head):
            right = number in table.numbers
            shown.add_column(Text(name), justify="right" if right else "left", overflow="fold", no_wrap=right)
        for row in table.rows:
            shown.add_row(*map(Text, row))
        console.print(shown)
