"""``hub key``: API keys; a key is shown once, when it is made."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from connectors.api import keys
from connectors.api.keys import Role
from connectors.cli import session
from connectors.cli.output import Json, err, out, table, write_json
from hub.kernel.errors import RuleViolationError
from hub.kernel.time import utc_now

app = typer.Typer(help="Keys to the API.", no_args_is_help=True)


@app.command()
def create(
    *,
    name: Annotated[str, typer.Option(help="Whose key it is; shown in the list and kept as the actor.")],
    role: Annotated[list[Role], typer.Option(help="What it may be used for; repeatable.")],
    unit: Annotated[
        list[str] | None, typer.Option(help="Only for these units and scopes; repeatable. Without: all.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="How long it is valid; without: until revoked.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a key and show it, this once.

    [dim]hub key create --name shanghai-crm --role publisher --unit SH-SALES-1[/dim]

    [dim]hub key create --name li.na --role steward --role reader --days 90[/dim]
    """
    if not name.strip():
        raise RuleViolationError("give the key a name, such as that of its holder")
    expires_at = utc_now() + timedelta(days=days) if days else None
    with session.opened() as hub, hub.log.connection() as connection:
        token = keys.create(connection, name, role, units=unit or [], expires_at=expires_at)
    if json:
        write_json({"key": token, "name": name, "roles": role, "units": unit or [], "expires_at": expires_at})
    else:
        out().print(token, markup=False, soft_wrap=True)
        err().print("[dim]keep it: only its fingerprint is stored[/dim]")


@app.command("list")
def list_(json: Json = False) -> None:
    """All keys, without their secrets."""
    with session.opened() as hub, hub.log.connection() as connection:
        found = keys.rows(connection)
    if json:
        write_json(found)
        return
    rows = [
        (
            k.id,
            k.name,
            ", ".join(k.roles),
            ", ".join(k.units) or "all",
            k.created_at,
            k.expires_at,
            k.revoked_at,
        )
        for k in found
    ]
    columns = ["id", "name", "roles", "units", "made (UTC)", "expires", "revoked"]
    out().print(table(None, columns, rows, whole=columns[4:]))


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="Its id in the list.")], json: Json = False
) -> None:
    """Let a key no longer work, from now on."""
    with session.opened() as hub, hub.log.connection() as connection:
        keys.revoke(connection, key_id)
    write_json({"revoked": key_id}) if json else err().print(f"{key_id} no longer works")
