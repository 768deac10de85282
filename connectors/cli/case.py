"""``hub case``: the doubtful matches that wait for a person, the answers to them, and which answers would teach most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from psycopg import Connection

from connectors.cli import session
from connectors.cli.output import Json, out, progress_bar, table, when, write_json
from hub.kernel.errors import NotFoundError
from hub.kernel.ids import RecordKey
from hub.kernel.time import utc_now
from hub.stewardship.events import CaseKind, Verdict
from projections.golden_record import queries as golden
from projections.steward_queue import queries as queue
from projections.steward_queue.queries import Asked, QueuedCase

if TYPE_CHECKING:
    from hub.resolution.desk import Outcome

app = typer.Typer(help="Doubtful matches: list, look, decide.", no_args_is_help=True)

LATER = timedelta(days=7)
Case = Annotated[UUID, typer.Argument(help="The id of the case, as the list shows it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the decision.")]
Unit = Annotated[str | None, typer.Option(help="Only of customers that this business unit knows.")]


class Answer(StrEnum):
    """What a person can answer a case."""

    SAME = "same"
    DIFFERENT = "different"
    LATER = "later"
    REFUSE = "refuse"


@app.command("list")
def list_(
    *,
    kind: Annotated[CaseKind | None, typer.Option(help="Only cases of this kind.")] = None,
    unit: Unit = None,
    customer: Annotated[
        str | None, typer.Option(help="Only of this customer: its id or a record key.")
    ] = None,
    by_customer: Annotated[
        bool, typer.Option("--by-customer", help="One line a customer: how many, how strong, since when.")
    ] = False,
    postponed: Annotated[
        bool, typer.Option("--postponed", help="Also those that are to be asked later.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the strongest first.")] = 20,
    json: Json = False,
) -> None:
    """Open cases: alarms first, then the strongest; and how many there are, since when.

    [dim]hub case list --kind alarm[/dim]
    """
    now = utc_now()
    with session.opened() as hub, hub.log.connection() as connection:
        asked = Asked(
            kind=kind.value if kind else None,
            unit=unit,
            customer=session.customer_id(connection, customer) if customer else None,
            postponed=postponed,
        )
        counts = queue.counts(connection, now, asked)
        groups = queue.groups(connection, now, limit=limit, asked=asked) if by_customer else ()
        found = () if by_customer else queue.page(connection, now, limit=limit, asked=asked)
        ids = {c for case in found for c in (case.left_id, case.right_id)} | {g.customer_id for g in groups}
        names = _names(connection, ids)
    if json:
        write_json(
            {"counts": counts, "customers": groups} if by_customer else {"counts": counts, "cases": found}
        )
        return
    if by_customer:
        rows = [(g.customer_id, names.get(g.customer_id), g.cases, _bits(g.weight), g.oldest) for g in groups]
        columns = ["customer", "name", "cases", "bits", "since (UTC)"]
        out().print(table(None, columns, rows, numbers=["cases", "bits"], whole=["customer", "since (UTC)"]))
    else:
        _print_cases(found, names)
    told = [f"{c.cases:,} {c.kind} since {when(c.oldest)}" for c in counts]
    out().print(f"[dim]open: {', '.join(told) or 'none'}[/dim]")


@app.command()
def show(case: Case, json: Json = False) -> None:
    """One case: its customers, and what the most alike of their records say, feature by feature."""
    with session.opened() as hub:
        with hub.log.connection() as connection:
            found = queue.by_id(connection, case)
            if found is None:
                raise NotFoundError(
                    f"there is no case {case}; if it is new, let the read models catch up: hub project --once"
                )
            names = _names(connection, [found.left_id, found.right_id])
        strongest = found.finding["reasons"][0]
        keys = RecordKey.parse(strongest["left"]), RecordKey.parse(strongest["right"])
        try:
            explanation = hub.steward.explain(*keys)
        except NotFoundError:
            explanation = None
    if json:
        write_json({"case": found, "explanation": explanation})
        return
    screen = out()
    state = found.status if found.outcome is None else f"{found.status}: {found.outcome}"
    screen.print(
        f"[bold]{found.kind}[/bold], {state}, {_bits(found.weight)} bits  [dim]{found.case_id}[/dim]"
    )
    for customer_id in (found.left_id, found.right_id):
        screen.print(f"customer {customer_id}  {names.get(customer_id) or ''}", markup=False)
    if record := found.finding["record"]:
        screen.print(f"{record} is close to both, which were judged different by", markup=False)
        screen.print(", ".join(found.finding["assertions"]), markup=False)
    if found.proposer:
        screen.print(
            f"{found.proposer} says same: {found.proposed_why}; another person has to agree", markup=False
        )
    if found.postponed_until:
        screen.print(f"to be asked again on {when(found.postponed_until)} UTC")
    pairs = [(r["left"], r["right"], _bits(r["weight"])) for r in found.finding["reasons"]]
    screen.print(table("Records that are alike", ["left", "right", "bits"], pairs, numbers=["bits"]))
    if explanation is not None:
        rows = [(f.feature, f.left, f.right, f.level, _bits(f.weight)) for f in explanation.features]
        columns = ["feature", str(keys[0]), str(keys[1]), "agreement", "bits"]
        screen.print(table("The most alike", columns, rows, numbers=["bits"]))


@app.command()
def decide(
    case: Case,
    answer: Annotated[
        Answer, typer.Argument(help="same, different, later (I cannot tell), refuse (a proposed merge)")
    ],
    reason: Reason,
    until: Annotated[
        str | None, typer.Option(help="With later: ask again from this day or instant on; else in a week.")
    ] = None,
    json: Json = False,
) -> None:
    """Answer a case. Same and different hold for good, whatever the model says later.

    [dim]hub case decide 5c1f… same --reason "same licence, seen on paper"[/dim]

    Where the customers hold more than HUB_FOUR_EYES allows, *same* is a proposal until another person says it too.
    """
    context = session.context(reason)
    later = session.moment(until, "--until") or context.now + LATER
    with session.opened() as hub:
        match answer:
            case Answer.SAME | Answer.DIFFERENT:
                outcome = hub.desk.decide(case, Verdict(answer.value), context)
            case Answer.LATER:
                outcome = hub.desk.postpone(case, later, context)
            case Answer.REFUSE:
                outcome = hub.desk.refuse(case, context)
    _tell(outcome, json)


@app.command()
def suggest(
    count: Annotated[int, typer.Option(min=1, max=1000, help="So many.")] = 10,
    unit: Unit = None,
    json: Json = False,
) -> None:
    """The open cases whose answers would teach the matching most: nearest its threshold, no two alike before all kinds were had."""
    with session.opened() as hub:
        threshold = hub.steward.model.link_threshold
        with hub.log.connection() as connection:
            found = queue.suggest(connection, utc_now(), threshold, count, Asked(unit=unit))
            names = _names(connection, {c for case in found for c in (case.left_id, case.right_id)})
    write_json(found) if json else _print_cases(found, names)


@app.command()
def ask(
    left: Annotated[str, typer.Argument(help="A customer: its id or a record key.")],
    right: Annotated[str, typer.Argument(help="Another customer.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Let people look at two customers that the matching has no doubt about.

    [dim]hub case ask crm/account/17 erp/customer/2009 --reason "both call from one number"[/dim]
    """
    with session.opened() as hub:
        with hub.log.connection() as connection:
            one, other = (session.customer_id(connection, name) for name in (left, right))
        _tell(hub.desk.ask(one, other, session.context(reason)), json)


