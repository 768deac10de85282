"""Evidence of links in the words of the customer's events."""

from __future__ import annotations

from collections.abc import Mapping

from hub.customer.events import FeatureEvidence, LinkEvidence
from hub.kernel.ids import RecordKey
from hub.resolution.graph import Graph
from matching import explain


def link_evidence(graph: Graph, left: str, right: str, *, kind: str = "match") -> LinkEvidence:
    """Why *left* and *right* were joined, feature by feature."""
    weight = explain(graph.prepared(left), graph.prepared(right), graph.model)
    return LinkEvidence(
        kind=kind,
        left=RecordKey.parse(left),
        right=RecordKey.parse(right),
        weight=weight.total,
        model=graph.model.version,
        features=tuple(
            FeatureEvidence(feature=f.feature, left=f.left, right=f.right, level=f.level, weight=f.weight)
            for f in weight.features
        ),
    )


def strongest_links(
    graph: Graph, cluster: frozenset[str], wanted: set[str], neighbours: Mapping[str, Mapping[str, int]]
) -> dict[str, tuple[LinkEvidence, ...]]:
    """For each of *wanted* the strongest raw edge, or else the assertion, that ties it to the rest of its *cluster*."""
    found: dict[str, tuple[LinkEvidence, ...]] = {}
    for key in wanted & cluster:
        near = [(weight, other) for other, weight in neighbours.get(key, {}).items() if other in cluster]
        if near:
            _, other = max(near)
            found[key] = (link_evidence(graph, key, other),)
            continue
        asserted = sorted(
            r for (left, r), same in graph.asserted.items() if same and left == key and r in cluster
        )
        if asserted:
            found[key] = (link_evidence(graph, key, asserted[0], kind="assertion"),)
    return found
