"""The part of the match graph that a batch touches: candidates, raw edges, components and their clusters.

Names records by their keys; the index's numbers stay inside.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.resolution import index
from hub.resolution.index import IndexedRecord
from matching import Assertion, Edge, Model, Prepared, load, partition, weigh


@dataclass(slots=True)
class Graph:
    """Records, raw edges and assertions around a batch. *records* holds every indexed record that was looked at."""

    model: Model
    withdrawn: frozenset[UUID] = frozenset()
    successors: dict[str, str] = field(default_factory=dict)  # what a renamed record goes on as
    records: dict[str, IndexedRecord] = field(default_factory=dict)
    key_of: dict[int, str] = field(default_factory=dict)
    fresh: dict[str, Prepared] = field(default_factory=dict)  # changed in this batch
    gone: set[str] = field(default_factory=set)  # retired in this batch
    reweighed: set[str] = field(default_factory=set)  # unchanged, but with other candidates than before
    looked_up: set[int] = field(default_factory=set)  # blocking keys whose holders were read
    crossed: frozenset[int] = frozenset()  # blocking keys that the batch takes across the limit
    new_edges: dict[tuple[str, str], int] = field(default_factory=dict)
    doubts: dict[tuple[str, str], int] = field(default_factory=dict)  # in the review band, of fresh records
    old_edges: dict[tuple[str, str], int] = field(default_factory=dict)
    asserted: dict[tuple[str, str], bool] = field(default_factory=dict)
    components: list[set[str]] = field(default_factory=list)
    _loaded: dict[str, Prepared] = field(default_factory=dict)
    _weights: dict[tuple[str, str], int | None] = field(default_factory=dict)

    def add(self, records: Collection[IndexedRecord]) -> None:
        """Take in indexed records."""
        for record in records:
            self.records[record.key] = record
            if record.number is not None:
                self.key_of[record.number] = record.key

    def prepared(self, key: str) -> Prepared:
        """The normalised form of a record as it is after the batch."""
        known = self.fresh.get(key) or self._loaded.get(key)
        if known is None:
            known = self._loaded[key] = load(key, self.records[key].prepared)
        return known

    def stored_keys(self, key: str) -> tuple[int, ...]:
        """The blocking keys under which the index holds a record now; none when it is new or deleted."""
        before = self.records.get(key)
        if before is None or before.retired or not before.prepared:
            return ()
        return load(key, before.prepared).keys

    def weight(self, left: str, right: str) -> int | None:
        """The weight of a pair, None for a hard conflict; remembered for the batch."""
        pair = (left, right) if left < right else (right, left)
        if pair not in self._weights:
            self._weights[pair] = weigh(self.prepared(pair[0]), self.prepared(pair[1]), self.model)
        return self._weights[pair]

    def take_opinion(self, left: str, right: str, *, same: bool) -> None:
        """Take note of what was asserted of two records, and so of those that they go on as; *different* has the last word."""
        for one, other in itertools.product(self.with_successors(left), self.with_successors(right)):
            if one != other:
                agreed = same and self.asserted.get((one, other), True)
                self.asserted[(one, other)] = self.asserted[(other, one)] = agreed

    def is_live(self, key: str) -> bool:
        """Whether the record takes part in the matching after the batch."""
        if key in self.gone:
            return False
        return key in self.fresh or (key in self.records and not self.records[key].retired)

    def find_edges(self, connection: Connection[Any]) -> None:
        """Score every fresh record against all that share a blocking key with it, in the index and in the batch.

        A key that more records have than the model's ``max_block`` makes no pairs. Where the batch takes a key across
        this limit, all that have the key are scored again.
        """
        came = {key: p.keys for key, p in self.fresh.items()}
        left = {key: self.stored_keys(key) for key in {*self.fresh, *self.gone}}
        wanted = {k for keys in (*came.values(), *left.values()) for k in keys}
        if not wanted:
            return
        holders = self._holders(connection, wanted, came, left)
        crossed = [k for k, (before, after) in holders.items() if self._is_hot(before) != self._is_hot(after)]
        self.crossed = frozenset(crossed)
        if crossed:
            numbers = {n for k in crossed for n in holders[k][0] if isinstance(n, int)}
            self._fetch_numbers(connection, numbers)
            again = {self.key_of[n] for n in numbers} - self.fresh.keys()
            self.reweighed = {key for key in again if self.is_live(key)}
            more = {k for key in self.reweighed for k in self.prepared(key).keys}
            holders |= self._holders(connection, more - wanted, came, left)
        self._score(connection, holders)

    def find_candidates(self, connection: Connection[Any], key: str) -> None:
        """Read the records that one fresh record would be weighed against."""
        holders = self._holders(connection, self.fresh[key].keys, {}, {})
        self._fetch_numbers(
            connection,
            {n for held, _ in holders.values() if not self._is_hot(held) for n in held if isinstance(n, int)},
        )

    def _holders(
        self,
        connection: Connection[Any],
        wanted: Collection[int],
        came: Mapping[str, Collection[int]],
        left: Mapping[str, Collection[int]],
    ) -> dict[int, tuple[set[int | str], set[int | str]]]:
        """Who has each of the *wanted* keys before and after the batch: numbers from the index, new records by their keys.

        Of a key with very many holders no more are read than it takes to see this.
        """
        self.looked_up |= set(wanted)
        enough = self.model.max_block + len(left) + 1
        before: dict[int, set[int | str]] = {key: set() for key in wanted}
        for blocking_key, number in index.numbers_by_blocking_key(connection, wanted, enough):
            before[blocking_key].add(number)
        after = {key: set(held) for key, held in before.items()}
        for key, held in left.items():
            for blocking_key in held:
                if blocking_key in after:
                    after[blocking_key].discard(self._name_of(key))
        for key, held in came.items():
            for blocking_key in held:
                if blocking_key in after:
                    after[blocking_key].add(self._name_of(key))
        return {key: (before[key], after[key]) for key in before}

    def _name_of(self, key: str) -> int | str:
        """A record's number in the index, or its key while it has none."""
        known = self.records.get(key)
        return key if known is None or known.number is None else known.number

    def _is_hot(self, holders: Collection[object]) -> bool:
        return len(holders) > self.model.max_block

    def _score(
        self, connection: Connection[Any], holders: Mapping[int, tuple[set[int | str], set[int | str]]]
    ) -> None:
        """Weigh the pairs that the records to be scored form with those that share a key with them."""
        live = {k: after for k, (_, after) in holders.items() if not self._is_hot(after)}
        self._fetch_numbers(connection, {n for after in live.values() for n in after if isinstance(n, int)})
        for key in (*self.fresh, *self.reweighed):
            candidates = {
                n if isinstance(n, str) else self.key_of[n]
                for k in self.prepared(key).keys
                for n in live.get(k, ())
            }
            candidates.discard(key)
            for candidate in candidates:
                pair = (key, candidate) if key < candidate else (candidate, key)
                if pair in self.new_edges or pair in self.doubts or not self.is_live(candidate):
                    continue
                weight = self.weight(*pair)
                if weight is None or weight < self.model.review_threshold:
                    continue
                if weight >= self.model.link_threshold:
                    self.new_edges[pair] = weight
                else:
                    self.doubts[pair] = weight

    def take_edges(self, edges: Iterable[Edge]) -> None:
        """Take in raw edges of fresh records that were found before."""
        self.new_edges.update({(edge.left, edge.right): edge.weight for edge in edges})

    def find_components(
        self, connection: Connection[Any], seeds: Collection[str], *, with_assertions: bool
    ) -> None:
        """Follow raw edges and *same* assertions from *seeds* to the whole components that the batch touches."""
        frontier = set(seeds) | {k for pair in self.new_edges for k in pair} | self.reweighed
        seen: set[str] = set()
        while frontier:
            seen |= frontier
            reached: set[str] = set()
            if with_assertions:
                reached |= self._follow_assertions(connection, frontier)
            self._fetch_keys(connection, (frontier | reached) - self.fresh.keys())
            numbers = [n for k in frontier if k in self.records and (n := self.records[k].number) is not None]
            edges = index.edges_of(connection, numbers) if numbers else []
            self._fetch_numbers(connection, {e.right for e in edges})
            for edge in edges:
                left, right = self.key_of[edge.left], self.key_of[edge.right]
                self.old_edges[(left, right)] = edge.weight
                reached.add(right)
            frontier = reached - seen
        self.components = self._connected(seen)

    def find_neighbours(self, connection: Connection[Any]) -> None:
        """Look up the stored edges of the fresh records, and no further."""
        numbers = [n for key in self.fresh if (n := self.records[key].number) is not None]
        edges = index.edges_of(connection, numbers)
        self._fetch_numbers(connection, {edge.right for edge in edges})
        for edge in edges:
            self.old_edges[(self.key_of[edge.left], self.key_of[edge.right])] = edge.weight

    def clusters(self) -> list[frozenset[str]]:
        """The customers within the components: what `partition` makes of them."""
        clusters: list[frozenset[str]] = []
        edges = self._live_edges()
        edges_at: dict[str, list[Edge]] = {}
        for edge in edges:
            edges_at.setdefault(edge.left, []).append(edge)
        for component in self.components:
            if len(component) == 1:
                clusters.append(frozenset(component))
                continue
            clusters.extend(
                partition(
                    component,
                    [edge for key in component for edge in edges_at.get(key, ())],
                    [
                        Assertion(left=left, right=right, same=same)
                        for (left, right), same in self.asserted.items()
                        if left in component and right in component
                    ],
                    {key: self.prepared(key).strong for key in component},
                    self.weight,
                    self.model,
                )
            )
        return clusters

    def edges_gone(self) -> set[tuple[int, int]]:
        """Stored edges that no longer hold, by record number, in both directions."""
        numbers: set[tuple[int, int]] = set()
        for left, right in self.old_edges:
            if self._is_changed(left) or self._is_changed(right):
                first, second = self.records[left].number, self.records[right].number
                if first is not None and second is not None:
                    numbers |= {(first, second), (second, first)}
        return numbers

    def live_edges_by_key(self) -> Mapping[str, Mapping[str, int]]:
        """Raw edges of the touched components, from each record to its neighbours."""
        neighbours: dict[str, dict[str, int]] = {}
        for edge in self._live_edges():
            neighbours.setdefault(edge.left, {})[edge.right] = edge.weight
            neighbours.setdefault(edge.right, {})[edge.left] = edge.weight
        return neighbours

    def _is_changed(self, key: str) -> bool:
        return key in self.fresh or key in self.gone or key in self.reweighed

    def _live_edges(self) -> list[Edge]:
        pairs = dict(self.new_edges)
        for (left, right), weight in self.old_edges.items():
            if left < right and not (self._is_changed(left) or self._is_changed(right)):
                pairs[(left, right)] = weight
        return [
            Edge(left=left, right=right, weight=weight) for (left, right), weight in sorted(pairs.items())
        ]

    def _connected(self, seen: Collection[str]) -> list[set[str]]:
        live = {key for key in seen if self.is_live(key)}
        parent = {key: key for key in live}

        def root(key: str) -> str:
            while parent[key] != key:
                parent[key] = parent[parent[key]]
                key = parent[key]
            return key

        for edge in self._live_edges():
            if edge.left in live and edge.right in live:
                parent[root(edge.left)] = root(edge.right)
        for (left, right), same in self.asserted.items():
            if same and left in live and right in live:
                parent[root(left)] = root(right)
        groups: dict[str, set[str]] = {}
        for key in sorted(live):
            groups.setdefault(root(key), set()).add(key)
        return list(groups.values())

    def _follow_assertions(self, connection: Connection[Any], frontier: Collection[str]) -> set[str]:
        for pair in index.assertions_of(connection, self._with_forerunners(frontier)):
            if pair.assertion_id not in self.withdrawn:
                self.take_opinion(pair.left, pair.right, same=pair.same)
        return {right for (left, right), same in self.asserted.items() if same and left in frontier}

    def _with_forerunners(self, keys: Collection[str]) -> set[str]:
        """*keys* and the records that go on as one of them."""
        found = set(keys)
        while further := {old for old, new in self.successors.items() if new in found} - found:
            found |= further
        return found

    def with_successors(self, key: str) -> list[str]:
        """*key* and what it goes on as, one after the other."""
        found = [key]
        while (new := self.successors.get(found[-1])) is not None and new not in found:
            found.append(new)
        return found

    def _fetch_numbers(self, connection: Connection[Any], numbers: Collection[int]) -> None:
        if missing := [n for n in numbers if n not in self.key_of]:
            self.add(index.records_by_number(connection, missing))

    def _fetch_keys(self, connection: Connection[Any], keys: Collection[str]) -> None:
        if missing := [k for k in keys if k not in self.records]:
            self.add(index.records_by_key(connection, missing))
