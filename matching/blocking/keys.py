"""Blocking keys as hashed numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import blake2b

from matching.blocking.organisations import ORGANISATION_FAMILIES, organisation_keys
from matching.blocking.persons import PERSON_FAMILIES, person_keys
from matching.features import Features, Person

FAMILIES = {"person": PERSON_FAMILIES, "organisation": ORGANISATION_FAMILIES}
"""Every family of keys that a kind of record has, in an order that never changes."""


def blocking_keys(features: Features, families: Collection[str]) -> set[int]:
    """The signed 64-bit keys of a record that belong to *families*. Persons and organisations never share one."""
    return {key for _, key in keys_by_family(features, families)}


def keys_by_family(features: Features, families: Collection[str]) -> Iterator[tuple[str, int]]:
    """The same with the family of each key; some come more than once."""
    if isinstance(features, Person):
        first, keys = "p", person_keys(features)
    else:
        first, keys = "o", organisation_keys(features)
    for family, key in keys:
        if family in families:
            yield family, _hash(f"{first}{family} {key}")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
