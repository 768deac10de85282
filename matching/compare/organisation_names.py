"""Levels of agreement of organisations' names: form, region and group aside; a branch is never its company."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from matching.normalise.industries import FORMS_LATIN, SAME_FORMS, is_same_trade
from matching.normalise.organisation_names import OrganisationName
from matching.normalise.regions import is_district
from matching.normalise.text import pinyin, syllable

LEVELS = (
    "equal", "core", "homophone", "abbreviated", "close", "translated", "abbreviated by sound", "romanised", "short core", "similar",
    "short abbreviated", "group", "other form", "unknown", "other region", "sister", "different", "branch",
)  # fmt: skip
"""From best to worst."""
_NUMBER = re.compile(r"\d+")
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def organisation_name(left: tuple[OrganisationName, ...], right: tuple[OrganisationName, ...]) -> str:
    """The best level over all names that the two records give, but a branch stays a branch.

    A name in Chinese and one in Latin letters are compared only if the two have no names in one script.
    """
    if any(n.branch for n in left) != any(n.branch for n in right):
        return "branch"
    if len(left) > 1 or len(right) > 1:
        mine, theirs = {n.core.isascii() for n in left}, {n.core.isascii() for n in right}
        if shared := mine & theirs:
            left = tuple(n for n in left if n.core.isascii() in shared)
            right = tuple(n for n in right if n.core.isascii() in shared)
            pairs = ((a, b) for a in left for b in right if a.core.isascii() == b.core.isascii())
            return min((_level(a, b) for a, b in pairs), key=_RANK.__getitem__)
    best = "branch"
    for a in left:
        for b in right:
            level = _level(a, b)
            if _RANK[level] < _RANK[best]:
                if level == "equal":
                    return level
                best = level
    return best


def _level(a: OrganisationName, b: OrganisationName) -> str:  # noqa: PLR0911 - a table in words
    if a.branch != b.branch:
        return "branch"
    is_latin = a.core.isascii()
    if is_latin != b.core.isascii():
        return _across_scripts(b, a) if is_latin else _across_scripts(a, b)
    if a.core == b.core:
        return _same_core(a, b, is_latin=is_latin)
    if is_latin:
        return _latin_level(a, b)
    if not (a.form and b.form) and (level := _abbreviation(a, b)):
        return level
    if (
        a.place == b.place
        and (a.core.endswith(b.core) or b.core.endswith(a.core))
        and _differ_in_district(a, b)
    ):
        return "close"
    if a.sound == b.sound and len(a.core) == len(b.core) >= 3:
        return "homophone" if len(a.core) > 3 else "similar"
    return "sister" if a.brand == b.brand else "different"


def _same_core(a: OrganisationName, b: OrganisationName, *, is_latin: bool) -> str:  # noqa: PLR0911 - likewise
    if a.place and b.place and a.place != b.place:
        return "other region"
    if a.form and b.form:
        if a.group != b.group:
            return "group"
        if is_latin and a.form != b.form and "co" not in {a.form, b.form}:
            return "other form"
    is_one_form = SAME_FORMS.get(a.form, a.form) == SAME_FORMS.get(b.form, b.form)
    is_one_place = bool(a.place) and a.place == b.place
    if a.form and is_one_form and is_one_place and _bare(a) == _bare(b):
        return "equal"
    is_long = " " in a.core or len(a.core) > 9 if is_latin else len(a.core) > 3
    is_rare = a.core.count(" ") > 1 if is_latin else is_long  # two words of a language are not rare enough
    if is_rare and a.form and is_one_form and (a.place == b.place or len(a.core) > 5):
        return "equal"
    if (
        is_long
        or (a.form and b.form and is_one_place)
        or (a.full == b.full and len(a.full) > 3 and not is_latin)
    ):
        return "core"
    return "short core"


def _bare(name: OrganisationName) -> str:
    """Everything in a name but its legal form and the word for a city."""
    if name.core.isascii():
        return " ".join(word for word in name.full.split() if word not in FORMS_LATIN)
    return name.full.removesuffix(name.form).replace("市", "")


def _abbreviation(a: OrganisationName, b: OrganisationName) -> str:
    """A short name of a Chinese company keeps the order of the characters of the long one and starts like it."""
    if a.form and not b.form:
        a, b = b, a
    if a.place and b.place and a.place.partition(" ")[0] != b.place.partition(" ")[0]:
        return ""
    if any(not x.form and len(x.core) > 3 and y.full.startswith(x.core) for x, y in ((a, b), (b, a))):
        return "abbreviated"  # with the city in front, which the long name's core lacks
    short, long = sorted((a.core, b.core), key=len)
    if len(short) < 2 or syllable(short[0]) != syllable(long[0]):
        return ""
    if _is_shortened(short, long):
        return "abbreviated" if len(short) > 3 else "short abbreviated"
    if len(short) > 3 and _is_shortened([syllable(c) for c in short], [syllable(c) for c in long]):
        return "abbreviated by sound"
    return ""


def _differ_in_district(a: OrganisationName, b: OrganisationName) -> bool:
    """Whether one of two cores that end alike starts with a district of the city that both names speak of."""
    short, long = sorted((a.core, b.core), key=len)
    return len(short) > 1 and is_district(long[: len(long) - len(short)], a.place.partition(" ")[0])


def _is_shortened(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether all parts of *short* are in *long* in the same order, from the first two on or from the first to the last two."""
    rest = iter(long)
    is_framed = len(short) > 3 and short[0] == long[0] and short[-2:] == long[-2:]
    return (short[:2] == long[:2] or is_framed) and all(part in rest for part in short)


def _across_scripts(han: OrganisationName, latin: OrganisationName) -> str:
    """A Chinese name and one in Latin letters: the brand in pinyin comes first, and the trade follows in translation."""
    if han.place and latin.place and han.place.partition(" ")[0] != latin.place.partition(" ")[0]:
        return "unknown"
    if han.sound == latin.sound:
        return "translated" if len(han.core) > 3 else "romanised"
    first = latin.core.partition(" ")[0]
    for length in (2, 3, 4):
        if len(han.core) < length:
            break
        if pinyin(han.core[:length]) == first:
            is_same = is_same_trade(han.core[length:], latin.core)
            return "sister" if is_same is False else "translated" if is_same else "romanised"
    return "unknown"


def _latin_level(a: OrganisationName, b: OrganisationName) -> str:
    shorter = min(len(a.core), len(b.core))
    if shorter > 5 and (distance := OSA.distance(a.core, b.core, score_cutoff=2)) <= 2:
        if not a.core.isalpha() and _NUMBER.findall(a.core) != _NUMBER.findall(b.core):
            return "sister"
        return "close" if distance == 1 and shorter > 9 else "similar"
    first, second = a.core.split(), b.core.split()
    if set(first) == set(second):
        return "core" if len(first) > 1 else "short core"
    if "".join(first) == "".join(second):
        return "core"
    return "sister" if first[0] == second[0] else "different"
