"""``hub customer``: what is known of one customer, with where every value comes from."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

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
        out().print(
            table(
                None, ["customer", "name", "kind", "records"], rows, numbers=["records"], whole=["customer"]
            )
        )


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


def print_golden(screen: Console, customer: GoldenCustomer, beginnings: tuple[str, ...] = ("",)) -> None:
    """The golden record for people; of its values those whose path has one of *beginnings*."""
    screen.print(f"[bold]{escape(customer.name or '(no name)')}[/bold]  {customer.kind}, {customer.status}")
    screen.print(
        f"[dim]{customer.customer_id}, version {customer.version}, since {when(customer.registered_at)}[/dim]"
    )
    shown = [fact for fact in customer.values if fact.path.startswith(beginnings)]
    rows = [(f.path, f.value, f.record_key or "a steward", f.rule) for f in shown]
    screen.print(table(None, ["value", "", "from", "by the rule"], rows, whole=["value", "from"]))
    if more := len(customer.values) - len(shown):
        screen.print(f"[dim]and {more} more values: hub customer show {customer.customer_id}[/dim]")
    screen.print(f"[dim]{len(customer.record_keys)} records: {escape(', '.join(customer.record_keys))}[/dim]")


def print_history(screen: Console, entries: tuple[Entry, ...]) -> None:
    """A timeline for people."""
    rows = [(e.at, e.name, e.record_key or e.customer_id, _gist(e), _who(e)) for e in entries]
    columns = ["when (UTC)", "what", "where", "", "by"]
    screen.print(table(None, columns, rows, whole=columns[:3]))


def print_ownership(screen: Console, spans: tuple[OwnershipRow, ...]) -> None:
    """Lanes through business time, for people."""
    if not spans:
        screen.print("nobody has ever owned it")
        return
    rows = [
        (s.lane, s.owner or "nobody", when(s.valid_from), when(s.valid_to, "open"), s.actor, s.reason)
        for s in spans
    ]
    columns = ["lane", "owner", "from (UTC)", "until", "by", "why"]
    screen.print(table(None, columns, rows, whole=columns[:5]))


def _who(entry: Entry) -> str:
    return entry.actor if entry.reason == "reported" else f"{entry.actor}: {entry.reason}"


def _gist(entry: Entry) -> str:
    """What a person wants to know of an activity at a glance: how much, or through which channel."""
    if amount := entry.data.get("amount"):
        return f"{amount} {entry.data.get('currency', '')}"
    return str(entry.data.get("channel", ""))
