"""Which cases ought to be open, found by looking at every pair of records; and which are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from hub.kernel.source_record import SourceRecord
from hub.log.store import EventLog
from hub.resolution import cases
from hub.resolution.translate import to_matching
from hub.stewardship.events import CaseEvent, CaseKind
from hub.stewardship.state import CaseState, PendingCase
from matching import Model, default_model, prepare, weigh

MODEL = default_model()
Records = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A case without ids: the living records of both customers, and the strongest pair between them."""

    customers: frozenset[Records]
    kind: str
    weight: int
    strongest: tuple[str, str]


def all_cases(log: EventLog) -> dict[UUID, CaseState]:
    """Every case of the log, folded."""
    position, ids = 0, set()
    while page := log.read(position, 5_000):
        position = page[-1].position or 0
        ids |= {event.originator_id for event in page if isinstance(event.body, CaseEvent)}
    with log.connection() as connection:
        return cases.load(log, connection, ids)


def pending(log: EventLog) -> list[PendingCase]:
    """The cases that are open."""
    return [state for state in all_cases(log).values() if isinstance(state, PendingCase)]


def open_doubts(log: EventLog) -> set[Doubt]:
    """The open cases as the log has them. No two of them are of the same customers."""
    living: dict[UUID, set[str]] = {}
    for key, customer_id, retired in _rows(
        log.url, "SELECT record_key, customer_id, retired FROM hub_source_record"
    ):
        living.setdefault(customer_id, set())
        if not retired:
            living[customer_id].add(key)
    found = [
        Doubt(
            customers=frozenset({frozenset(living[case.left]), frozenset(living[case.right])}),
            kind=case.finding.kind.value,
            weight=case.finding.reasons[0].weight,
            strongest=(str(case.finding.reasons[0].left), str(case.finding.reasons[0].right)),
        )
        for case in pending(log)
    ]
    assert len(set(found)) == len(found)
    return set(found)


def indexed_cases(url: str) -> set[tuple[UUID, UUID, UUID, str, str]]:
    """The open cases as the index has them."""
    return set(_rows(url, "SELECT case_id, left_id, right_id, kind, digest FROM hub_open_case"))


def as_indexed(found: Iterable[PendingCase]) -> set[tuple[UUID, UUID, UUID, str, str]]:
    """How the index ought to have them."""
    return {(c.id, c.left, c.right, c.finding.kind.value, cases.digest_of(c.finding)) for c in found}


def expected_doubts(current: dict[str, SourceRecord], url: str, model: Model = MODEL) -> set[Doubt]:
    """The cases that ought to be open for the records *current*, by the customers and assertions in the index."""
    home: dict[str, UUID] = dict(_rows(url, "SELECT record_key, customer_id FROM hub_source_record"))
    different = set(_rows(url, "SELECT left_key, right_key FROM hub_assertion_pair WHERE NOT same"))
    prepared = {key: prepare(to_matching(record), model) for key, record in current.items()}
    weights = {
        (a, b): weight
        for a, b in itertools.combinations(sorted(prepared), 2)
        if set(prepared[a].keys) & set(prepared[b].keys)
        and (weight := weigh(prepared[a], prepared[b], model)) is not None
        and weight >= model.review_threshold
    }
    members: dict[UUID, set[str]] = {}
    for key in prepared:
        members.setdefault(home[key], set()).add(key)
    judged = {
        frozenset({home[a], home[b]}) for a, b in different if a in home and b in home and home[a] != home[b]
    }
    links = {pair: weight for pair, weight in weights.items() if weight >= model.link_threshold}
    found: set[Doubt] = set()
    for one, other in itertools.combinations(members, 2):
        pair = frozenset({one, other})
        if pair in judged:
            reasons = _alarm(one, other, links, home, different)
        elif any(
            weigh(prepared[a], prepared[b], model) is None
            for a, b in itertools.product(members[one], members[other])
            if prepared[a].strong and prepared[b].strong
        ):
            continue
        else:
            reasons = [(w, p) for p, w in weights.items() if {home[p[0]], home[p[1]]} == pair]
        if not reasons:
            continue
        weight, strongest = min(reasons, key=lambda r: (-r[0], r[1]))
        kind = CaseKind.HELD_APART if weight >= model.link_threshold else CaseKind.REVIEW
        found.add(
            Doubt(
                customers=frozenset({frozenset(members[one]), frozenset(members[other])}),
                kind=CaseKind.ALARM.value if pair in judged else kind.value,
                weight=weight,
                strongest=strongest,
            )
        )
    return found


def _alarm(
    one: UUID,
    other: UUID,
    links: dict[tuple[str, str], int],
    home: dict[str, UUID],
    different: set[tuple[str, str]],
) -> list[tuple[int, tuple[str, str]]]:
    """The links by which a record is close to both customers that were judged different; those of the closest record."""
    ways: dict[str, dict[UUID, list[tuple[int, tuple[str, str]]]]] = {}
    for pair, weight in links.items():
        if pair in different:
            continue
        for key, neighbour in (pair, pair[::-1]):
            if home[key] != home[neighbour]:
                ways.setdefault(key, {home[key]: []}).setdefault(home[neighbour], []).append((weight, pair))
    best: list[tuple[tuple[int, str], list[tuple[int, tuple[str, str]]]]] = []
    for key, near in ways.items():
        if one in near and other in near:
            closest = [min(near[c], key=lambda r: (-r[0], r[1])) for c in (one, other) if near[c]]
            best.append(((-min(w for w, _ in closest), key), closest))
    return min(best)[1] if best else []


def _rows(url: str, query: Any) -> Sequence[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()
