"""What an explanation looks at: the records of one or two customers, their links, and what was asserted of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.customer.events import FeatureEvidence, LinkEvidence
from hub.kernel.ids import RecordKey
from hub.log.store import EventLog
from hub.resolution import index
from hub.resolution.evidence import link_evidence
from hub.resolution.explaining.paths import Strengths
from hub.resolution.graph import Graph
from hub.resolution.index import AssertedPair
from hub.stewardship.events import AssertionRecorded, Verdict
from matching import Model, explain

CERTAIN = 1_000_000
"""The strength of a *same* assertion as a link: more than any weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What weights are held against, in centi-bits: the model's prior and its thresholds."""

    model: str
    prior: int
    link_threshold: int
    review_threshold: int

    @classmethod
    def of(cls, model: Model, kind: str) -> Scale:
        """The scale of *model* for records of a *kind*."""
        return cls(
            model=model.version,
            prior=model.prior[kind],
            link_threshold=model.link_threshold,
            review_threshold=model.review_threshold,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionNote:
    """What a person said of two records, by whom, when and why."""

    assertion_id: UUID
    verdict: Verdict
    left: RecordKey
    right: RecordKey
    actor: str
    reason: str
    valid_at: datetime
    recorded_at: datetime
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two records side by side under the model in force. *met*: they share a blocking key, so that they were compared at all.

    *conflict* names what rules the pair out, whatever the *weight* (prior and features, in centi-bits).
    """

    left: RecordKey
    right: RecordKey
    weight: int
    conflict: str | None
    met: bool
    features: tuple[FeatureEvidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What ties two records of a customer together.

    *kind*: ``match`` (the model in force), ``assertion`` (a person, see *assertions*), ``kept`` (what was known when a record
    was linked that its source has deleted since).
    """

    kind: str
    evidence: LinkEvidence
    assertions: tuple[AssertionNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The records of some customers with the links and assertions among them."""

    graph: Graph
    asserted: tuple[AssertedPair, ...]

    @classmethod
    def load(cls, connection: Connection[Any], model: Model, customer_ids: Collection[UUID]) -> Scene:
        """Read the customers from the match index, by one query a step."""
        graph = Graph(model=model)
        graph.add(index.records_of(connection, customer_ids))
        for edge in index.edges_of(connection, list(graph.key_of)) if graph.key_of else ():
            if edge.right in graph.key_of:
                graph.old_edges[(graph.key_of[edge.left], graph.key_of[edge.right])] = edge.weight
        pairs = index.assertions_of(connection, list(graph.records)) if graph.records else []
        inside = sorted(
            (p for p in pairs if p.right in graph.records), key=lambda p: (p.left, p.right, p.assertion_id)
        )
        return cls(graph=graph, asserted=tuple(inside))

    def keys_of(self, customer_id: UUID) -> list[str]:
        """The source records of a customer, by first sight."""
        held = [r for r in self.graph.records.values() if r.customer_id == customer_id]
        return [r.key for r in sorted(held, key=lambda r: r.number or 0)]

    def comparable(self, keys: Iterable[str]) -> list[str]:
        """Those of *keys* that the matching sees."""
        return [k for k in keys if self.graph.is_live(k) and self.graph.records[k].prepared]

    def edges_across(self, lefts: Iterable[str], rights: Collection[str]) -> dict[tuple[str, str], int]:
        """The weights of the links from *lefts* to *rights*."""
        neighbours = self.graph.live_edges_by_key()
        return {
            (left, right): weight
            for left in lefts
            for right, weight in neighbours.get(left, {}).items()
            if right in rights
        }

    def strengths(self, keys: Collection[str]) -> Strengths:
        """The links among *keys*: raw edges by their weight, *same* assertions stronger than all."""
        inside = set(keys)
        found: dict[str, dict[str, int]] = {
            left: {right: weight for right, weight in near.items() if right in inside}
            for left, near in self.graph.live_edges_by_key().items()
            if left in inside
        }
        for pair in self.asserted:
            if pair.same and pair.left in inside and pair.right in inside:
                found.setdefault(pair.left, {})[pair.right] = CERTAIN
        return found

    def compare(self, left: str, right: str) -> Comparison | None:
        """Two records side by side; None when one of them was deleted before it was ever read."""
        if not (self.graph.records[left].prepared and self.graph.records[right].prepared):
            return None
        one, other = self.graph.prepared(left), self.graph.prepared(right)
        weight = explain(one, other, self.graph.model)
        return Comparison(
            left=RecordKey.parse(left),
            right=RecordKey.parse(right),
            weight=weight.total,
            conflict=weight.conflict,
            met=not set(one.keys).isdisjoint(other.keys),
            features=link_evidence(self.graph, left, right).features,
        )

    def link(self, left: str, right: str, notes: Mapping[tuple[str, str], tuple[AssertionNote, ...]]) -> Link:
        """The link between two records, with what people said of it."""
        said = notes.get((left, right), ())
        kind = "assertion" if said else "match"
        return Link(kind=kind, evidence=link_evidence(self.graph, left, right, kind=kind), assertions=said)

    def notes(
        self,
        log: EventLog,
        connection: Connection[Any],
        pairs: Collection[tuple[str, str]],
        *,
        same: bool,
    ) -> dict[tuple[str, str], tuple[AssertionNote, ...]]:
        """What was asserted of *pairs*, all of it by one query."""
        wanted = [p for p in self.asserted if (p.left, p.right) in pairs and p.same == same]
        streams = log.load(connection, {p.assertion_id for p in wanted}) if wanted else {}
        found: dict[tuple[str, str], tuple[AssertionNote, ...]] = {}
        for pair in wanted:
            event = streams[pair.assertion_id][0]
            if isinstance(event.body, AssertionRecorded):
                note = AssertionNote(
                    assertion_id=pair.assertion_id,
                    verdict=event.body.verdict,
                    left=RecordKey.parse(pair.left),
                    right=RecordKey.parse(pair.right),
                    actor=event.meta.actor,
                    reason=event.meta.reason,
                    valid_at=event.meta.valid_at,
                    recorded_at=event.meta.recorded_at,
                    position=event.position,
                )
                found[(pair.left, pair.right)] = (*found.get((pair.left, pair.right), ()), note)
        return found
