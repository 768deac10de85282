"""Addresses: house number and street, place and postcode, from parts or from one line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.normalise.regions import place_of, prefix
from matching.normalise.text import fold, has_han, words

_ROAD = re.compile(
    r"([㐀-鿿]{1,6}?(?:大道|公路|路|街|巷|弄|胡同|里))(?:[东南西北中]段)?\s*(\d+)(?:弄\d+)?\s*(?:号|$|\D)"
)
_AREA = re.compile(r"^[㐀-鿿]{1,8}?(?:开发区|高新区|园区|试验区|新区|自治县|区|县|市|镇|街道)")
_POSTCODE = re.compile(r"\b(\d{6}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{5}(?:-\d{4})?|\d{4})\b")
_NUMBER = re.compile(r"\b\d+[a-z]?\b")
_KINDS = frozenset(
    """street st road rd avenue ave lane ln drive dr close court ct place pl crescent cres circuit cct way boulevard blvd
    terrace tce parade pde strasse str weg platz rue via calle no number unit flat apt apartment floor""".split()
)


class Address(NamedTuple):
    """*street* is (house number, name of the street), *place* (province, city); empty where unknown."""

    street: tuple[str, str]
    postcode: str
    place: tuple[str, str]


def address(*, line: str, street: str, number: str, postcode: str, city: str, region: str) -> Address:
    """One address from whatever is known of it."""
    found = _line(line) if line else Address(("", ""), "", ("", ""))
    if street:
        found = found._replace(street=_street(street, fold(number)))
    elif number and found.street[1]:
        found = found._replace(street=(fold(number), found.street[1]))
    if postcode:
        found = found._replace(postcode="".join(words(fold(postcode))))
    where, around = place_of(fold(city)), place_of(fold(region))
    if city or region:
        known = (around[0] or where[0] or around[1], where[1])
        found = found._replace(place=(known[0] or found.place[0], known[1] or found.place[1]))
    return found


@lru_cache(maxsize=50_000)
def _line(text: str) -> Address:
    """An address in one line."""
    folded = fold(text)
    if has_han(folded):
        where = place_of(folded.replace(" ", ""))
        return Address(_chinese_street(folded.replace(" ", "")), "", where if where[0] else ("", ""))
    postcode = _POSTCODE.findall(folded.partition(",")[2] or "")
    pieces = [part.strip() for part in folded.split(",")]
    first = next((part for part in pieces if _NUMBER.search(part)), pieces[0])
    rest = [_NUMBER.sub("", _POSTCODE.sub("", part)).strip() for part in pieces[1:]]
    last = [place for part in rest if (place := place_of(part))[1]]
    where = last[-1] if last else ("", "")
    if not where[0] and len(where[1]) == 2 and len(last) > 1:
        where = (where[1], last[-2][1])  # a state by its two letters stands behind its city
    return Address(_street(first, ""), postcode[-1].replace(" ", "") if postcode else "", where)


@lru_cache(maxsize=50_000)
def _street(text: str, number: str) -> tuple[str, str]:
    """House number and street name without its kind ("road", "street")."""
    folded = fold(text)
    if has_han(folded):
        found = _chinese_street(folded.replace(" ", ""))
        return (number or found[0], found[1])
    numbers = _NUMBER.findall(folded)
    parts = [word for word in words(_NUMBER.sub(" ", folded)) if word not in _KINDS]
    return (number or (numbers[0] if numbers else ""), " ".join(parts) or " ".join(words(folded)))


def _chinese_street(text: str) -> tuple[str, str]:
    """House number and road; without them what follows province, city and district."""
    if where := prefix().match(text):
        text = text[where.end() :]
        if again := prefix().match(text):
            text = text[again.end() :]
    while (area := _AREA.match(text)) and area.end() < len(text) - 1:
        text = text[area.end() :]
    if found := _ROAD.search(text):
        return (found[2], found[1])
    return ("", "".join(words(text))[:20])
