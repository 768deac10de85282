"""``hub load``: takes a first stock of source records in at once, instead of streaming each of them."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg.rows import tuple_row
from rich.progress import Progress, TaskID

from connectors.cli import session
from connectors.cli.output import Json, err, progress_bar, rate, write_json
from connectors.cli.stock import FileStock, listed, stock_file
from connectors.deadletters.limits import Limits
from connectors.runtime.garbage import collect_rarely
from connectors.wiring import Hub
from hub.kernel.errors import SettingsError
from hub.kernel.source_record import PartyKind


def load(
    files: Annotated[
        list[Path], typer.Argument(help="CSV files, CloudEvents as JSON lines, or a folder of them.")
    ],
    *,
    source: Annotated[
        str | None, typer.Option("--source", help="CSV: the source system, such as sap-prod.")
    ] = None,
    object_: Annotated[str, typer.Option("--object", help="CSV: the type of object.")] = "customer",
    unit: Annotated[
        str | None, typer.Option("--unit", help="The publishing unit; needed when there are several.")
    ] = None,
    kind: Annotated[
        PartyKind, typer.Option("--kind", help="CSV: what the records are.")
    ] = PartyKind.ORGANISATION,
    id_column: Annotated[str, typer.Option("--id-column", help="CSV: the column of the record's id.")] = "id",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="PATH=COLUMN", help="CSV: which value a column holds; repeatable."),
    ] = None,
    time_column: Annotated[
        str | None,
        typer.Option("--time-column", help="CSV: when the source changed the record; else the file's time."),
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="CSV: for example gb18030.")] = "utf-8-sig",
    batch: Annotated[
        int, typer.Option("--batch", min=1, max=20_000, help="Messages in one transaction.")
    ] = 2_000,
    json: Json = False,
) -> None:
    """Load a first stock into an empty hub: all records are compared at once, then written customer by customer.

    [dim]hub load stock/                                      a folder with a load.yaml, or of files of one kind[/dim]
    [dim]hub load sap.csv --source sap-prod --map name.legal=NAME1 --map contact.phone=TELF1[/dim]

    Load everything that there is in one go: afterwards the hub is not empty any more, and further records are streamed
    ([bold]hub publish[/bold]). A load that was interrupted goes on when the same command is given again.
    What cannot be read goes to the dead letters.
    """
    options = {
        "source": source,
        "object": object_,
        "unit": unit,
        "kind": kind,
        "id_column": id_column,
        "map": dict(_mapped(text) for text in mapping or []),
        "time_column": time_column,
        "encoding": encoding,
    }
    wanted = listed(files, options)
    collect_rarely()
    with session.opened() as hub, progress_bar() as bar:
        found = [stock_file(one, hub.settings.units, hub.topic_of) for one in wanted]
        size = sum(file.path.stat().st_size for file in found)
        shown = _Shown(bar, size)
        limits = Limits(
            consecutive=hub.settings.dead_letter_run,
            share=hub.settings.dead_letter_share,
            window=hub.settings.dead_letter_window,
        )
        stock = FileStock(found, systems=hub.settings.systems, limits=limits, advance=shown.read)
        with closing(stock):
            started = time.monotonic()
            loaded = hub.loader(batch).load(stock, shown)
            seconds = time.monotonic() - started
            said = {
                "records": loaded.records,
                "messages": loaded.messages,
                "already_there": loaded.before,
                "customers": _customers(hub),
                "dead_letters": stock.dead_letters,
                "seconds": round(seconds, 1),
            }
    write_json(said) if json else _tell(said)


def _mapped(text: str) -> tuple[str, str]:
    path, is_pair, column = text.partition("=")
    if not is_pair:
        raise SettingsError(f"--map {text}: write path=column, such as name.legal=NAME1")
    return path, column


class _Shown:
    """Shows on one bar after the other how far the load is."""

    def __init__(self, bar: Progress, size: int) -> None:
        self._bar = bar
        self._task: TaskID = bar.add_task("reading", total=size, rate="")
        self._from: int | None = None
        self._is_reviewing = False

    def read(self, size: int) -> None:
        """*size* bytes more are read."""
        self._bar.advance(self._task, size)

    def comparing(self, records: int) -> None:
        """All is read."""
        self._bar.update(self._task, completed=self._bar.tasks[self._task].total)
        self._task = self._bar.add_task("comparing", total=records, rate="")

    def written(self, done: int, messages: int) -> None:
        """*done* of *messages* are written."""
        if self._from is None:
            self._from = done
            self._bar.update(self._task, completed=self._bar.tasks[self._task].total)
            self._task = self._bar.add_task("writing", total=messages, completed=done, rate="")
        elapsed = self._bar.tasks[self._task].elapsed
        self._bar.update(self._task, completed=done, rate=rate(done - self._from, elapsed, " messages/s"))

    def reviewed(self, records: int) -> None:
        """*records* are looked at for doubts."""
        if not self._is_reviewing:
            self._is_reviewing = True
            self._task = self._bar.add_task("reviewing", total=None, rate="")
        self._bar.update(self._task, completed=records)


def _customers(hub: Hub) -> int:
    query = "SELECT count(DISTINCT customer_id) FROM hub_source_record WHERE NOT retired"
    with hub.log.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
        ((count,),) = cursor.execute(query).fetchall()
    return int(count)


def _tell(said: dict[str, Any]) -> None:
    screen = err()
    here = said["messages"] - said["already_there"]
    screen.print(
        f"{said['records']:,} source records of {said['customers']:,} customers are in the hub;"
        f" {here:,} messages in {said['seconds']:,.0f} s{_and_rate(here, said['seconds'])}"
    )
    if said["already_there"]:
        screen.print(f"{said['already_there']:,} messages were there from before")
    if said["dead_letters"]:
        screen.print(f"{said['dead_letters']:,} could not be taken in; see why: hub deadletter list")
    screen.print("next: hub project --once brings the read models up to date, hub serve starts the hub")


def _and_rate(count: int, seconds: float) -> str:
    shown = rate(count, seconds)
    return f", {shown}" if shown else ""
