"""From ownership events to bitemporal rows: a new belief ends the old one for the times that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.customer.events import (
    Lane,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipChange,
    OwnershipCorrected,
    OwnerTransferred,
    Restored,
)
from hub.log.codec import stored_names
from hub.log.envelope import RecordedEvent
from projections.runner.feed import place
from projections.runner.rows import json_text, write_rows

KINDS: dict[type[OwnershipChange], str] = {
    OwnerAssigned: "assigned",
    OwnerTransferred: "transferred",
    OwnerReleased: "released",
    OwnershipCorrected: "corrected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """[valid_from, valid_to) of a lane belonged to *owner*, believed since *known_from*; *valid_to* None is open.

    *stored* beliefs are in the table already.
    """

    owner: str | None
    valid_from: datetime
    valid_to: datetime | None
    known_from: datetime
    position: int
    kind: str
    basis: str
    actor: str
    reason: str
    stored: bool = False


@dataclass(slots=True)
class Merge:
    """From *valid_from* on the customer was part of *survivor_id*, believed in [known_from, known_to)."""

    customer_id: UUID
    survivor_id: UUID
    valid_from: datetime
    known_from: datetime
    position: int
    known_to: datetime | None = None
    stored: bool = False


LaneKey = tuple[UUID, str, str]


class OwnershipProjection:
    """Keeps ``ownership`` and ``ownership_merge``."""

    name = "ownership"
    version = 1
    schema = ("projections.ownership", "schema.sql")
    tables = ("ownership", "ownership_merge")
    late_indexes = ("ownership_owner",)
    events = stored_names((*get_args(OwnershipChange), MergedInto, Restored))
    by_stream = False

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take *page* in."""
        changes = [
            (event, event.body)
            for event in page
            if isinstance(event.body, OwnerAssigned | OwnerTransferred | OwnerReleased | OwnershipCorrected)
        ]
        if changes:
            lanes = _Lanes(connection, {_lane_key(event, body.lane) for event, body in changes})
            for event, body in changes:
                lanes.take(event, body)
            lanes.write()
        merges = [event for event in page if isinstance(event.body, MergedInto | Restored)]
        if merges:
            _take_merges(connection, merges)


class _Lanes:
    """The beliefs held now about the lanes that a page touches, and those that the page ends."""

    def __init__(self, connection: Connection[Any], keys: set[LaneKey]) -> None:
        self._connection = connection
        self._held: dict[LaneKey, list[Belief]] = {key: [] for key in keys}
        self._ended: list[tuple[LaneKey, Belief, datetime]] = []
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(
                "SELECT o.customer_id, o.scope, o.role, o.owner, o.valid_from, NULLIF(o.valid_to, 'infinity'),"
                " o.known_from, o.position, o.kind, o.basis::text, o.actor, o.reason"
                " FROM unnest(%b::uuid[], %b::text[], %b::text[]) AS n (customer_id, scope, role)"
                " JOIN ownership o USING (customer_id, scope, role)"
                " WHERE o.known_to = 'infinity' ORDER BY o.valid_from",
                [list(column) for column in zip(*keys, strict=True)],
            )
            for (
                customer_id,
                scope,
                role,
                owner,
                start,
                end,
                known,
                position,
                kind,
                basis,
                actor,
                reason,
            ) in cursor:
                self._held[customer_id, scope, role].append(
                    Belief(
                        owner=owner,
                        valid_from=start,
                        valid_to=end,
                        known_from=known,
                        position=position,
                        kind=kind,
                        basis=basis,
                        actor=actor,
                        reason=reason,
                        stored=True,
                    )
                )

    def take(self, event: RecordedEvent, body: OwnershipChange) -> None:
        """One change: what it contradicts is no longer believed, what it leaves of it is believed anew."""
        key = _lane_key(event, body.lane)
        held = self._held[key]
        if isinstance(body, OwnershipCorrected) and body.valid_to and body.valid_to <= body.valid_from:
            return
        known = max([event.meta.recorded_at, *(belief.known_from for belief in held)])
        new = Belief(
            owner=None if isinstance(body, OwnerReleased) else body.owner,
            valid_from=body.valid_from,
            valid_to=body.valid_to if isinstance(body, OwnershipCorrected) else None,
            known_from=known,
            position=place(event),
            kind=KINDS[type(body)],
            basis=json_text(body.basis),
            actor=event.meta.actor,
            reason=event.meta.reason,
        )
        after = [new]
        for belief in held:
            rest = list(remainders(belief, new.valid_from, new.valid_to))
            if rest == [belief]:
                after.append(belief)
                continue
            after.extend(replace(part, known_from=known, stored=False) for part in rest)
            if belief.known_from < known or belief.stored:
                self._ended.append((key, belief, known))
        self._held[key] = after

    def write(self) -> None:
        """Write the ends first, so that a lane never has two beliefs of one time."""
        stored = [(key, belief, known) for key, belief, known in self._ended if belief.stored]
        write_rows(
            self._connection,
            "DELETE FROM ownership o USING unnest(%b::uuid[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[])"
            " AS n (customer_id, scope, role, valid_from, known_from)"
            " WHERE (o.customer_id, o.scope, o.role, o.valid_from, o.known_from)"
            " = (n.customer_id, n.scope, n.role, n.valid_from, n.known_from)",
            [(*key, b.valid_from, b.known_from) for key, b, known in stored if b.known_from == known],
        )
        write_rows(
            self._connection,
            "UPDATE ownership o SET known_to = n.known_to FROM unnest(%b::uuid[], %b::text[], %b::text[],"
            " %b::timestamptz[], %b::timestamptz[], %b::timestamptz[])"
            " AS n (customer_id, scope, role, valid_from, known_from, known_to)"
            " WHERE (o.customer_id, o.scope, o.role, o.valid_from, o.known_from)"
            " = (n.customer_id, n.scope, n.role, n.valid_from, n.known_from)",
            [(*key, b.valid_from, b.known_from, known) for key, b, known in stored if b.known_from < known],
        )
        passing = [(key, b, known) for key, b, known in self._ended if not b.stored and b.known_from < known]
        lasting = [(key, b, None) for key, held in self._held.items() for b in held if not b.stored]
        write_rows(
            self._connection,
            "INSERT INTO ownership (customer_id, scope, role, owner, valid_from, valid_to, known_from, known_to, position,"
            " kind, basis, actor, reason) SELECT customer_id, scope, role, owner, valid_from,"
            " coalesce(valid_to, 'infinity'), known_from, coalesce(known_to, 'infinity'), position, kind, basis::jsonb,"
            " actor, reason FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::timestamptz[],"
            " %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::bigint[], %b::text[], %b::text[], %b::text[],"
            " %b::text[]) AS n (customer_id, scope, role, owner, valid_from, valid_to, known_from, known_to, position,"
            " kind, basis, actor, reason)",
            [
                (
                    *key,
                    b.owner,
                    b.valid_from,
                    b.valid_to,
                    b.known_from,
                    known,
                    b.position,
                    b.kind,
                    b.basis,
                    b.actor,
                    b.reason,
                )
                for key, b, known in [*passing, *lasting]
            ],
        )


