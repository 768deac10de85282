"""All records at once: prepare, block, weigh, partition. The stream has to come to the same clusters, pair for pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from matching.bulk.clusters import Pairs, clusters
from matching.bulk.encode import Encoded, encode
from matching.bulk.levels import pair_weights
from matching.bulk.pairs import candidate_pairs
from matching.cluster.partition import partition
from matching.compare.weigh import weigh
from matching.features import KINDS
from matching.model import Model
from matching.prepare import Prepared, prepare
from matching.record import Assertion, Edge, Record

__all__ = ["bulk", "raw_edges"]


def raw_edges(prepared: Sequence[Prepared], model: Model) -> list[Edge]:
    """All pairs that share a blocking key and weigh at least the link threshold, each once, in order."""
    edges: list[Edge] = []
    for kind in KINDS:
        names, _, pairs = _weighed(kind, prepared, model)
        keep = pairs.where(pairs.weight >= model.link_threshold)
        for a, b, weight in zip(keep.left.tolist(), keep.right.tolist(), keep.weight.tolist(), strict=True):
            left, right = sorted((names[a], names[b]))
            edges.append(Edge(left=left, right=right, weight=weight))
    return sorted(edges)


def bulk(
    records: Iterable[Record], model: Model, assertions: Iterable[Assertion] = ()
) -> list[frozenset[str]]:
    """The clusters of *records*; each record is in exactly one."""
    prepared = [prepare(record, model) for record in records]
    said = list(assertions)
    kind_of = {p.key: p.kind for p in prepared}
    if any(a.same and kind_of.get(a.left) != kind_of.get(a.right) for a in said):
        return _across_kinds(prepared, model, said)
    found: list[frozenset[str]] = []
    for kind in KINDS:
        names, encoded, pairs = _weighed(kind, prepared, model)
        if not names:
            continue
        label = clusters(encoded, names, pairs, model, said)
        members: list[set[str]] = [set() for _ in range(int(label.max()) + 1)]
        for name, number in zip(names, label.tolist(), strict=True):
            members[number].add(name)
        found += map(frozenset, members)
    return sorted(found, key=min)


def _across_kinds(
    prepared: Sequence[Prepared], model: Model, assertions: Sequence[Assertion]
) -> list[frozenset[str]]:
    """The same where somebody has said that a person is an organisation."""
    by_key = {p.key: p for p in prepared}

    @cache
    def weight(left: str, right: str) -> int | None:
        return weigh(by_key[left], by_key[right], model)

    strong = {p.key: p.strong for p in prepared}
    return partition(list(by_key), raw_edges(prepared, model), assertions, strong, weight, model)


def _weighed(kind: str, prepared: Sequence[Prepared], model: Model) -> tuple[list[str], Encoded, Pairs]:
    """The records of a *kind*: their keys, their features, and the candidate pairs with their weights."""
    mine = [p for p in prepared if p.kind == kind]
    encoded = encode(kind, [p.features for p in mine])
    holders = np.repeat(np.arange(len(mine), dtype=np.int32), [len(p.keys) for p in mine])
    keys = np.array([key for p in mine for key in p.keys], np.int64)
    left, right = candidate_pairs(holders, keys, model.max_block)
    weight = pair_weights(encoded, left, right, model)
    return [p.key for p in mine], encoded, Pairs(left=left, right=right, weight=weight)
