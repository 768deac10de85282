"""Making up customers, with the look-alikes that a matcher must tell apart and the changes that it must see through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from random import Random
from unicodedata import normalize

from connectors.demo import words_china as china
from connectors.demo import words_world as world
from connectors.demo.checksums import USCC_ALPHABET, resident_check, uscc
from connectors.demo.truth import Address, Company, Customer, Person, Phone

FIRST_CHANGE, LAST_CHANGE = date(2023, 9, 1), date(2026, 3, 1)
_FAMILY_WEIGHTS = [1 / (rank + 6) for rank in range(len(china.SURNAMES))]
_WORLD_WEIGHTS = (30, 25, 25, 20)


@dataclass(slots=True)
class Registry:
    """The source of chance and of customer numbers."""

    rng: Random
    last: int = -1

    def number(self) -> int:
        """The next customer's number."""
        self.last += 1
        return self.last

    def digits(self, count: int) -> str:
        """*count* digits, the first not zero or one, as in telephone numbers."""
        first = self.rng.randrange(2, 10)
        return f"{first}{self.rng.randrange(10 ** (count - 1)):0{count - 1}d}"

    def day(self, first: date, last: date) -> date:
        """A day between two."""
        return first + timedelta(days=self.rng.randrange((last - first).days + 1))


def population(rng: Random, count: int) -> list[Customer]:
    """*count* customers numbered from 0; the first three are the company of the story, its branch and its subsidiary."""
    return list(islice(_customers(Registry(rng)), count))


def _customers(registry: Registry) -> Iterator[Customer]:
    yield from _story(registry)
    while True:
        kind = registry.rng.random()
        if kind < 0.30:
            yield from _with_relatives(registry, chinese_company(registry))
        elif kind < 0.65:
            yield from _with_lookalikes(registry, chinese_person(registry))
        elif kind < 0.80:
            yield from _with_relatives(registry, foreign_company(registry))
        else:
            yield from _with_lookalikes(registry, foreign_person(registry))


def _story(registry: Registry) -> Iterator[Company]:
    """沪江星桥, renamed once, with a branch in Beijing and a subsidiary in Suzhou."""
    name = (
        "沪江星桥精密仪器（上海）有限公司",
        "沪江星桥",
        "Hujiang Starbridge Precision Instruments (Shanghai) Co., Ltd.",
    )
    base = _chinese_company(registry, china.PLACES[0], *name, industry="C40")
    head = replace(
        base,
        uscc="91310115MA9XK2T02R",
        phone=Phone(dial="86", trunk="0", area="21", local="58881234"),
        website="www.starbridge-instruments.cn",
        email="info@starbridge-instruments.cn",
        changed_on=date(2024, 6, 1),
        former_name="上海星桥仪器有限公司",
    )
    yield head
    yield _branch(registry, head, china.PLACES[1])
    yield _subsidiary(registry, head, china.PLACES[4])


# Persons


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


def foreign_person(registry: Registry) -> Person:
    """A person living in Britain, the United States, Germany or France."""
    rng = registry.rng
    country = rng.choices(world.COUNTRIES, _WORLD_WEIGHTS)[0]
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
    first, last = _mail_word(given), _mail_word(family)
    tail = rng.choice(("", f"{birth:%y}", str(rng.randrange(1, 999)), f"{birth:%Y}"))
    local = rng.choice(
        (f"{first}.{last}{tail}", f"{first[0]}{last}{tail or 7}", f"{last}{first[0]}{tail or 3}")
    )
    return f"{local}@{rng.choice(country.mail)}"


def _with_life(registry: Registry, person: Person) -> Person:
    """Some move, some change their number, some marry and take another name."""
    rng = registry.rng
    changed_on = registry.day(FIRST_CHANGE, LAST_CHANGE)
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


def _with_lookalikes(registry: Registry, person: Person) -> Iterator[Person]:
    yield person
    trap = registry.rng.random()
    if trap < 0.02:
        yield _twin(registry, person)
    elif trap < 0.045:
        yield _child_of_the_same_name(registry, person)
    elif trap < 0.085:
        yield _spouse(registry, person)
    elif trap < 0.11:
        yield _heir_of_the_number(registry, person)


def _another_like(registry: Registry, person: Person) -> Person:
    return chinese_person(registry) if person.country == "CN" else _compatriot(registry, person)


