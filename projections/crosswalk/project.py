"""From a customer's events to the links of its records and the aliases of merged ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.customer.events import (
    CustomerEvent,
    MergedInto,
    RecordLinked,
    RecordRetired,
    RecordRevised,
    RecordUnlinked,
    Restored,
    SplitOff,
)
from hub.log.codec import stored_names
from hub.log.envelope import RecordedEvent
from projections.runner.feed import place
from projections.runner.rows import write_rows


@dataclass(slots=True)
class _Link:
    """A link while a page is taken in: what it is in the table, and whether it has changed."""

    key: str
    customer_id: UUID
    retired: bool
    source_time: datetime
    source_version: str
    known_from: datetime
    from_position: int
    known_to: datetime | None = None
    to_position: int | None = None
    stored: bool = False
    changed: bool = False


@dataclass(slots=True)
class _Alias:
    former_id: UUID
    survivor_id: UUID
    valid_from: datetime
    known_from: datetime
    from_position: int
    known_to: datetime | None = None
    to_position: int | None = None
    stored: bool = False


class CrosswalkProjection:
    """Keeps ``crosswalk`` and ``customer_alias``."""

    name = "crosswalk"
    version = 1
    schema = ("projections.crosswalk", "schema.sql")
    tables = ("crosswalk", "customer_alias")
    late_indexes = ("crosswalk_customer", "customer_alias_survivor")
    events = stored_names(get_args(CustomerEvent))
    by_stream = False

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take *page* in."""
        book = _Book(connection, page)
        for event in page:
            book.take(event)
        book.write()


