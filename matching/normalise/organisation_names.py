"""Names of organisations: legal form, region, group and branch set apart; the core by which people know them is left."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.normalise.industries import (
    BRANCH_HAN,
    BRANCH_LATIN,
    FORM_HAN,
    FORMS_LATIN,
    GROUP_HAN,
    GROUP_LATIN,
    INDUSTRIES_LATIN,
    MARKS,
    NOISE_LATIN,
    brand_of,
)
from matching.normalise.regions import latin_places, place_of, places, prefix
from matching.normalise.text import fold, has_han, pinyin, words

_BRACKETED = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
_DOTTED = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")


class OrganisationName(NamedTuple):
    """*full* is everything in one spelling, *core* what remains without form, region and group, *brand* without trade.

    *sound* is the core in Latin letters without spaces; *form* the legal form ("" in a short name); *group* and
    *branch* say what the name claims to be. *place* is "province city".
    """

    core: str
    full: str
    brand: str
    sound: str
    place: str
    form: str
    group: str
    branch: str


@lru_cache(maxsize=50_000)
def organisation(text: str) -> OrganisationName | None:
    """A name of an organisation; None when nothing of it is left, or nothing but a legal form."""
    folded = fold(text)
    return _chinese(folded) if has_han(folded) else _latin(folded)


def _without_place(words: list[str]) -> tuple[str, list[str]]:
    """The first place in an English name and the words without it: a brand may sound like another place."""
    known = latin_places()
    place = next((known[word] for word in words if word in known), None)
    rest = [w for w in words if w != "china" and (w not in known or place is None or known[w][0] != place[0])]
    return (" ".join(place) if place else "", rest or words)


def _seat(branch: str) -> str:
    """Where a branch sits, in one writing; as it is written when there is more to it than a place."""
    where = branch.removesuffix("分公司") if has_han(branch) else branch.removesuffix(" branch")
    if not has_han(where) or prefix().fullmatch(where):
        province, city = place_of(where)
        return (city or province) if province else branch
    return branch


def _chinese(text: str) -> OrganisationName | None:
    text = MARKS.sub("", text.replace(" ", ""))
    text = MARKS.sub("", text)
    place = ""
    for inner in _BRACKETED.findall(text):
        if prefix().fullmatch(inner):
            place = place or " ".join(place_of(inner))
    plain = "".join(words(_BRACKETED.sub(lambda m: "" if prefix().fullmatch(m[1]) else m[1], text)))
    full = "".join(words(text))
    branch = ""
    if found := BRANCH_HAN.search(plain):
        head, form, tail = plain.partition("公司")
        branch, plain = (_seat(tail), head + form) if form and tail else (plain, plain[: found.start()])
    form_found = FORM_HAN.search(plain)
    core = plain[: form_found.start()] if form_found else plain
    if not form_found and len(core) > 3:
        core = core.removesuffix("股份")
    if (where := prefix().match(core)) and len(core) - where.end() >= 2:
        place = place or " ".join(place_of(core))
        if form_found or len(core) > 4:
            core = core[where.end() :]
    if not form_found and len(core) > 3 and core[-2:] in places() and not place:
        place, core = " ".join(places()[core[-2:]]), core[:-2]
    group = GROUP_HAN.search(core)
    if group and group.start() >= 2:
        core = core[: group.start()]
    brand = brand_of(core)
    form = form_found[1] if form_found else ""
    kind = group[1] if group else ""
    return OrganisationName(core, full, brand, pinyin(core), place, form, kind, branch) if core else None


def _latin(text: str) -> OrganisationName | None:
    text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text.replace("&", " and "))
    parts = words(text)
    full = " ".join(parts)
    branch = ""
    for number, word in enumerate(parts):
        if word in BRANCH_LATIN and number:
            ends = [n for n, part in enumerate(parts[:number], 1) if FORMS_LATIN.get(part)]
            end = ends[-1] if ends else number
            branch, parts = _seat(" ".join(parts[end:])), parts[:end]
            break
    if FORMS_LATIN.keys() >= set(parts):
        return None
    forms = {FORMS_LATIN[word] for word in parts if word in FORMS_LATIN} - {""}
    group = "group" if GROUP_LATIN.intersection(parts) else ""
    core = [w for w in parts if w not in FORMS_LATIN and w not in NOISE_LATIN and w not in GROUP_LATIN]
    place, core = _without_place(core)
    core = core or parts
    if not core:
        return None
    brand: list[str] = []
    for word in core:
        if brand and word in INDUSTRIES_LATIN:
            break
        brand.append(word)
    form = " ".join(sorted(forms)) or ("co" if "co" in parts or "company" in parts else "")
    return OrganisationName(" ".join(core), full, " ".join(brand), "".join(core), place, form, group, branch)
