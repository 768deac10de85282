"""What an executor makes of a batch is what one machine makes of the same records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from matching import bulk, default_model, load, prepare, raw_edges, weigh
from matching.columns import map_columns
from matching.spark.steps import ROW, Normalise, Weigh, split
from matching.table import Table, table_of
from tests.benchmarks.matching.records import make

MODEL = replace(default_model(), cohesion=200, max_component=6)
FRAME = make(400)
TABLE: Table = table_of(FRAME, map_columns(FRAME.columns, {}), "auto")
PREPARED = [prepare(record, MODEL) for record in TABLE]
PLACE = {p.key: number for number, p in enumerate(PREPARED)}


def _normalised(frame: pl.DataFrame, usual: str = "person") -> list[dict[str, Any]]:
    numbered = frame.with_columns(pl.Series(ROW, range(100, 100 + frame.height), pl.Int64))
    step = Normalise(mapped=map_columns(frame.columns, {}), kind="auto", usual=usual, model=MODEL)
    return [row for batch in step(numbered.to_arrow().to_batches()) for row in batch.to_pylist()]


NORMALISED = _normalised(FRAME)
DATA = [row["data"] for row in NORMALISED]


def test_a_row_has_the_kind_the_keys_and_the_features_that_one_machine_gives_it() -> None:
    assert [row["row"] for row in NORMALISED] == list(range(100, 500))
    for row, own in zip(NORMALISED, PREPARED, strict=True):
        read = load(row["record_id"], row["data"])
        assert (read.key, read.kind, read.features) == (own.key, own.kind, own.features)
        assert row["kind"] == own.kind
        assert tuple(row["keys"]) == own.keys


def test_a_row_that_tells_nothing_is_what_is_usual_in_the_whole_table() -> None:
    frame = pl.DataFrame({"record_id": ["1", "2"], "name": ["Nordwind GmbH", None]})
    assert [row["kind"] for row in _normalised(frame, "organisation")] == ["organisation", "organisation"]
    assert [row["kind"] for row in _normalised(frame, "person")] == ["organisation", "person"]


def test_pairs_of_both_kinds_in_one_batch_weigh_what_they_weigh_on_one_machine() -> None:
    edges = raw_edges(PREPARED, MODEL)
    dice = np.random.default_rng(3)
    others = [(int(a), int(b)) for a, b in dice.integers(0, len(PREPARED), (300, 2)) if a < b]
    pairs = sorted({(min(p), max(p)) for e in edges for p in [(PLACE[e.left], PLACE[e.right])]} | set(others))
    pairs = [(a, b) for a, b in pairs if PREPARED[a].kind == PREPARED[b].kind]
    assert len(edges) > 100
    assert {PREPARED[a].kind for a, _ in pairs} == {"person", "organisation"}
    batch = pa.RecordBatch.from_pydict(
        {
            "left": [a for a, _ in pairs],
            "right": [b for _, b in pairs],
            "left_data": [DATA[a] for a, _ in pairs],
            "right_data": [DATA[b] for _, b in pairs],
        }
    )
    found = {
        (row["left"], row["right"], row["weight"])
        for part in Weigh(model=MODEL)([batch])
        for row in part.to_pylist()
    }
    weights = [(a, b, weigh(PREPARED[a], PREPARED[b], MODEL)) for a, b in pairs]
    assert found == {(a, b, w) for a, b, w in weights if w is not None and w >= MODEL.link_threshold}
    assert len(edges) <= len(found) < len(pairs)


def test_components_are_split_as_on_one_machine_and_named_by_their_first_rows() -> None:
    edges = [(*sorted((PLACE[e.left], PLACE[e.right])), e.weight) for e in raw_edges(PREPARED, MODEL)]
    records = pa.table(
        {
            "row": list(range(len(PREPARED)))[::-1],
            "record_id": [p.key for p in PREPARED][::-1],
            "data": DATA[::-1],
        }
    )
    between = pa.table(
        dict(zip(("left", "right", "weight"), map(list, zip(*edges, strict=True)), strict=True))
    )
    found = split(records, between, MODEL).to_pylist()
    apart: dict[int, set[str]] = {}
    for row in found:
        apart.setdefault(row["first"], set()).add(PREPARED[row["row"]].key)
    assert set(map(frozenset, apart.values())) == set(bulk(TABLE, MODEL))
    assert all(min(PLACE[key] for key in keys) == first for first, keys in apart.items())