@app.command()
def recheck(json: Json = False) -> None:
    """Look for doubts in all records anew, after a bulk load or with another model; the intake may go on meanwhile."""
    with session.opened() as hub, progress_bar() as bar:
        task = bar.add_task("records", total=None, rate="")
        context = session.context("looked at anew")
        events = hub.desk.recheck(context, lambda seen: bar.update(task, completed=seen))
    write_json({"events": events}) if json else out().print(f"{events:,} changes of cases")


def _print_cases(found: Sequence[QueuedCase], names: dict[UUID, str | None]) -> None:
    rows = [
        (
            case.case_id,
            case.kind,
            _bits(case.weight),
            names.get(case.left_id),
            names.get(case.right_id),
            case.opened_at,
        )
        for case in found
    ]
    columns = ["case", "kind", "bits", "one", "other", "since (UTC)"]
    out().print(table(None, columns, rows, numbers=["bits"], whole=["case", "kind", "since (UTC)"]))


def _names(connection: Connection[Any], ids: Iterable[UUID]) -> dict[UUID, str | None]:
    return {c: customer.name for c, customer in golden.by_ids(connection, list(ids)).items()}


def _bits(weight: int) -> str:
    return f"{weight / 100:+.1f}"


def _tell(outcome: Outcome, json: bool) -> None:
    if json:
        write_json(outcome)
        return
    screen = out()
    screen.print(f"case       {outcome.case_id}")
    screen.print(f"status     {outcome.status}")
    if outcome.status == "proposed":
        screen.print("           another person has to say same too: hub case decide")
    if outcome.customer_id:
        screen.print(f"customer   {outcome.customer_id}")
    if outcome.assertion_id:
        take_back = f"(to take it back: hub steward withdraw {outcome.assertion_id})"
        screen.print(f"assertion  {outcome.assertion_id}   [dim]{take_back}[/dim]")
    screen.print(f"position   {outcome.position}")
