"""Agreement levels of many pairs, by the same comparisons that a single pair goes through.

Pairs of values are compared once each: equal codes stand for equal values.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from matching.bulk.encode import Codes, Encoded
from matching.compare.weigh import COMPARISONS, in_conflict
from matching.features import FIRST_CONTACT, FIRST_HOME, KINDS
from matching.model import Model

Levels = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.int32]
NEVER = -(1 << 30)
"""The weight that stands for a hard conflict."""


def levels(encoded: Encoded, left: Codes, right: Codes, model: Model) -> Levels:
    """A row a feature, a column a pair of records: 1 + the place of the level in the model's table, 0 if unknown."""
    found = np.zeros((len(encoded.codes), len(left)), np.uint8)
    for number, table in enumerate(model.tables[encoded.kind]):
        codes = encoded.codes[number]
        both = np.flatnonzero((codes[left] > 0) & (codes[right] > 0))
        if len(both):
            found[number, both] = _levels_of(encoded, number, left[both], right[both], table)
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


def pair_weights(encoded: Encoded, left: Codes, right: Codes, model: Model, least: int = NEVER) -> Weights:
    """What `weigh` gives for each pair, NEVER for a hard conflict or for a weight below *least*.

    The features that tell most are compared first; pairs that cannot reach *least* any more are compared no further.
    """
    kind = encoded.kind
    tables = model.tables[kind]
    found = np.zeros((len(tables), len(left)), np.uint8)
    weight = np.full(len(left), NEVER, np.int32)
    known = (encoded.codes[:, left] > 0) & (encoded.codes[:, right] > 0)
    best = np.array([max(table.values()) for table in tables], np.int32)
    sure = np.full(len(left), model.prior[kind], np.int32)
    open_sum = best @ known.astype(np.int32) if least > NEVER else np.zeros(len(left), np.int32)
    alive = np.arange(len(left))
    for number in ORDER[kind]:
        mine = alive[known[number, alive]]
        if not len(mine):
            continue
        found[number, mine] = _levels_of(encoded, number, left[mine], right[mine], tables[number])
        if least > NEVER:
            values = np.array([0, *tables[number].values()], np.int32)
            open_sum[mine] -= best[number]
            sure[mine] += values[found[number, mine]]
            alive = alive[sure[alive] + open_sum[alive] >= least]
    weight[alive] = weights(found[:, alive], model, kind)
    a, b = encoded.codes[0][left[alive]], encoded.codes[0][right[alive]]
    values_of = encoded.values[0]
    for place in np.flatnonzero((a > 0) & (b > 0) & (a != b)).tolist():
        if in_conflict(values_of[a[place]], values_of[b[place]]) is not None:
            weight[alive[place]] = NEVER
    return weight


ORDER = {
    kind: tuple(
        shape._fields.index(name)
        for name in sorted(
            shape._fields,
            key=lambda name: (
                name not in {"strong", "birth", "gender"},
                name != "name",
                shape._fields.index(name),
            ),
        )
    )
    for kind, shape in KINDS.items()
}
"""The features of a kind, those first that are quickly compared and rule most pairs out."""


def _levels_of(encoded: Encoded, number: int, left: Codes, right: Codes, table: Mapping[str, int]) -> Levels:
    """The levels of one feature, which all of the pairs have on both sides."""
    numbers = {name: place + 1 for place, name in enumerate(table)}
    compare, values = COMPARISONS[encoded.kind][number], encoded.values[number]
    a, b = encoded.codes[number][left], encoded.codes[number][right]
    pairs = np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)
    different, places = np.unique(pairs, return_inverse=True)
    first, second = (different >> 32).tolist(), (different & 0xFFFFFFFF).tolist()
    each = [numbers[compare(values[x], values[y])] for x, y in zip(first, second, strict=True)]
    return np.array(each, np.uint8)[places]
