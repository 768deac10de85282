"""Levels of agreement of dates, identifiers, addresses and other plain values; all symmetric."""

from __future__ import annotations

from rapidfuzz.distance import OSA, JaroWinkler

from matching.features import Pair, Texts
from matching.normalise.emails import is_role
from matching.normalise.phones import agreed, is_hotline, is_mobile, is_personal
from matching.normalise.text import pinyin


def strong(left: Texts, right: Texts) -> str:
    """Valid strong identifiers: one in common, or none."""
    return "different" if set(left).isdisjoint(right) else "equal"


def identifier(left: Texts, right: Texts) -> str:
    """Identifiers as "type:value": one in common, one of the same type a slip away, different ones, or other types."""
    if left == right or not set(left).isdisjoint(right):
        return "equal"
    level = "incomparable"
    for a in left:
        kind = a.partition(":")[0]
        for b in right:
            if b.partition(":")[0] == kind:
                if len(a) > 5 + len(kind) and OSA.distance(a, b, score_cutoff=1) <= 1:
                    return "slip"
                level = "different"
    return level


def birth(left: Texts, right: Texts) -> str:
    """Dates of birth: the best of all pairs."""
    if len(left) == 1 and len(right) == 1:
        return _birth(left[0], right[0])
    levels = {_birth(a, b) for a in left for b in right}
    return next(level for level in BIRTH if level in levels)


BIRTH = ("equal", "january", "swapped", "digit", "year", "two digits", "different", "generation")


def _birth(a: str, b: str) -> str:
    if a == b:
        return "january" if a.endswith("0101") else "equal"
    if a[:4] == b[:4]:
        if a[4:6] == b[6:] and a[6:] == b[4:6]:
            return "swapped"
        return "digit" if OSA.distance(a, b, score_cutoff=1) <= 1 else "year"
    distance = OSA.distance(a, b, score_cutoff=2)
    if distance <= 2:
        return "digit" if distance == 1 else "two digits"
    return "generation" if abs(int(a[:4]) - int(b[:4])) >= 14 else "different"


def plain(left: str, right: str) -> str:
    """Values that are equal or not."""
    return "equal" if left == right else "different"


def phone(left: Texts, right: Texts) -> str:
    """Phones: a mobile in common, a number that may be one person's, a landline, a hotline, or none.

    *slip*: two that differ in one place. *other*: each has numbers that may be one person's, but none in common.
    """
    common = set(left).intersection(right)
    if not common:
        common = {number for a in left for b in right if (number := agreed(a, b))}
    if not common:
        return _no_phone(left, right)
    if any(map(is_mobile, common)):
        return "mobile"
    if any(map(is_personal, common)):
        return "equal"
    return "hotline" if all(map(is_hotline, common)) else "landline"


def _no_phone(left: Texts, right: Texts) -> str:
    mine, theirs = list(filter(is_personal, left)), list(filter(is_personal, right))
    if not (mine and theirs):
        return "different"
    if any(
        max(len(a), len(b)) > 9 and OSA.distance(a[-9:], b[-9:], score_cutoff=1) <= 1
        for a in mine
        for b in theirs
    ):
        return "slip"
    return "other"


def email(left: Texts, right: Texts) -> str:
    """E-mail addresses: one in common, only a function's address, or none."""
    common = set(left).intersection(right)
    if not common:
        return "different"
    return "role" if all(map(is_role, common)) else "equal"


def shared(left: Texts, right: Texts) -> str:
    """Any value in common."""
    return "different" if set(left).isdisjoint(right) else "equal"


def postcode(left: str, right: str) -> str:
    """Postcodes: equal, a slip away, the same area, or different."""
    if left == right:
        return "equal"
    if len(left) == len(right) and OSA.distance(left, right, score_cutoff=1) <= 1:
        return "slip"
    return "area" if left[:3] == right[:3] else "different"


def street(left: Pair, right: Pair) -> str:
    """House number and street: both equal, the number with a similar street, the street alone, or neither."""
    if left[1].isascii() != right[1].isascii():
        return _street_by_sound(left, right)
    if left[1] == right[1]:
        if left[0] == right[0]:
            return "equal" if left[0] else "street"
        return "number" if left[0] and right[0] else "street"
    score = JaroWinkler.similarity(left[1], right[1])
    if left[0] and left[0] == right[0]:
        return "similar" if score >= 0.85 else "remote" if score >= 0.7 else "different"
    return "street" if score >= 0.9 else "different"


def _street_by_sound(left: Pair, right: Pair) -> str:
    """A Chinese street and one in Latin letters, which may be the same in pinyin; the English word for it is left out."""
    han, latin = (right, left) if left[1].isascii() else (left, right)
    heard, written = pinyin(han[1].rstrip("大道公路街巷")), latin[1].replace(" ", "")
    if (
        len(heard) < 4
        or not written.startswith(heard[:4])
        or not (written.startswith(heard) or heard.startswith(written))
    ):
        return "unknown"
    return "unknown" if han[0] != latin[0] else "similar" if han[0] else "street"


def place(left: Pair, right: Pair) -> str:
    """Province and city: the same city, a similar one, the same province, or different ones."""
    if left == right:
        return "city" if left[1] else "province"
    if left[0] and right[0] and left[0] != right[0]:
        return "different"
    is_known = bool(left[0] and right[0])
    if not (left[1] and right[1]):
        return "province" if is_known else "unknown"
    if (level := _city(left[1], right[1])) is not None:
        return level
    if is_known:
        return "neighbour"
    return "different" if left[1].isascii() == right[1].isascii() else "unknown"


def _city(a: str, b: str) -> str | None:
    if a == b:
        return "city"
    is_similar = a.startswith(b) or b.startswith(a) or JaroWinkler.similarity(a, b) >= 0.88
    return "similar" if is_similar else None


def wording(left: str, right: str) -> str:
    """A birth place or an occupation in free words: equal, words in common, or different."""
    if left == right:
        return "equal"
    if not set(left.split()).isdisjoint(right.split()) or JaroWinkler.similarity(left, right) >= 0.9:
        return "similar"
    return "different"
