"""``hub crosswalk``: which customer each source record belongs to, for everyone who keeps the sources' ids."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from connectors.cli import session
from connectors.cli.output import err, write_json_line
from projections.crosswalk.queries import CrosswalkRow, export_links

app = typer.Typer(help="Source record → customer.", no_args_is_help=True)
FIELDS = ("system", "object", "local_id", "customer_id", "retired", "known_from")


class Format(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


@app.command()
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; else standard output.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="csv or jsonl.")] = Format.CSV,
    json: Annotated[bool, typer.Option("--json", help="The same as --format jsonl.")] = False,
) -> None:
    """Write every source record with its customer, as of one moment.

    [dim]hub crosswalk export --output crosswalk.csv[/dim]
    """
    with session.opened() as hub, _target(output) as file, hub.log.connection() as connection:
        rows = export_links(connection)
        number = _as_lines(rows, file) if json or form is Format.JSONL else _as_csv(rows, file)
    err().print(f"{number:,} records" + (f" → {output}" if output else ""))


def _as_csv(rows: Iterator[CrosswalkRow], file: TextIO) -> int:
    writer = csv.writer(file)
    writer.writerow(FIELDS)
    return sum(1 for row in rows if writer.writerow(_row(row).values()))


def _as_lines(rows: Iterator[CrosswalkRow], file: TextIO) -> int:
    written = 0
    for row in rows:
        write_json_line(_row(row), file)
        written += 1
    return written


def _row(row: CrosswalkRow) -> dict[str, Any]:
    system, kind, local_id = row.record_key.split("/", 2)
    values = (system, kind, local_id, str(row.customer_id), row.retired, row.known_from.isoformat())
    return dict(zip(FIELDS, values, strict=True))


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        yield file
