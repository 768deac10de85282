"""``hub model``: the matching model as a versioned file: look at it, try it out beside the active one, put it in force."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress, TaskID

from connectors.cli import session
from connectors.cli.output import Json, err, out, progress_bar, rate, table, write_json
from connectors.runtime.garbage import collect_rarely
from hub.kernel.time import utc_now

if TYPE_CHECKING:
    from hub.resolution.model_comparison import Comparison, CustomerChange

app = typer.Typer(
    help="The model by which records are matched: show, compare, activate.", no_args_is_help=True
)

LIMITS = (
    "prior", "link_threshold", "review_threshold", "cohesion", "floor", "max_component", "threshold_step",
    "contact_limit", "home_limit", "max_block",
)  # fmt: skip
LONG = ("weights", "frequency", "blocking", "stop_keys", "version", *LIMITS)
SHOWN_KEYS = 8
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the activation.")]
ModelFile = Annotated[Path, typer.Argument(help="A model's file (YAML).")]


@app.command()
def show(
    file: Annotated[Path | None, typer.Argument(help="A model's file; else the active model.")] = None,
    number: Annotated[
        int | None,
        typer.Option("--number", help="The model of an activation, as hub model list counts them."),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Write the file itself, to be kept or changed.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a model: what each agreement weighs, from how much on records are the same, where it comes from.

    [dim]hub model show[/dim]
    [dim]hub model show --text > model.yaml   a copy of the active one[/dim]
    """
    from hub.resolution.activations import active_text, described, read_model

    if file is not None:
        content = _text_of(file)
    else:
        with session.opened() as hub:
            content = active_text(hub.log, number)
    version = read_model(content, str(file or "the active model")).version
    if text:
        sys.stdout.write(content)
    elif json:
        write_json({"version": version, "model": described(content)})
    else:
        _tell_model(version, described(content))


@app.command("list")
def list_(json: Json = False) -> None:
    """List all activations: which model was put in force when, by whom and why."""
    with session.opened() as hub:
        known, change = hub.models.history(), hub.models.change()
    unfinished = change is not None and not change.is_finished
    if json:
        rows = [
            {
                "number": a.number,
                "version": a.version,
                "activated_at": a.at,
                "actor": a.meta.actor,
                "reason": a.meta.reason,
            }
            for a in known
        ]
        write_json({"activations": rows, "unfinished": unfinished})
        return
    if not known:
        err().print("no model was ever activated: the one that comes with the software is in force")
        return
    shown = [(a.number, a.version, a.at, a.meta.actor, a.meta.reason) for a in known]
    out().print(table(None, ["", "version", "since", "by", "why"], shown, numbers=[""], whole=["since"]))
    if unfinished:
        err().print("the last one is not finished; give the same hub model activate again")


@app.command()
def train(
    output: Annotated[Path, typer.Option("--output", help="Where the model's file goes.")],
    version: Annotated[
        str | None, typer.Option("--version", help="What it is called; by default trained- and the time.")
    ] = None,
    json: Json = False,
) -> None:
    """Learn a model from the hub's own records, with what people have asserted of them. Nothing is put in force.

    [dim]hub model train --output new.yaml && hub model compare new.yaml[/dim]
    """
    from hub.resolution.training import train as trained

    name = version or f"trained-{utc_now():%Y%m%d%H%M%S}"
    with session.opened() as hub, progress_bar() as bar:
        shown = _Steps(bar)
        text = trained(
            hub.log,
            hub.steward.model,
            name,
            lambda step, done, total: shown.upto(step, done, total) if total else shown.at_record(step, done),
        )
    output.write_text(text, encoding="utf-8")
    if json:
        write_json({"version": name, "file": str(output)})
        return
    err().print(f"{name}: {output}")
    err().print(f"next: hub model compare {output}")


@app.command()
def compare(
    file: ModelFile,
    against: Annotated[
        Path | None, typer.Argument(help="Another model's file; else the customers as they are.")
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="How many changes to show.")] = 6,
    json: Json = False,
) -> None:
    """Say which customers would change if a model were in force. Nothing is written.

    [dim]hub model compare new.yaml            beside the active model[/dim]
    [dim]hub model compare new.yaml old.yaml   what new.yaml changes over old.yaml[/dim]
    """
    from hub.resolution.activations import read_model
    from hub.resolution.model_comparison import compare as compared

    candidate = read_model(_text_of(file), str(file))
    other = read_model(_text_of(against), str(against)) if against else None
    collect_rarely()
    with session.opened() as hub, progress_bar() as bar:
        shown = _Steps(bar)
        found = compared(hub.resolver, candidate, other, examples=examples, progress=shown.at_record)
    if json:
        write_json(_as_json(found))
    else:
        _tell_comparison(found)


