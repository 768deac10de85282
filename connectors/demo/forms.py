"""How the units write down persons and companies: which fields they have, how often, in which form."""

from __future__ import annotations

from collections.abc import Callable

from connectors.demo.slips import Hand
from connectors.demo.truth import Address, Company, Person
from connectors.demo.words_world import TITLES

Values = list[tuple[str, str]]


def _native_name(hand: Hand, person: Person) -> str:
    if person.country == "CN":
        return hand.han(person.full_name)
    return hand.western(f"{hand.given(person.given)} {person.family}")


def _legal_name(hand: Hand, company: Company) -> str:
    name = company.legal_name
    if company.country == "CN":
        if hand.chance(0.06):
            name = (
                name.replace("有限责任公司", "有限公司")
                if "责任" in name
                else name.replace("有限公司", "有限责任公司")
            )
        return hand.han(name)
    form = hand.pick(company.forms) if hand.chance(0.4) else company.forms[0]
    name = name.replace(company.forms[0], form)
    if hand.chance(0.05):
        name = name.replace(" & ", " and ")
    return hand.western(name.upper() if hand.chance(0.08) else name)


def _short_name(hand: Hand, company: Company) -> str:
    return hand.han(company.short_name) if company.country == "CN" else hand.western(company.short_name)


def _address(hand: Hand, address: Address) -> str:
    return hand.chinese_address(address) if address.country == "CN" else hand.western_address(address)


def _address_parts(hand: Hand, use: str, a: Address, *, latin: bool) -> Values:
    street = a.street_latin if latin else hand.han(a.street) if a.country == "CN" else hand.western(a.street)
    parts = [
        (f"address.{use}.street", street),
        (f"address.{use}.house_number", hand.number(a.house)),
        (f"address.{use}.city", a.city_latin if latin else a.city),
        (f"address.{use}.postcode", hand.number(a.postcode) if a.postcode.isdigit() else a.postcode),
        (f"address.{use}.country", a.country),
    ]
    if a.district and not latin:
        parts.append((f"address.{use}.district", a.district))
    if a.country == "US":
        parts.append((f"address.{use}.region", a.region))
    return parts


def _some(hand: Hand, *fields: tuple[float, str, Callable[[], str]]) -> Values:
    """Of each field (probability, path, text) its value, if the unit has it and it is not empty."""
    return [(path, text) for p, path, write in fields if hand.fills(p) and (text := write())]


def crm_person(hand: Hand, person: Person) -> Values:
    """Sales people type while they talk."""
    values = _some(
        hand,
        (0.92, "contact.mobile", lambda: hand.phone(person.mobile)),
        (0.45, "contact.email", lambda: hand.mail(person.email)),
        (0.40, "person.birth_date", lambda: hand.day(person.birth)),
        (0.50, "person.gender", lambda: person.gender),
        (0.50, "address.home.text", lambda: _address(hand, person.address)),
        (0.30, "contact.phone", lambda: hand.phone(person.landline) if person.landline else ""),
    )
    return [("name.full", _native_name(hand, person)), *values]


def crm_company(hand: Hand, company: Company) -> Values:
    """Sales people use short names and know web sites."""
    short_only = hand.chance(0.15)
    name = [("name.legal", _short_name(hand, company) if short_only else _legal_name(hand, company))]
    return name + _some(
        hand,
        (0.20, "name.short", lambda: _short_name(hand, company)),
        (0.50, "identifier.uscc", lambda: company.uscc),
        (0.85, "contact.phone", lambda: hand.phone(company.phone)),
        (0.45, "contact.website", lambda: company.website),
        (0.40, "contact.email", lambda: hand.mail(company.email)),
        (0.60, "address.registered.text", lambda: _address(hand, company.address)),
        (0.60, "organisation.industry", lambda: company.industry),
    )


def erp_person(hand: Hand, person: Person) -> Values:
    """Finance copies from identity cards."""
    values = _some(
        hand,
        (0.70, "identifier.national_id", lambda: person.national_id),
        (0.88, "contact.mobile", lambda: hand.phone(person.mobile)),
        (0.40, "person.birth_date", lambda: hand.day(person.birth)),
        (0.70, "address.home.text", lambda: _address(hand, person.address)),
        (0.20, "contact.email", lambda: hand.mail(person.email)),
    )
    name = _native_name(hand, person)
    return [("name.full", name.upper() if person.country != "CN" and hand.chance(0.3) else name), *values]


