"""From a case's events to its row in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any, assert_never, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.errors import StoredDataError
from hub.log.codec import stored_names
from hub.log.envelope import RecordedEvent
from hub.stewardship.events import (
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseOpened,
    CasePostponed,
    CaseRevised,
    Finding,
    MergeProposed,
    ProposalRefused,
    Reason,
)
from projections.runner.feed import place
from projections.runner.rows import json_text, write_rows


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ``steward_queue``, its fields in the order of the columns."""

    case_id: UUID
    left_id: UUID
    right_id: UUID
    status: str
    kind: str
    weight: int
    finding: str
    pattern: str
    opened_at: datetime
    changed_at: datetime
    postponed_until: datetime | None
    proposer: str | None
    proposed_why: str | None
    outcome: str | None
    assertion_id: UUID | None
    actor: str
    reason: str
    position: int


class StewardQueueProjection:
    """Keeps ``steward_queue``."""

    name = "steward_queue"
    version = 1
    schema = ("projections.steward_queue", "schema.sql")
    tables = ("steward_queue",)
    late_indexes = ("steward_queue_open", "steward_queue_left", "steward_queue_right")
    events = stored_names(get_args(CaseEvent))
    by_stream = True

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take *page* in: one row a case, as it is after the page."""
        told = [(event, event.body) for event in page if isinstance(event.body, CaseEvent)]
        rows = _rows(connection, {event.originator_id for event, _ in told})
        for event, body in told:
            rows[event.originator_id] = _after(rows.get(event.originator_id), event, body)
        write_rows(connection, _UPSERT, [astuple(row) for row in rows.values()])


def _after(row: Row | None, event: RecordedEvent, body: CaseEvent) -> Row:  # noqa: PLR0911 - one arm an event
    """The row after *event*. Raises StoredDataError when nothing has opened the case before."""
    meta = event.meta
    if isinstance(body, CaseOpened):
        return Row(
            case_id=event.originator_id,
            left_id=body.left,
            right_id=body.right,
            status="open",
            opened_at=meta.recorded_at,
            postponed_until=None,
            proposer=None,
            proposed_why=None,
            outcome=None,
            assertion_id=None,
            **_found(body.finding),
            **_told(event),
        )
    if row is None:
        raise StoredDataError("a case's history lacks its beginning", stream=str(event.originator_id))
    now = replace(row, **_told(event))
    match body:
        case CaseRevised(finding=finding):
            return replace(now, postponed_until=None, **_found(finding))
        case CasePostponed(until=until):
            return replace(now, postponed_until=until)
        case MergeProposed():
            return replace(now, proposer=meta.actor, proposed_why=meta.reason, postponed_until=None)
        case ProposalRefused():
            return replace(now, proposer=None, proposed_why=None)
        case CaseDecided(verdict=verdict, assertion_id=assertion_id):
            return replace(now, status="decided", outcome=verdict.value, assertion_id=assertion_id)
        case CaseClosed(closure=closure):
            return replace(now, status="closed", outcome=closure.value)
        case _:
            assert_never(body)


def _told(event: RecordedEvent) -> dict[str, Any]:
    meta = event.meta
    return {
        "changed_at": meta.recorded_at,
        "actor": meta.actor,
        "reason": meta.reason,
        "position": place(event),
    }


def _found(finding: Finding) -> dict[str, Any]:
    strongest = finding.reasons[0]
    return {
        "kind": finding.kind.value,
        "weight": strongest.weight,
        "pattern": pattern_of(strongest),
        "finding": json_text(
            {
                "reasons": [
                    {
                        "left": str(reason.left),
                        "right": str(reason.right),
                        "weight": reason.weight,
                        "agreements": reason.agreements,
                    }
                    for reason in finding.reasons
                ],
                "model": finding.model,
                "record": str(finding.record) if finding.record else None,
                "assertions": finding.assertions,
            }
        ),
    }


def pattern_of(reason: Reason) -> str:
    """How two records agree, without how much: cases of one pattern teach a model the same."""
    return " ".join(sorted(f"{a.feature}:{a.level}" for a in reason.agreements))


def _rows(connection: Connection[Any], case_ids: set[UUID]) -> dict[UUID, Row]:
    """The rows as they were before the page."""
    if not case_ids:
        return {}
    query = f"SELECT {_COLUMNS.replace('finding', 'finding::text')} FROM steward_queue WHERE case_id = ANY(%b::uuid[])"
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(query, (list(case_ids),))
        return {row[0]: Row(*row) for row in cursor}


_COLUMNS = ", ".join(Row.__dataclass_fields__)
_TYPES = (
    "uuid", "uuid", "uuid", "text", "text", "integer", "text", "text", "timestamptz", "timestamptz", "timestamptz",
    "text", "text", "text", "uuid", "text", "text", "bigint",
)  # fmt: skip
_UPSERT = f"""
    INSERT INTO steward_queue AS q ({_COLUMNS})
    SELECT {_COLUMNS.replace("finding", "finding::jsonb")}
    FROM unnest({", ".join(f"%b::{kind}[]" for kind in _TYPES)}) AS n ({_COLUMNS})
    ON CONFLICT (case_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in Row.__dataclass_fields__ if name != "case_id")}
"""
