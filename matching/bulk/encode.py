"""Records of one kind as columns of integer codes: equal values have equal codes, 0 is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.blocking.keys import FAMILIES, keys_by_family
from matching.features import KINDS, Features
from matching.model import Model
from matching.prepare import tiered

Codes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Records of one *kind*, numbered from 0.

    *codes* has a row a feature and a column a record; *values* gives for each feature its values by code.
    """

    kind: str
    codes: Codes
    values: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        return int(self.codes.shape[1])

    def features(self, number: int) -> Features:
        """The features of one record."""
        shape = KINDS[self.kind]
        column = self.codes[:, number].tolist()
        unknown = shape._field_defaults.values()
        return shape._make(
            [v[code] if code else none for v, code, none in zip(self.values, column, unknown, strict=True)]
        )


@dataclass(slots=True)
class Encoder:
    """Takes in features record by record."""

    kind: str
    _known: list[dict[Any, int]] = field(init=False)
    _values: list[list[Any]] = field(init=False)
    _flat: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        width = len(KINDS[self.kind]._fields)
        self._known = [{} for _ in range(width)]
        self._values = [[None] for _ in range(width)]

    def add(self, features: Features) -> None:
        """One record more."""
        append = self._flat.append
        for codes, seen, value in zip(self._known, self._values, features, strict=True):
            if not value:
                append(0)
                continue
            code = codes.get(value)
            if code is None:
                code = codes[value] = len(seen)
                seen.append(value)
            append(code)

    def encoded(self) -> Encoded:
        """What was taken in."""
        codes = np.array(self._flat, np.int32).reshape(-1, len(self._values))
        return Encoded(kind=self.kind, codes=np.ascontiguousarray(codes.T), values=self._values)


def encode(kind: str, features: Iterable[Features]) -> Encoded:
    """*features* of records of one *kind* as columns."""
    encoder = Encoder(kind)
    for each in features:
        encoder.add(each)
    return encoder.encoded()


def joined(parts: Sequence[Encoded]) -> Encoded:
    """Several runs of records of one kind as one, in the order given."""
    if len(parts) == 1:
        return parts[0]
    values: list[Sequence[Any]] = []
    rows: list[Codes] = []
    for number in range(len(parts[0].values)):
        known: dict[Any, int] = {}
        found: list[Any] = [None]
        pieces: list[Codes] = []
        for part in parts:
            places = np.zeros(len(part.values[number]), np.int32)
            for place, value in enumerate(part.values[number]):
                if place == 0:
                    continue
                code = known.get(value)
                if code is None:
                    code = known[value] = len(found)
                    found.append(value)
                places[place] = code
            pieces.append(places[part.codes[number]])
        values.append(found)
        rows.append(np.concatenate(pieces))
    return Encoded(kind=parts[0].kind, codes=np.stack(rows), values=values)


def with_frequencies(encoded: Encoded, model: Model) -> Encoded:
    """*encoded* with what the model knows of the frequency of persons' names."""
    if encoded.kind != "person":
        return encoded
    place = KINDS["person"]._fields.index("name")
    names = [
        value and tuple(sorted(tiered(name, model) for name in value)) for value in encoded.values[place]
    ]
    return Encoded(
        kind=encoded.kind,
        codes=encoded.codes,
        values=[*encoded.values[:place], names, *encoded.values[place + 1 :]],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """Blocking keys: the record ``holders[i]`` has the key ``keys[i]``, which is of the family ``families[i]`` (by FAMILIES)."""

    holders: Codes
    keys: Numbers
    families: npt.NDArray[np.uint8]

    def where(self, keep: npt.NDArray[np.bool_]) -> Blocking:
        """Those that *keep* is true for."""
        return Blocking(holders=self.holders[keep], keys=self.keys[keep], families=self.families[keep])


def blocking(encoded: Encoded, model: Model, start: int, stop: int) -> Blocking:
    """The blocking keys of the records from *start* to before *stop*."""
    place = {family: number for number, family in enumerate(FAMILIES[encoded.kind])}
    wanted = model.blocking[encoded.kind]
    keys: list[int] = []
    families: list[int] = []
    counts: list[int] = []
    for number in range(start, stop):
        held = {key: place[family] for family, key in keys_by_family(encoded.features(number), wanted)}
        keys += held.keys()
        families += held.values()
        counts.append(len(held))
    found = Blocking(
        holders=np.repeat(np.arange(start, stop, dtype=np.int32), counts),
        keys=np.array(keys, np.int64),
        families=np.array(families, np.uint8),
    )
    if model.stop_keys:
        found = found.where(~np.isin(found.keys, np.array(sorted(model.stop_keys), np.int64)))
    return found


def all_of(parts: Sequence[Blocking]) -> Blocking:
    """Several runs of records together."""
    return Blocking(
        holders=np.concatenate([p.holders for p in parts]),
        keys=np.concatenate([p.keys for p in parts]),
        families=np.concatenate([p.families for p in parts]),
    )
