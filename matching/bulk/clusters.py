"""Clusters of many records from their weighed pairs: what `partition` makes of every component, most of them at once.

A component in which every pair of records weighs at least the model's cohesion is one cluster in whatever order its
pairs are joined, so only the others go through `partition` one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.bulk.encode import Codes, Encoded, Numbers
from matching.bulk.levels import NEVER, Weights, pair_weights
from matching.cluster.partition import partition
from matching.cluster.union import Strong
from matching.model import Model
from matching.prepare import strong_of
from matching.record import Assertion, Edge

CHUNK = 2_000_000
"""So many pairs inside components are weighed at a time."""
Told = Callable[[int], None]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of records of one kind (left < right) with their weights."""

    left: Codes
    right: Codes
    weight: Weights

    def __len__(self) -> int:
        return len(self.weight)

    def where(self, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Pairs:
        """Those pairs that *keep* is true for."""
        return Pairs(left=self.left[keep], right=self.right[keep], weight=self.weight[keep])


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Records that hang together: their *members* in order, the *edges* between them, the assertions about them.

    *inside* has the weights of all pairs of members in the order of `numpy.triu_indices`; None when there are too many.
    """

    members: Codes
    edges: Pairs
    assertions: Sequence[Assertion]
    inside: Weights | None

    def coheres(self, model: Model) -> bool:
        """Whether all of it is one cluster, whatever the order in which its edges are offered."""
        return not self.assertions and self.inside is not None and int(self.inside.min()) >= model.cohesion


def clusters(
    encoded: Encoded,
    names: Sequence[str],
    pairs: Pairs,
    model: Model,
    assertions: Sequence[Assertion] = (),
    told: Told = lambda _: None,
) -> Codes:
    """For each record the number of its cluster; clusters are numbered by their first records.

    *names* are the records' keys, by which ties are broken; *told* hears how many records have been settled.
    """
    edges = pairs.where(pairs.weight >= model.link_threshold)
    label = components(len(names), edges, names, assertions)
    found = label.astype(np.int64)
    free = len(names)
    settled = len(names)
    open_ones = list(_open_components(encoded, names, label, edges, model, assertions))
    settled -= sum(len(c.members) for c in open_ones)
    told(settled)
    for component in open_ones:
        for part in split(encoded, names, component, model):
            found[part] = free
            free += 1
        told(len(component.members))
    return by_first(found)


def components(
    size: int, edges: Pairs, names: Sequence[str] = (), assertions: Sequence[Assertion] = ()
) -> Codes:
    """For each of *size* records the number of the component that edges and *same* assertions put it into."""
    left, right = edges.left, edges.right
    if assertions:
        number = {name: place for place, name in enumerate(names)}
        same = [a for a in assertions if a.same and a.left in number and a.right in number]
        left = np.r_[left, np.array([number[a.left] for a in same], np.int32)]
        right = np.r_[right, np.array([number[a.right] for a in same], np.int32)]
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int32)


def by_first(label: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Codes:
    """Labels numbered again by where each comes first."""
    _, first, places = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first), dtype=np.int32)
    return rank[places]


def split(encoded: Encoded, names: Sequence[str], component: Component, model: Model) -> Iterator[list[int]]:
    """The clusters of one component, as numbers of records."""
    members = component.members.tolist()
    number = {names[m]: m for m in members}
    place = {m: p for p, m in enumerate(members)}
    size = len(members)

    def weight(left: str, right: str) -> int | None:
        a, b = sorted((place[number[left]], place[number[right]]))
        if component.inside is None:
            one = np.array([members[a]], np.int32), np.array([members[b]], np.int32)
            known = int(pair_weights(encoded, *one, model)[0])
        else:
            known = int(component.inside[a * (2 * size - a - 1) // 2 + b - a - 1])
        return None if known == NEVER else known

    edges = [
        Edge(left=min(names[a], names[b]), right=max(names[a], names[b]), weight=w)
        for a, b, w in zip(
            component.edges.left.tolist(),
            component.edges.right.tolist(),
            component.edges.weight.tolist(),
            strict=True,
        )
    ]
    strong: Strong = {names[m]: strong_of(encoded.values[0][encoded.codes[0][m]]) for m in members}
    for cluster in partition(list(number), edges, component.assertions, strong, weight, model):
        yield [number[name] for name in cluster]


def _open_components(
    encoded: Encoded,
    names: Sequence[str],
    label: Codes,
    edges: Pairs,
    model: Model,
    assertions: Sequence[Assertion],
) -> Iterator[Component]:
    """The components that may be more than one cluster."""
    about: dict[int, list[Assertion]] = {}
    if assertions:
        home = dict(zip(names, label.tolist(), strict=True))
        for assertion in assertions:
            if assertion.left in home and home[assertion.left] == home.get(assertion.right):
                about.setdefault(home[assertion.left], []).append(assertion)
    sizes = np.bincount(label)
    at = label[edges.left]
    is_open = may_split(label, edges, model)
    is_open[list(about)] = True
    order = np.argsort(label, kind="stable")
    starts = np.r_[0, np.cumsum(sizes)]
    edges = edges.where(is_open[at])
    edge_order = np.argsort(label[edges.left], kind="stable")
    edge_starts = np.searchsorted(label[edges.left][edge_order], np.arange(len(sizes) + 1))
    for batch in _batches(np.flatnonzero(is_open).tolist(), sizes.tolist(), model.max_component):
        members = [order[starts[c] : starts[c + 1]].astype(np.int32) for c in batch]
        for number, held, inside in zip(batch, members, _inside(encoded, members, model), strict=True):
            mine = edge_order[edge_starts[number] : edge_starts[number + 1]]
            component = Component(
                members=held,
                edges=Pairs(left=edges.left[mine], right=edges.right[mine], weight=edges.weight[mine]),
                assertions=about.get(number, ()),
                inside=inside,
            )
            if not component.coheres(model):
                yield component


def may_split(label: Codes, edges: Pairs, model: Model) -> Flags:
    """For each component whether its edges alone leave open that it is one cluster."""
    sizes = np.bincount(label)
    at = label[edges.left]
    strong = np.bincount(at[edges.weight >= model.cohesion], minlength=len(sizes))
    is_open = (sizes > 1) & (strong < sizes.astype(np.int64) * (sizes - 1) // 2)
    found: Flags = is_open | ((sizes > model.max_component) & ~_is_uniform(sizes, at, edges.weight))
    return found


def _is_uniform(sizes: Numbers, at: Codes, weight: Weights) -> Flags:
    """Whether every two records of a component are joined by one weight; *at* says in which component an edge lies."""
    lightest, heaviest = np.full(len(sizes), np.iinfo(np.int32).max), np.full(len(sizes), NEVER)
    np.minimum.at(lightest, at, weight)
    np.maximum.at(heaviest, at, weight)
    is_whole = np.bincount(at, minlength=len(sizes)) == sizes.astype(np.int64) * (sizes - 1) // 2
    found: Flags = is_whole & (lightest == heaviest)
    return found


def _batches(numbers: Sequence[int], sizes: Sequence[int], largest: int) -> Iterator[list[int]]:
    """Components in batches that have about CHUNK pairs inside; those larger than *largest* count for nothing."""
    batch: list[int] = []
    pairs = 0
    for number in numbers:
        size = sizes[number]
        batch.append(number)
        pairs += size * (size - 1) // 2 if size <= largest else 0
        if pairs >= CHUNK:
            yield batch
            batch, pairs = [], 0
    if batch:
        yield batch


def _inside(encoded: Encoded, members: Sequence[Codes], model: Model) -> Iterator[Weights | None]:
    """The weights of all pairs inside each set of records, None for sets that are too large."""
    small = [m for m in members if len(m) <= model.max_component]
    left = [m[np.triu_indices(len(m), 1)[0]] for m in small]
    right = [m[np.triu_indices(len(m), 1)[1]] for m in small]
    weight = (
        pair_weights(encoded, np.concatenate(left), np.concatenate(right), model)
        if small
        else np.empty(0, np.int32)
    )
    place = 0
    for held in members:
        if len(held) > model.max_component:
            yield None
            continue
        count = len(held) * (len(held) - 1) // 2
        yield weight[place : place + count]
        place += count
