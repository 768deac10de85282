"""The current source records with their values, read customer by customer in batches: what a model is applied to anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.handling.workspace import StateCache, Workspace
from hub.kernel.ids import RecordKey
from hub.kernel.source_record import SourceRecord
from hub.log.store import EventLog
from hub.resolution import index
from hub.resolution.index import IndexedRecord

PAGE = 1_000


def values_of(
    log: EventLog, cache: StateCache, connection: Connection[Any], records: Collection[IndexedRecord]
) -> Mapping[str, SourceRecord]:
    """The freshest readings of *records*; those that have gone to another customer in the meantime are missing."""
    holders = {r.customer_id for r in records if r.customer_id is not None}
    workspace = Workspace.load(log, cache, connection, holders)
    found: dict[str, SourceRecord] = {}
    for record in records:
        if record.customer_id is not None:
            linked = workspace.state(record.customer_id).records.get(RecordKey.parse(record.key))
            if linked is not None:
                found[record.key] = linked.record
    return found


def all_current(log: EventLog) -> Iterator[Sequence[tuple[UUID, SourceRecord]]]:
    """All records that are not deleted, each with its customer, in pages."""
    last = UUID(int=0)
    while True:
        with log.connection() as connection:
            page = index.live_records_of_customers_after(connection, last, PAGE)
            if not page:
                return
            last = max(r.customer_id for r in page if r.customer_id is not None)
            readings = values_of(log, StateCache(), connection, page)
        yield [(r.customer_id, readings[r.key]) for r in page if r.customer_id and r.key in readings]