@app.command()
def activate(file: ModelFile, reason: Reason, json: Json = False) -> None:
    """Put a model in force: an event with its text, then every record is matched anew, in batches.

    [dim]hub model activate new.yaml --reason "trained on the reviews of the first half-year"[/dim]

    Intake may go on: running processes notice it and follow. Interrupted, it goes on when the same is given again.
    Look first with [bold]hub model compare[/bold].
    """
    text = _text_of(file)
    collect_rarely()
    with session.opened() as hub, progress_bar() as bar:
        done = hub.models.activate(text, session.context(reason), _Steps(bar).upto)
    before, after = done.positions
    if json:
        write_json(
            {"version": done.activation.version, "events": after - before, "was_active": done.was_active}
        )
        return
    if done.was_active:
        err().print(f"{done.activation.version} is in force already")
        return
    err().print(f"{done.activation.version} is in force; {after - before:,} events")
    err().print("next: hub project --once, unless hub serve or hub project is running")


class _Steps:
    """Shows on one bar after the other how far each step is."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}
        self._from: dict[str, int] = {}

    def at_record(self, step: str, records: int) -> None:
        """*records* have gone through *step*; how many there are is not known."""
        self._show(step, records, None)

    def upto(self, step: str, done: int, last: int) -> None:
        """*step* is at record *done* of *last*."""
        self._show(step, done, last)

    def _show(self, step: str, done: int, last: int | None) -> None:
        task = self._tasks.get(step)
        if task is None:
            self._from[step] = done
            task = self._tasks[step] = self._bar.add_task(step, total=last, completed=done, rate="")
        speed = rate(done - self._from[step], self._bar.tasks[task].elapsed, " records/s")
        self._bar.update(task, completed=done, rate=speed)


def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _tell_model(version: str, data: Mapping[str, Any]) -> None:
    screen = out()
    screen.print(f"[bold]{version}[/bold]   [dim]weights in centi-bits: 100 are one bit[/dim]")
    about = [(name, _plain(value)) for name, value in data.items() if name not in LONG]
    if about:
        screen.print(table("About it", ["", ""], about))
    screen.print(table("Limits", ["", ""], [(name, _plain(data[name])) for name in LIMITS]))
    for kind, features in data["weights"].items():
        rows = [
            (feature if first else "", level, _plain(weight))
            for feature, levels in features.items()
            for first, (level, weight) in _with_first(levels)
        ]
        screen.print(table(kind.capitalize(), ["feature", "level", "weight"], rows, numbers=["weight"]))


def _with_first(levels: Mapping[str, Any]) -> list[tuple[bool, tuple[str, Any]]]:
    return [(number == 0, item) for number, item in enumerate(levels.items())]


def _plain(value: Any) -> str:
    """A value of a model's file for people; a list is one weight for each tier of frequency."""
    match value:
        case dict():
            return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
        case list():
            return " / ".join(map(_plain, value))
        case _:
            return str(value)


def _tell_comparison(found: Comparison) -> None:
    from hub.resolution.model_comparison import Kind

    screen = out()
    old, new = found.versions
    screen.print(f"[bold]{new}[/bold] beside {old}, {found.records:,} records")
    rows = [
        ("customers before", found.customers[0]),
        ("customers after", found.customers[1]),
        ("of those before, unchanged", found.unchanged),
        ("changes: several become one", found.count(Kind.MERGED)),
        ("changes: one becomes several", found.count(Kind.SPLIT)),
        ("changes: regrouped", found.count(Kind.REGROUPED)),
    ]
    screen.print(table(None, ["", "count"], rows, numbers=["count"]))
    for change in found.examples:
        _tell_change(change)
    if found.changes:
        err().print("to put it in force: hub model activate FILE --reason …")


def _tell_change(change: CustomerChange) -> None:
    screen = out()
    screen.print(f"\n[bold]{change.kind}[/bold]")
    screen.print(f"  before  {_groups(change.before)}", markup=False)
    screen.print(f"  after   {_groups(change.after)}", markup=False)
    reason = change.reason
    if reason is None:
        return
    screen.print(f"  {reason.left} and {reason.right}: {_bits(reason.before)} → {_bits(reason.after)}")
    rows = [(f.feature, f.left, f.right, f.level, f.before, f.after) for f in reason.features]
    columns = ["feature", "left", "right", "level", "before", "after"]
    screen.print(table(None, columns, rows, numbers=["before", "after"]))


def _groups(clusters: tuple[frozenset[str], ...]) -> str:
    shown = (sorted(cluster) for cluster in clusters[:SHOWN_KEYS])
    texts = [
        "{" + ", ".join(keys[:SHOWN_KEYS]) + (f", … {len(keys):,}" if len(keys) > SHOWN_KEYS else "") + "}"
        for keys in shown
    ]
    return " ".join(texts) + (f" … {len(clusters):,}" if len(clusters) > SHOWN_KEYS else "")


def _bits(weight: int | None) -> str:
    return "excluded" if weight is None else f"{weight / 100:.1f} bits"


def _as_json(found: Comparison) -> dict[str, Any]:
    from hub.resolution.model_comparison import Kind

    return {
        "versions": found.versions,
        "records": found.records,
        "customers": found.customers,
        "unchanged": found.unchanged,
        "changes": {kind.value: found.count(kind) for kind in Kind},
        "examples": [
            {
                "kind": change.kind,
                "before": [sorted(cluster) for cluster in change.before],
                "after": [sorted(cluster) for cluster in change.after],
                "reason": change.reason,
            }
            for change in found.examples
        ],
    }
