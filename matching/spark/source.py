"""A table as Spark reads it: its columns mapped as on one machine, its rows numbered in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from matching.columns import Mapped, map_columns
from matching.kinds import FIRST_ROWS, usual_kind
from matching.spark.steps import ROW
from matching.table import TableError, check_columns, texts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The *rows* of a table: the columns that *mapped* uses, and ROW. *usual* is the usual kind of them."""

    rows: DataFrame
    mapped: Mapped
    usual: str


def read_source(spark: SparkSession, path: str, mapping: Mapping[str, Sequence[str]]) -> Source:
    """The table at *path*, which all executors have to see under the same name."""
    frame = _frame(spark, path)
    mapped = map_columns(frame.columns, mapping)
    check_columns(path, frame.columns, mapped)
    used = [name for names in mapped.columns.values() for name in names]
    chosen = frame.select([f.col(_quoted(name)) for name in used])
    head = pl.DataFrame(pl.from_arrow(chosen.limit(FIRST_ROWS).toArrow()))
    rows = chosen.withColumn(ROW, f.monotonically_increasing_id())
    if not _is_split(path):
        rows = rows.repartition(2 * spark.sparkContext.defaultParallelism)
    return Source(rows=rows, mapped=mapped, usual=usual_kind(texts_of(head, mapped)))


def _frame(spark: SparkSession, path: str) -> DataFrame:
    match _ending(path):
        case ".parquet":
            return spark.read.parquet(path)
        case ".jsonl" | ".ndjson":
            return spark.read.json(path).select([f.col(_quoted(name)) for name in _json_names(spark, path)])
        case ".csv" | ".tsv" | ".txt" as ending:
            separator = "\t" if ending == ".tsv" else ","
            return spark.read.csv(
                path, sep=separator, header=True, quote='"', escape='"', multiLine=True, mode="FAILFAST"
            )
        case ending:
            raise TableError(
                f"{path}: the ending {ending or '(none)'} is not known; use .csv, .tsv, .parquet or .jsonl"
            )


def _json_names(spark: SparkSession, path: str) -> list[str]:
    """The names in a file of JSON lines in the order in which they come; Spark itself would sort them."""
    lines = spark.read.text(path).select(
        f.monotonically_increasing_id().alias("line"), f.posexplode(f.json_object_keys("value"))
    )
    first = lines.groupBy("col").agg(f.min(f.struct("line", "pos")).alias("place")).orderBy("place")
    return [row["col"] for row in first.collect()]


def _is_split(path: str) -> bool:
    """Whether several executors can read parts of the file; a value in a CSV file may hold the end of a line."""
    return _ending(path) in {".parquet", ".jsonl", ".ndjson"}


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
