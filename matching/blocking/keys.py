"""Blocking keys as hashed numbers."""

from __future__ import annotations

from hashlib import blake2b

from matching.blocking.organisations import organisation_keys
from matching.blocking.persons import person_keys
from matching.features import Features, Person


def blocking_keys(features: Features) -> set[int]:
    """The signed 64-bit keys of a record. Persons and organisations never share one."""
    if isinstance(features, Person):
        return {_hash(f"p{key}") for key in person_keys(features)}
    return {_hash(f"o{key}") for key in organisation_keys(features)}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
