"""Blocking keys of persons: what two readings of one person share even when each has a slip in it.

None is a single common value: names go with a year, a postcode or a place, dates of birth with an initial.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from matching.features import Person
from matching.normalise.emails import is_role
from matching.normalise.person_names import PersonName
from matching.normalise.phones import is_personal
from matching.normalise.sound import sound


def person_keys(person: Person) -> Iterator[str]:
    """The keys of *person* as text; some come more than once."""
    for identifier in (*person.strong, *person.document, *person.number):
        yield f"id {identifier}"
    initials = {part[0] for name in person.name for part in (name.family, name.given) if part}
    for phone in person.phone:
        yield from _with(f"phone {phone[-8:]}", () if is_personal(phone) else initials)
    for email in person.email:
        yield from _with(f"mail {email}", initials if is_role(email) else ())
    for birth in person.birth:
        for initial in initials:
            yield f"birth {birth} {initial}"
        if person.postcode:
            yield f"birth {birth} {person.postcode}"
    for name in person.name:
        yield from _name_keys(name, person)


def _with(key: str, initials: Collection[str]) -> list[str]:
    """*key*, refined by every initial if there are any."""
    return [f"{key} {initial}" for initial in initials] or [key]


def _name_keys(name: PersonName, person: Person) -> Iterator[str]:
    given = name.given.partition(" ")[0]
    family_sound, given_sound = sound(name.family), sound(given)
    both = " ".join(sorted((family_sound, given_sound)))
    if name.given:
        for birth in person.birth:
            yield f"year {both} {birth[:4]}"
            yield f"date {both} {birth[4:]}"
        if person.birth_place:
            yield f"born {both} {person.birth_place}"
        if person.place:
            yield f"place {both} {person.place[1] or person.place[0]}"
        if name.tier == 0:
            yield f"name {' '.join(sorted((name.family, *name.given.split())))}"
    for part in {family_sound, given_sound} - {""}:
        if person.postcode:
            yield f"post {part} {person.postcode}"
        if person.street and person.street[0]:
            yield f"street {part} {person.street[0]} {sound(person.street[1])}{person.street[1][:1]}"
