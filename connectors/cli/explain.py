"""``hub explain``: why records are one customer, why they are not, how a customer came to be."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from connectors.cli import session
from connectors.cli.output import Json, out, table, write_json
from connectors.explanations.phrases import Language, say

app = typer.Typer(
    help="Why records are one customer, why they are not, how a customer came to be.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="A source record as system/object/id, or a customer's id.")]
Lang = Annotated[Language, typer.Option("--language", help="The language of the plain words.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most so many links or steps.")]


@app.command()
def why(
    left: Name,
    right: Annotated[str | None, typer.Argument(help="Another record of the customer, if any.")] = None,
    limit: Limit = 50,
    language: Lang = Language.EN,
    json: Json = False,
) -> None:
    """Why two records are one customer, or a record is in its customer, or all records of a customer are together.

    [dim]hub explain why crm/account/17 erp/customer/2009[/dim]

    Weights are in bits: +10 makes a match about a thousand times likelier, -10 as much less likely.
    """
    from connectors.explanations.wording import tell_why
    from hub.resolution.explaining import Explainer, subject

    named = [subject(name) for name in (left, right) if name is not None]
    with session.opened() as hub:
        found = Explainer(hub.resolver).why(*named, limit=limit)
    told = tell_why(found, language)
    if json:
        write_json(told | {"more": found.next_pair is not None})
        return
    screen = out()
    _sentences(screen, told["words"], "bold")
    _compare(screen, told["comparison"], language)
    if told["items"]:
        title = "title.chain" if found.asked == "pair" else "title.links"
        screen.print(_links(say(title, language), told["items"], language))
    if found.next_pair is not None:
        screen.print(f"[dim]{say('title.more-links', language)}[/dim]")
    _sentences(screen, told["model"]["words"], "dim")


@app.command("why-not")
def why_not(
    left: Name,
    right: Annotated[str, typer.Argument(help="Another source record, or customer.")],
    language: Lang = Language.EN,
    json: Json = False,
) -> None:
    """Why two records, or customers, are not one, and what would change it.

    [dim]hub explain why-not crm/account/17 crm/account/18[/dim]
    """
    from connectors.explanations.wording import tell_why_not
    from hub.resolution.explaining import Explainer, subject

    with session.opened() as hub:
        found = Explainer(hub.resolver).why_not(subject(left), subject(right))
    told = tell_why_not(found, language)
    if json:
        write_json(told)
        return
    screen = out()
    for reason in told["reasons"]:
        _sentences(screen, reason["words"], "bold")
    _compare(screen, told["comparison"], language)
    if told["closest"]:
        screen.print(f"[bold]{say('title.closest', language)}[/bold]")
        _compare(screen, told["closest"], language)
    _sentences(screen, told["model"]["words"], "dim")


@app.command()
def how(
    customer: Name,
    limit: Limit = 50,
    after: Annotated[int, typer.Option(min=0, help="Only steps behind this position.")] = 0,
    language: Lang = Language.EN,
    json: Json = False,
) -> None:
    """How a customer came to be: every step in the order of the log, by whom, and with the evidence of that time.

    [dim]hub explain how crm/account/17[/dim]
    """
    from connectors.explanations.wording import tell_how
    from hub.resolution.explaining import Explainer, subject

    with session.opened() as hub:
        found = Explainer(hub.resolver).how(subject(customer), limit=limit, after=after)
    told = tell_how(found, language)
    if json:
        write_json(told | {"next_position": found.next_position})
        return
    screen = out()
    rows = [
        (
            str(step["position"]),
            step["recorded_at"],
            step["valid_at"],
            "\n".join([step["words"], *step["because"]]),
            f"{step['actor']}: {step['reason']}",
        )
        for step in told["items"]
    ]
    columns = [say(f"column.{name}", language) for name in ("position", "known", "valid", "what", "by")]
    title = say("title.steps", language, customer=found.customer_id)
    screen.print(table(title, columns, rows, numbers=columns[:1], whole=columns[1:3]))
    if found.next_position is not None:
        screen.print(f"[dim]{say('title.more', language, after=found.next_position)}[/dim]")


def _sentences(screen: Console, words: list[str], style: str) -> None:
    for sentence in words:
        screen.print(f"[{style}]{escape(sentence)}[/{style}]")


def _compare(screen: Console, found: dict[str, Any] | None, language: Language) -> None:
    """Two records side by side."""
    if found is None:
        return
    rows = [
        (f["label"], f["left"], f["right"], f["agreement"], f"{f['weight'] / 100:+.1f}", f["words"])
        for f in found["features"]
    ]
    feature, agreement, bits, means = (
        say(f"column.{name}", language) for name in ("feature", "agreement", "bits", "meaning")
    )
    columns = [feature, found["left"], found["right"], agreement, bits, means]
    screen.print(table(None, columns, rows, numbers=[bits], whole=[feature]))


def _links(title: str, links: list[dict[str, Any]], language: Language) -> Any:
    rows = [(link["left"], link["right"], f"{link['weight'] / 100:+.1f}", link["words"]) for link in links]
    columns = [say(f"column.{name}", language) for name in ("left", "right", "bits", "by")]
    return table(title, columns, rows, numbers=[columns[2]])
