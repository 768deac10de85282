"""The evidence of pairs of records, and weights in words that need no logarithms."""

from __future__ import annotations

from collections.abc import Mapping

from matching import Model, Prepared, Record, Weight, explain, prepare, weigh


class Evidence:
    """Weighs and explains pairs out of *records* by their ids; each record is prepared once."""

    def __init__(self, records: Mapping[str, Record], model: Model) -> None:
        self.records = records
        self._model = model
        self._prepared: dict[str, Prepared] = {}

    def explain(self, left: str, right: str) -> Weight | None:
        """Why the pair weighs what it weighs; None when a record is not known."""
        if left not in self.records or right not in self.records:
            return None
        return explain(self.prepared(left), self.prepared(right), self._model)

    def weigh_candidates(self, left: str, right: str) -> int | None:
        """The weight of the pair; None when the two share no blocking key, cannot be the same, or are not known."""
        if left not in self.records or right not in self.records:
            return None
        one, other = self.prepared(left), self.prepared(right)
        if set(one.keys).isdisjoint(other.keys):
            return None
        return weigh(one, other, self._model)

    def prepared(self, record: str) -> Prepared:
        """The record of this id, normalised."""
        if record not in self._prepared:
            self._prepared[record] = prepare(self.records[record], self._model)
        return self._prepared[record]


def bits(weight: int | None) -> str:
    """A weight in centi-bits as people read it, such as ``+13.00``; a dash where there is none."""
    return "–" if weight is None else f"{weight / 100:+.2f}"


def in_words(weight: int) -> str:
    """What a weight in centi-bits says: how many times likelier it is between records of one customer, or of two."""
    if -15 < weight < 15:
        return "says next to nothing"
    return f"{_times(2 ** (abs(weight) / 100))} likelier if {'the same' if weight > 0 else 'different'}"


def _times(factor: float) -> str:
    if factor < 9.95:
        return f"{factor:.1f} times"
    if factor >= 1_000_000:
        return "over a million times"
    digits = len(str(round(factor)))
    return f"{round(factor, 2 - digits):,.0f} times"
