"""What the executors do with a batch of rows: normalise, weigh, split components; Arrow in and Arrow out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from matching.bulk.clusters import Pairs, clusters
from matching.bulk.encode import Numbers, encode
from matching.bulk.levels import pair_weights
from matching.columns import Mapped
from matching.features import KINDS
from matching.model import Model
from matching.prepare import Prepared, dump, load, prepare
from matching.table import table_of

ROW = "number of the row"
"""The column that numbers the rows; no table has one of this name."""
PREPARED = "row long, record_id string, kind string, keys array<long>, data binary"
EDGE = "left long, right long, weight int"
HOME = "row long, first long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise:
    """Rows of a table to prepared records. *usual* is the usual kind of row in the whole table."""

    mapped: Mapped
    kind: str
    usual: str
    model: Model

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """PREPARED from the columns of the table and ROW."""
        for batch in batches:
            frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
            table = table_of(frame, self.mapped, self.kind, self.usual)
            ready = [prepare(record, self.model) for record in table]
            yield pa.RecordBatch.from_pydict(
                {
                    "row": batch.column(ROW),
                    "record_id": pa.array(table.keys, pa.string()),
                    "kind": pa.array(table.kinds, pa.string()),
                    "keys": pa.array([p.keys for p in ready], pa.list_(pa.int64())),
                    "data": pa.array([dump(replace(p, keys=())) for p in ready], pa.binary()),
                }
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigh:
    """Candidate pairs to edges: those that weigh at least the model's link threshold."""

    model: Model

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """EDGE from ``left, right, left_data, right_data``."""
        for batch in batches:
            left, right = _numbers(batch, "left"), _numbers(batch, "right")
            rows, places = np.unique(np.r_[left, right], return_index=True)
            data = [batch.column("left_data"), batch.column("right_data")]
            size = batch.num_rows
            ready = [load("", data[p // size][p % size].as_py()) for p in places.tolist()]
            pairs = Pairs(
                left=np.searchsorted(rows, left).astype(np.int32),
                right=np.searchsorted(rows, right).astype(np.int32),
                weight=np.zeros(size, np.int32),
            )
            for _, mine, inside in _by_kind(ready, pairs):
                yield self._edges(rows[mine], [ready[place] for place in mine.tolist()], inside)

    def _edges(self, rows: Numbers, ready: Sequence[Prepared], pairs: Pairs) -> pa.RecordBatch:
        encoded = encode(ready[0].kind, [p.features for p in ready])
        least = self.model.link_threshold
        weight = pair_weights(encoded, pairs.left, pairs.right, self.model, least)
        keep = weight >= least
        return pa.RecordBatch.from_pydict(
            {"left": rows[pairs.left[keep]], "right": rows[pairs.right[keep]], "weight": weight[keep]}
        )


def split(records: pa.Table, edges: pa.Table, model: Model) -> pa.Table:
    """Whole components to clusters: HOME, the first row of each row's cluster, from ``row, record_id, data`` and EDGE."""
    records = records.sort_by("row")
    rows = _numbers(records, "row")
    keys, data = records.column("record_id").to_pylist(), records.column("data").to_pylist()
    ready = [load(key, each) for key, each in zip(keys, data, strict=True)]
    pairs = Pairs(
        left=np.searchsorted(rows, _numbers(edges, "left")).astype(np.int32),
        right=np.searchsorted(rows, _numbers(edges, "right")).astype(np.int32),
        weight=np.array(edges.column("weight"), np.int32),
    )
    first = rows.copy()
    for kind, mine, inside in _by_kind(ready, pairs):
        names = [ready[place].key for place in mine.tolist()]
        encoded = encode(kind, [ready[place].features for place in mine.tolist()])
        label = clusters(encoded, names, inside, model)
        first[mine] = rows[mine][np.unique(label, return_index=True)[1][label]]
    return pa.table({"row": rows, "first": first})


def _numbers(columns: Any, name: str) -> Numbers:
    return np.array(columns.column(name), np.int64)


def _by_kind(ready: Sequence[Prepared], pairs: Pairs) -> Iterator[tuple[str, Numbers, Pairs]]:
    """Each kind there is, the places of its records in *ready*, and its pairs as numbers of those."""
    kinds = np.array([p.kind for p in ready])
    for kind in KINDS:
        is_mine = kinds == kind
        if not is_mine.any():
            continue
        own = (np.cumsum(is_mine) - 1).astype(np.int32)
        inside = pairs.where(is_mine[pairs.left])
        moved = Pairs(left=own[inside.left], right=own[inside.right], weight=inside.weight)
        yield kind, np.flatnonzero(is_mine), moved
