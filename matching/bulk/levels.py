"""Agreement levels of many pairs, by the same comparisons that a single pair goes through.

Pairs of values are compared once each: equal codes stand for equal values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.bulk.encode import Codes, Encoded
from matching.compare.weigh import COMPARISONS, in_conflict
from matching.features import FIRST_CONTACT, FIRST_HOME
from matching.model import Model

Levels = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.int32]
NEVER = -(1 << 30)
"""The weight that stands for a hard conflict."""


def levels(encoded: Encoded, left: Codes, right: Codes, model: Model) -> Levels:
    """A row a feature, a column a pair of records: 1 + the place of the level in the model's table, 0 if unknown."""
    found = np.zeros((len(encoded.codes), len(left)), np.uint8)
    for number, table in enumerate(model.tables[encoded.kind]):
        numbers = {name: place + 1 for place, name in enumerate(table)}
        compare = COMPARISONS[encoded.kind][number]
        a, b = encoded.codes[number][left], encoded.codes[number][right]
        both = np.flatnonzero((a > 0) & (b > 0))
        if len(both):
            found[number, both] = _compared(a[both], b[both], encoded.values[number], compare, numbers)
    return found


def weights(found: Levels, model: Model, kind: str) -> Weights:
    """The weight in centi-bits of each pair (column of *found*), hard conflicts aside."""
    first, home = FIRST_CONTACT[kind], FIRST_HOME[kind]
    tables = [np.array([0, *table.values()], np.int32) for table in model.tables[kind]]

    def total(begin: int, end: int) -> Weights:
        sums = np.zeros(found.shape[1], np.int32)
        for number in range(begin, end):
            sums += tables[number][found[number]]
        return sums

    places = np.minimum(total(home, len(tables)), model.home_limit[kind])
    reach = np.minimum(total(first, home) + places, model.contact_limit[kind])
    return model.prior[kind] + total(0, first) + reach


def pair_weights(encoded: Encoded, left: Codes, right: Codes, model: Model) -> Weights:
    """What `weigh` gives for each pair, NEVER for a hard conflict."""
    weight = weights(levels(encoded, left, right, model), model, encoded.kind)
    a, b = encoded.codes[0][left], encoded.codes[0][right]
    values = encoded.values[0]
    for place in np.flatnonzero((a > 0) & (b > 0) & (a != b)).tolist():
        if in_conflict(values[a[place]], values[b[place]]) is not None:
            weight[place] = NEVER
    return weight


def _compared(
    a: Codes, b: Codes, values: Sequence[Any], compare: Callable[[Any, Any], str], numbers: dict[str, int]
) -> Levels:
    """The levels of pairs of codes."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    pairs, places = np.unique(low.astype(np.int64) << 32 | high, return_inverse=True)
    first, second = (pairs >> 32).tolist(), (pairs & 0xFFFFFFFF).tolist()
    each = [numbers[compare(values[x], values[y])] for x, y in zip(first, second, strict=True)]
    return np.array(each, np.uint8)[places]
