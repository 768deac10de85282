"""Levels of agreement of persons' names: any order of family and given name, characters or pinyin, slips and short forms."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from matching.normalise.nicknames import is_short_form
from matching.normalise.person_names import PersonName
from matching.normalise.romanisation import is_cantonese, is_pinyin

TIERED = (
    "equal",
    "homophone",
    "swapped",
    "short form",
    "close",
    "subset",
    "similar",
    "part",
    "remote",
    "family",
)
PLAIN = ("given", "unknown", "apart", "different")
FREQUENCY = (" rare", " unusual", "", " common", " frequent")
LEVELS = (*(f"{level}{tier}" for level in TIERED for tier in FREQUENCY), *PLAIN)
"""From best to worst. A tiered level also says how frequent the name is."""
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_TIERED = {level: tuple(f"{level}{tier}" for tier in FREQUENCY) for level in TIERED}

_EQUAL, _SHORT, _SIMILAR, _INITIAL, _REMOTE, _DIFFERENT = 5, 4, 3, 2, 1, 0
_COMBINED = {  # (family, given) → level
    (_EQUAL, _EQUAL): "equal", (_EQUAL, _SHORT): "short form", (_SHORT, _EQUAL): "close",
    (_SHORT, _SHORT): "close",
    (_SIMILAR, _SHORT): "similar", (_SHORT, _SIMILAR): "similar", (_INITIAL, _SHORT): "remote",
    (_REMOTE, _SHORT): "remote",
    (_EQUAL, _SIMILAR): "close", (_SIMILAR, _EQUAL): "close",
    (_EQUAL, _INITIAL): "similar", (_INITIAL, _EQUAL): "similar", (_SIMILAR, _SIMILAR): "similar",
    (_EQUAL, _REMOTE): "remote", (_REMOTE, _EQUAL): "similar", (_SIMILAR, _INITIAL): "remote",
    (_INITIAL, _SIMILAR): "remote", (_SIMILAR, _REMOTE): "remote", (_REMOTE, _SIMILAR): "remote",
    (_EQUAL, _DIFFERENT): "family", (_SIMILAR, _DIFFERENT): "family", (_SHORT, _DIFFERENT): "family",
    (_DIFFERENT, _EQUAL): "given", (_DIFFERENT, _SIMILAR): "given", (_DIFFERENT, _SHORT): "given",
}  # fmt: skip


def person_name(left: tuple[PersonName, ...], right: tuple[PersonName, ...]) -> str:
    """The best level over all names that the two records give."""
    if len(left) == 1 and len(right) == 1:
        return _level(left[0], right[0])
    best = "different"
    for a in left:
        for b in right:
            level = _level(a, b)
            if _RANK[level] < _RANK[best]:
                if level == "equal":
                    return level
                best = level
    return best


def _level(a: PersonName, b: PersonName) -> str:
    level = _bare_level(a, b)
    tiers = _TIERED.get(level)
    if tiers is None:
        return level
    return tiers[a.tier if a.tier > b.tier else b.tier]


def _bare_level(a: PersonName, b: PersonName) -> str:  # noqa: PLR0911 - a table in words
    if a.han and b.han:
        return _han_level(a, b)
    if not a.given or not b.given:
        return _part_level(a, b)
    if a.suffix and b.suffix and a.suffix != b.suffix and {a.suffix, b.suffix} != {"jr", "2"}:
        return "family"  # father and son
    if a.family == b.family and a.given == b.given:
        return "equal"
    if (a.han or b.han) and (level := _across_scripts(a, b)):
        return level
    if a.family == b.given and a.given == b.family:
        return "swapped"
    straight = _COMBINED.get((_alike(a.family, b.family), _alike_given(a.given, b.given)), "different")
    if straight in {"equal", "short form", "close", "similar"}:
        return straight
    mine, theirs = {a.family, *a.given.split()}, {b.family, *b.given.split()}
    if len(mine & theirs) >= 2 and (mine <= theirs or theirs <= mine):
        return "subset"
    crossed = _alike(a.family, b.given), _alike(a.given, b.family)
    if any(
        _COMBINED.get(way) in {"equal", "short form", "close", "similar"} for way in (crossed, crossed[::-1])
    ):
        return "similar"
    return straight


def _across_scripts(a: PersonName, b: PersonName) -> str:
    """One in characters: the other is its pinyin or it is not, unless it is spelled by another language's sounds."""
    spelled = b if a.han else a
    if a.given.replace(" ", "") == b.given.replace(" ", ""):
        return "equal" if a.family == b.family else ""
    parts = spelled.given.split()
    if is_cantonese(parts):
        return "unknown" if a.family == b.family or not is_pinyin(spelled.family) else ""
    if a.family == b.family and all(map(is_pinyin, parts)):
        return "family"
    return ""


def _han_level(a: PersonName, b: PersonName) -> str:
    """Both in characters: typing errors are nearly always other characters of the same sound."""
    if a.han == b.han:
        return "equal"
    if not a.given or not b.given:
        return "part" if a.family == b.family else "apart"
    if a.family == b.family:
        return "homophone" if a.given == b.given else "family"
    if len(a.han) == len(b.han) and any(a.han == b.han[k:] + b.han[:k] for k in range(1, len(a.han))):
        return "swapped"
    return "given" if a.han.endswith(b.han[-2:]) else "different"


def _part_level(a: PersonName, b: PersonName) -> str:
    """One of the two is a single word, which may be any part of the name."""
    short, full = (a, b) if not a.given else (b, a)
    parts = (full.family, *full.given.split())
    if short.family in parts:
        return "part"
    best = max(_alike(short.family, part) for part in parts)
    return "remote" if best == _SIMILAR else "unknown" if best >= _REMOTE else "apart"


def _alike_given(a: str, b: str) -> int:
    """Given names: equal, the first ones equal, run together or not."""
    if a == b:
        return _EQUAL
    if " " in a or " " in b:
        first, second = a.split(), b.split()
        if first[0] == second[0]:
            return _EQUAL if len(first) == 1 or len(second) == 1 else _SIMILAR
        if "".join(first) == "".join(second):
            return _EQUAL
        if first[0] in second or second[0] in first:
            return _SIMILAR
        return _alike(first[0], second[0])
    return _alike(a, b)


@lru_cache(maxsize=200_000)
def _alike(a: str, b: str) -> int:
    if a == b:
        return _EQUAL
    if is_short_form(a, b):
        return _SHORT
    if len(a) == 1 or len(b) == 1:
        return _INITIAL if a[:1] == b[:1] else _DIFFERENT
    if OSA.distance(a, b, score_cutoff=1) == 1 and len(a) > 3 and len(b) > 3:
        return _SIMILAR
    score = JaroWinkler.similarity(a, b)
    return _SIMILAR if score >= 0.9 else _REMOTE if score >= 0.78 else _DIFFERENT
