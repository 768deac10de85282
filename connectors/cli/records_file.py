"""Reads files to publish: CloudEvents as JSON lines, or source records as CSV, line by line, each with its number."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Self

import orjson

from connectors.contracts import Message, decode, encode, read
from connectors.contracts.instants import TIME_REMEDY, parse_instant
from hub.kernel.errors import InvalidMessageError
from hub.kernel.source_record import PartyKind

OBSERVED = "source.customer.observed"
REJECT_COLUMN = "hub_reject_"
"""Columns of a rejects file that begin so are left out when it is corrected and published again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line (or CSV record, by its last line) of a file: *content* as it stands there."""

    number: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLayout:
    """What the columns of a CSV of source records mean.

    *columns* gives the value path of each column. Without *time_column* every record is as of *as_of*.
    """

    system: str
    object: str
    unit: str
    kind: PartyKind
    id_column: str
    columns: Mapping[str, str]
    as_of: datetime
    time_column: str | None = None
    version_column: str | None = None


def json_lines(path: Path) -> Iterator[Line]:
    """The lines of a JSON lines file; empty ones are left out."""
    with path.open("rb") as file:
        for number, content in enumerate(file, 1):
            if stripped := content.strip():
                yield Line(number=number, content=stripped)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRecord:
    """One record of a CSV file and the line that it ends on; *wrong* says why *row* cannot be relied on.

    *content* is the record as it stands in the file.
    """

    number: int
    row: dict[str, str]
    content: bytes
    wrong: InvalidMessageError | None = None


def csv_records(path: Path, encoding: str) -> Iterator[CsvRecord]:
    """The records of a CSV file. Raises InvalidMessageError, naming the line, where the file is not CSV in this encoding."""
    with path.open(encoding=encoding, newline="") as file:
        lines = _Remembered(file)
        reader = csv.DictReader(lines, restkey="", strict=True)
        try:
            _ = reader.fieldnames
            lines.taken()
            for row in reader:
                wrong = None
                if "" in row or None in row.values():
                    wrong = InvalidMessageError(
                        f"{path}:{reader.line_num}: not as many fields as the heading has",
                        remedy="quote fields that hold commas or line breaks",
                    )
                yield CsvRecord(
                    number=reader.line_num,
                    row=row,
                    content=lines.taken().encode(encoding).removeprefix(BOM_UTF8),
                    wrong=wrong,
                )
        except UnicodeDecodeError:
            raise InvalidMessageError(
                f"{path}: not in the encoding {encoding}",
                remedy="name the right one, such as --encoding gb18030",
            ) from None
        except csv.Error as error:
            raise InvalidMessageError(
                f"{path}:{reader.line_num}: {error}", remedy="export it as CSV again"
            ) from None


class _Remembered:
    """Lines of a text, of which it is known what has been read since the last look."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._read: list[str] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._read.append(line)
        return line

    def taken(self) -> str:
        """What has been read since the last call."""
        text = "".join(self._read)
        self._read.clear()
        return text


def csv_rows(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The records of a CSV file with the line that each ends on.

    Raises InvalidMessageError, naming the line, where the file is not CSV in this encoding.
    """
    for record in csv_records(path, encoding):
        if record.wrong is not None:
            raise record.wrong
        yield record.number, record.row


def heading(path: Path, encoding: str) -> list[str]:
    """The column names of a CSV file."""
    with path.open(encoding=encoding, newline="") as file:
        try:
            return next(csv.reader(file), [])
        except UnicodeDecodeError:
            raise InvalidMessageError(
                f"{path}: not in the encoding {encoding}",
                remedy="name the right one, such as --encoding gb18030",
            ) from None


def mapped_columns(names: list[str], mappings: list[str], id_column: str) -> dict[str, str]:
    """Column → value path: as *mappings* (``path=column``) say, else every column that is named like a path.

    Raises InvalidMessageError for a column that the file does not have, or when none is mapped.
    """
    columns: dict[str, str] = {}
    for text in mappings:
        path, _, column = text.partition("=")
        if column not in names:
            raise InvalidMessageError(
                f"--map {text}: the file has no column {column!r}",
                remedy=f"write path=column with one of: {', '.join(names)}",
            )
        columns[column] = path
    if not mappings:
        columns = {n: n for n in names if "." in n and n != id_column}
    if not columns:
        raise InvalidMessageError(
            "no column is mapped to a value", remedy="add for example --map name.legal=COLUMN"
        )
    if id_column not in names:
        raise InvalidMessageError(
            f"the file has no column {id_column!r}",
            remedy=f"name the id with --id-column: {', '.join(names)}",
        )
    return columns


def observation(row: Mapping[str, str], layout: CsvLayout) -> bytes:
    """The CloudEvent that says what *row* says. The same row always gives the same event, so repeats are harmless.

    Raises InvalidMessageError when the id is missing or the time cannot be read.
    """
    local_id = row[layout.id_column].strip()
    if not local_id:
        raise InvalidMessageError("the id is empty", field=layout.id_column, remedy="give every record an id")
    time = layout.as_of
    if layout.time_column is not None:
        try:
            time = parse_instant(row[layout.time_column].strip())
        except ValueError as error:
            raise InvalidMessageError(str(error), field=layout.time_column, remedy=TIME_REMEDY) from None
    version = row[layout.version_column].strip() if layout.version_column else time.isoformat()
    values = [
        {"path": path, "value": value}
        for column, path in layout.columns.items()
        if (value := row[column].strip())
    ]
    key = {"system": layout.system, "object": layout.object, "id": local_id, "version": version}
    data = {
        "source": key,
        "partyKind": layout.kind.value,
        "sourceTime": time.isoformat(),
        "orgUnit": layout.unit,
        "values": values,
    }
    fingerprint = blake2b(orjson.dumps(data), digest_size=16).hexdigest()
    return encode(
        type=OBSERVED,
        source=f"/{layout.system}/file",
        id=fingerprint,
        time=time,
        data=data,
        subject=f"{layout.object}/{local_id}"[:500],
        org_unit=layout.unit,
    )


def understood(content: bytes, systems: Collection[str] = ()) -> Message:
    """What *content* says, read as the intake will read it; only *systems* may speak, unless that is empty.

    Raises InvalidMessageError.
    """
    return read(decode(content), systems)