class _Book:
    """The current links and aliases that a page touches, and what the page makes of them."""

    def __init__(self, connection: Connection[Any], page: Sequence[RecordedEvent]) -> None:
        self._connection = connection
        self._links: dict[str, _Link] = {}
        self._of_customer: dict[UUID, dict[str, None]] = {}
        self._aliases: dict[UUID, _Alias] = {}
        self._all_links: list[_Link] = []
        self._all_aliases: list[_Alias] = []
        self._fetch_links(*_touched(page))
        self._fetch_aliases([e.originator_id for e in page if isinstance(e.body, MergedInto | Restored)])

    def take(self, event: RecordedEvent) -> None:
        """One event."""
        match event.body:
            case RecordLinked(record=record):
                self._close(str(record.key), event)
                self._open(event, event.body)
            case RecordRevised(record=record):
                link = self._links.get(str(record.key))
                if link is not None:
                    self._freshen(link, record.source_time, record.version, retired=False)
            case RecordRetired(key=key):
                link = self._links.get(str(key))
                if link is not None:
                    self._freshen(link, event.body.source_time, event.body.version, retired=True)
            case RecordUnlinked(key=key):
                self._close(str(key), event, of=event.originator_id)
            case SplitOff(keys=keys):
                for key in keys:
                    self._close(str(key), event, of=event.originator_id)
            case MergedInto(survivor_id=survivor_id):
                for text in list(self._of_customer.get(event.originator_id, ())):
                    self._close(text, event, of=event.originator_id)
                self._close_alias(event)
                alias = _Alias(
                    former_id=event.originator_id,
                    survivor_id=survivor_id,
                    valid_from=event.meta.valid_at,
                    known_from=event.meta.recorded_at,
                    from_position=place(event),
                )
                self._aliases[alias.former_id] = alias
                self._all_aliases.append(alias)
            case Restored():
                self._close_alias(event)
            case _:
                pass

    def write(self) -> None:
        """Write what has changed: ends first, so that at no time a record has two current links."""
        write_rows(
            self._connection,
            "UPDATE crosswalk c SET retired = n.retired, source_time = n.source_time, source_version = n.source_version,"
            " known_to = n.known_to, to_position = n.to_position"
            " FROM unnest(%b::text[], %b::bigint[], %b::boolean[], %b::timestamptz[], %b::text[], %b::timestamptz[],"
            " %b::bigint[]) AS n (record_key, from_position, retired, source_time, source_version, known_to, to_position)"
            " WHERE c.record_key = n.record_key AND c.from_position = n.from_position",
            [
                (
                    x.key,
                    x.from_position,
                    x.retired,
                    x.source_time,
                    x.source_version,
                    x.known_to,
                    x.to_position,
                )
                for x in self._all_links
                if x.stored and x.changed
            ],
        )
        write_rows(
            self._connection,
            "INSERT INTO crosswalk (record_key, customer_id, retired, source_time, source_version, known_from, known_to,"
            " from_position, to_position) SELECT * FROM unnest(%b::text[], %b::uuid[], %b::boolean[], %b::timestamptz[],"
            " %b::text[], %b::timestamptz[], %b::timestamptz[], %b::bigint[], %b::bigint[])",
            [
                (
                    x.key,
                    x.customer_id,
                    x.retired,
                    x.source_time,
                    x.source_version,
                    x.known_from,
                    x.known_to,
                    x.from_position,
                    x.to_position,
                )
                for x in self._all_links
                if not x.stored
            ],
        )
        write_rows(
            self._connection,
            "UPDATE customer_alias a SET known_to = n.known_to, to_position = n.to_position"
            " FROM unnest(%b::uuid[], %b::bigint[], %b::timestamptz[], %b::bigint[])"
            " AS n (former_id, from_position, known_to, to_position)"
            " WHERE a.former_id = n.former_id AND a.from_position = n.from_position",
            [
                (a.former_id, a.from_position, a.known_to, a.to_position)
                for a in self._all_aliases
                if a.stored and a.to_position is not None
            ],
        )
        write_rows(
            self._connection,
            "INSERT INTO customer_alias (former_id, survivor_id, valid_from, known_from, known_to, from_position,"
            " to_position) SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[],"
            " %b::timestamptz[], %b::bigint[], %b::bigint[])",
            [
                (
                    a.former_id,
                    a.survivor_id,
                    a.valid_from,
                    a.known_from,
                    a.known_to,
                    a.from_position,
                    a.to_position,
                )
                for a in self._all_aliases
                if not a.stored
            ],
        )

    def _open(self, event: RecordedEvent, linked: RecordLinked) -> None:
        link = _Link(
            key=str(linked.record.key),
            customer_id=event.originator_id,
            retired=linked.retired is not None,
            source_time=(linked.retired or linked.record).source_time,
            source_version=(linked.retired or linked.record).version,
            known_from=event.meta.recorded_at,
            from_position=place(event),
        )
        self._remember(link)

    def _close(self, key: str, event: RecordedEvent, of: UUID | None = None) -> None:
        """End the current link of *key*, if it is one to the customer *of* (None: to any)."""
        link = self._links.get(key)
        if link is None or (of is not None and link.customer_id != of):
            return
        link.known_to = max(event.meta.recorded_at, link.known_from)
        link.to_position = place(event)
        link.changed = True
        del self._links[key]
        del self._of_customer[link.customer_id][key]

    def _close_alias(self, event: RecordedEvent) -> None:
        alias = self._aliases.pop(event.originator_id, None)
        if alias is not None:
            alias.known_to = max(event.meta.recorded_at, alias.known_from)
            alias.to_position = place(event)

    @staticmethod
    def _freshen(link: _Link, source_time: datetime, version: str, *, retired: bool) -> None:
        """A reading or a deletion that is older than what is known changes nothing; of equals the deletion counts."""
        if (source_time, version, retired) >= (link.source_time, link.source_version, link.retired):
            link.source_time, link.source_version, link.retired = source_time, version, retired
            link.changed = True

    def _remember(self, link: _Link) -> None:
        self._links[link.key] = link
        self._of_customer.setdefault(link.customer_id, {})[link.key] = None
        self._all_links.append(link)

    def _fetch_links(self, keys: list[str], merged: list[UUID]) -> None:
        columns = (
            "record_key, customer_id, retired, source_time, source_version, known_from, from_position"
            " FROM crosswalk WHERE to_position IS NULL AND"
        )
        with self._connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            if keys:
                cursor.execute(f"SELECT {columns} record_key = ANY(%b)", (keys,))
                for row in cursor:
                    self._remember(_stored_link(row))
            if merged:
                cursor.execute(f"SELECT {columns} customer_id = ANY(%b)", (merged,))
                for row in cursor:
                    if row[0] not in self._links:
                        self._remember(_stored_link(row))

    def _fetch_aliases(self, ids: list[UUID]) -> None:
        if not ids:
            return
        with self._connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(
                "SELECT former_id, survivor_id, valid_from, known_from, from_position FROM customer_alias"
                " WHERE to_position IS NULL AND former_id = ANY(%b)",
                (ids,),
            )
            for row in cursor:
                alias = _Alias(*row)
                alias.stored = True
                self._aliases[alias.former_id] = alias
                self._all_aliases.append(alias)


def _stored_link(row: tuple[Any, ...]) -> _Link:
    link = _Link(*row)
    link.stored = True
    return link


def _touched(page: Sequence[RecordedEvent]) -> tuple[list[str], list[UUID]]:
    """The record keys whose current link a page needs, and the customers of which it needs all."""
    keys: set[str] = set()
    merged: set[UUID] = set()
    for event in page:
        match event.body:
            case RecordLinked(record=record) | RecordRevised(record=record):
                keys.add(str(record.key))
            case RecordRetired(key=key) | RecordUnlinked(key=key):
                keys.add(str(key))
            case SplitOff(keys=several):
                keys.update(str(key) for key in several)
            case MergedInto():
                merged.add(event.originator_id)
            case _:
                pass
    return list(keys), list(merged)
