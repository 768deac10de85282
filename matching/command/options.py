"""Options that several commands share, and the progress that they show."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from matching import dedupe as engine
from matching.columns import CANONICAL, ColumnError, Mapped, usual_names
from matching.model import Model, ModelError, default_model, load_model

Kind = Annotated[
    str, typer.Option("--kind", help="What the rows are: person, organisation, or auto (row by row).")
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="CANONICAL=COLUMN",
        help="Take a column for a canonical one, for example --map birth_date=geboren. May be repeated, also for one"
        " canonical column with several values. Usual names (full_name, dob, zip, 公司名称 ...) need no mapping.",
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model", help="A model file, taken as it is. Without it the model learns from the table itself."
    ),
]
Untrained = Annotated[
    bool,
    typer.Option(
        "--no-training", help="Without --model: take the default model as it is instead of training it."
    ),
]
Processes = Annotated[
    int | None, typer.Option("--processes", min=1, help="Processes to use; all cores if left out.")
]
console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def list_columns(*, wanted: bool) -> None:
    """Print the canonical columns, each with its usual names, and end."""
    if wanted:
        for canonical in CANONICAL:
            typer.echo(f"{canonical}: {', '.join(usual_names(canonical))}".rstrip(": "))
        raise typer.Exit


Columns = Annotated[
    bool,
    typer.Option(
        "--columns",
        is_eager=True,
        callback=lambda wanted: list_columns(wanted=wanted),
        help="List the canonical columns with their usual names, and end.",
    ),
]


def mapping_of(texts: Sequence[str] | None) -> dict[str, list[str]]:
    """The mapping that repeated ``--map canonical=column`` options say."""
    found: dict[str, list[str]] = {}
    for text in texts or ():
        canonical, sign, column = text.partition("=")
        if not (sign and canonical and column):
            raise ColumnError(f"--map {text}: write CANONICAL=COLUMN; --columns lists the canonical ones")
        found.setdefault(canonical, []).append(column)
    return found


def check_kind(kind: str) -> str:
    """*kind* if it is one."""
    kind = "organisation" if kind == "organization" else kind
    if kind not in {"auto", "person", "organisation"}:
        raise typer.BadParameter(f"{kind!r} is none of person, organisation, auto", param_hint="--kind")
    return kind


def model_of(path: Path | None) -> Model:
    """The model in a file, or the default one."""
    if path is None:
        return default_model()
    try:
        return load_model(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise ModelError(f"{path}: cannot be read: {reason}; name a file that --save-model wrote") from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}; name a file that --save-model wrote") from error


def tell_columns(mapped: Mapped) -> None:
    """Say which columns are used and which are not."""
    used = ", ".join(
        canonical if [canonical] == list(names) else f"{canonical} = {' + '.join(names)}"
        for canonical, names in mapped.columns.items()
    )
    console.print(f"columns used: {used}")
    if mapped.unused:
        console.print(f"columns not used (--map takes them in): {', '.join(mapped.unused)}")


@contextmanager
def shown_progress() -> Iterator[engine.Progress]:
    """A progress bar a step on a terminal, and on anything else a line a step."""
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (
        TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=console) as bars:
        tasks = {}

        def shown(step: str, done: int, total: int) -> None:
            if step not in tasks or done == 0:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield shown


class _Lines:
    """Progress for logs: each step once, when it is done."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, step: str, done: int, total: int) -> None:
        if done == 0:
            self._began = time.monotonic()
        elif done == total:
            console.print(f"{step:>10} {total:>12,} in {time.monotonic() - self._began:.1f} s")
