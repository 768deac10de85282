"""Blocking keys as hashed numbers."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b

from matching.blocking.organisations import ORGANISATION_FAMILIES, organisation_keys
from matching.blocking.persons import PERSON_FAMILIES, person_keys
from matching.features import Features, Person

FAMILIES = {"person": frozenset(PERSON_FAMILIES), "organisation": frozenset(ORGANISATION_FAMILIES)}
"""Every family of keys that a kind of record has."""


def blocking_keys(features: Features, families: Collection[str]) -> set[int]:
    """The signed 64-bit keys of a record that belong to *families*. Persons and organisations never share one."""
    if isinstance(features, Person):
        return {_hash(f"p{family} {key}") for family, key in person_keys(features) if family in families}
    return {_hash(f"o{family} {key}") for family, key in organisation_keys(features) if family in families}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
