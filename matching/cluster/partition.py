"""The partition of components into clusters: strongest pairs first, and no union that something speaks against.

*Same* assertions come first and win against everything but a *different* one. Then raw edges in a total order: weight
descending, then the hashes of the smaller and the larger key. A union is refused when it would bring together two
different valid strong identifiers of one exclusive type, a *different* assertion, or sets whose mean weight over all
pairs across is below the model's ``cohesion``: negative evidence counts relative to the evidence of the component.
Too large a component drops its weakest edges in fixed steps first, and its heaviest only when no others are left; it is
cut no further once every two of its records are joined by one weight, as records that are equal in everything are. The
result depends on the component alone, so it may be recomputed component by component.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b

from matching.cluster.components import components
from matching.cluster.union import Strong, Union, Weights
from matching.model import Model
from matching.record import Assertion, Edge


def partition(
    nodes: Collection[str],
    edges: Iterable[Edge],
    assertions: Iterable[Assertion],
    strong: Strong,
    weights: Weights,
    model: Model,
) -> list[frozenset[str]]:
    """The clusters of *nodes*; each node is in exactly one. *weights* gives the weight of any pair, None for a conflict."""
    known = set(nodes)
    same: set[tuple[str, str]] = set()
    different: dict[str, set[str]] = {}
    for assertion in assertions:
        left, right = sorted((assertion.left, assertion.right))
        if left not in known or right not in known:
            continue
        if assertion.same:
            same.add((left, right))
        else:
            different.setdefault(left, set()).add(right)
            different.setdefault(right, set()).add(left)
    usable = [e for e in edges if e.left in known and e.right in known]
    split = _Splitter(different, strong, weights)
    return split(known, usable, sorted(same), model)


class _Splitter:
    """Cuts graphs into components and components into clusters."""

    def __init__(self, different: Mapping[str, set[str]], strong: Strong, weights: Weights) -> None:
        self._different = different
        self._strong = strong
        self._weights = weights

    def __call__(
        self, nodes: Collection[str], edges: list[Edge], same: list[tuple[str, str]], model: Model
    ) -> list[frozenset[str]]:
        """The clusters of *nodes*, component by component."""
        home: dict[str, int] = {}
        parts = components(sorted(nodes), [*((e.left, e.right) for e in edges), *same])
        for number, part in enumerate(parts):
            home |= dict.fromkeys(part, number)
        edges_of: list[list[Edge]] = [[] for _ in parts]
        same_of: list[list[tuple[str, str]]] = [[] for _ in parts]
        for edge in edges:
            edges_of[home[edge.left]].append(edge)
        for pair in same:
            same_of[home[pair[0]]].append(pair)
        return [
            cluster
            for part, inside, asserted in zip(parts, edges_of, same_of, strict=True)
            for cluster in self._clusters(part, inside, asserted, model)
        ]

    def _clusters(
        self, component: set[str], edges: list[Edge], same: list[tuple[str, str]], model: Model
    ) -> list[frozenset[str]]:
        if len(component) == 1:
            return [frozenset(component)]
        if len(component) > model.max_component and edges and not _is_uniform(component, edges):
            raised = model.raised()
            lightest, heaviest = min(e.weight for e in edges), max(e.weight for e in edges)
            least = raised.link_threshold if lightest == heaviest else min(raised.link_threshold, heaviest)
            return self(component, [e for e in edges if e.weight >= least], same, raised)
        union = Union(component, self._different, self._strong, self._weights, model)
        for left, right in same:
            union.assert_same(left, right)
        for edge in sorted(edges, key=_rank):
            union.offer(edge.left, edge.right)
        return union.clusters()


def _is_uniform(component: set[str], edges: list[Edge]) -> bool:
    """Whether every two records are joined, and all by the same weight."""
    size = len(component)
    return len(edges) == size * (size - 1) // 2 and len({e.weight for e in edges}) == 1


def _rank(edge: Edge) -> tuple[int, bytes, bytes, str, str]:
    left, right = sorted((edge.left, edge.right))
    return (-edge.weight, key_hash(left), key_hash(right), left, right)


def key_hash(key: str) -> bytes:
    """The hash by which ties between equal weights are broken; the same on every machine."""
    return blake2b(key.encode(), digest_size=8).digest()
