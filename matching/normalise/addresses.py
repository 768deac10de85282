"""Addresses: house number and street, place and postcode, from parts or from one line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.normalise.industries import ZONE_HAN
from matching.normalise.regions import leading, place_of
from matching.normalise.scripts import latin
from matching.normalise.text import fold, has_han, words

_ROAD = re.compile(
    r"([\u3400-\u9fff]{1,6}?(?:大道|公路|路|街|巷|胡同|里|道)(?:[一二三四五六七八九十]段)?)(?:[东南西北中]段)?\s*(\d+)(?:弄(?:(\d+)号)?|号|$|\D)"
)
_ESTATE = re.compile(
    r"([\u3400-\u9fff]{2,8}?(?:新村|小区|花园|家园|公寓|大厦|广场|中心|苑|城|园|湾|府|庭|村|里))[a-z]?\s*(\d+)(?:幢|栋|号|座|#)"
)
"""A house in an estate without a road; Shanghai's lanes (弄) count houses of their own."""
_AREA = re.compile(r"^[㐀-鿿]{1,8}?(?:开发区|高新区|园区|试验区|新区|自治县|区|县|市|镇|街道|乡)")
_POSTCODE = re.compile(r"\b(\d{6}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|\d{5}(?:-\d{4})?|\d{4})\b")
_NUMBER = re.compile(r"\b\d+[a-z]?\b")
_UNITS = frozenset(
    "flat apt apartment unit suite room block blk whg wohnung appt etage piso building bldg level floor fl ste rm floor,".split()
)
_UNIT = re.compile(
    r"\b(?:flat|apt|apartment|unit|suite|room|block|blk|whg|wohnung|appt|etage|piso|building|bldg|level|floor)\b\.? ?#?(?:\d+[a-z]?|[a-z]\d*)\b"
    r"|\b(?:fl|ste|rm)\b\.? ?#?\d+[a-z]?\b|#\d+[a-z]?\b|\b\d+(?:st|nd|rd|th) fl(?:oor)?\b|\b\d+/f\b"
)
"""Where inside a house; two records of one house often differ in it."""
_KINDS = frozenset(
    """street st road rd avenue ave av lane ln drive dr close court ct place pl crescent cres circuit cct way boulevard blvd bd
    terrace tce parade pde strasse str weg platz rue via viale piazza calle avenida avda rua ulica ul straat laan gatan
    highway hwy parkway pkwy route rte saint no number unit flat apt apartment floor""".split()
)
_SPELLED_OUT = {
    "n": "north", "s": "south", "e": "east", "w": "west", "gdns": "gardens", "grn": "green", "sq": "square", "hts": "heights", "mt": "mount",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th",
    "tenth": "10th",
}  # fmt: skip


_GAPS = str.maketrans("", "", " ()（）")


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
        plain = folded.translate(_GAPS)
        region, end = leading(plain)
        return Address(_chinese_street(plain[end:]), "", (region.province, region.city))
    folded = _without_unit(latin(folded))
    postcode = _POSTCODE.findall(folded.partition(",")[2] or "")
    pieces = [part for piece in folded.split(",") if (part := piece.strip())] or [""]
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
        plain = folded.translate(_GAPS)
        found = _chinese_street(plain[leading(plain)[1] :])
        return (number or found[0], found[1])
    folded = _without_unit(latin(folded))
    numbers = _NUMBER.findall(folded)
    parts = [_plain_word(word) for word in words(_NUMBER.sub(" ", folded)) if word not in _KINDS]
    return (number or (numbers[0] if numbers else ""), " ".join(parts) or " ".join(words(folded)))


def _without_unit(folded: str) -> str:
    if "#" in folded or "/" in folded or not _UNITS.isdisjoint(folded.replace(".", " ").split()):
        return _UNIT.sub(" ", folded)
    return folded


def _plain_word(word: str) -> str:
    """A word of a street's name without "street" at its end, abbreviations spelled out."""
    for ending in ("strasse", "str", "straat"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending)
    return _SPELLED_OUT.get(word, word)


def _chinese_street(text: str) -> tuple[str, str]:
    """House number and road behind province, city and district; without them what there is."""
    if "区" in text and (zone := ZONE_HAN.match(text)):
        text = text[zone.end() :]
    while (area := _AREA.match(text)) and area.end() < len(text) - 1:
        text = text[area.end() :]
    if found := _ROAD.search(text):
        return (f"{found[2]}-{found[3]}" if found[3] else found[2], found[1])
    if found := _ESTATE.search(text):
        return (found[2], found[1])
    return ("", "".join(words(text))[:20])
