"""Blocking keys of persons: what two readings of one person share even when each has a slip in it.

Each key belongs to a family; a model says which families it uses. The narrow ones join several values, so that their
blocks stay small in any stock; the wide ones join two and find more in a small one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from matching.features import Person
from matching.normalise.emails import is_role
from matching.normalise.nicknames import formal_names
from matching.normalise.person_names import PersonName
from matching.normalise.phones import is_personal
from matching.normalise.postcodes import area
from matching.normalise.sound import sound

PERSON_FAMILIES = (
    "identifier", "phone", "email", "birth and initial", "birth and postcode", "birth and area", "birth and birth place",
    "name", "rare name", "name and year", "name and day", "name and birth place", "name and place", "name and area",
    "postcode and birth place", "door", "part and postcode", "part and area", "part and birth place", "part and year",
    "part and place", "part and street", "two parts",
)  # fmt: skip


def person_keys(person: Person) -> Iterator[tuple[str, str]]:
    """The (family, key) of *person*; some come more than once."""
    for identifier in (*person.strong, *person.document, *person.number):
        yield "identifier", identifier
    initials = {part[0] for name in person.name for part in (name.family, name.given) if part}
    for phone in person.phone:
        for key in _with(phone[-8:], () if is_personal(phone) else initials):
            yield "phone", key
    for email in person.email:
        for key in _with(email, initials if is_role(email) else ()):
            yield "email", key
    yield from _birth_keys(person, initials)
    for name in person.name:
        yield from _whole_name_keys(name, person)
    yield from _part_keys(person)
    if person.postcode and person.birth_place:
        yield "postcode and birth place", f"{person.postcode} {person.birth_place}"
    if person.street and person.street[0]:
        near = person.postcode or " ".join(person.place)
        yield "door", f"{person.street[0]} {person.street[1]} {near}"


def _with(key: str, initials: Collection[str]) -> list[str]:
    """*key*, refined by every initial if there are any."""
    return [f"{key} {initial}" for initial in initials] or [key]


def _birth_keys(person: Person, initials: Collection[str]) -> Iterator[tuple[str, str]]:
    for birth in person.birth:
        for initial in initials:
            yield "birth and initial", f"{birth} {initial}"
        if person.postcode:
            yield "birth and postcode", f"{birth} {person.postcode}"
            yield "birth and area", f"{birth} {area(person.postcode)}"
        if person.birth_place:
            yield "birth and birth place", f"{birth} {person.birth_place}"


def _whole_name_keys(name: PersonName, person: Person) -> Iterator[tuple[str, str]]:
    exact = " ".join(sorted((name.family, *name.given.split())))
    yield "name", exact
    if not name.given:
        return
    if name.tier == 0:
        yield "rare name", exact
    family = sound(name.family)
    for given in {sound(formal) for formal in formal_names(name.given.partition(" ")[0])}:
        both = " ".join(sorted((family, given)))
        for birth in person.birth:
            yield "name and year", f"{both} {birth[:4]}"
            yield "name and day", f"{both} {birth[4:]}"
        if person.birth_place:
            yield "name and birth place", f"{both} {person.birth_place}"
        if person.place:
            yield "name and place", f"{both} {person.place[1] or person.place[0]}"
        if person.postcode:
            yield "name and area", f"{both} {area(person.postcode)}"


def _part_keys(person: Person) -> Iterator[tuple[str, str]]:
    parts = sorted(_sounds(person) - {""})
    for number, part in enumerate(parts):
        if person.postcode:
            yield "part and postcode", f"{part} {person.postcode}"
            yield "part and area", f"{part} {area(person.postcode)}"
        if person.birth_place:
            yield "part and birth place", f"{part} {person.birth_place}"
        for birth in person.birth:
            yield "part and year", f"{part} {birth[:4]}"
        if person.place:
            yield "part and place", f"{part} {person.place[1] or person.place[0]}"
        if person.street and person.street[0]:
            street = person.street
            yield "part and street", f"{part} {street[0]} {sound(street[1])}{street[1][:1]}"
        for other in parts[number + 1 :]:
            yield "two parts", f"{part} {other}"


def _sounds(person: Person) -> set[str]:
    """How the parts of the names sound: the family name, and the first given names in all their forms."""
    found: set[str] = set()
    for name in person.name:
        found.add(sound(name.family))
        for given in name.given.split()[:3]:
            found |= {sound(formal) for formal in formal_names(given)}
        if not name.given:
            found |= {sound(formal) for formal in formal_names(name.family)}
    return found
