"""Golden tables: what every kind of value is normalised to, a table a kind with a note on every line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matching.normalise import dates, emails, identifiers
from matching.normalise.addresses import address
from matching.normalise.organisation_names import organisation
from matching.normalise.person_names import PersonName, known_as, split, whole
from matching.normalise.phones import phone
from matching.normalise.regions import leading
from matching.normalise.text import fold

TABLES = Path(__file__).parents[2] / "golden" / "normalise"


def _person(name: PersonName | None) -> str:
    return "" if name is None else " | ".join((name.family, name.given, name.han, name.suffix))


def _parts(text: str) -> str:
    family, _, given = text.partition(" + ")
    return _person(split(family, given))


def _organisation(text: str) -> str:
    name = organisation(text)
    if name is None:
        return ""
    return " | ".join((name.core, name.brand, name.place, name.form, name.group, name.branch))


def _address(text: str) -> str:
    found = address(line=text, street="", number="", postcode="", city="", region="")
    return " | ".join((*found.street, found.postcode, *found.place))


def _region(text: str) -> str:
    region, end = leading(fold(text).replace(" ", ""))
    return " | ".join((*region, str(end)))


NORMALISERS: dict[str, Callable[[str], str]] = {
    "person_names": lambda text: _person(whole(text)),
    "person_names_in_parts": _parts,
    "person_names_known_as": lambda text: " ; ".join(map(_person, known_as(text))),
    "organisation_names": _organisation,
    "addresses": _address,
    "regions": _region,
    "phones": phone,
    "phones_abroad": lambda text: phone(text, in_china=False),
    "emails": emails.email,
    "domains": emails.domain,
    "dates": dates.day,
    "dates_approximate": dates.approximate,
    "uscc": identifiers.uscc,
    "national_ids": identifiers.national_id,
    "lei": identifiers.lei,
    "documents": identifiers.plain,
    "text": fold,
}


def _lines() -> Iterator[tuple[str, str, str]]:
    for table in sorted(TABLES.glob("*.tsv")):
        for line in table.read_text(encoding="utf-8").splitlines()[1:]:
            raw, expected, _ = line.split("\t")
            yield table.stem, raw, expected


@pytest.mark.parametrize(("kind", "raw", "expected"), list(_lines()))
def test_a_value_is_normalised_as_the_table_says(kind: str, raw: str, expected: str) -> None:
    assert NORMALISERS[kind](raw) == expected


def test_every_kind_of_value_has_a_table_and_every_line_a_note() -> None:
    assert {table.stem for table in TABLES.glob("*.tsv")} == set(NORMALISERS)
    for table in TABLES.glob("*.tsv"):
        header, *lines = table.read_text(encoding="utf-8").splitlines()
        assert header == "raw\tnormalised\tnote", table.name
        assert len(lines) == len({line.split("\t")[0] for line in lines}), f"{table.name} has a line twice"
        assert all(line.split("\t")[2] for line in lines), table.name
