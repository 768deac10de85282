"""Blocking keys of organisations: identifiers, ways to reach them, and their names with a region or long enough."""

from __future__ import annotations

from collections.abc import Iterator

from matching.features import Organisation
from matching.normalise.organisation_names import OrganisationName
from matching.normalise.phones import is_hotline
from matching.normalise.sound import sound
from matching.normalise.text import pinyin

ORGANISATION_FAMILIES = (
    "identifier", "phone", "email", "domain", "full name", "long core", "core and province", "brand and province", "start",
    "long brand", "sounds", "street", "first word", "start and province",
)  # fmt: skip


def organisation_keys(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """The (family, key) of *organisation*; some come more than once."""
    for identifier in (*organisation.strong, *organisation.document, *organisation.number):
        yield "identifier", identifier
    initials = {name.sound[0] for name in organisation.name if name.sound}
    provinces = {p for name in organisation.name if (p := name.place.partition(" ")[0])}
    if organisation.place and organisation.place[0]:
        provinces.add(organisation.place[0])
    for phone in organisation.phone:
        if is_hotline(phone):
            for initial in initials:
                yield "phone", f"{phone} {initial}"
        else:
            yield "phone", phone[-8:]
    for email in organisation.email:
        yield "email", email
    for domain in organisation.domain:
        for initial in initials:
            yield "domain", f"{domain} {initial}"
        for province in provinces:
            yield "domain", f"{domain} {province}"
    for name in organisation.name:
        yield from _name_keys(name, organisation, provinces)


def _name_keys(
    name: OrganisationName, organisation: Organisation, provinces: set[str]
) -> Iterator[tuple[str, str]]:
    yield "full name", name.full
    is_long = len(name.core) > 2 if not name.core.isascii() else " " in name.core
    if is_long:
        yield "long core", name.core
    for province in provinces:
        yield "core and province", f"{name.core} {province}"
        yield "brand and province", f"{name.brand} {province}"
        yield (
            "start and province",
            f"{name.core[:2] if not name.core.isascii() else name.core.partition(' ')[0]} {province}",
        )
    if name.core.isascii():
        yield "first word", name.core.partition(" ")[0]
    else:
        for length in {2, min(3, len(name.core)), min(4, len(name.core))}:
            yield "first word", pinyin(name.core[:length])
    if not name.core.isascii():
        if len(name.core) >= 4:
            yield "start", name.core[:4]
        if len(name.brand) >= 3:
            yield "long brand", name.brand
    elif is_long:
        yield "sounds", " ".join(sound(word) for word in name.core.split()[:3])
    if organisation.street and organisation.street[0]:
        yield "street", f"{organisation.street[0]} {pinyin(organisation.street[1][:4])[:4]} {name.sound[:1]}"
