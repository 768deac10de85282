"""Whether a row of a table is a person or an organisation, where the table does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.normalise.industries import (
    FORMS_LATIN,
    GROUP_LATIN,
    INDUSTRIES_LATIN,
    brand_of,
    form_of,
    group_of,
    without_branch,
)
from matching.normalise.text import fold, has_han, words

PERSON = frozenset({"given_name", "middle_name", "family_name", "birth_date", "birth_place", "gender", "occupation",
                    "national_id", "passport", "drivers_license", "ssn"})  # fmt: skip
ORGANISATION = frozenset({"organisation_name", "short_name", "website", "uscc", "lei"})
PERSON_WORDS = frozenset("person individual human natural consumer contact p i 个人 自然人".split())
ORGANISATION_WORDS = frozenset(
    "organisation organization company business org firm corporate enterprise legal o 企业 公司 组织 机构 法人".split()
)
NAMES = ("name", "native_name", "english_name")
FIRST_ROWS = 2000
"""So many rows tell what is usual in a table."""
_PLACES_OF_BUSINESS = frozenset(
    """restaurant cafe bar grill hotel inn bistro diner pizzeria deli kitchen house store shop market bank school college
    university hospital clinic church club association society foundation institute office agency department ministry
    council committee union federation museum library theatre theater center centre services solutions systems partners""".split()
)


def kinds_of(
    wanted: str,
    said: Sequence[str],
    texts: Mapping[str, Sequence[Sequence[str]]],
    size: int,
    usual: str | None = None,
) -> list[str]:
    """The kind of each row: *wanted* for all, what the table has *said*, or else what its columns and names tell.

    *usual* is what a row is that tells nothing; for a part of a table it has to be that of the whole one.
    """
    if wanted != "auto":
        return [wanted] * size
    flat = {name: columns[0] for name, columns in texts.items()}
    as_person = [flat[name] for name in sorted(PERSON & flat.keys())]
    as_organisation = [flat[name] for name in sorted(ORGANISATION & flat.keys())]
    names = [flat[name] for name in NAMES if name in flat]
    usual = usual or usual_kind(texts)
    found: list[str] = []
    for number in range(size):
        word = said[number].lower() if said else ""
        if word in PERSON_WORDS or word in ORGANISATION_WORDS:
            found.append("person" if word in PERSON_WORDS else "organisation")
        elif any(column[number] for column in as_person):
            is_company = "organisation_name" in flat and bool(flat["organisation_name"][number])
            is_person = any(flat[n][number] for n in ("given_name", "family_name") if n in flat)
            found.append("organisation" if is_company and not is_person else "person")
        elif any(column[number] for column in as_organisation) or any(
            is_organisation_name(column[number]) for column in names if column[number]
        ):
            found.append("organisation")
        else:
            found.append(usual)
    return found


def is_organisation_name(text: str) -> bool:
    """Whether a name has the form or the words of an organisation's."""
    folded = fold(text)
    if has_han(folded):
        plain = folded.replace(" ", "")
        if form_of(plain) or group_of(plain) or without_branch(plain):
            return True
        return len(plain) > 4 and brand_of(plain) != plain
    parts = words(folded)
    if not parts:
        return False
    if (
        len(parts) > 1
        and FORMS_LATIN.get(parts[-1]) is not None
        and parts[-1] not in {"ag", "sa", "as", "se", "ab"}
    ):
        return True
    return "&" in folded or any(
        part in GROUP_LATIN or part in INDUSTRIES_LATIN or part in _PLACES_OF_BUSINESS for part in parts[1:]
    )


def usual_kind(texts: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """What a row is that tells nothing of itself: what most rows of its table are. The first rows are enough to tell."""
    if PERSON & texts.keys():
        return "person"
    if ORGANISATION & texts.keys():
        return "organisation"
    sample = [text for name in NAMES if name in texts for text in texts[name][0][:FIRST_ROWS] if text]
    share = sum(map(is_organisation_name, sample)) / len(sample) if sample else 0.0
    return "organisation" if share > 0.15 else "person"
