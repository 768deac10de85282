"""The command ``hub``: all command groups together."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from connectors.cli import (
    case,
    crosswalk,
    customer,
    deadletter,
    explain,
    key,
    model,
    replay,
    running,
    steward,
)
from connectors.cli.demo import demo
from connectors.cli.failures import report
from connectors.cli.load import load
from connectors.cli.publish import publish

ABOUT = """Customer master data hub: one golden record for each customer, with every change kept and explained.

Start with [bold]hub demo[/bold]: it generates customers, publishes them and serves the result; nothing else is needed.

Without settings everything lives in an embedded PostgreSQL below the data folder. For your own database set
HUB_DATABASE_URL and HUB_MASTER_KEY; all settings are in docs/reference/cli.md.

Exit codes: 0 done, 1 refused or not found, 2 usage or settings, 3 unavailable, 4 bad input, 5 stored data broken.
"""

app = typer.Typer(
    name="hub",
    help=ABOUT,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # they would show local variables, and with them personal values
    context_settings={"help_option_names": ["-h", "--help"]},
)

RUN, WORK, STEWARD, OPERATE = "Run", "Publish and read", "Decide", "Operate"

app.command("demo", rich_help_panel=RUN)(demo)
app.command("serve", rich_help_panel=RUN)(running.serve)
app.command("intake", rich_help_panel=RUN)(running.intake)
app.command("project", rich_help_panel=RUN)(running.project)
app.command("api", rich_help_panel=RUN)(running.api)
app.command("publish", rich_help_panel=WORK)(publish)
app.command("load", rich_help_panel=WORK)(load)
app.add_typer(deadletter.app, name="deadletter", rich_help_panel=OPERATE)
app.add_typer(model.app, name="model", rich_help_panel=OPERATE)
app.add_typer(key.app, name="key", rich_help_panel=OPERATE)
app.command("migrate", rich_help_panel=OPERATE)(running.migrate)
app.add_typer(customer.app, name="customer", rich_help_panel=WORK)
app.add_typer(crosswalk.app, name="crosswalk", rich_help_panel=WORK)
app.add_typer(replay.app, name="replay", rich_help_panel=WORK)
app.add_typer(explain.app, name="explain", rich_help_panel=STEWARD)
app.add_typer(steward.app, name="steward", rich_help_panel=STEWARD)
app.add_typer(case.app, name="case", rich_help_panel=STEWARD)


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)
    ] = False,
) -> None:
    """Options of the command itself."""
    if version:
        from importlib.metadata import version as version_of

        typer.echo(version_of("customer-hub"))
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """What the console script ``hub`` runs: leaves by SystemExit with one of the exit codes.

    SIGTERM ends it as Ctrl-C does: what was opened is closed.
    """
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        app(arguments)
    except Exception as error:
        sys.exit(report(error))


if __name__ == "__main__":
    main()
