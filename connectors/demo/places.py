"""Made-up addresses, telephone numbers and the Latin spelling of names."""

from __future__ import annotations

from unicodedata import normalize

from connectors.demo import words_china as china
from connectors.demo import words_world as world
from connectors.demo.registry import Registry
from connectors.demo.truth import Address, Phone


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


def mail_word(text: str) -> str:
    """*text* as it may stand in an e-mail address or domain."""
    return "".join(c for c in latin(text).lower() if c.isalnum()) or "x"
