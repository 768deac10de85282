"""Clusters are a function of the component: not of the order of nodes, edges or assertions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from random import Random

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Assertion, Edge, Record, bulk, partition
from matching.cluster.components import components
from tests.matching.samples import MODEL, records

NODES = [f"n{i}" for i in range(12)]
node_pairs = st.sampled_from(list(combinations(NODES, 2)))


Strong = dict[str, tuple[tuple[str, str], ...]]
Graph = tuple[list[Edge], list[Assertion], Strong, int]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Edges, assertions and strong identifiers over the nodes, and a seed for shuffling."""
    chosen = draw(st.lists(node_pairs, max_size=30, unique=True))
    edges = [Edge(left=a, right=b, weight=draw(st.sampled_from((700, 900, 900, 1500)))) for a, b in chosen]
    said = draw(st.lists(st.tuples(node_pairs, st.booleans()), max_size=5, unique_by=lambda s: s[0]))
    assertions = [Assertion(left=a, right=b, same=same) for (a, b), same in said]
    strong: Strong = {
        node: (("uscc", code),)
        for node, code in draw(
            st.dictionaries(st.sampled_from(NODES), st.sampled_from("XY"), max_size=4)
        ).items()
    }
    return edges, assertions, strong, draw(st.integers(0, 999))


def _weights(edges: list[Edge], default: int | None) -> Callable[[str, str], int | None]:
    known = {(e.left, e.right): e.weight for e in edges}
    return lambda a, b: known.get((min(a, b), max(a, b)), default)


@settings(max_examples=200, deadline=None)
@given(graphs(), st.sampled_from((-2000, -300, 0)))
def test_the_order_of_nodes_edges_and_assertions_changes_nothing(graph: Graph, default: int) -> None:
    edges, assertions, strong, seed = graph
    expected = partition(NODES, edges, assertions, strong, _weights(edges, default), MODEL)
    random = Random(seed)
    nodes, links, said = (
        random.sample(NODES, len(NODES)),
        random.sample(edges, len(edges)),
        random.sample(assertions, len(assertions)),
    )
    found = partition(nodes, links, said, strong, _weights(edges, default), MODEL)
    assert set(found) == set(expected)
    assert sorted(node for cluster in found for node in cluster) == sorted(NODES)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_no_cluster_crosses_strong_identifiers_or_different_assertions(graph: Graph) -> None:
    edges, assertions, strong, _ = graph
    different = [a for a in assertions if not a.same]
    clusters = partition(NODES, edges, different, strong, _weights(edges, 0), MODEL)
    for cluster in clusters:
        assert len({strong[node] for node in cluster if node in strong}) <= 1
        assert not any(a.left in cluster and a.right in cluster for a in different)


@settings(max_examples=100, deadline=None)
@given(st.lists(node_pairs, max_size=15))
def test_components_are_those_of_networkx(pairs: list[tuple[str, str]]) -> None:
    graph = networkx.Graph(pairs)
    graph.add_nodes_from(NODES)
    expected = {frozenset(part) for part in networkx.connected_components(graph)}
    assert {frozenset(part) for part in components(NODES, pairs)} == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(node_pairs, max_size=15, unique=True))
def test_without_anything_against_it_a_component_is_one_cluster(pairs: list[tuple[str, str]]) -> None:
    edges = [Edge(left=a, right=b, weight=1000) for a, b in pairs]
    expected = {frozenset(part) for part in components(NODES, pairs)}
    assert set(partition(NODES, edges, [], {}, _weights(edges, 0), MODEL)) == expected


def test_a_component_recomputed_alone_gives_what_it_gave_among_others() -> None:
    edges = [Edge(left="n0", right="n1", weight=900), Edge(left="n2", right="n3", weight=800)]
    together = partition(NODES, edges, [], {}, _weights(edges, 0), MODEL)
    alone = partition(["n2", "n3"], edges[1:], [], {}, _weights(edges, 0), MODEL)
    assert set(alone) <= set(together)


def test_a_same_assertion_beats_strong_identifiers_and_a_different_one_beats_both() -> None:
    strong = {"n0": (("uscc", "X"),), "n1": (("uscc", "Y"),)}
    same = Assertion(left="n1", right="n0", same=True)
    assert len(partition(["n0", "n1"], [], [same], strong, lambda a, b: None, MODEL)) == 1
    both = [same, Assertion(left="n0", right="n1", same=False)]
    assert len(partition(["n0", "n1"], [], both, strong, lambda a, b: None, MODEL)) == 2


def test_a_chain_of_weak_links_is_cut_where_its_ends_speak_against_each_other() -> None:
    edges = [Edge(left="n0", right="n1", weight=800), Edge(left="n1", right="n2", weight=100)]
    clusters = partition(["n0", "n1", "n2"], edges, [], {}, _weights(edges, -2900), MODEL)
    assert set(clusters) == {frozenset({"n0", "n1"}), frozenset({"n2"})}


def test_too_large_a_component_raises_its_threshold() -> None:
    small = replace(MODEL, max_component=3)
    edges = [Edge(left="n0", right="n1", weight=1500), Edge(left="n2", right="n3", weight=1500)]
    weak = [*edges, Edge(left="n1", right="n2", weight=small.link_threshold)]
    nodes = NODES[:4]
    assert len(partition(nodes, weak, [], {}, _weights(weak, 0), MODEL)) == 1
    assert len(partition(nodes, weak, [], {}, _weights(weak, 0), small)) == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(records(), min_size=2, max_size=12), st.integers(0, 999))
def test_bulk_gives_the_same_clusters_in_any_order_of_the_records(drawn: list[Record], seed: int) -> None:
    keyed = [replace(record, key=f"r{n}") for n, record in enumerate(drawn)]
    assert set(bulk(keyed, MODEL)) == set(bulk(Random(seed).sample(keyed, len(keyed)), MODEL))


@pytest.mark.parametrize("same", [True, False])
def test_an_assertion_about_records_that_are_gone_is_passed_over(same: bool) -> None:
    gone = [Assertion(left="n0", right="gone", same=same)]
    assert partition(["n0"], [], gone, {}, lambda a, b: 0, MODEL) == [frozenset({"n0"})]
