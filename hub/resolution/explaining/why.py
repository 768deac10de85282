"""Why records are together: the pair, the strongest chain of links between them, what people said, what is kept of the past."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.handling.workspace import StateCache, Workspace
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import RecordKey
from hub.log.store import EventLog
from hub.resolution.explaining.paths import strongest_path, strongest_tree
from hub.resolution.explaining.scene import CERTAIN, Comparison, Link, Scale, Scene

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why the records of *customer_id* that were *asked* about are together.

    *asked* is ``pair``, ``record`` (one and its customer) or ``customer`` (all of it). *comparison* puts the two of the pair
    side by side, or the record and the one that it is tied to most strongly. *links* are a page of, respectively, the
    strongest chain between the two, the record's own links (the strongest first), or the links that hold all records
    together, each needed (what people said first, then from the weakest). *weakest* is the weakest weight among all of
    these that people did not assert. *deleted* are those asked about that their source has deleted: they stay where they were.
    """

    asked: str
    customer_id: UUID
    scale: Scale
    comparison: Comparison | None
    links: tuple[Link, ...]
    weakest: int | None
    deleted: tuple[RecordKey, ...]
    next_pair: Pair | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of the links is wanted: at most *limit* of them, behind the link between the records *after*."""

    limit: int = 50
    after: Pair | None = None

    def of(self, pairs: Sequence[Pair]) -> tuple[Sequence[Pair], Pair | None]:
        """The page of *pairs*, and behind which one the next begins; None when there is none."""
        start = 0
        if self.after is not None:
            if self.after not in pairs:
                raise InvalidMessageError(
                    "the customer has changed since the page before",
                    field="cursor",
                    remedy="begin again without a cursor",
                )
            start = pairs.index(self.after) + 1
        shown = pairs[start : start + self.limit]
        return shown, shown[-1] if start + self.limit < len(pairs) else None


def why(
    log: EventLog,
    connection: Connection[Any],
    scene: Scene,
    customer_id: UUID,
    *,
    asked: Sequence[str],
    page: Page,
) -> Why:
    """Why the records *asked* about (two, one, or none for all) are in *customer_id*."""
    graph = scene.graph
    keys = scene.keys_of(customer_id)
    strengths = scene.strengths(scene.comparable(keys))
    if len(asked) == 2:
        pairs = list(itertools.pairwise(strongest_path(strengths, asked[0], asked[1])))
        compared: Pair | None = (asked[0], asked[1])
    elif asked:
        near = strengths.get(asked[0], {})
        pairs = [(asked[0], other) for other in sorted(near, key=lambda other: (-near[other], other))]
        compared = pairs[0] if pairs else None
    else:
        tree = strongest_tree(keys, strengths)
        pairs = [p for p in tree if strengths[p[0]][p[1]] == CERTAIN]
        pairs += [p for p in reversed(tree) if strengths[p[0]][p[1]] != CERTAIN]
        compared = None
    shown, next_pair = page.of(pairs)
    notes = scene.notes(log, connection, shown, same=True)
    links = [scene.link(left, right, notes) for left, right in shown]
    deleted = [k for k in (asked or keys) if graph.records[k].retired]
    if not pairs and asked:
        links = _kept(log, connection, customer_id, asked)
    weights = [w for left, right in pairs if (w := strengths[left][right]) != CERTAIN]
    return Why(
        asked=("customer", "record", "pair")[len(asked)],
        customer_id=customer_id,
        scale=Scale.of(graph.model, graph.records[keys[0]].kind),
        comparison=scene.compare(*compared) if compared else None,
        links=tuple(links),
        weakest=min(weights, default=None),
        deleted=tuple(RecordKey.parse(k) for k in deleted),
        next_pair=next_pair,
    )


def _kept(log: EventLog, connection: Connection[Any], customer_id: UUID, asked: Sequence[str]) -> list[Link]:
    """What was known when the records were linked, which nothing ties to the others any more."""
    customer = Workspace.load(log, StateCache(), connection, [customer_id]).state(customer_id)
    return [
        Link(kind="kept", evidence=evidence)
        for key in asked
        if (linked := customer.records.get(RecordKey.parse(key))) is not None
        for evidence in linked.evidence
    ]
