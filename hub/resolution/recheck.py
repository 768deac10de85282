"""Looks for doubts in all records anew: after a bulk load, which knows of none, or when another model weighs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from psycopg import Connection

from hub.kernel.provenance import Metadata
from hub.log.store import EventLog
from hub.resolution import index
from hub.resolution.graph import Graph
from hub.resolution.review import Touched, review
from matching import Model

PAGE = 1_000
"""Records in one transaction; the intake waits that long."""


def recheck(
    log: EventLog, model: Model, meta: Metadata, progress: Callable[[int], None] | None = None
) -> int:
    """Find the doubts of every living record, and open, revise and close cases accordingly; gives the number of events.

    *progress* is told how many records have been looked at. The intake may go on meanwhile.
    """
    events, seen, after = 0, 0, 0
    while True:
        with log.connection() as connection, connection.transaction():
            log.recorder.lock(connection.cursor())
            page = index.living_records(connection, after, PAGE)
            positions = _recheck_page(log, connection, model, meta, page)
        if not page:
            return events
        events, seen, after = events + len(positions), seen + len(page), page[-1].number or 0
        if progress:
            progress(seen)


def _recheck_page(
    log: EventLog,
    connection: Connection[Any],
    model: Model,
    meta: Metadata,
    page: Sequence[index.IndexedRecord],
) -> list[int]:
    graph = Graph(model=model)
    graph.add(page)
    graph.fresh = {record.key: graph.prepared(record.key) for record in page}
    graph.find_edges(connection)
    index.write_doubts(
        connection,
        gone=[record.number for record in page if record.number is not None],
        come=[(left, right, weight) for (left, right), weight in graph.doubts.items()],
        numbers={key: number for number, key in graph.key_of.items()},
    )
    touched = Touched(
        records=frozenset(graph.fresh),
        customers=frozenset(r.customer_id for r in page if r.customer_id is not None),
    )
    return review(log, connection, model, touched, meta)
