"""Names of organisations: legal form, region, group and branch set apart; the core by which people know them is left."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from matching.normalise.industries import (
    BRANCH_LATIN,
    FORM_FIRST,
    FORM_IN_BRACKETS,
    FORMS_AT_THE_EDGE,
    FORMS_LATIN,
    FORMS_OF_SEVERAL_WORDS,
    GROUP_LATIN,
    HINTS_OF_SEVERAL_WORDS,
    INDUSTRIES_LATIN,
    NOISE_LATIN,
    TOWN_HAN,
    ZONE_HAN,
    brand_of,
    form_of,
    group_of,
    without_branch,
    without_marks,
)
from matching.normalise.regions import Region, latin_places, leading, place_of
from matching.normalise.regions import whole as whole_region
from matching.normalise.scripts import latin
from matching.normalise.text import fold, has_han, pinyin, words

_BRACKETED = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
_DOTTED = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
_BRACKETED_FORMS = {
    "普通合伙": "合伙企业",
    "特殊普通合伙": "合伙企业",
    "有限合伙": "有限合伙企业",
    "株": "株式会社",
    "有": "有限会社",
}
_IN_CHINA = "中国 中国"


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
    if folded.isascii():
        return _latin(folded)
    return _chinese(folded) if has_han(folded) else _latin(latin(folded))


def _place(region: Region) -> str:
    """The province and the city, with a county instead of its city where the name speaks of one; districts are within their city."""
    county = region.county
    if county.endswith(("市", "县")):
        return f"{region.province} {county[:-1] if len(county) > 2 else county}"
    return f"{region.province} {region.city}"


def _chinese(text: str) -> OrganisationName | None:
    text = without_marks(text.replace(" ", ""))
    full = "".join(words(text))
    plain, place, form = _out_of_brackets(text)
    plain, branch = _branch(plain)
    if found := FORM_FIRST.match(plain):
        plain, form = plain[found.end() :], found[0]
    if behind := form_of(plain):
        plain, form = plain.removesuffix(behind), behind
    core = plain.removesuffix("股份") if not form and len(plain) > 3 else plain
    rest, where = _without_region(core, is_whole=bool(form))
    if not place or where.partition(" ")[0] == place.partition(" ")[0]:
        core, place = rest, place or where
    group = group_of(core)
    core = core.removesuffix(group)
    if not core:
        return None
    core = core if has_han(core) else latin(core)
    return OrganisationName(core, full, brand_of(core), pinyin(core), place, form, group, branch)


def _out_of_brackets(text: str) -> tuple[str, str, str]:
    """A name with what its brackets add to it, the region and the legal form that they tell instead."""
    if "(" not in text and "[" not in text and "【" not in text and "〔" not in text:
        return "".join(words(text)), "", ""
    place = form = ""
    aside = set()
    for inner in _BRACKETED.findall(text):
        region = whole_region(inner)
        if inner == "中国":
            place = place or _IN_CHINA
        elif region.province:
            place = _place(region) if place in {"", _IN_CHINA} else place
        elif found := FORM_IN_BRACKETS.search(inner):
            form = form or _BRACKETED_FORMS.get(found[0], "")
        else:
            continue
        aside.add(inner)
    return "".join(words(_BRACKETED.sub(lambda m: "" if m[1] in aside else m[1], text))), place, form


def _branch(plain: str) -> tuple[str, str]:
    """The company's name and, if this is one of its branches, where that sits in one writing."""
    rest = without_branch(plain)
    if not rest:
        return plain, ""
    head, company, tail = plain.partition("公司")
    if company and tail:
        return head + company, _seat(tail)
    for at in range(2, len(rest) - 1):
        region, _ = leading(rest[at:], counties=False)
        if region.province:
            return rest[:at], _seat(plain[at:])
    return rest, plain


def _seat(tail: str) -> str:
    """Where a branch sits, in one writing: its region, what is special about it, and what it is if no company or bank."""
    if not has_han(tail):
        where = tail.removesuffix(" branch")
        province, city = place_of(where)
        return (city or province) if province else tail
    tail = tail.removeprefix("驻")
    region, end = leading(tail)
    where = region.county or region.city or region.province
    if region.county.endswith("区") or not region.county:
        where = region.city or region.province
        where += region.county if region.county.endswith("区") else ""
    rest = tail[end:].removesuffix("分公司").removesuffix("分行")
    return where.removesuffix("市") + rest or tail


def _without_region(core: str, *, is_whole: bool) -> tuple[str, str]:
    """A name without the region before or behind it; a short one keeps it, as it may be its brand."""
    region, end = leading(core, counties=False)
    place = ""
    if region.province and len(core) - end >= 2:
        place = _place(region)
        if is_whole or len(core) > 4:
            rest = TOWN_HAN.sub(r"\1", core[end:])
            zone = ZONE_HAN.match(rest) if "区" in rest else None
            return (rest[zone.end() :] if zone and len(rest) - zone.end() >= 2 else rest), place
        return core, place
    if is_whole and len(core) > 3 and core.endswith("中国"):
        return core[:-2], _IN_CHINA
    for length in (3, 2):
        if len(core) - length >= 2 and (len(core) > 3 or is_whole):
            behind = whole_region(core[-length:])
            if behind.province:
                return core[:-length], _place(behind)
    return core, ""


def _without_place(words: list[str]) -> tuple[str, list[str]]:
    """The first place in an English name and the words without it: a brand may sound like another place."""
    known = latin_places()
    place = next((known[word] for word in words if word in known), None)
    rest = [w for w in words if w != "china" and (w not in known or place is None or known[w][0] != place[0])]
    if place is None and "china" in words[1:]:
        return _IN_CHINA, rest or words
    return (" ".join(place) if place else "", rest or words)


def _latin(text: str) -> OrganisationName | None:
    text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text.replace("&", " and "))
    parts = words(text)
    if not HINTS_OF_SEVERAL_WORDS.isdisjoint(parts):
        for several, one in FORMS_OF_SEVERAL_WORDS:
            text = several.sub(one, text)
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
    for edge in (-1, 0):
        if parts[edge] in FORMS_AT_THE_EDGE and len(parts) > 1:
            forms.add(FORMS_AT_THE_EDGE[parts[edge]])
            parts = parts[1:] if edge == 0 else parts[:-1]
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
