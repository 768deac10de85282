"""Who the customers of the made-up group really are: persons and companies, with what changed in their lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number in its parts; *area* is empty for a Chinese mobile number, *trunk* the zero that is dialled at home."""

    dial: str
    trunk: str
    area: str
    local: str

    @property
    def e164(self) -> str:
        """The international form."""
        return f"+{self.dial}{self.area}{self.local}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address in its parts, in the country's own script; the ``_latin`` parts in Latin letters."""

    country: str
    region: str
    city: str
    district: str
    street: str
    house: str
    room: str
    postcode: str
    city_latin: str
    street_latin: str
    division: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A natural person. ``former_…`` is what held before *changed_on*: a move, a marriage, another mobile number."""

    number: int
    country: str
    family: str
    given: str
    family_latin: str
    given_latin: str
    gender: str
    birth: date
    mobile: Phone
    landline: Phone | None
    email: str
    national_id: str
    address: Address
    changed_on: date | None = None
    former_family: str | None = None
    former_mobile: Phone | None = None
    former_address: Address | None = None

    @property
    def full_name(self) -> str:
        """The name as written at home."""
        return f"{self.family}{self.given}" if self.country == "CN" else f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An organisation; a branch or subsidiary names its *parent*."""

    number: int
    country: str
    legal_name: str
    short_name: str
    english_name: str
    forms: tuple[str, ...]
    uscc: str
    tax_id: str
    phone: Phone
    website: str
    email: str
    address: Address
    industry: str
    parent: int | None = None
    changed_on: date | None = None
    former_name: str | None = None
    former_address: Address | None = None


Customer = Person | Company
