"""From a customer's events to its golden record: folded, then judged by the survivorship rules once a page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args
from uuid import UUID
from zlib import crc32

from psycopg import Connection

from hub.customer.events import CustomerEvent
from hub.customer.evolve import evolve
from hub.customer.state import Customer, CustomerState, NoCustomer
from hub.kernel.errors import StoredDataError
from hub.log.codec import stored_names
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.rules.survivorship import (
    Contribution,
    GoldenRecord,
    PinnedValue,
    RuleSet,
    default_ruleset,
    golden_record,
)
from projections.golden_record.tokens import tokens_of
from projections.runner.feed import place
from projections.runner.rows import json_text, write_rows

SHAPE = 2
"""Rises when rows come out differently under the same rules; under other rules they always do."""
CACHED_CUSTOMERS = 20_000
CUSTOMER_EVENTS: frozenset[type] = frozenset(get_args(CustomerEvent))
NAME_PATHS = ("name.full", "name.legal", "name.native", "name.short", "name.english", "name.former")
BETWEEN_TOKENS = "\x1f"


class GoldenRecordProjection:
    """Keeps ``golden_record``. States are folded from *log* and remembered; a remembered one counts for its version only."""

    name = "golden_record"
    schema = ("projections.golden_record", "schema.sql")
    tables = ("golden_record",)
    late_indexes = ("golden_record_tokens", "golden_record_position")
    events = stored_names(get_args(CustomerEvent))
    by_stream = True

    def __init__(
        self, log: EventLog, rules: RuleSet | None = None, *, cached: int = CACHED_CUSTOMERS
    ) -> None:
        self._log = log
        self._rules = rules or default_ruleset()
        self._cached = cached
        self._states: OrderedDict[UUID, Customer] = OrderedDict()
        self.version = crc32(f"{SHAPE} {self._rules.model_dump_json()}".encode()) & 0x7FFF_FFFF

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take *page* in: one row a customer, as it is after the page."""
        streams: dict[UUID, list[RecordedEvent]] = {}
        for event in page:
            if type(event.body) in CUSTOMER_EVENTS:
                streams.setdefault(event.originator_id, []).append(event)
        if not streams:
            return
        before = self._states_before(streams, connection)
        rows: list[tuple[Any, ...]] = []
        for customer_id, events in streams.items():
            state = fold(before[customer_id], events)
            self._remember(state)
            rows.append(self._row(state, events[-1]))
        write_rows(connection, _UPSERT, rows)

    def _states_before(
        self, streams: dict[UUID, list[RecordedEvent]], connection: Connection[Any]
    ) -> dict[UUID, CustomerState]:
        """The customers as they were before the page: remembered ones, else folded from the log by one query."""
        states: dict[UUID, CustomerState] = {}
        missing: list[UUID] = []
        for customer_id, events in streams.items():
            first = events[0].originator_version
            remembered = self._states.get(customer_id)
            if first == 1:
                states[customer_id] = NoCustomer()
            elif remembered is not None and remembered.version == first - 1:
                states[customer_id] = remembered
            else:
                missing.append(customer_id)
        if missing:
            past = self._log.load(connection, missing)
            for customer_id in missing:
                first = streams[customer_id][0].originator_version
                earlier = [e for e in past.get(customer_id, ()) if e.originator_version < first]
                states[customer_id] = fold(NoCustomer(), earlier)
        return states

    def _remember(self, state: Customer) -> None:
        self._states[state.id] = state
        self._states.move_to_end(state.id)
        while len(self._states) > self._cached:
            self._states.popitem(last=False)

    def _row(self, state: Customer, last: RecordedEvent) -> tuple[Any, ...]:
        values = golden_of(state, self._rules, last.meta.recorded_at).values
        texts = [(v.path, v.value) for v in values]
        named = dict(reversed(texts))
        keys = sorted(state.records)
        return (
            state.id,
            status_of(state),
            state.merged_into,
            state.kind.value,
            next((named[path] for path in NAME_PATHS if path in named), None),
            state.version,
            place(last),
            state.registered_at,
            last.meta.recorded_at,
            BETWEEN_TOKENS.join(str(key) for key in keys),
            BETWEEN_TOKENS.join(sorted({linked.record.unit for linked in state.records.values()})),
            json_text(
                [
                    {
                        "path": v.path,
                        "value": v.value,
                        "record_key": None if v.record_key is None else str(v.record_key),
                        "event_id": v.event.originator_id,
                        "event_version": v.event.version,
                        "rule": v.rule,
                        "since": v.since,
                    }
                    for v in values
                ]
            ),
            BETWEEN_TOKENS.join(sorted(tokens_of(texts, (key.local_id for key in keys)))),
        )


def fold(state: CustomerState, events: Sequence[RecordedEvent]) -> Customer:
    """*state* after *events*. Raises StoredDataError when these do not make a customer."""
    for event in events:
        body = event.body
        if isinstance(body, CustomerEvent):
            state = evolve(state, body, event.ref, event.meta)
    if not isinstance(state, Customer):
        raise StoredDataError("a customer's history lacks its beginning")
    return state


def golden_of(state: Customer, rules: RuleSet, at: datetime) -> GoldenRecord:
    """The golden values of a customer, judged at the instant *at*; none when it was merged."""
    contributions = [
        Contribution(
            record_key=key,
            unit=linked.record.unit,
            record_time=linked.record.source_time,
            values=linked.record.values,
            event=linked.event,
            retired=linked.retired,
        )
        for key, linked in sorted(state.records.items())
    ]
    pins = [
        PinnedValue(
            path=pin.path, value=pin.value, event=pin.event, actor=pin.actor, expires_at=pin.expires_at
        )
        for _, pin in sorted(state.pins.items())
    ]
    return golden_record(contributions, () if state.merged_into else pins, rules, at)


def status_of(state: Customer) -> str:
    """``merged``, ``retired`` when no living source record is left, else ``active``."""
    if state.merged_into is not None:
        return "merged"
    return "active" if any(not r.retired for r in state.records.values()) else "retired"


_UPSERT = """
    INSERT INTO golden_record AS g (customer_id, status, merged_into, kind, name, version, position, registered_at,
                                    changed_at, record_keys, units, golden, tokens)
    SELECT customer_id, status, merged_into, kind, name, version, position, registered_at, changed_at,
           string_to_array(record_keys, E'\\x1f'), string_to_array(units, E'\\x1f'), golden::jsonb, array_to_tsvector(string_to_array(tokens, E'\\x1f'))
    FROM unnest(%b::uuid[], %b::text[], %b::uuid[], %b::text[], %b::text[], %b::bigint[], %b::bigint[],
                %b::timestamptz[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[])
         AS n (customer_id, status, merged_into, kind, name, version, position, registered_at, changed_at, record_keys,
               units, golden, tokens)
    ON CONFLICT (customer_id) DO UPDATE SET
        status = excluded.status, merged_into = excluded.merged_into, kind = excluded.kind, name = excluded.name,
        version = excluded.version, position = excluded.position, registered_at = excluded.registered_at,
        changed_at = excluded.changed_at, record_keys = excluded.record_keys, units = excluded.units,
        golden = excluded.golden, tokens = excluded.tokens
"""