def remainders(belief: Belief, start: datetime, end: datetime | None) -> Iterator[Belief]:
    """What *belief* says of the times outside [start, end); itself when it says nothing about the times within."""
    if (end is not None and belief.valid_from >= end) or (
        belief.valid_to is not None and belief.valid_to <= start
    ):
        yield belief
        return
    if belief.valid_from < start:
        yield replace(belief, valid_to=start)
    if end is not None and (belief.valid_to is None or belief.valid_to > end):
        yield replace(belief, valid_from=end)


def _take_merges(connection: Connection[Any], events: Sequence[RecordedEvent]) -> None:
    """A merge is believed until the customer is restored; one that is taken back at the same instant never was."""
    since: dict[UUID, datetime] = {}
    held: dict[UUID, Merge] = {}
    merges: list[Merge] = []
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(
            "SELECT customer_id, survivor_id, valid_from, known_from, NULLIF(known_to, 'infinity'), position"
            " FROM ownership_merge WHERE customer_id = ANY(%b) ORDER BY position",
            (list({event.originator_id for event in events}),),
        )
        for customer_id, survivor_id, valid_from, known_from, known_to, position in cursor:
            since[customer_id] = known_to or known_from
            if known_to is None:
                held[customer_id] = Merge(
                    customer_id, survivor_id, valid_from, known_from, position, stored=True
                )
    merges.extend(held.values())
    for event in events:
        customer_id = event.originator_id
        known = max(event.meta.recorded_at, since.get(customer_id, event.meta.recorded_at))
        since[customer_id] = known
        if (ended := held.pop(customer_id, None)) is not None:
            ended.known_to = known
        if isinstance(event.body, MergedInto):
            merge = Merge(customer_id, event.body.survivor_id, event.meta.valid_at, known, place(event))
            held[customer_id] = merge
            merges.append(merge)
    write_rows(
        connection,
        "UPDATE ownership_merge m SET known_to = n.known_to"
        " FROM unnest(%b::uuid[], %b::bigint[], %b::timestamptz[]) AS n (customer_id, position, known_to)"
        " WHERE m.customer_id = n.customer_id AND m.position = n.position",
        [(m.customer_id, m.position, m.known_to) for m in merges if m.stored and m.known_to],
    )
    write_rows(
        connection,
        "INSERT INTO ownership_merge (customer_id, survivor_id, valid_from, known_from, known_to, position)"
        " SELECT customer_id, survivor_id, valid_from, known_from, coalesce(known_to, 'infinity'), position"
        " FROM unnest(%b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::bigint[])"
        " AS n (customer_id, survivor_id, valid_from, known_from, known_to, position)",
        [
            (m.customer_id, m.survivor_id, m.valid_from, m.known_from, m.known_to, m.position)
            for m in merges
            if not m.stored
        ],
    )


def _lane_key(event: RecordedEvent, lane: Lane) -> LaneKey:
    return event.originator_id, lane.scope, lane.role
