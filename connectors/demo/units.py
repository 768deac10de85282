"""The four business units of the made-up group, and how each writes down a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.demo import forms
from connectors.demo.forms import Values
from connectors.demo.slips import Hand
from connectors.demo.truth import Company, Customer, Person, Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A business unit: its source system has the unit's name; *slip* is how careless its people are."""

    name: str
    org_unit: str
    person_object: str
    company_object: str
    id_format: str
    slip: float
    write_person: Callable[[Hand, Person], Values]
    write_company: Callable[[Hand, Company], Values]

    @property
    def source(self) -> str:
        """The CloudEvents source."""
        return f"/demo/{self.name}"

    @property
    def customers_topic(self) -> str:
        """Where the unit publishes its customers."""
        return f"customers.{self.name}"

    @property
    def activities_topic(self) -> str:
        """Where the unit publishes what happens with its customers."""
        return f"activities.{self.name}"

    def write(self, hand: Hand, customer: Customer, *, current: bool) -> Values:
        """The values of the customer as the unit has them, as things are now or (not *current*) as they were before."""
        known = customer if current else as_before(customer)
        values = (
            self.write_person(hand, known) if isinstance(known, Person) else self.write_company(hand, known)
        )
        return values if _can_be_reached(values) else [*values, ("contact.phone", hand.phone(_phone(known)))]


def as_before(customer: Customer) -> Customer:
    """The customer before the change in its life."""
    if isinstance(customer, Person):
        return replace(
            customer,
            family=customer.former_family or customer.family,
            family_latin=customer.former_family or customer.family_latin,
            mobile=customer.former_mobile or customer.mobile,
            address=customer.former_address or customer.address,
        )
    return replace(
        customer,
        legal_name=customer.former_name or customer.legal_name,
        short_name=customer.former_name[:4]
        if customer.former_name and customer.country == "CN"
        else customer.short_name,
        english_name="" if customer.former_name else customer.english_name,
        former_name=None,
        address=customer.former_address or customer.address,
    )


def _can_be_reached(values: Values) -> bool:
    return any(path.startswith(("contact.", "identifier.")) for path, _ in values)


def _phone(customer: Customer) -> Phone:
    return customer.mobile if isinstance(customer, Person) else customer.phone


UNITS: tuple[Unit, ...] = (
    Unit(
        name="crm-shanghai",
        org_unit="SH-SALES-1",
        person_object="contact",
        company_object="account",
        id_format="C-{:06d}",
        slip=0.05,
        write_person=forms.crm_person,
        write_company=forms.crm_company,
    ),
    Unit(
        name="erp-east",
        org_unit="EAST-FINANCE",
        person_object="customer",
        company_object="customer",
        id_format="{:010d}",
        slip=0.02,
        write_person=forms.erp_person,
        write_company=forms.erp_company,
    ),
    Unit(
        name="service-desk",
        org_unit="SERVICE",
        person_object="caller",
        company_object="caller",
        id_format="SD{:05d}",
        slip=0.09,
        write_person=forms.service_person,
        write_company=forms.service_company,
    ),
    Unit(
        name="web-shop",
        org_unit="WEB-INTL",
        person_object="user",
        company_object="user",
        id_format="u{:06x}",
        slip=0.06,
        write_person=forms.web_person,
        write_company=forms.web_company,
    ),
)
