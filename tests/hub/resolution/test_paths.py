"""The strongest ways are the strongest there are: held against networkx on random graphs."""

from __future__ import annotations

import itertools

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.resolution.explaining.paths import Strengths, strongest_path, strongest_tree

NODES = tuple("abcdefg")
links = st.dictionaries(
    st.sampled_from(list(itertools.combinations(NODES, 2))), st.integers(-5, 5), max_size=14
)


def both_ways(pairs: dict[tuple[str, str], int]) -> Strengths:
    found: dict[str, dict[str, int]] = {}
    for (left, right), strength in pairs.items():
        found.setdefault(left, {})[right] = strength
        found.setdefault(right, {})[left] = strength
    return found


def as_graph(pairs: dict[tuple[str, str], int]) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(NODES)
    graph.add_weighted_edges_from((left, right, strength) for (left, right), strength in pairs.items())
    return graph


def weakest(pairs: Strengths, way: list[str]) -> int:
    return min(pairs[here][there] for here, there in itertools.pairwise(way))


@settings(max_examples=300, deadline=None)
@given(links)
def test_no_way_between_two_records_has_a_stronger_weakest_link_nor_an_equal_one_fewer_links(
    pairs: dict[tuple[str, str], int],
) -> None:
    strengths, graph = both_ways(pairs), as_graph(pairs)
    found = strongest_path(strengths, "a", "g")
    ways = list(nx.all_simple_paths(graph, "a", "g"))
    assert bool(found) == bool(ways)
    if ways:
        best = max(weakest(strengths, way) for way in ways)
        equal = [way for way in ways if weakest(strengths, way) == best]
        assert found == min(equal, key=lambda way: (len(way), way))


@settings(max_examples=300, deadline=None)
@given(links)
def test_the_links_that_hold_records_together_are_the_strongest_and_each_is_needed(
    pairs: dict[tuple[str, str], int],
) -> None:
    graph = as_graph(pairs)
    kept = strongest_tree(NODES, both_ways(pairs))
    tree = as_graph({pair: pairs[pair] for pair in kept})
    assert set(map(frozenset, nx.connected_components(tree))) == set(
        map(frozenset, nx.connected_components(graph))
    )
    assert nx.is_forest(tree)
    best = nx.maximum_spanning_tree(graph)
    assert sum(pairs[pair] for pair in kept) == best.size(weight="weight")


def test_a_record_is_its_own_way() -> None:
    assert strongest_path({}, "a", "a") == ["a"]
