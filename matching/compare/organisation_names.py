"""Levels of agreement of organisations' names: form, region and group aside; a branch is never its company."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from matching.normalise.organisation_names import OrganisationName

LEVELS = (
    "equal", "core", "short core", "group", "abbreviated", "similar", "short abbreviated", "romanised", "other form",
    "unknown", "other region", "sister", "different", "branch",
)  # fmt: skip
"""From best to worst."""
_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def organisation_name(left: tuple[OrganisationName, ...], right: tuple[OrganisationName, ...]) -> str:
    """The best level over all names that the two records give, but a branch stays a branch."""
    if any(n.branch for n in left) != any(n.branch for n in right):
        return "branch"
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
        return "romanised" if len(a.sound) > 4 and a.sound == b.sound else "unknown"
    if a.core == b.core:
        return _same_core(a, b, is_latin=is_latin)
    if is_latin:
        return _latin_level(a, b)
    if not (a.form and b.form) and (level := _abbreviation(a, b)):
        return level
    if len(a.core) == len(b.core) >= 4 and OSA.distance(a.core, b.core, score_cutoff=1) <= 1:
        return "similar" if a.sound == b.sound else "sister"
    return "sister" if a.brand == b.brand else "different"


def _same_core(a: OrganisationName, b: OrganisationName, *, is_latin: bool) -> str:
    if a.place and b.place and a.place != b.place:
        return "other region"
    if a.form and b.form:
        if a.group != b.group:
            return "group"
        if is_latin and a.form != b.form and "co" not in {a.form, b.form}:
            return "other form"
    is_long = " " in a.core or len(a.core) > 9 if is_latin else len(a.core) > 3
    if is_latin and a.core.count(" ") < 2:  # two words of a language are not rare enough
        return "core" if is_long else "short core"
    if is_long and a.form and a.form == b.form and (a.place == b.place or len(a.core) > 5):
        return "equal"
    return "core" if is_long else "short core"


def _abbreviation(a: OrganisationName, b: OrganisationName) -> str:
    """A short name of a Chinese company keeps the order of the characters of the long one and starts like it."""
    if a.form and not b.form:
        a, b = b, a
    short, long = sorted((a.core, b.core), key=len)
    if len(short) < 2 or short[:2] != long[:2]:
        return ""
    if a.place and b.place and a.place.partition(" ")[0] != b.place.partition(" ")[0]:
        return ""
    rest = iter(long)
    if not all(c in rest for c in short):
        return ""
    return "abbreviated" if len(short) > 3 else "short abbreviated"


def _latin_level(a: OrganisationName, b: OrganisationName) -> str:
    if min(len(a.core), len(b.core)) > 5 and OSA.distance(a.core, b.core, score_cutoff=2) <= 2:
        return "similar"
    first, second = a.core.split(), b.core.split()
    if set(first) == set(second):
        return "core" if len(first) > 1 else "short core"
    if "".join(first) == "".join(second):
        return "core"
    return "sister" if first[0] == second[0] else "different"
