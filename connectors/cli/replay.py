"""``hub replay``: answers from the log alone, step by step, held against the read model."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from connectors.cli import session
from connectors.cli.output import Json, out, table, write_json
from projections.ownership.queries import owners
from projections.ownership.replay import replay_owner
from projections.runner.checkpoints import position_of

app = typer.Typer(help="Replay the log: what was so, as known when, and why.", no_args_is_help=True)

DISAGREE = 1


@app.command()
def ownership(
    customer: Annotated[str, typer.Option("--customer", help="Its id, or the key of one of its records.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day or instant asked about; else now.")
    ] = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", help="As the hub knew it then; else as known now.")
    ] = None,
    json: Json = False,
) -> None:
    """Who owned a customer on a day, as known on another day, from the log alone; and whether the read model agrees.

    [dim]hub replay ownership --customer crm/account/17 --as-of 2026-03-01 --known-at 2026-04-01[/dim]

    Leaves with 1 when the read model says otherwise.
    """
    now = session.context("").now
    valid = session.moment(as_of, "--as-of") or now
    known = session.moment(known_at, "--known-at") or now
    with session.opened() as hub, hub.log.connection() as connection:
        customer_id = session.customer_id(connection, customer)
        found = replay_owner(hub.log, customer_id, valid, known)
        behind = hub.log.head() - position_of(connection, "ownership")
        shown = {row.lane: row.owner for row in owners(connection, customer_id, valid, known) if row.owner}
    agrees = shown == dict(found.owners)
    if json:
        by_lane = {str(lane): owner for lane, owner in found.owners.items()}
        read_model = {str(lane): owner for lane, owner in shown.items()}
        write_json(
            {
                "customer_id": found.customer_id,
                "asked_id": found.asked_id,
                "as_of": valid,
                "known_at": known,
                "owners": by_lane,
                "read_model": read_model,
                "agrees": agrees,
                "events_behind": behind,
                "steps": found.steps,
            }
        )
    else:
        _tell(found, agrees, behind, shown)
    if not agrees:
        raise typer.Exit(DISAGREE)


def _tell(found: Any, agrees: bool, behind: int, shown: Any) -> None:
    screen = out()
    screen.print(
        f"[bold]Customer {found.asked_id}[/bold] at {found.as_of:%Y-%m-%d %H:%M}, as known at {found.known_at:%Y-%m-%d %H:%M} UTC"
    )
    if found.customer_id != found.asked_id:
        screen.print(f"which was part of {found.customer_id} by then")
    rows = [
        (s.recorded_at, s.fact, s.actor, s.reason, "" if s.counted else "not known yet") for s in found.steps
    ]
    if rows:
        screen.print(table("What the log says, in order", ["learned", "what", "by", "why", ""], rows))
    for lane, owner in found.owners.items():
        screen.print(f"{lane}: [bold]{owner}[/bold]")
    if not found.owners:
        screen.print("nobody owned it")
    if agrees:
        screen.print("[green]The read model says the same.[/green]")
    else:
        late = f" It is {behind:,} events behind: run hub project --once." if behind else ""
        screen.print(f"[red]The read model says otherwise:[/red] {dict(shown) or 'nobody'}.{late}")
