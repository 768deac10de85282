"""Reads the files of an evaluation: CSV, Parquet or JSON lines. What is wrong is told with the file, the column and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import polars as pl

from matching import Record
from matching.evaluate.sweep import Weighed

ATTRIBUTES = tuple(
    "name organisation_name given_name middle_name family_name native_name english_name short_name former_name birth_date "
    "birth_place gender occupation address street house_number city district region postcode country phone email website "
    "uscc national_id passport drivers_license ssn tax_id lei other_id".split()
)
KINDS = ("person", "organisation")
_READ: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": lambda path: pl.read_csv(path, infer_schema=False),
    ".parquet": pl.read_parquet,
    ".jsonl": lambda path: pl.read_ndjson(path, infer_schema_length=None),
    ".ndjson": lambda path: pl.read_ndjson(path, infer_schema_length=None),
}


class InputError(ValueError):
    """A file cannot be used; the message names the file, what is wrong with it and what to do."""


def read_table(path: Path) -> pl.DataFrame:
    """The file as a table; its name tells its format. Raises InputError."""
    read = _READ.get(path.suffix.lower())
    if read is None:
        raise InputError(f"{path}: not a known format: name it .csv, .parquet, .jsonl or .ndjson")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        return read(path)
    except pl.exceptions.NoDataError:
        raise InputError(f"{path}: is empty: it needs at least a line of column names") from None
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        first = str(error).strip().splitlines()[0]
        raise InputError(f"{path}: cannot be read as {path.suffix}: {first}") from error


def read_groups(path: Path, *, id_column: str, group_column: str, option: str | None) -> dict[str, str]:
    """Record id → what *group_column* says of it; records of which it says nothing are left out.

    *option* is the way to name another column, if there is one, for the message. Raises InputError.
    """
    table = read_table(path)
    _need(table, path, id_column, "--id")
    _need(table, path, group_column, option)
    texts = table.select(_text(table, id_column).alias("record"), _text(table, group_column).alias("group"))
    texts = texts.filter(pl.col("group").is_not_null()).unique(maintain_order=True)
    if texts["record"].null_count():
        raise InputError(
            f"{path}: {texts['record'].null_count()} rows have no {id_column}: fill it or leave them out"
        )
    twice = texts.filter(pl.col("record").is_duplicated())
    if len(twice):
        record = twice["record"][0]
        groups = ", ".join(sorted(twice.filter(pl.col("record") == record)["group"])[:3])
        raise InputError(
            f"{path}: record {record} has several values of {group_column} ({groups}): leave one, a record belongs to one"
        )
    return dict(zip(texts["record"], texts["group"], strict=True))


def read_pairs(path: Path) -> Iterator[Weighed]:
    """The weighed pairs, each once with its highest weight, left < right; weights come in bits. Raises InputError."""
    table = read_table(path)
    for column in ("left", "right", "weight"):
        _need(table, path, column, None)
    left, right = _text(table, "left"), _text(table, "right")
    weight = pl.col("weight").cast(pl.Float64, strict=False)
    pairs = table.select(
        pl.min_horizontal(left, right).alias("left"),
        pl.max_horizontal(left, right).alias("right"),
        weight.alias("weight"),
        (left.is_not_null() & right.is_not_null() & weight.is_finite().fill_null(value=False)).alias("whole"),
    )
    broken = pairs.with_row_index("line", offset=1).filter(~pl.col("whole"))
    if len(broken):
        raise InputError(
            f"{path}: row {broken['line'][0]} lacks left, right or a weight that is a number of bits: "
            f"fill or leave out such rows ({len(broken)} in all)"
        )
    once = pairs.filter(pl.col("left") != pl.col("right")).group_by("left", "right", maintain_order=True)
    centibits = once.agg((pl.col("weight").max() * 100).round().cast(pl.Int64))
    return ((left, right, weight) for left, right, weight in centibits.iter_rows())


def read_records(path: Path, *, id_column: str, wanted: Collection[str] | None) -> dict[str, Record]:
    """The records by id; only those in *wanted* unless that is None.

    Columns named like an attribute are read, others passed over. A column ``kind`` says person or organisation; without
    one, a record with an organisation_name or a uscc or lei is an organisation. Raises InputError.
    """
    table = read_table(path)
    _need(table, path, id_column, "--id")
    known = [name for name in ATTRIBUTES if name in table.columns and name != id_column]
    if not known:
        raise InputError(
            f"{path}: no column is named like an attribute: rename its columns to such as {', '.join(ATTRIBUTES[:3])}, "
            "birth_date, address, phone, email (docs/how-to/measure-matching.md has them all)"
        )
    ids = table.select(_text(table, id_column)).to_series()
    if wanted is not None:
        chosen = ids.is_in(list(wanted))
        table, ids = table.filter(chosen), ids.filter(chosen)
    kinds = table["kind"].cast(pl.String).to_list() if "kind" in table.columns else [None] * len(table)
    return {
        record: _record(record, kind, dict(zip(known, values, strict=True)), path)
        for record, kind, values in zip(ids, kinds, table.select(known).iter_rows(), strict=True)
        if record is not None
    }


def read_column(path: Path, *, id_column: str, column: str) -> dict[str, str] | None:
    """Record id → its value in *column*; None when the file has no such column. Raises InputError."""
    table = read_table(path)
    if column not in table.columns:
        return None
    _need(table, path, id_column, "--id")
    texts = table.select(
        _text(table, id_column).alias("record"), _text(table, column).alias("value")
    ).drop_nulls()
    return dict(zip(texts["record"], texts["value"], strict=True))


def columns_of(path: Path) -> list[str]:
    """The names of the file's columns. Raises InputError."""
    return read_table(path).columns


def _need(table: pl.DataFrame, path: Path, column: str, option: str | None) -> None:
    if column not in table.columns:
        remedy = f"name the right one with {option}" if option else "rename or add it"
        raise InputError(f"{path}: no column {column}: {remedy}; it has {', '.join(table.columns)}")


def _text(table: pl.DataFrame, column: str) -> pl.Expr:
    """A column as text without blanks around it; empty text is no value."""
    if table.schema[column].is_nested():
        raise InputError(f"column {column} holds lists or objects, where one value is needed")
    text = pl.col(column).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)


def _record(record: str, kind: object, values: dict[str, object], path: Path) -> Record:
    attributes = {name: texts for name, value in values.items() if (texts := _texts(value))}
    if kind is None:
        kind = KINDS[any(name in attributes for name in ("organisation_name", "uscc", "lei"))]
    if kind not in KINDS:
        raise InputError(f"{path}: record {record} is of the kind {kind}: write person or organisation")
    return Record(key=record, kind=str(kind), attributes=attributes)


def _texts(value: object) -> tuple[str, ...]:
    """The values of an attribute; JSON and Parquet may hold several as a list."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for one in values if one is not None and (text := str(one).strip()))
