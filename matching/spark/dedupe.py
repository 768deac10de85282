"""A table on Spark: normalise, block, weigh, cluster; the partition is that of one machine, pair for pair.

Connected components are found on the driver: an edge is three numbers, so a hundred million of them fit there, and one
pass does what takes a cluster many rounds. Only components that may be several clusters go back to the executors, whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from matching.bulk.clusters import Pairs, components, may_split
from matching.bulk.encode import Codes, Numbers
from matching.columns import Mapped
from matching.dedupe import Progress, no_progress
from matching.model import Model
from matching.spark.source import read_source
from matching.spark.steps import EDGE, HOME, PREPARED, Normalise, Weigh, split
from matching.table import check_keys

GROUP = 200_000
"""So many pairs of records inside components an executor looks at in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """For each row of the table its record id and the record id of the first row of its cluster."""

    record_ids: pl.Series
    cluster_ids: pl.Series
    mapped: Mapped


def dedupe_on_spark(
    spark: SparkSession,
    path: str,
    model: Model,
    *,
    kind: str = "auto",
    mapping: Mapping[str, Sequence[str]] | None = None,
    progress: Progress = no_progress,
) -> Clustered:
    """The clusters of the table at *path* under *model*, which is taken as it is."""
    progress("normalise", 0, 1)
    source = read_source(spark, path, mapping or {})
    normalise = Normalise(mapped=source.mapped, kind=kind, usual=source.usual, model=model)
    prepared = source.rows.mapInArrow(normalise, PREPARED).persist(StorageLevel.DISK_ONLY)
    ids = _frame_of(prepared.select("row", "record_id")).sort("row")
    rows, record_ids = ids["row"].to_numpy(), ids["record_id"]
    if record_ids.n_unique() < len(record_ids) or (record_ids == "").any():
        check_keys(path, record_ids.to_list(), source.mapped)
    progress("normalise", len(rows), len(rows))

    progress("block", 0, 1)
    pairs = candidate_pairs(prepared, model.max_block).persist(StorageLevel.DISK_ONLY)
    count = pairs.count()
    progress("block", count, count)

    progress("weigh", 0, 1)
    edges = _edges(prepared, pairs, rows, model)
    pairs.unpersist()
    progress("weigh", count, count)

    progress("cluster", 0, 1)
    first = _first_rows(spark, prepared, edges, rows, model)
    prepared.unpersist()
    progress("cluster", len(rows), len(rows))
    return Clustered(record_ids=record_ids, cluster_ids=record_ids.gather(first), mapped=source.mapped)


def candidate_pairs(prepared: DataFrame, max_block: int) -> DataFrame:
    """The pairs (left < right) of rows that share a key which at most *max_block* records have, each once."""
    held = prepared.select("kind", f.explode("keys").alias("key"), "row")
    useful = held.groupBy("kind", "key").count().where(f.col("count").between(2, max_block)).drop("count")
    blocks = (
        held.join(useful, ["kind", "key"]).groupBy("kind", "key").agg(f.collect_list("row").alias("block"))
    )
    return (
        blocks.select("block", f.explode("block").alias("left"))
        .select("left", f.explode("block").alias("right"))
        .where("left < right")
        .distinct()
    )


def _edges(prepared: DataFrame, pairs: DataFrame, rows: Numbers, model: Model) -> Pairs:
    """The pairs that weigh enough, as places in *rows*."""
    left = prepared.select(f.col("row").alias("left"), f.col("data").alias("left_data"))
    right = prepared.select(f.col("row").alias("right"), f.col("data").alias("right_data"))
    joined = pairs.join(right, "right").join(left, "left").select("left", "right", "left_data", "right_data")
    found = _frame_of(joined.mapInArrow(Weigh(model=model), EDGE)).sort("left", "right")
    return Pairs(
        left=np.searchsorted(rows, found["left"].to_numpy()).astype(np.int32),
        right=np.searchsorted(rows, found["right"].to_numpy()).astype(np.int32),
        weight=found["weight"].to_numpy().astype(np.int32),
    )


def _first_rows(
    spark: SparkSession, prepared: DataFrame, edges: Pairs, rows: Numbers, model: Model
) -> Numbers:
    """For each row the place of the first row of its cluster."""
    label = components(len(rows), edges)
    first = np.unique(label, return_index=True)[1][label] if len(rows) else np.empty(0, np.int64)
    group = _groups(label, may_split(label, edges, model), model)
    edges = edges.where(group[edges.left] >= 0)
    if not len(edges):
        return first
    members = np.flatnonzero(group >= 0)
    homes = spark.createDataFrame(pa.table({"row": rows[members], "group": group[members]}))
    inside = spark.createDataFrame(
        pa.table(
            {
                "group": group[edges.left],
                "left": rows[edges.left],
                "right": rows[edges.right],
                "weight": edges.weight,
            }
        )
    )

    def split_each(records: pa.Table, edges: pa.Table) -> pa.Table:
        return split(records, edges, model)

    records = prepared.join(homes, "row").select("group", "row", "record_id", "data")
    grouped = records.groupBy("group").cogroup(inside.groupBy("group"))
    found = _frame_of(grouped.applyInArrow(split_each, HOME))
    settled = np.searchsorted(rows, found["row"].to_numpy())
    first[settled] = np.searchsorted(rows, found["first"].to_numpy())
    return first


def _groups(label: Codes, is_open: np.ndarray[tuple[int], np.dtype[np.bool_]], model: Model) -> Numbers:
    """For each row the number of the group of components in which it is split; -1 where nothing is to be split."""
    sizes = np.bincount(label).astype(np.int64)
    pairs = np.where(sizes <= model.max_component, sizes * (sizes - 1) // 2, sizes) * is_open
    return np.where(is_open, np.cumsum(pairs) // GROUP, -1)[label]


def _frame_of(table: DataFrame) -> pl.DataFrame:
    """*table* on the driver."""
    return pl.DataFrame(pl.from_arrow(table.toArrow()))
