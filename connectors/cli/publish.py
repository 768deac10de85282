"""``hub publish``: sends a file's events, or its source records, on the way that business units use; nothing is skipped unsaid."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from connectors.cli import session
from connectors.cli.output import Json, err, progress_bar, rate, write_json
from connectors.cli.records_file import (
    REJECT_COLUMN,
    CsvLayout,
    csv_rows,
    heading,
    json_lines,
    mapped_columns,
    observation,
    understood,
)
from connectors.contracts import Deleted, Message, Observed, Renamed
from connectors.publishing import Outgoing, Publisher
from connectors.settings import Settings
from hub.kernel.errors import InvalidMessageError, SettingsError
from hub.kernel.source_record import PartyKind

BATCH = 500
SHOWN_REJECTS = 5
SOME_REJECTED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """What is not published: the line, why, what to change, and the content as it stood there."""

    line: int
    reason: str
    field: str
    remedy: str
    content: dict[str, str] | str


@dataclass(slots=True, kw_only=True)
class Tally:
    """How far the publishing has come."""

    published: int = 0
    rejects: list[Reject] = field(default_factory=list)


def publish(
    file: Annotated[Path, typer.Argument(help="CloudEvents as JSON lines, or a .csv of source records.")],
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
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Where to write what was refused; else beside the file.")
    ] = None,
    json: Json = False,
) -> None:
    """Publish a file, through Kafka or the inbox, in the format that you already have.

    [dim]hub publish events.jsonl[/dim]

    [dim]hub publish customers.csv --source sap-prod --id-column KUNNR --map name.legal=NAME1 --map contact.phone=TELF1[/dim]

    Every line is checked as the hub will read it. What it could not read is not sent but written to a rejects file
    with the reason and what to change; the rest is sent, and the command leaves with 4. Publishing a file again is
    harmless: the hub knows what it has already taken in.
    """
    settings = session.settings()
    unit = _unit(settings, unit)
    if file.suffix.lower() == ".csv":
        if source is None:
            raise SettingsError(
                "a CSV file needs --source: the system that its records come from, such as sap-prod"
            )
        layout = CsvLayout(
            system=source,
            object=object_,
            unit=unit,
            kind=kind,
            id_column=id_column,
            columns=mapped_columns(heading(file, encoding), mapping or [], id_column),
            as_of=datetime.fromtimestamp(file.stat().st_mtime, UTC),
            time_column=time_column,
        )
        lines = _from_csv(file, encoding, layout)
    else:
        lines = _from_json_lines(file)
    with session.opened() as hub, hub.publisher() as publisher:
        tally = _send(lines, publisher, hub.topic_of(unit), file.stat().st_size, settings)
    target = rejects or file.with_name(f"{file.stem}.rejects{file.suffix or '.jsonl'}")
    if tally.rejects:
        _write_rejects(tally.rejects, target)
    _tell(tally, file, target, json)
    if tally.rejects:
        raise typer.Exit(SOME_REJECTED)


Prepared = tuple[int, int, bytes, dict[str, str] | str, InvalidMessageError | None]
"""Line number, its size, the event, the line as it stands, and why it cannot become an event."""


def _from_json_lines(file: Path) -> Iterator[Prepared]:
    for line in json_lines(file):
        yield line.number, len(line.content) + 1, line.content, line.content.decode("utf-8", "replace"), None


def _from_csv(file: Path, encoding: str, layout: CsvLayout) -> Iterator[Prepared]:
    for number, row in csv_rows(file, encoding):
        size = sum(len(value.encode()) + 1 for value in row.values())
        try:
            yield number, size, observation(row, layout), row, None
        except InvalidMessageError as error:
            yield number, size, b"", row, error


def _send(
    lines: Iterator[Prepared], publisher: Publisher, topic: str, size: int, settings: Settings
) -> Tally:
    tally = Tally()
    waiting: list[Outgoing] = []
    with progress_bar() as bar:
        task = bar.add_task("publishing", total=size, rate="")
        for number, length, content, line, wrong in lines:
            try:
                if wrong is not None:
                    raise wrong
                message = understood(content, settings.systems)
                waiting.append(Outgoing(topic=topic, key=_partition_key(message), value=content))
            except InvalidMessageError as error:
                tally.rejects.append(
                    Reject(
                        line=number, reason=error.reason, field=error.field, remedy=error.remedy, content=line
                    )
                )
            bar.advance(task, length)
            if len(waiting) >= BATCH:
                _flush(waiting, publisher, tally)
                bar.update(task, rate=rate(tally.published, bar.tasks[task].elapsed, " events/s"))
        _flush(waiting, publisher, tally)
    return tally


def _flush(waiting: list[Outgoing], publisher: Publisher, tally: Tally) -> None:
    publisher.publish(waiting)
    tally.published += len(waiting)
    waiting.clear()


def _partition_key(message: Message) -> str:
    """Everything about one source record goes to one partition, so that it stays in order."""
    match message:
        case Observed(record=record):
            return str(record.key)
        case Renamed(old=key) | Deleted(key=key):
            return str(key)
        case _:
            return str(message.key)


def _unit(settings: Settings, asked: str | None) -> str:
    if asked is None and len(settings.units) > 1:
        raise SettingsError(f"name the publishing unit: --unit with one of {', '.join(settings.units)}")
    return asked or next(iter(settings.units))


def _write_rejects(rejects: list[Reject], target: Path) -> None:
    """As CSV with the columns of the file and the reasons beside them, or as JSON lines."""
    with target.open("w", encoding="utf-8", newline="") as file:
        if isinstance(rejects[0].content, str):
            file.writelines(orjson.dumps(reject).decode() + "\n" for reject in rejects)
            return
        reasons = ("line", "reason", "field", "remedy")
        writer = csv.DictWriter(file, [*rejects[0].content, *(REJECT_COLUMN + name for name in reasons)])
        writer.writeheader()
        for reject in rejects:
            if isinstance(reject.content, dict):
                said = {REJECT_COLUMN + name: getattr(reject, name) for name in reasons}
                writer.writerow({**reject.content, **said})


def _tell(tally: Tally, file: Path, target: Path, json: bool) -> None:
    screen = err()
    for reject in tally.rejects[:SHOWN_REJECTS]:
        place = f" ({reject.field})" if reject.field and not reject.reason.startswith(reject.field) else ""
        screen.print(f"{file}:{reject.line}: {reject.reason}{place}; {reject.remedy}", markup=False)
    if len(tally.rejects) > SHOWN_REJECTS:
        screen.print(f"… and {len(tally.rejects) - SHOWN_REJECTS:,} more")
    if tally.rejects:
        screen.print(f"{len(tally.rejects):,} refused lines → {target}", markup=False)
    if json:
        written: dict[str, Any] = {"published": tally.published, "rejected": len(tally.rejects)}
        write_json({**written, "rejects_file": str(target) if tally.rejects else None})
    else:
        screen.print(f"{tally.published:,} events published")
