"""The command line of the matching: one module a command."""

from __future__ import annotations

import sys

import typer
from rich.console import Console
from rich.text import Text

from matching.columns import ColumnError
from matching.command import dedupe, link, train
from matching.evaluate import command as evaluate
from matching.model import ModelError
from matching.spark import SparkError
from matching.table import TableError

app = typer.Typer(
    name="matching",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Which records are the same person or organisation: tables in, clusters out. Needs no hub and no database.",
)
dedupe.register(app)
link.register(app)
train.register(app)
evaluate.register(app)


def main() -> None:
    """Run the command; a mistake in the input ends with its message and status 2, not with a traceback."""
    try:
        app()
    except (TableError, ColumnError, ModelError, SparkError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            Text.assemble(("matching:", "red"), f" {error}")
        )
        sys.exit(2)
