"""``hub explain``: why two source records are, or are not, the same customer."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors.cli import session
from connectors.cli.output import Json, out, table, write_json
from hub.kernel.ids import RecordKey


def explain(
    left: Annotated[str, typer.Argument(help="A source record, as system/object/id.")],
    right: Annotated[str, typer.Argument(help="Another source record.")],
    json: Json = False,
) -> None:
    """Why two records are the same customer or not: feature by feature, and the chain of links between them.

    [dim]hub explain crm/account/17 erp/customer/2009[/dim]

    Weights are in bits: +10 makes a match about a thousand times likelier, -10 as much less likely.
    """
    keys = RecordKey.parse(left), RecordKey.parse(right)
    with session.opened() as hub:
        found = hub.steward.explain(*keys)
    if json:
        write_json(found)
        return
    screen = out()
    screen.print(f"[bold]{found.verdict}[/bold]")
    if found.weight is not None:
        screen.print(f"weight between the two: {found.weight / 100:+.1f} bits")
    if found.conflict:
        screen.print(f"conflict: {found.conflict}")
    rows = [(f.feature, f.left, f.right, f.level, f"{f.weight / 100:+.1f}") for f in found.features]
    if rows:
        screen.print(
            table(
                None, ["feature", keys[0].system, keys[1].system, "agreement", "bits"], rows, numbers=["bits"]
            )
        )
    if len(found.path) > 1:
        screen.print(
            table(
                "The chain between them",
                ["left", "right", "bits", "by"],
                [
                    (
                        step.left,
                        step.right,
                        f"{step.weight / 100:+.1f}",
                        step.model if step.kind == "match" else "a steward",
                    )
                    for step in found.path
                ],
                numbers=["bits"],
            )
        )
    for assertion in found.assertions:
        screen.print(f"a steward decided: assertion {assertion}")
