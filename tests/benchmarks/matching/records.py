"""The made-up group's customers as a table of canonical columns, as many as wished for.

    python -m tests.benchmarks.matching.records 1000000 records.parquet

writes the records, and their true customers into a column ``truth`` that the matching does not know.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from random import Random

import polars as pl

from connectors.demo.population import population
from connectors.demo.records import reading, records_of
from hub.resolution.translate import attribute_of
from matching.table import PARTS

RECORDS_A_CUSTOMER = 2.2


def make(count: int, seed: int = 7) -> pl.DataFrame:
    """*count* records in the order in which the units would know them."""
    rng = Random(seed)
    customers = population(rng, round(count / RECORDS_A_CUSTOMER * 1.02) + 100)
    rows: list[dict[str, str]] = []
    for record in islice(records_of(rng, customers), count):
        said = reading(record, current=True)
        texts: dict[str, list[str]] = {}
        for value in said["values"]:
            attribute = attribute_of(value["path"])
            if attribute is not None and value["value"] not in texts.setdefault(attribute, []):
                texts[attribute].append(str(value["value"]))
        row = {name: PARTS.join(values) for name, values in texts.items()}
        kind = said["partyKind"].replace("organization", "organisation")
        rows.append({"record_id": record.key, "kind": kind, "truth": str(record.customer.number), **row})
    columns = sorted({name for row in rows for name in row})
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in columns})
    return frame.sample(fraction=1.0, shuffle=True, seed=seed)


def main() -> None:
    """Write the table."""
    make(int(sys.argv[1])).write_parquet(Path(sys.argv[2]))


if __name__ == "__main__":
    main()
