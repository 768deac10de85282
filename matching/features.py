"""What comparing needs of a record: one field a feature, in the order in which the model's tables stand.

An empty field means unknown. The fields from ``phone`` on tell where somebody can be reached; households and companies
of one group share all of them at once, so the model limits what they may weigh together. From ``postcode`` on they are
places, which have a limit of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from matching.normalise.organisation_names import OrganisationName
from matching.normalise.person_names import PersonName

Texts = tuple[str, ...]
Pair = tuple[str, str]
NOWHERE: Pair = ("", "")


class Person(NamedTuple):
    """The features of a person."""

    strong: Texts = ()
    document: Texts = ()
    number: Texts = ()
    name: tuple[PersonName, ...] = ()
    birth: Texts = ()
    birth_place: str = ""
    gender: str = ""
    occupation: str = ""
    phone: Texts = ()
    email: Texts = ()
    postcode: str = ""
    street: Pair | tuple[()] = ()
    place: Pair | tuple[()] = ()


class Organisation(NamedTuple):
    """The features of an organisation."""

    strong: Texts = ()
    document: Texts = ()
    number: Texts = ()
    name: tuple[OrganisationName, ...] = ()
    phone: Texts = ()
    email: Texts = ()
    domain: Texts = ()
    postcode: str = ""
    street: Pair | tuple[()] = ()
    place: Pair | tuple[()] = ()


Features = Person | Organisation
KINDS: dict[str, type[Person] | type[Organisation]] = {"person": Person, "organisation": Organisation}
FIRST_CONTACT = {kind: shape._fields.index("phone") for kind, shape in KINDS.items()}
FIRST_HOME = {kind: shape._fields.index("postcode") for kind, shape in KINDS.items()}


NAMES: dict[str, type[PersonName] | type[OrganisationName]] = {
    "person": PersonName,
    "organisation": OrganisationName,
}


def to_json(features: Features) -> list[Any]:
    """*features* as plain lists and texts."""
    parts: list[Any] = list(features)
    parts[3] = [tuple(name) for name in features.name]
    return parts


def from_json(kind: str, parts: list[Any]) -> Features:
    """What `to_json` made of features of a *kind*."""
    name, shape = NAMES[kind], KINDS[kind]
    parts[3] = [name._make(entry) for entry in parts[3]]
    return shape._make([tuple(part) if part.__class__ is list else part for part in parts])
