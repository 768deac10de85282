"""Connected components, in an order that depends on the names of the nodes alone."""

from __future__ import annotations

from collections.abc import Iterable


def components(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The connected components of *nodes* under *pairs*, by their smallest node."""
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
    return sorted({id(component): component for component in home.values()}.values(), key=min)
