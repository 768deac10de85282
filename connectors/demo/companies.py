"""Made-up companies, and those that are easily taken for them: branches, subsidiaries, neighbours on the same switchboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from connectors.demo import words_china as china
from connectors.demo import words_world as world
from connectors.demo.checksums import USCC_ALPHABET, uscc
from connectors.demo.places import chinese_address, foreign_address, foreign_landline, mail_word
from connectors.demo.registry import Registry
from connectors.demo.truth import Company, Phone

_CITIES = frozenset(place.latin for place in china.PLACES)


def story_companies(registry: Registry) -> Iterator[Company]:
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
        address=replace(
            base.address,
            district="浦东新区",
            street="张江路",
            house="88",
            room="3层",
            postcode="201203",
            street_latin="Zhangjiang Road, Pudong",
            division="310115",
        ),
        changed_on=date(2024, 6, 1),
        former_name="上海星桥仪器有限公司",
    )
    yield head
    yield _branch(registry, head, china.PLACES[1])
    yield _subsidiary(registry, head, china.PLACES[4])


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
            changed_on=registry.day_of_change(),
        )
    if rng.random() < 0.07:
        company = replace(
            company,
            former_address=chinese_address(registry, place, home=False),
            changed_on=company.changed_on or registry.day_of_change(),
        )
    return company


def _chinese_company(
    registry: Registry, place: china.Place, legal: str, short: str, english: str, *, industry: str
) -> Company:
    rng = registry.rng
    address = chinese_address(registry, place, home=False)
    domain = f"{mail_word(english.removeprefix(place.latin).split()[0])}-{mail_word(place.latin)[:2]}{registry.digits(2)}.cn"
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


def foreign_company(registry: Registry, country: world.Country | None = None) -> Company:
    """A company in *country*, else in any of Britain, the United States, Germany and France."""
    rng = registry.rng
    country = country or rng.choices(world.COUNTRIES, world.WEIGHTS)[0]
    words = [rng.choice(world.BRANDS), rng.choice(world.TRADES)]
    if rng.random() < 0.35:
        words.insert(0, rng.choice(country.families))
        if rng.random() < 0.4:
            words.insert(1, "&" if country.code in ("GB", "US") else "+")
    forms = rng.choice(country.forms)
    short = " ".join(words)
    domain = f"{mail_word(words[0])}-{mail_word(words[-1])}{registry.digits(2)}.{country.tld}"
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
        company = replace(company, former_name=renamed, changed_on=registry.day_of_change())
    return company


def with_relatives(registry: Registry, company: Company) -> Iterator[Company]:
    """The company, and now and then another one that is not the same."""
    yield company
    trap = registry.rng.random()
    place = registry.rng.choice(china.PLACES)
    if company.country == "CN" and trap < 0.06:
        yield _branch(registry, company, place)
    elif trap < 0.12:
        yield _subsidiary(registry, company, place)
    elif trap < 0.16:
        neighbour = (
            chinese_company(registry)
            if company.country == "CN"
            else foreign_company(registry, world.BY_CODE[company.country])
        )
        yield replace(neighbour, phone=company.phone, address=company.address, former_address=None)


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
        trade, english, industry = registry.rng.choice(
            [known for known in china.INDUSTRIES if known[0] not in head.legal_name]
        )
        legal = f"{brand}{trade}（{city}）有限公司"
        own = next(w for w in head.english_name.split() if w not in _CITIES)
        latin_name = f"{place.latin} {own} {english} Co., Ltd."
        company = _chinese_company(
            registry, place, legal, f"{brand}{trade[:2]}", latin_name, industry=industry
        )
    else:
        country = world.BY_CODE[head.country]
        other = foreign_company(registry, country)
        brand, trade = head.short_name.split()[0], head.short_name.split()[-1]
        short = f"{brand} {registry.rng.choice([t for t in world.TRADES if t != trade])}"
        company = replace(
            other, legal_name=f"{short} {other.forms[0]}", short_name=short, former_name=None, changed_on=None
        )
    if registry.rng.random() < 0.4:
        company = replace(company, website=head.website, phone=head.phone)
    return replace(company, parent=head.number)
