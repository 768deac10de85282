"""Clusters in the making: disjoint sets of records that know what speaks against joining two of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from matching.compare.weigh import EXCLUSIVE
from matching.model import Model

Strong = Mapping[str, tuple[tuple[str, str], ...]]
Weights = Callable[[str, str], int | None]


class Union:
    """Disjoint sets over *nodes*; every root is one of the set's nodes."""

    def __init__(
        self,
        nodes: Collection[str],
        different: Mapping[str, set[str]],
        strong: Strong,
        weights: Weights,
        model: Model,
    ) -> None:
        self._home = {node: node for node in nodes}
        self._members = {node: [node] for node in nodes}
        self._strong = {node: _exclusive(strong.get(node, ())) for node in nodes}
        self._different = different
        self._weights = weights
        self._model = model
        self._sums: dict[str, dict[str, int]] = {node: {} for node in nodes}

    def assert_same(self, left: str, right: str) -> None:
        """Unite the sets of *left* and *right*, even across strong identifiers, but not across a *different* assertion."""
        a, b = self._home[left], self._home[right]
        if a != b and not self._is_different(a, b):
            self._join(a, b)

    def offer(self, left: str, right: str) -> None:
        """Unite the sets of *left* and *right* unless something speaks against it."""
        a, b = self._home[left], self._home[right]
        if a != b and not self._is_different(a, b) and not self._in_conflict(a, b) and self._cohere(a, b):
            self._join(a, b)

    def clusters(self) -> list[frozenset[str]]:
        """The sets, by their smallest node."""
        return sorted((frozenset(members) for members in self._members.values()), key=min)

    def _is_different(self, a: str, b: str) -> bool:
        if len(self._members[a]) > len(self._members[b]):
            a, b = b, a
        return any(
            self._home.get(other) == b for node in self._members[a] for other in self._different.get(node, ())
        )

    def _in_conflict(self, a: str, b: str) -> bool:
        """Whether joining brings together two valid strong identifiers of a type of which nobody has two."""
        mine, theirs = self._strong[a], self._strong[b]
        return any(
            not (mine[kind] <= theirs[kind] or theirs[kind] <= mine[kind])
            for kind in mine.keys() & theirs.keys()
        )

    def _cohere(self, a: str, b: str) -> bool:
        """Whether the mean weight over all pairs across reaches the model's cohesion (average linkage)."""
        pairs = len(self._members[a]) * len(self._members[b])
        return pairs == 1 or self._sum(a, b) >= self._model.cohesion * pairs

    def _sum(self, a: str, b: str) -> int:
        known = self._sums[a].get(b)
        if known is None:
            floor, known = self._model.floor, 0
            for left in self._members[a]:
                for right in self._members[b]:
                    weight = self._weights(left, right)
                    known += floor if weight is None or weight < floor else weight
            self._sums[a][b] = self._sums[b][a] = known
        return known

    def _join(self, a: str, b: str) -> None:
        if len(self._members[a]) < len(self._members[b]):
            a, b = b, a
        moved = self._members.pop(b)
        self._members[a] += moved
        for node in moved:
            self._home[node] = a
        for kind, values in self._strong.pop(b).items():
            self._strong[a].setdefault(kind, set()).update(values)
        sums_a, sums_b = self._sums[a], self._sums.pop(b)
        for other in sums_a.keys() | sums_b.keys():
            if other in {a, b}:
                continue
            self._sums[other].pop(b, None)
            if other in sums_a and other in sums_b:
                sums_a[other] = self._sums[other][a] = sums_a[other] + sums_b[other]
            else:
                sums_a.pop(other, None)
                self._sums[other].pop(a, None)
        sums_a.pop(b, None)


def _exclusive(identifiers: tuple[tuple[str, str], ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, value in identifiers:
        if kind in EXCLUSIVE:
            found.setdefault(kind, set()).add(value)
    return found
