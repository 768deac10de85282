"""Tables of records: CSV, Parquet and JSON lines in, and results out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from matching.columns import Mapped, map_columns
from matching.kinds import kinds_of
from matching.record import Record

PARTS = " | "
"""Several values in one cell stand apart by this."""
SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson"})
REMEDIES = {
    "invalid utf-8": "save it as UTF-8, for example with: iconv -f GB18030 -t UTF-8",
    "empty CSV": "it is empty; it needs a first line with the names of the columns",
    "Cannot infer NDJSON": "it is empty; it needs a JSON object a line",
    "more fields than defined": 'a row has more fields than the first line; put values with commas into "quotes"',
    "could not parse": 'a quoted value is not closed or goes on after its end; double quotes inside values: ""',
}
"""What to do about what polars says."""
NOT_COMPARED = frozenset({"record_id", "source", "kind"})


class TableError(ValueError):
    """A file that cannot be read as a table; the message says which one, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Records as columns of text. *texts* holds for each canonical column its texts, "" where unknown."""

    keys: Sequence[str]
    kinds: Sequence[str]
    texts: Mapping[str, Sequence[Sequence[str]]]
    mapped: Mapped

    def __len__(self) -> int:
        return len(self.keys)

    def attributes(self, number: int) -> dict[str, tuple[str, ...]]:
        """What the matching compares of one record."""
        found: dict[str, tuple[str, ...]] = {}
        for name, columns in self.texts.items():
            values = tuple(
                value
                for column in columns
                if (text := column[number])
                for value in text.split(PARTS)
                if value
            )
            if values:
                found[name] = values
        return found

    def record(self, number: int) -> Record:
        """One record."""
        return Record(key=self.keys[number], kind=self.kinds[number], attributes=self.attributes(number))

    def __iter__(self) -> Iterator[Record]:
        return map(self.record, range(len(self)))


def read_table(
    path: Path, *, kind: str = "auto", mapping: Mapping[str, Sequence[str]] | None = None
) -> Table:
    """Read *path*. *kind* is ``person``, ``organisation`` or ``auto``; *mapping* names columns for canonical ones."""
    frame = read_frame(path)
    if not frame.height:
        raise TableError(f"{path}: has the names of columns but no rows; add a row for each record")
    mapped = map_columns(frame.columns, mapping or {})
    check_columns(path, frame.columns, mapped)
    table = table_of(frame, mapped, kind)
    check_keys(path, table.keys, mapped)
    return table


def table_of(frame: pl.DataFrame, mapped: Mapped, kind: str, usual: str | None = None) -> Table:
    """The rows of *frame*, which may be a part of a table; *usual* is then the usual kind in the whole of it."""
    texts = texts_of(frame, mapped)
    return Table(
        keys=_one(frame, mapped, "record_id"),
        kinds=kinds_of(kind, _one(frame, mapped, "kind"), texts, frame.height, usual),
        texts=texts,
        mapped=mapped,
    )


def as_table(records: Sequence[Record]) -> Table:
    """Records as a table."""
    names = sorted({name for record in records for name in record.attributes})
    return Table(
        keys=[record.key for record in records],
        kinds=[record.kind for record in records],
        texts={name: [[PARTS.join(record.attributes.get(name, ())) for record in records]] for name in names},
        mapped=Mapped(columns={name: [name] for name in names}, unused=[]),
    )


def texts_of(frame: pl.DataFrame, mapped: Mapped) -> dict[str, list[list[str]]]:
    """What is compared: for each canonical column its texts."""
    return {
        canonical: [_texts(frame[name]) for name in names]
        for canonical, names in mapped.columns.items()
        if canonical not in NOT_COMPARED
    }


def together(left: Table, right: Table) -> Table:
    """Two tables as one, first the rows of *left*; keys are told apart by ``left:`` and ``right:``."""
    names = sorted(left.texts.keys() | right.texts.keys())
    texts: dict[str, list[list[str]]] = {}
    for name in names:
        mine, theirs = left.texts.get(name, ()), right.texts.get(name, ())
        texts[name] = [
            [
                *(mine[i] if i < len(mine) else [""] * len(left)),
                *(theirs[i] if i < len(theirs) else [""] * len(right)),
            ]
            for i in range(max(len(mine), len(theirs)))
        ]
    return Table(
        keys=[*(f"left:{key}" for key in left.keys), *(f"right:{key}" for key in right.keys)],
        kinds=[*left.kinds, *right.kinds],
        texts=texts,
        mapped=left.mapped,
    )


def read_frame(path: Path) -> pl.DataFrame:
    """The file as it is, every column as text where the format has no types."""
    _check_suffix(path)
    if not path.is_file():
        raise TableError(f"{path}: there is no such file" + (", only a folder" if path.is_dir() else ""))
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            return pl.read_parquet(path, glob=False)
        if suffix in {".jsonl", ".ndjson"}:
            return pl.read_ndjson(path.read_bytes(), infer_schema_length=None)
        separator = "\t" if suffix == ".tsv" else ","
        return pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8", glob=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        reason = str(error).partition("\n")[0]
        remedy = next((remedy for sign, remedy in REMEDIES.items() if sign in str(error)), "")
        raise TableError(
            f"{path}: cannot be read as {suffix[1:]}: {reason}" + (f": {remedy}" if remedy else "")
        ) from error


def check_output(path: Path, inputs: Sequence[Path], *, is_table: bool = True) -> None:
    """Refuse, before any work is done, to write where nothing can be written or where an input lies."""
    if is_table:
        _check_suffix(path)
    if any(path.resolve() == source.resolve() for source in inputs):
        raise TableError(
            f"{path}: is another file of this command already and would be overwritten; name another"
        )
    if path.is_dir():
        raise TableError(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise TableError(f"{path}: there is no folder {path.parent}; create it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise TableError(f"{path}: must not be written; change its permissions or write elsewhere")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise TableError(
            f"{path}: the ending {path.suffix or '(none)'} is not known; use .csv, .tsv, .parquet or .jsonl"
        )


def write_table(path: Path, columns: Mapping[str, Any]) -> None:
    """Write *columns* in the format that the file's ending says."""
    _check_suffix(path)
    frame = pl.DataFrame(columns)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        frame.write_parquet(path)
    elif suffix in {".jsonl", ".ndjson"}:
        frame.write_ndjson(path)
    else:
        frame.write_csv(path, separator="\t" if suffix == ".tsv" else ",")