def erp_company(hand: Hand, company: Company) -> Values:
    """Finance copies from business licences."""
    return [
        ("name.legal", _legal_name(hand, company)),
        *_some(
            hand,
            (0.88, "identifier.uscc", lambda: company.uscc),
            (0.80, "identifier.tax_id", lambda: company.tax_id),
            (0.60, "name.former", lambda: company.former_name or ""),
            (0.25, "name.english", lambda: company.english_name),
            (0.70, "contact.phone", lambda: hand.phone(company.phone)),
            (0.85, "address.registered.text", lambda: _address(hand, company.address)),
            (0.40, "contact.email", lambda: hand.mail(company.email)),
        ),
    ]


def service_person(hand: Hand, person: Person) -> Values:
    """Agents listen on the telephone, and sometimes learn no more than a surname."""
    name = _native_name(hand, person)
    if hand.chance(0.03):
        name = (
            f"{person.family}{'先生' if person.gender == 'm' else '女士'}" if person.country == "CN" else name
        )
    elif person.country != "CN" and hand.chance(0.12):
        name = f"{TITLES[person.country][person.gender == 'f']} {name}"
    return [
        ("name.full", name),
        *_some(
            hand,
            (0.95, "contact.mobile", lambda: hand.phone(person.mobile)),
            (0.30, "contact.phone", lambda: hand.phone(person.landline) if person.landline else ""),
            (0.45, "contact.email", lambda: hand.mail(person.email)),
            (0.40, "address.home.text", lambda: _address(hand, person.address)),
            (0.20, "person.birth_date", lambda: hand.day(person.birth)),
        ),
    ]


def service_company(hand: Hand, company: Company) -> Values:
    """Agents listen on the telephone and note what the caller says."""
    short_only = hand.chance(0.25)
    return [
        ("name.legal", _short_name(hand, company) if short_only else _legal_name(hand, company)),
        *_some(
            hand,
            (0.90, "contact.phone", lambda: hand.phone(company.phone)),
            (0.45, "address.office.text", lambda: _address(hand, company.address)),
            (0.45, "contact.email", lambda: hand.mail(company.email)),
            (0.20, "contact.website", lambda: company.website),
        ),
    ]


def web_person(hand: Hand, person: Person) -> Values:
    """Customers fill in forms themselves, many Chinese ones in Latin letters."""
    latin = person.country == "CN" and hand.chance(0.35)
    family, given = person.family, hand.given(person.given)
    if latin:
        family, given = person.family_latin, person.given_latin
    if hand.slips(0.4):
        family, given = given, family
    write = hand.han if person.country == "CN" and not latin else hand.western
    values = [("name.given", write(given)), ("name.family", write(family))]
    values += _some(
        hand,
        (0.95, "contact.email", lambda: hand.mail(person.email)),
        (0.72, "contact.mobile", lambda: hand.phone(person.mobile)),
        (0.40, "person.birth_date", lambda: hand.day(person.birth)),
    )
    if hand.fills(0.6):
        values += _address_parts(hand, "delivery", person.address, latin=latin)
    return values


def web_company(hand: Hand, company: Company) -> Values:
    """Customers fill in forms themselves, many Chinese companies under their English name."""
    latin = bool(company.english_name) and hand.chance(0.55)
    path, name = (
        ("name.english", company.english_name) if latin else ("name.legal", _legal_name(hand, company))
    )
    values = [(path, hand.western(name) if latin else name)]
    values += _some(
        hand,
        (0.90, "contact.email", lambda: hand.mail(company.email)),
        (0.35, "contact.website", lambda: company.website),
        (0.55, "contact.phone", lambda: hand.phone(company.phone)),
        (0.20, "identifier.tax_id", lambda: company.tax_id),
    )
    if hand.fills(0.6):
        values += _address_parts(hand, "billing", company.address, latin=latin)
    return values
