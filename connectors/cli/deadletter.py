"""``hub deadletter``: messages that could not be read: what is wrong, send them again, let a stopped input go on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connectors.cli import session
from connectors.cli.output import Json, err, out, table, write_json
from connectors.deadletters import store
from hub.kernel.errors import NotFoundError, RuleViolationError

app = typer.Typer(help="Messages that could not be read.", no_args_is_help=True)


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest first.")] = 50,
    before: Annotated[int | None, typer.Option(help="Those with a number below this one.")] = None,
    retried: Annotated[bool, typer.Option("--retried", help="Also those that were sent again.")] = False,
    json: Json = False,
) -> None:
    """What could not be read, and what to change. [dim]hub deadletter list --limit 10[/dim]"""
    with session.opened() as hub, hub.log.connection() as connection:
        found = store.letters(connection, before=before, limit=limit, retried=retried)
        stopped = store.paused(connection)
        numbers = store.counts(connection)
    if json:
        letters = [_summary(letter) for letter in found]
        write_json({"letters": letters, "counts": numbers, "stopped_inputs": stopped})
        return
    rows = [(x.id, x.dead_at, x.source, x.field, x.reason, x.remedy) for x in found]
    out().print(
        table(
            None,
            ["no.", "since (UTC)", "from", "field", "what is wrong", "what to change"],
            rows,
            numbers=["no."],
        )
    )
    err().print(f"{sum(numbers.values()):,} in all")
    for name, reason in stopped.items():
        err().print(f"stopped: {name} ({reason}); mend the cause, then: hub deadletter resume {name}")


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="Its number in the list.")],
    save: Annotated[
        Path | None, typer.Option("--save", help="Write the message, byte for byte, to a file.")
    ] = None,
    json: Json = False,
) -> None:
    """One message: where it stood, what is wrong, and its content.

    The content may hold personal values: [dim]--save[/dim] keeps it off the screen.
    """
    with session.opened() as hub, hub.log.connection() as connection:
        letter = store.letter(connection, number)
    if save is not None:
        save.write_bytes(letter.value or b"")
    content = "" if save is not None else (letter.value or b"").decode("utf-8", "replace")
    if json:
        write_json({**_summary(letter), "content": content})
        return
    screen = out()
    for name, value in _summary(letter).items():
        screen.print(f"{name:12}{value if value is not None else '–'}", markup=False)
    screen.print(content, markup=False)


@app.command()
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="Their numbers in the list.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that were not sent again yet.")] = False,
    json: Json = False,
) -> None:
    """Send messages again, byte for byte, once the cause is mended.

    [dim]hub deadletter retry 17 18[/dim]   [dim]hub deadletter retry --all[/dim]
    """
    if bool(numbers) == every:
        raise RuleViolationError("name the numbers of the messages, or --all")
    with session.opened() as hub, hub.log.connection() as connection, hub.publisher() as publisher:
        ids = numbers or [x.id for x in store.letters(connection, limit=1_000_000)]
        sent = store.retry(connection, publisher, ids)
    write_json({"sent": sent}) if json else err().print(f"{sent:,} messages sent again")


@app.command()
def resume(
    name: Annotated[
        str, typer.Argument(metavar="INPUT", help="The stopped input, as hub deadletter list names it.")
    ],
    json: Json = False,
) -> None:
    """Let an input go on that was stopped because too much of it could not be read."""
    with session.opened() as hub, hub.log.connection() as connection:
        resumed = store.resume(connection, name)
        stopped = store.paused(connection)
    if not resumed:
        raise NotFoundError(
            f"{name} is not stopped" + (f"; stopped are: {', '.join(stopped)}" if stopped else "")
        )
    write_json({"resumed": name}) if json else err().print(f"{name} goes on")


def _summary(letter: store.DeadLetter) -> dict[str, object]:
    return {
        "id": letter.id,
        "input": letter.input,
        "offset": letter.offset,
        "topic": letter.stream,
        "code": letter.code,
        "source": letter.source,
        "field": letter.field,
        "reason": letter.reason,
        "remedy": letter.remedy,
        "dead_at": letter.dead_at,
        "retried_at": letter.retried_at,
    }
