"""The partition of components into clusters: strongest pairs first, and no union that something speaks against.

*Same* assertions come first and win against everything. Then raw edges in a total order: weight descending, then the
hashes of the smaller and the larger key. A union is refused when it would bring together two different valid strong
identifiers of one exclusive type, a *different* assertion, or records whose mean weight over all pairs across is below
the model's ``cohesion`` (the strength of negative evidence is the model's own). Too large a component drops its weakest
edges in fixed steps first. The result depends on the component alone, so it may be recomputed component by component.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import blake2b

from matching.model import Model
from matching.record import Assertion, Edge

Strong = Mapping[str, tuple[tuple[str, str], ...]]
Weigh = Callable[[str, str], int | None]

EXCLUSIVE = frozenset({"uscc", "national_id", "lei"})
CONFLICT_WEIGHT = -3000
"""Centi-bits that a pair with a hard conflict counts in the mean across a union."""


def key_hash(key: str) -> bytes:
    """The hash by which ties between equal weights are broken; the same on every machine."""
    return blake2b(key.encode(), digest_size=8).digest()


def partition(  # noqa: PLR0917 - the six things that clusters depend on
    nodes: Collection[str],
    edges: Iterable[Edge],
    assertions: Iterable[Assertion],
    strong: Strong,
    weights: Weigh,
    model: Model,
) -> list[frozenset[str]]:
    """The clusters of *nodes*; each node is in exactly one. *weights* gives the weight of any pair, None for a conflict."""
    same: list[tuple[str, str]] = []
    different: dict[str, set[str]] = {}
    known = set(nodes)
    for assertion in assertions:
        if assertion.left not in known or assertion.right not in known:
            continue
        if assertion.same:
            same.append((min(assertion.left, assertion.right), max(assertion.left, assertion.right)))
        else:
            different.setdefault(assertion.left, set()).add(assertion.right)
            different.setdefault(assertion.right, set()).add(assertion.left)
    usable = [e for e in edges if e.left in known and e.right in known]
    clusters: list[frozenset[str]] = []
    for component in _components(sorted(known), [*((e.left, e.right) for e in usable), *same]):
        inside = [e for e in usable if e.left in component] if len(component) < len(known) else usable
        pairs = sorted({p for p in same if p[0] in component})
        clusters.extend(_split(component, inside, pairs, different, strong, weights, model))
    return clusters


def _split(  # noqa: PLR0917
    component: set[str],
    edges: list[Edge],
    same: list[tuple[str, str]],
    different: Mapping[str, set[str]],
    strong: Strong,
    weights: Weigh,
    model: Model,
) -> list[frozenset[str]]:
    """The clusters of one component, after raising its threshold while it is too large."""
    if len(component) == 1:
        return [frozenset(component)]
    if len(component) > model.max_component and edges:
        raised = model.raised()
        kept = [e for e in edges if e.weight >= raised.link_threshold]
        found: list[frozenset[str]] = []
        for part in _components(sorted(component), [*((e.left, e.right) for e in kept), *same]):
            inside, asserted = [e for e in kept if e.left in part], [p for p in same if p[0] in part]
            found.extend(_split(part, inside, asserted, different, strong, weights, raised))
        return found
    union = _Union(component, different, strong, weights, model)
    for left, right in same:
        union.join(left, right, asserted=True)
    for edge in sorted(edges, key=lambda e: (-e.weight, key_hash(e.left), key_hash(e.right))):
        union.join(edge.left, edge.right, asserted=False)
    return union.clusters()


class _Union:
    """Disjoint sets that know what speaks against joining two of them."""

    def __init__(
        self,
        nodes: Collection[str],
        different: Mapping[str, set[str]],
        strong: Strong,
        weights: Weigh,
        model: Model,
    ) -> None:
        self._home = {node: node for node in nodes}
        self._members = {node: [node] for node in nodes}
        self._strong = {
            node: {kind: {value} for kind, value in strong.get(node, ()) if kind in EXCLUSIVE}
            for node in nodes
        }
        self._different = different
        self._weights = weights
        self._model = model

    def join(self, left: str, right: str, *, asserted: bool) -> None:
        """Unite the sets of *left* and *right* unless something speaks against it."""
        a, b = self._home[left], self._home[right]
        if a == b:
            return
        if self._is_different(a, b) or (not asserted and not self._may_join(a, b)):
            return
        if len(self._members[a]) < len(self._members[b]):
            a, b = b, a
        moved = self._members.pop(b)
        self._members[a] += moved
        for node in moved:
            self._home[node] = a
        for kind, values in self._strong.pop(b).items():
            self._strong[a].setdefault(kind, set()).update(values)

    def clusters(self) -> list[frozenset[str]]:
        """The sets, in an order that does not depend on how they came about."""
        return sorted((frozenset(m) for m in self._members.values()), key=min)

    def _is_different(self, a: str, b: str) -> bool:
        small, large = sorted((a, b), key=lambda r: len(self._members[r]))
        return any(
            self._home.get(other) == large
            for node in self._members[small]
            for other in self._different.get(node, ())
        )

    def _may_join(self, a: str, b: str) -> bool:
        for kind, values in self._strong[a].items():
            others = self._strong[b].get(kind)
            if others is not None and others != values:
                return False
        left, right = self._members[a], self._members[b]
        if len(left) == len(right) == 1:
            return True
        total = 0
        for x in left:
            for y in right:
                weight = self._weights(x, y)
                total += CONFLICT_WEIGHT if weight is None else max(weight, CONFLICT_WEIGHT)
        return total >= self._model.cohesion * len(left) * len(right)


def _components(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Connected components, in the order of their first node."""
    home: dict[str, set[str]] = {node: {node} for node in nodes}
    for left, right in pairs:
        a, b = home[left], home[right]
        if a is b:
            continue
        if len(a) < len(b):
            a, b = b, a
        a |= b
        for node in b:
            home[node] = a
    found: dict[int, set[str]] = {}
    for component in home.values():
        found.setdefault(id(component), component)
    return list(found.values())
