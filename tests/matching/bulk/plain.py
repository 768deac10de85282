"""All records at once: prepare, block, weigh, partition. The stream has to come to the same clusters, pair for pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matching.cluster.partition import partition
from matching.compare.weigh import weigh
from matching.model import Model
from matching.prepare import Prepared, prepare
from matching.record import Assertion, Edge, Record


def raw_edges(prepared: Sequence[Prepared], model: Model) -> list[Edge]:
    """All pairs that share a blocking key and weigh at least the link threshold, each once, in order."""
    blocks: dict[int, list[int]] = {}
    for number, record in enumerate(prepared):
        for key in record.keys:
            blocks.setdefault(key, []).append(number)
    seen: set[tuple[int, int]] = set()
    edges: list[Edge] = []
    for block in blocks.values():
        if len(block) > model.max_block:
            continue
        for i, first in enumerate(block):
            for second in block[i + 1 :]:
                if (first, second) in seen:
                    continue
                seen.add((first, second))
                a, b = sorted((prepared[first], prepared[second]), key=lambda p: p.key)
                weight = weigh(a, b, model)
                if weight is not None and weight >= model.link_threshold:
                    edges.append(Edge(left=a.key, right=b.key, weight=weight))
    return sorted(edges)


def bulk(
    records: Iterable[Record], model: Model, assertions: Iterable[Assertion] = ()
) -> list[frozenset[str]]:
    """The clusters of *records*; each record is in exactly one."""
    prepared = [prepare(record, model) for record in records]
    by_key = {p.key: p for p in prepared}
    weights: dict[tuple[str, str], int | None] = {}

    def weight(left: str, right: str) -> int | None:
        pair = (left, right) if left < right else (right, left)
        if pair not in weights:
            weights[pair] = weigh(by_key[pair[0]], by_key[pair[1]], model)
        return weights[pair]

    strong = {p.key: p.strong for p in prepared}
    return partition(list(by_key), raw_edges(prepared, model), assertions, strong, weight, model)
