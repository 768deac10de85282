"""``hub customer``: what is known of one customer, with where every value comes from."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from connectors.cli import session
from connectors.cli.output import Json, out, table, when, write_json
from hub.kernel.errors import NotFoundError
from projections.golden_record import queries as golden
from projections.golden_record.queries import GoldenCustomer
from projections.history.queries import Entry, timeline
from projections.ownership.queries import OwnershipRow
from projections.ownership.queries import timeline as ownership_timeline

app = typer.Typer(help="One customer: golden record, history, ownership.", no_args_is_help=True)

Name = Annotated[
    str, typer.Argument(help="A customer's id (also a former one), or a record as system/object/id.")
]


@app.command()
def show(name: Name, json: Json = False) -> None:
    """The golden record: every value with the record that it comes from and the rule that chose it.

    [dim]hub customer show crm/account/17[/dim]
    """
    with session.opened() as hub, hub.log.connection() as connection:
        found = golden.by_id(connection, session.customer_id(connection, name))
    if found is None:
        raise NotFoundError(
            f"there is no customer {name}; if it is new, let the read models catch up: hub project --once"
        )
    write_json(found) if json else print_golden(out(), found)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Words of a name, address, number …")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    json: Json = False,
) -> None:
    """Customers that hold all the words. [dim]hub customer search "星桥 上海"[/dim]"""
    with session.opened() as hub, hub.log.connection() as connection:
        found = golden.search(connection, text, limit=limit)
    if json:
        write_json(found)
    else:
        rows = [(c.customer_id, c.name, c.kind, len(c.record_keys)) for c in found]
        out().print(table(None, ["customer", "name", "kind", "records"], rows, numbers=["records"]))


@app.command()
def history(
    name: Name,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the newest first.")] = 20,
    json: Json = False,
) -> None:
    """What happened around a customer: orders, visits, complaints, and every change of the record itself."""
    with session.opened() as hub, hub.log.connection() as connection:
        found = timeline(connection, session.customer_id(connection, name), limit=limit)
    write_json(found) if json else print_history(out(), found)


@app.command()
def ownership(name: Name, json: Json = False) -> None:
    """Who owned a customer when, as known now. For a past day as known on another: hub replay ownership."""
    with session.opened() as hub, hub.log.connection() as connection:
        found = ownership_timeline(connection, session.customer_id(connection, name))
    write_json(found) if json else print_ownership(out(), found)


def print_golden(screen: Console, customer: GoldenCustomer) -> None:
    """The golden record for people."""
    screen.print(f"[bold]{customer.name or '(no name)'}[/bold]  {customer.kind}, {customer.status}")
    screen.print(
        f"[dim]{customer.customer_id}, version {customer.version}, since {when(customer.registered_at)}[/dim]"
    )
    rows = [(f.path, f.value, f.record_key or "a steward", f.rule) for f in customer.values]
    screen.print(table(None, ["value", "", "from", "by the rule"], rows))
    screen.print(f"[dim]{len(customer.record_keys)} records: {', '.join(customer.record_keys)}[/dim]")


def print_history(screen: Console, entries: tuple[Entry, ...]) -> None:
    """A timeline for people."""
    rows = [(e.at, e.name, e.record_key or e.customer_id, e.actor, e.reason) for e in entries]
    screen.print(table(None, ["when (UTC)", "what", "where", "by", "why"], rows))


def print_ownership(screen: Console, spans: tuple[OwnershipRow, ...]) -> None:
    """Lanes through business time, for people."""
    if not spans:
        screen.print("nobody has ever owned it")
        return
    rows = [
        (s.lane, s.owner or "nobody", when(s.valid_from), when(s.valid_to, "open"), s.kind, s.actor, s.reason)
        for s in spans
    ]
    screen.print(table(None, ["lane", "owner", "from (UTC)", "until", "by", "who", "why"], rows))
