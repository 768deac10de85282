"""``hub steward``: what people decide about which records are the same customer; every decision outlives later matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from connectors.cli import session
from connectors.cli.output import Json, out, write_json
from hub.kernel.ids import RecordKey
from hub.stewardship.events import Verdict

if TYPE_CHECKING:
    from hub.resolution.steward import Decision

app = typer.Typer(
    help="Merge, unmerge, and say that records are the same or different.", no_args_is_help=True
)

Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the decision.")]


@app.command()
def merge(
    customers: Annotated[list[str], typer.Argument(help="Two or more customers: ids or record keys.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Join customers for good: their records are the same, whatever the model says.

    [dim]hub steward merge crm/account/17 erp/customer/2009 --reason "same licence, seen on paper"[/dim]
    """
    with session.opened() as hub:
        with hub.log.connection() as connection:
            ids = [session.customer_id(connection, name) for name in customers]
        _tell(hub.steward.merge(ids, session.context(reason)), json)


@app.command()
def unmerge(
    customer: Annotated[str, typer.Argument(help="The customer: its id or a record key.")],
    records: Annotated[list[str], typer.Argument(help="The records that leave it, as system/object/id.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Take records out of a customer: they are somebody else, and matching will not join them again.

    [dim]hub steward unmerge crm/account/17 crm/account/18 --reason "brothers at one address"[/dim]
    """
    keys = [RecordKey.parse(text) for text in records]
    with session.opened() as hub:
        with hub.log.connection() as connection:
            customer_id = session.customer_id(connection, customer)
        _tell(hub.steward.unmerge(customer_id, keys, session.context(reason)), json)


@app.command("assert")
def assert_(
    verdict: Annotated[Verdict, typer.Argument(help="same or different")],
    left: Annotated[str, typer.Argument(help="A source record, as system/object/id.")],
    right: Annotated[str, typer.Argument(help="Another source record.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Say of two records that they are the same customer, or never will be.

    [dim]hub steward assert different crm/account/17 crm/account/18 --reason "father and son"[/dim]
    """
    pair = [RecordKey.parse(left)], [RecordKey.parse(right)]
    with session.opened() as hub:
        _tell(hub.steward.assert_verdict(verdict, *pair, session.context(reason)), json)


@app.command()
def withdraw(
    assertion: Annotated[UUID, typer.Argument(help="The id of the assertion, as the decision gave it.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Take a decision back: matching alone decides again."""
    with session.opened() as hub:
        _tell(hub.steward.withdraw(assertion, session.context(reason)), json)


def _tell(decision: Decision, json: bool) -> None:
    if json:
        write_json(decision)
        return
    out().print(f"customer   {decision.customer_id}")
    out().print(
        f"assertion  {decision.assertion_id}   [dim](to take it back: hub steward withdraw {decision.assertion_id})[/dim]"
    )
    out().print(f"position   {decision.position}")
