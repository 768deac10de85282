"""A record, normalised once: what comparing needs, its blocking keys, its strong identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import orjson

from matching.blocking.keys import blocking_keys
from matching.features import NOWHERE, Features, Organisation, Person, from_json, to_json
from matching.model import Model
from matching.normalise import identifiers
from matching.normalise.addresses import Address, address
from matching.normalise.dates import day
from matching.normalise.emails import domain, email
from matching.normalise.organisation_names import organisation
from matching.normalise.person_names import PersonName, known_as, split
from matching.normalise.phones import phone
from matching.normalise.text import fold, has_han, words
from matching.record import Record

CHECKED = {"uscc": identifiers.uscc, "national_id": identifiers.national_id, "lei": identifiers.lei}
DOCUMENTS = ("passport", "drivers_license", "ssn", "tax_id")
PERSON_NAMES = ("name", "native_name", "english_name", "former_name")
ORGANISATION_NAMES = (
    "organisation_name", "name", "short_name", "former_name", "english_name", "native_name"
)  # fmt: skip
GENDERS = {"m": "m", "f": "f", "男": "m", "女": "f", "w": "f", "1": "m", "2": "f"}

LONGEST_NAME = 200
"""Characters of a name that are read; what is longer is no name, and would take long to compare."""

Attributes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """*keys* are signed 64-bit blocking keys, sorted; *strong* are the valid strong identifiers (type, value)."""

    key: str
    kind: str
    keys: tuple[int, ...]
    features: Features

    @property
    def strong(self) -> tuple[tuple[str, str], ...]:
        """The valid strong identifiers as (type, value)."""
        return strong_of(self.features.strong)


def strong_of(texts: Sequence[str] | None) -> tuple[tuple[str, str], ...]:
    """Strong identifiers as (type, value)."""
    return tuple([(name, value) for name, _, value in (text.partition(":") for text in texts or ())])


def prepare(record: Record, model: Model) -> Prepared:
    """Normalise *record*; what is invalid weighs nothing and is left out."""
    features = with_tiers(features_of(record.kind, record.attributes), model)
    return Prepared(
        key=record.key, kind=record.kind, keys=keys_of(record.kind, features, model), features=features
    )


def features_of(kind: str, attributes: Attributes) -> Features:
    """The features of a record of a *kind*; they depend on the record alone."""
    return _person(attributes) if kind == "person" else _organisation(attributes)


def with_tiers(features: Features, model: Model) -> Features:
    """*features* with what the model knows of the frequency of names."""
    if isinstance(features, Person):
        return features._replace(name=tuple(sorted(tiered(name, model) for name in features.name)))
    return features


def tiered(name: PersonName, model: Model) -> PersonName:
    """*name* with how frequent it is, from 0 to 4, by how frequent its parts are."""
    frequency = model.frequency
    family = max(frequency.get(name.han[:1] or name.family, 0), frequency.get(name.family, 0))
    given = max(
        frequency.get(name.han[1:] if name.han else name.given.partition(" ")[0], 0),
        frequency.get(name.given, 0),
    )
    return name._replace(tier=TIERS[family + given])


TIERS = (0, 1, 2, 2, 3, 4, 4)
"""From the sum of the frequencies of family and given name to the tier of the whole."""


def keys_of(kind: str, features: Features, model: Model) -> tuple[int, ...]:
    """The blocking keys that the model wants of a record, in order."""
    return tuple(sorted(blocking_keys(features, model.blocking[kind]) - model.stop_keys))


def dump(prepared: Prepared) -> bytes:
    """*prepared* without its key, for storing."""
    return orjson.dumps([prepared.kind, prepared.keys, to_json(prepared.features)])


def load(key: str, data: bytes) -> Prepared:
    """What `dump` wrote, for the record *key*."""
    kind, keys, parts = orjson.loads(data)
    return Prepared(key=key, kind=kind, keys=tuple(keys), features=from_json(kind, parts))


def _person(values: Attributes) -> Person:
    strong = _strong(values)
    births = {value for text in values.get("birth_date", ()) if (value := day(text))}
    gender = GENDERS.get(_first(values, "gender")[:1], "")
    for identifier in strong:
        if identifier.startswith("national_id:"):
            births = births or {identifier[18:26]}
            gender = gender or ("m" if int(identifier[-2]) % 2 else "f")
    where = _address(values)
    return Person(
        strong=strong,
        document=_documents(values),
        number=_numbers(values),
        name=_person_names(values),
        birth=tuple(sorted(births)),
        birth_place=_first(values, "birth_place"),
        gender=gender,
        occupation=_first(values, "occupation"),
        phone=_phones(values),
        email=_each(email, values.get("email", ())),
        postcode=where.postcode,
        street=where.street if where.street[1] else (),
        place=where.place if where.place != NOWHERE else (),
    )


def _organisation(values: Attributes) -> Organisation:
    emails = _each(email, values.get("email", ()))
    where = _address(values)
    texts = [text for name in ORGANISATION_NAMES for text in values.get(name, ())]
    return Organisation(
        strong=_strong(values),
        document=_documents(values),
        number=_numbers(values),
        name=tuple(sorted({n for text in texts if (n := organisation(text[:LONGEST_NAME])) is not None})),
        phone=_phones(values),
        email=emails,
        domain=_each(domain, (*values.get("website", ()), *emails)),
        postcode=where.postcode,
        street=where.street if where.street[1] else (),
        place=where.place if where.place != NOWHERE else (),
    )


def _person_names(values: Attributes) -> tuple[PersonName, ...]:
    found = {
        name
        for kind in PERSON_NAMES
        for text in values.get(kind, ())
        for name in known_as(text[:LONGEST_NAME])
    }
    family, first, middle = (
        " ".join(sorted(values.get(part, ()))) for part in ("family_name", "given_name", "middle_name")
    )
    if (parts := split(family, f"{first} {middle}")) is not None:
        found.add(parts)
    if any(name.given for name in found):
        found = {name for name in found if name.given}
    return tuple(sorted(found))


def _strong(values: Attributes) -> tuple[str, ...]:
    return tuple(
        sorted(
            {f"{k}:{v}" for k, check in CHECKED.items() for text in values.get(k, ()) if (v := check(text))}
        )
    )


def _documents(values: Attributes) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                f"{k}:{v}"
                for k in DOCUMENTS
                for text in values.get(k, ())
                if len(v := identifiers.plain(text)) > 4
            }
        )
    )


def _numbers(values: Attributes) -> tuple[str, ...]:
    found = {text.partition(":")[::2] for text in values.get("other_id", ())}
    return tuple(
        sorted(f"{fold(scheme)}:{v}" for scheme, text in found if len(v := identifiers.plain(text)) > 2)
    )


def _address(values: Attributes) -> Address:
    def first(name: str) -> str:
        return min(values.get(name, ()), default="")

    return address(
        line=first("address"),
        street=first("street"),
        number=first("house_number"),
        postcode=first("postcode"),
        city=first("city") or first("district"),
        region=first("region"),
    )


def _first(values: Attributes, name: str) -> str:
    """The first value by the alphabet, folded: the order of values carries no meaning."""
    return " ".join(words(fold(min(values.get(name, ()), default=""))))


def _phones(values: Attributes) -> tuple[str, ...]:
    texts = values.get("phone", ())
    if not texts:
        return ()
    in_china = any(has_han(text) for known in values.values() for text in known)
    return _each(partial(phone, in_china=in_china), texts)


def _each(normalise: Callable[[str], str], texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for text in texts if (value := normalise(text))}))
