"""What is compared: a record is a key, a kind and attributes with their values; nothing here knows where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """*kind* is ``person`` or ``organisation``. An attribute may have several values; their order carries no meaning."""

    key: str
    kind: str
    attributes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """A pair of records (left < right) and its weight in centi-bits."""

    left: str
    right: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A person's word that two records are the same, or that they are not."""

    left: str
    right: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """How one feature compared: both values, the agreement level and its weight in centi-bits."""

    feature: str
    left: str
    right: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The weight of a pair with its evidence; *conflict* names what rules the pair out, whatever the weight."""

    total: int
    features: tuple[Feature, ...]
    conflict: str | None
