"""The strongest ways through links between records: the weakest link counts. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping

Strengths = Mapping[str, Mapping[str, int]]
"""The strength of the link from each record to each of its neighbours, in both directions."""


def strongest_path(links: Strengths, start: str, end: str) -> list[str]:
    """The records from *start* to *end* whose weakest link is the strongest possible; empty when there is no way.

    Among several the one with the fewest links is taken, then the first by the names of the records.
    """
    limit = _widest(links, start, end)
    if limit is None:
        return []
    ways = {start: [start]}
    frontier = [start]
    while end not in ways:
        reached: list[str] = []
        for here in frontier:
            for there in sorted(links.get(here, {})):
                if there not in ways and links[here][there] >= limit:
                    ways[there] = [*ways[here], there]
                    reached.append(there)
        frontier = reached
    return ways[end]


def strongest_tree(nodes: Collection[str], links: Strengths) -> list[tuple[str, str]]:
    """The links (left < right) that hold *nodes* together most strongly, each needed, the strongest first."""
    home = {node: node for node in nodes}

    def root(node: str) -> str:
        while home[node] != node:
            home[node] = home[home[node]]
            node = home[node]
        return node

    pairs = [
        (-strength, left, right)
        for left, near in links.items()
        for right, strength in near.items()
        if left < right and left in home and right in home
    ]
    kept: list[tuple[str, str]] = []
    for _, left, right in sorted(pairs):
        a, b = root(left), root(right)
        if a != b:
            home[b] = a
            kept.append((left, right))
    return kept


def _widest(links: Strengths, start: str, end: str) -> float | None:
    """The strength of the weakest link on the strongest way; None when there is no way."""
    best: dict[str, float] = {}
    queue: list[tuple[float, str]] = [(-float("inf"), start)]
    while queue:
        strength, here = heapq.heappop(queue)
        if here in best:
            continue
        best[here] = -strength
        if here == end:
            return best[here]
        for there, link in links.get(here, {}).items():
            if there not in best:
                heapq.heappush(queue, (max(strength, -link), there))
    return None
