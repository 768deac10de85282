"""What the commands say: results on standard output (tables, or JSON for machines), progress and errors on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, TextIO

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

WIDTH = 120
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output, for machines.")]


def out() -> Console:
    """Where results go, for people; in a file or a pipe wide enough for any table of ours."""
    width = None if sys.stdout.isatty() else WIDTH
    return Console(highlight=False, width=width)


def err() -> Console:
    """Where progress and remarks go."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def write_json(value: Any) -> None:
    """One JSON document, indented, on standard output."""
    sys.stdout.write(orjson.dumps(value, _plainer, _JSON | orjson.OPT_INDENT_2).decode() + "\n")


def write_json_line(value: Any, file: TextIO | None = None) -> None:
    """One JSON document on one line, for streams of many; on standard output unless *file* is given."""
    (file or sys.stdout).write(orjson.dumps(value, _plainer, _JSON).decode() + "\n")


_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


def _plainer(value: Any) -> Any:
    """What JSON has no word for: dataclasses by field, those with a text form (record keys, lanes) by that."""
    if is_dataclass(value) and "__str__" not in type(value).__dict__:
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, (set, frozenset)) else str(value)


def table(
    title: str | None,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    numbers: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> Table:
    """A table for people; *numbers* are columns to align on the right, *whole* those whose cells are not to be folded."""
    made = Table(
        title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False
    )
    for column in columns:
        made.add_column(
            column,
            justify="right" if column in numbers else "left",
            overflow="fold",
            no_wrap=column in numbers or column in whole,
        )
    for row in rows:
        made.add_row(*(escape(_cell(value)) for value in row))
    return made


def when(moment: datetime | None, open_end: str = "–") -> str:
    """An instant for people, to the minute, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else open_end


def _cell(value: Any) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case datetime():
            return when(value)
        case _:
            return str(value)


def progress_bar(console: Console | None = None) -> Progress:
    """A bar with rate on standard error; silent where nobody watches (no terminal)."""
    console = console or err()
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", style="dim"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def rate(done: float, elapsed_s: float | None, what: str = "/s") -> str:
    """How many a second, for people."""
    return f"{done / elapsed_s:,.0f}{what}" if elapsed_s and elapsed_s > 0.2 else ""