def _texts(column: pl.Series) -> list[str]:
    """A column as text without surrounding space; numbers lose a fraction of zero, several values are joined."""
    if isinstance(column.dtype, pl.List):
        column = column.cast(pl.List(pl.String)).list.join(PARTS)
    elif column.dtype.is_float():
        text = column.cast(pl.String)
        column = text.str.replace(r"\.0$", "")
    found: list[str] = column.cast(pl.String).fill_null("").str.strip_chars().to_list()
    return found


def _one(frame: pl.DataFrame, mapped: Mapped, canonical: str) -> list[str]:
    names = mapped.columns.get(canonical)
    return _texts(frame[names[0]]) if names else []


def check_columns(path: object, found: Sequence[str], mapped: Mapped) -> None:
    """Raise TableError if the columns *found* are of no use."""
    if not mapped.columns.keys() - NOT_COMPARED:
        raise TableError(
            f"{path}: none of its columns ({', '.join(found)}) is known; name them with"
            " --map, for example --map organisation_name=firma, or rename them (see --columns)"
        )
    if not mapped.columns.get("record_id"):
        raise TableError(
            f"{path}: no column record_id; name the one that identifies a row with --map record_id=COLUMN"
            f" (it has {', '.join(found)}; --columns lists the usual names)"
        )


def check_keys(path: object, keys: Sequence[str], mapped: Mapped) -> None:
    """Raise TableError if a row has no key or the key of another one."""
    name = mapped.columns["record_id"][0]
    if "" in keys:
        raise TableError(
            f"{path}: row {keys.index('') + 1}: column {name} is empty; every row needs a record id"
        )
    if len(set(keys)) < len(keys):
        twice = Counter(keys).most_common(1)[0][0]
        raise TableError(
            f"{path}: column {name}: {twice!r} stands in more than one row; record ids have to be unique"
        )
