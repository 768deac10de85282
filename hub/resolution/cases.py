"""Review cases at work: load → decide → append for many at once, and the index of those that are open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.errors import StoredDataError
from hub.kernel.provenance import Metadata
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.stewardship.commands import CaseCommand
from hub.stewardship.decide import decide
from hub.stewardship.events import CaseEvent, CaseKind, Finding
from hub.stewardship.evolve import evolve
from hub.stewardship.state import CaseState, NoCase, PendingCase


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """An open case in the index. *digest* says whether what was found is still the same."""

    case_id: UUID
    left: UUID
    right: UUID
    kind: CaseKind
    digest: str


def digest_of(finding: Finding) -> str:
    """A short text that differs when the finding does; how the features agree follows from the rest."""
    parts = [
        finding.kind.value,
        finding.model,
        str(finding.record),
        *(f"{r.left} {r.right} {r.weight}" for r in finding.reasons),
        *map(str, finding.assertions),
    ]
    return blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def load(log: EventLog, connection: Connection[Any], case_ids: Collection[UUID]) -> dict[UUID, CaseState]:
    """The cases as the log has them, by one query; those that never were are `NoCase`."""
    states: dict[UUID, CaseState] = {case_id: NoCase() for case_id in case_ids}
    for case_id, events in log.load(connection, case_ids).items():
        for event in events:
            if not isinstance(event.body, CaseEvent):
                raise StoredDataError(
                    "a case's stream holds an event of another kind", stream=str(event.originator_id)
                )
            states[case_id] = evolve(states[case_id], event.body, event.ref, event.meta)
    return states


def execute(
    log: EventLog, connection: Connection[Any], commands: Mapping[UUID, CaseCommand], meta: Metadata
) -> list[int]:
    """Let each of *commands* meet its case; gives the positions of what follows. Only under the log's lock.

    Raises what the rules raise; nothing is written then.
    """
    if not commands:
        return []
    states = load(log, connection, commands)
    events: list[RecordedEvent] = []
    changed: list[UUID] = []
    for case_id, command in commands.items():
        for body in decide(command, states[case_id]):
            state = states[case_id]
            version = 1 if isinstance(state, NoCase) else state.version + 1
            event = RecordedEvent(originator_id=case_id, originator_version=version, body=body, meta=meta)
            states[case_id] = evolve(state, body, event.ref, meta)
            events.append(event)
            changed.append(case_id)
    if not events:
        return []
    positions = log.append_on(connection, events)
    _write(connection, {case_id: states[case_id] for case_id in changed})
    return positions


def open_cases(
    connection: Connection[Any], customers: Collection[UUID], records: Collection[str]
) -> list[OpenRow]:
    """The open cases of any of *customers*, and the alarms about any of *records*."""
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(
            "SELECT case_id, left_id, right_id, kind, digest FROM hub_open_case"
            " WHERE left_id = ANY(%(c)b::uuid[]) OR right_id = ANY(%(c)b::uuid[]) OR record_key = ANY(%(r)b::text[])",
            {"c": list(customers), "r": list(records)},
        )
        return [
            OpenRow(case_id=case_id, left=left, right=right, kind=CaseKind(kind), digest=digest)
            for case_id, left, right, kind, digest in cursor
        ]


def _write(connection: Connection[Any], states: Mapping[UUID, CaseState]) -> None:
    """Put open cases into the index, take others out."""
    pending = [state for state in states.values() if isinstance(state, PendingCase)]
    connection.execute("DELETE FROM hub_open_case WHERE case_id = ANY(%b::uuid[])", (list(states),))
    connection.execute(
        "INSERT INTO hub_open_case SELECT * FROM"
        " unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::text[])",
        (
            [state.id for state in pending],
            [state.left for state in pending],
            [state.right for state in pending],
            [state.finding.kind.value for state in pending],
            [digest_of(state.finding) for state in pending],
            [str(state.finding.record) if state.finding.record else None for state in pending],
        ),
    )