def _compatriot(registry: Registry, person: Person) -> Person:
    country = world.BY_CODE[person.country]
    other = foreign_person(registry)
    return replace(
        other,
        country=person.country,
        mobile=foreign_mobile(registry, country),
        landline=None,
        address=foreign_address(registry, country),
        changed_on=None,
        former_family=None,
        former_mobile=None,
        former_address=None,
        email=_foreign_mail(registry, country, other.given, other.family, other.birth),
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
        email=f"{given_latin.lower()}.{_mail_word(person.family_latin)}{registry.rng.randrange(10, 99)}@outlook.com",
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


def _heir_of_the_number(registry: Registry, person: Person) -> Person:
    """A stranger who was given the mobile number that the other one has had before."""
    return replace(_another_like(registry, person), mobile=person.former_mobile or person.mobile)


# Companies


def chinese_company(registry: Registry) -> Company:
    """A company in China."""
    rng = registry.rng
    place = rng.choice(china.PLACES)
    brand = rng.sample(china.BRAND_CHARACTERS, 3 if rng.random() < 0.12 else 2)
    trade, trade_english, industry = rng.choice(china.INDUSTRIES)
    form, form_english = rng.choices(china.LEGAL_FORMS, (70, 10, 14, 6))[0]
    han = "".join(c for c, _ in brand)
    reading = "".join(r for _, r in brand).capitalize()
    city = place.city.removesuffix("市")
    legal = rng.choices(
        (f"{city}{han}{trade}{form}", f"{han}{trade}（{city}）{form}", f"{han}（{city}）{trade}{form}"),
        (6, 2, 2),
    )[0]
    english = f"{place.latin} {reading} {trade_english} {form_english}"
    company = _chinese_company(registry, place, legal, f"{han}{trade[:2]}", english, industry=industry)
    if rng.random() < 0.05:
        older = "".join(c for c, _ in rng.sample(china.BRAND_CHARACTERS, 2))
        company = replace(
            company,
            former_name=company.legal_name.replace(han, older),
            changed_on=registry.day(FIRST_CHANGE, LAST_CHANGE),
        )
    if rng.random() < 0.07:
        company = replace(
            company,
            former_address=chinese_address(registry, place, home=False),
            changed_on=company.changed_on or registry.day(FIRST_CHANGE, LAST_CHANGE),
        )
    return company


def _chinese_company(
    registry: Registry, place: china.Place, legal: str, short: str, english: str, *, industry: str
) -> Company:
    rng = registry.rng
    address = chinese_address(registry, place, home=False)
    domain = f"{_mail_word(english.removeprefix(place.latin).split()[0])}-{_mail_word(place.latin)[:2]}{registry.digits(2)}.cn"
    organisation = "MA" + "".join(rng.choices(USCC_ALPHABET, k=6))
    return Company(
        number=registry.number(),
        country="CN",
        legal_name=legal,
        short_name=short,
        english_name=english,
        forms=(),
        uscc=uscc("91", address.division, organisation),
        tax_id="",
        phone=Phone(dial="86", trunk="0", area=place.area_code, local=registry.digits(8)),
        website=f"www.{domain}",
        email=f"{rng.choice(('info', 'sales', 'office', 'contact'))}@{domain}",
        address=address,
        industry=industry,
    )


def foreign_company(registry: Registry) -> Company:
    """A company in Britain, the United States, Germany or France."""
    rng = registry.rng
    country = rng.choices(world.COUNTRIES, _WORLD_WEIGHTS)[0]
    words = [rng.choice(world.BRANDS), rng.choice(world.TRADES)]
    if rng.random() < 0.35:
        words.insert(0, rng.choice(country.families))
    if rng.random() < 0.15:
        words.insert(1, "&" if country.code in ("GB", "US") else "+")
    forms = rng.choice(country.forms)
    short = " ".join(words)
    domain = f"{_mail_word(words[0])}-{_mail_word(words[-1])}{registry.digits(2)}.{country.tld}"
    company = Company(
        number=registry.number(),
        country=country.code,
        legal_name=f"{short} {forms[0]}",
        short_name=short,
        english_name="",
        forms=forms,
        uscc="",
        tax_id=f"{country.code}{registry.digits(9)}",
        phone=foreign_landline(registry, country),
        website=f"www.{domain}",
        email=f"{rng.choice(('info', 'sales', 'office', 'hello'))}@{domain}",
        address=foreign_address(registry, country),
        industry="",
    )
    if rng.random() < 0.06:
        renamed = f"{rng.choice(world.BRANDS)} {words[-1]} {forms[0]}"
        company = replace(company, former_name=renamed, changed_on=registry.day(FIRST_CHANGE, LAST_CHANGE))
    return company


def _with_relatives(registry: Registry, company: Company) -> Iterator[Company]:
    yield company
    trap = registry.rng.random()
    place = registry.rng.choice(china.PLACES)
    if company.country == "CN" and trap < 0.06:
        yield _branch(registry, company, place)
    elif trap < 0.12:
        yield _subsidiary(registry, company, place)
    elif trap < 0.16:
        neighbour = chinese_company(registry) if company.country == "CN" else foreign_company(registry)
        if neighbour.country == company.country:
            neighbour = replace(neighbour, phone=company.phone, address=company.address, former_address=None)
        yield neighbour


def _branch(registry: Registry, head: Company, place: china.Place) -> Company:
    """A branch has a code of its own; name and often telephone are the head office's."""
    city = place.city.removesuffix("市")
    branch = _chinese_company(
        registry,
        place,
        f"{head.legal_name}{city}分公司",
        f"{head.short_name}{city}",
        f"{head.english_name} {place.latin} Branch",
        industry=head.industry,
    )
    shared = registry.rng.random() < 0.5
    return replace(
        branch,
        phone=head.phone if shared else branch.phone,
        website=head.website,
        email=head.email if shared else branch.email,
        parent=head.number,
    )


def _subsidiary(registry: Registry, head: Company, place: china.Place) -> Company:
    """A company of its own that bears the parent's name, with another place or trade in it."""
    if head.country == "CN":
        city = place.city.removesuffix("市")
        brand = head.short_name[:2]
        trade, english, industry = registry.rng.choice(china.INDUSTRIES)
        legal = f"{brand}{trade}（{city}）有限公司"
        latin_name = f"{place.latin} {head.english_name.split()[0]} {english} Co., Ltd."
        company = _chinese_company(
            registry, place, legal, f"{brand}{trade[:2]}", latin_name, industry=industry
        )
    else:
        other = foreign_company(registry)
        country = world.BY_CODE[head.country]
        forms = registry.rng.choice(country.forms)
        short = f"{head.short_name.split()[0]} {other.short_name.split()[-1]}"
        company = replace(
            other,
            country=head.country,
            legal_name=f"{short} {forms[0]}",
            short_name=short,
            forms=forms,
            tax_id=f"{country.code}{registry.digits(9)}",
            phone=foreign_landline(registry, country),
            address=foreign_address(registry, country),
            former_name=None,
            changed_on=None,
        )
    if registry.rng.random() < 0.4:
        company = replace(company, website=head.website, phone=head.phone)
    return replace(company, parent=head.number)


# Addresses and numbers


def chinese_address(registry: Registry, place: china.Place, *, home: bool) -> Address:
    """An address in the place, a flat if *home*, else an office."""
    rng = registry.rng
    district, district_latin, division = rng.choice(place.districts)
    street, street_latin = rng.choice(china.STREETS)
    kind, kind_latin = rng.choices(china.STREET_KINDS, (6, 2, 2, 1))[0]
    house = str(rng.randrange(1, 1999))
    room = (
        f"{rng.randrange(1, 40)}幢{rng.randrange(1, 33)}{rng.randrange(1, 9):02d}室"
        if home
        else f"{rng.randrange(1, 33)}层"
    )
    return Address(
        country="CN",
        region=place.province,
        city=place.city,
        district=district,
        street=f"{street}{kind}",
        house=house,
        room=room if rng.random() < 0.8 else "",
        postcode=f"{place.postcode}{rng.randrange(10)}{rng.randrange(10)}",
        city_latin=place.latin,
        street_latin=f"{street_latin.capitalize()} {kind_latin}, {district_latin}",
        division=division,
    )


def foreign_address(registry: Registry, country: world.Country) -> Address:
    """An address in one of the country's cities."""
    rng = registry.rng
    city, region, postcode, _ = rng.choice(country.cities)
    street = rng.choice(country.streets)
    return Address(
        country=country.code,
        region=region,
        city=city,
        district="",
        street=street,
        house=str(rng.randrange(1, 400)),
        room=f"Apt {rng.randrange(1, 40)}" if country.code == "US" and rng.random() < 0.3 else "",
        postcode=postcode.format(rng.randrange(1, 10), rng.randrange(1, 10)),
        city_latin=latin(city),
        street_latin=latin(street),
    )


def chinese_mobile(registry: Registry) -> Phone:
    """A mobile number of eleven digits."""
    local = registry.rng.choice(china.MOBILE_PREFIXES) + f"{registry.rng.randrange(10**8):08d}"
    return Phone(dial="86", trunk="", area="", local=local)


def foreign_mobile(registry: Registry, country: world.Country) -> Phone:
    """A mobile number of the country."""
    area = registry.rng.choice(country.mobile_prefixes)
    return Phone(
        dial=country.dial,
        trunk=country.trunk,
        area=area,
        local=registry.digits(country.mobile_length - len(area)),
    )


def foreign_landline(registry: Registry, country: world.Country) -> Phone:
    """A fixed number in one of the country's cities."""
    area = registry.rng.choice(country.cities)[3]
    return Phone(
        dial=country.dial,
        trunk=country.trunk,
        area=area,
        local=registry.digits(country.landline_length - len(area)),
    )


_LATIN = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def latin(text: str) -> str:
    """*text* in plain Latin letters, umlauts written out and accents dropped."""
    return normalize("NFKD", text.translate(_LATIN)).encode("ascii", "ignore").decode()


def _mail_word(text: str) -> str:
    return "".join(c for c in latin(text).lower() if c.isalnum()) or "x"
