"""Made-up persons, and those who are easily taken for them: twins, children, spouses, heirs of a telephone number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from connectors.demo import words_china as china
from connectors.demo import words_world as world
from connectors.demo.checksums import resident_check
from connectors.demo.places import (
    chinese_address,
    chinese_mobile,
    foreign_address,
    foreign_landline,
    foreign_mobile,
    latin,
    mail_word,
)
from connectors.demo.registry import Registry
from connectors.demo.truth import Person

_FAMILY_WEIGHTS = [1 / (rank + 6) for rank in range(len(china.SURNAMES))]


def chinese_person(registry: Registry) -> Person:
    """A person living in China."""
    rng = registry.rng
    gender = rng.choice("mf")
    family, family_latin = rng.choices(china.SURNAMES, _FAMILY_WEIGHTS)[0]
    pool = china.MALE_CHARACTERS if gender == "m" else china.FEMALE_CHARACTERS
    given = [rng.choice(pool) for _ in range(1 if rng.random() < 0.22 else 2)]
    birth = registry.day(date(1948, 1, 1), date(2004, 12, 31))
    address = chinese_address(registry, rng.choice(china.PLACES), home=True)
    given_latin = "".join(latin for _, latin in given)
    tail = rng.choice((f"{birth:%y%m}", f"{birth:%Y}", str(rng.randrange(10, 9999)), f"{birth:%m%d}"))
    person = Person(
        number=registry.number(),
        country="CN",
        family=family,
        given="".join(han for han, _ in given),
        family_latin=family_latin.capitalize(),
        given_latin=given_latin.capitalize(),
        gender=gender,
        birth=birth,
        mobile=chinese_mobile(registry),
        landline=None,
        email=f"{family_latin}{rng.choice(('', '.', '_'))}{given_latin}{tail}@{rng.choice(china.PUBLIC_MAIL)}",
        national_id=resident_id(registry, address.division, birth, gender),
        address=address,
    )
    return _with_life(registry, person)


def resident_id(registry: Registry, division: str, birth: date, gender: str) -> str:
    """An identity number whose region, birth date, sex and check character are right."""
    sequence = registry.rng.randrange(0, 500) * 2 + (gender == "m")
    body = f"{division}{birth:%Y%m%d}{sequence:03d}"
    return body + resident_check(body)


def foreign_person(registry: Registry, country: world.Country | None = None) -> Person:
    """A person living in *country*, else in any of Britain, the United States, Germany and France."""
    rng = registry.rng
    country = country or rng.choices(world.COUNTRIES, world.WEIGHTS)[0]
    gender = rng.choice("mf")
    given = rng.choice(country.male if gender == "m" else country.female)
    family = rng.choice(country.families)
    birth = registry.day(date(1945, 1, 1), date(2004, 12, 31))
    address = foreign_address(registry, country)
    person = Person(
        number=registry.number(),
        country=country.code,
        family=family,
        given=given,
        family_latin=latin(family),
        given_latin=latin(given),
        gender=gender,
        birth=birth,
        mobile=foreign_mobile(registry, country),
        landline=foreign_landline(registry, country) if rng.random() < 0.4 else None,
        email=_foreign_mail(registry, country, given, family, birth),
        national_id="",
        address=address,
    )
    return _with_life(registry, person)


def _foreign_mail(registry: Registry, country: world.Country, given: str, family: str, birth: date) -> str:
    rng = registry.rng
    first, last = mail_word(given), mail_word(family)
    tail = rng.choice(("", f"{birth:%y}", str(rng.randrange(1, 999)), f"{birth:%Y}"))
    local = rng.choice(
        (f"{first}.{last}{tail}", f"{first[0]}{last}{tail or 7}", f"{last}{first[0]}{tail or 3}")
    )
    return f"{local}@{rng.choice(country.mail)}"


def _with_life(registry: Registry, person: Person) -> Person:
    """Some move, some change their number, some marry and take another name."""
    rng = registry.rng
    changed_on = registry.day_of_change()
    if rng.random() < 0.10:
        former = (
            chinese_address(registry, rng.choice(china.PLACES), home=True)
            if person.country == "CN"
            else foreign_address(registry, world.BY_CODE[person.country])
        )
        person = replace(person, former_address=former, changed_on=changed_on)
    if rng.random() < 0.06:
        mobile = (
            chinese_mobile(registry)
            if person.country == "CN"
            else foreign_mobile(registry, world.BY_CODE[person.country])
        )
        person = replace(person, former_mobile=mobile, changed_on=changed_on)
    if person.country != "CN" and person.gender == "f" and rng.random() < 0.10:
        former_family = rng.choice(world.BY_CODE[person.country].families)
        person = replace(person, former_family=former_family, changed_on=changed_on)
    return person


def with_lookalikes(registry: Registry, person: Person) -> Iterator[Person]:
    """The person, and now and then another one who is not the same."""
    trap = registry.rng.random()
    if trap < 0.025:
        yield from _change_of_number(registry, person)
        return
    yield person
    if trap < 0.045:
        yield _twin(registry, person)
    elif trap < 0.07:
        yield _child_of_the_same_name(registry, person)
    elif trap < 0.11:
        yield _spouse(registry, person)


def _another_like(registry: Registry, person: Person) -> Person:
    """Another person of the same country."""
    return (
        chinese_person(registry)
        if person.country == "CN"
        else foreign_person(registry, world.BY_CODE[person.country])
    )


def _twin(registry: Registry, person: Person) -> Person:
    """Same day of birth, same home, a given name that sounds like it belongs together."""
    other = _another_like(registry, person)
    if person.country == "CN":
        pool = china.MALE_CHARACTERS if person.gender == "m" else china.FEMALE_CHARACTERS
        han, reading = registry.rng.choice([c for c in pool if c[0] != person.given[-1]])
        head_latin = china.READINGS[person.given[0]] if len(person.given) == 2 else ""
        given, given_latin = person.given[:-1] + han, (head_latin + reading).capitalize()
    else:
        country = world.BY_CODE[person.country]
        pool_names = country.male if person.gender == "m" else country.female
        given = registry.rng.choice([n for n in pool_names if n != person.given])
        given_latin = latin(given)
    return replace(
        other,
        family=person.family,
        family_latin=person.family_latin,
        given=given,
        given_latin=given_latin,
        gender=person.gender,
        birth=person.birth,
        address=person.address,
        landline=person.landline,
        email=f"{given_latin.lower()}.{mail_word(person.family_latin)}{registry.rng.randrange(10, 99)}@outlook.com",
        national_id=resident_id(registry, person.address.division, person.birth, person.gender)
        if person.national_id
        else "",
        former_address=None,
    )


def _child_of_the_same_name(registry: Registry, person: Person) -> Person:
    """Abroad a son bears his father's name; in China it sounds the same and is written otherwise."""
    other = _another_like(registry, person)
    given = person.given
    if person.country == "CN":
        given = person.given[:-1] + registry.rng.choice(china.HOMOPHONES.get(person.given[-1], "军"))
    birth = date(
        min(person.birth.year + registry.rng.randrange(22, 34), 2007),
        other.birth.month,
        1 + other.birth.day % 28,
    )
    return replace(
        other,
        family=person.family,
        family_latin=person.family_latin,
        given=given,
        given_latin=person.given_latin,
        gender=person.gender,
        birth=birth,
        address=person.address,
        landline=person.landline,
        email=f"{person.given_latin.lower()}{birth:%Y}@{registry.rng.choice(('gmail.com', 'outlook.com'))}",
        national_id=resident_id(registry, person.address.division, birth, person.gender)
        if person.national_id
        else "",
        former_address=None,
    )


def _spouse(registry: Registry, person: Person) -> Person:
    """Another name, but the same home and the same telephone."""
    other = _another_like(registry, person)
    family, family_latin = (
        (other.family, other.family_latin) if person.country == "CN" else (person.family, person.family_latin)
    )
    return replace(
        other,
        family=family,
        family_latin=family_latin,
        mobile=person.mobile,
        landline=person.landline,
        address=person.address,
        former_address=None,
        former_mobile=None,
    )


def _change_of_number(registry: Registry, person: Person) -> Iterator[Person]:
    """The person, who has another mobile number by now, and the stranger who was given the old one."""
    stranger = _another_like(registry, person)
    changed_on = person.changed_on or registry.day_of_change()
    yield replace(person, former_mobile=person.mobile, mobile=stranger.mobile, changed_on=changed_on)
    yield replace(stranger, mobile=person.mobile)
