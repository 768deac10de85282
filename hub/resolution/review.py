"""Which customers are worth a person's look, after a batch: cases are opened, revised and closed as things stand then.

Two customers are in *doubt* when records of both weigh at least the review threshold together, unless valid identifiers of
theirs exclude each other, or a steward has judged them: then there is an *alarm* when a record is close (at the link
threshold or above) to both all the same, through a pair that the steward did not judge. What is open therefore follows from
the current records, the assertions and the model, not from the order of arrival.

Everything is read under the log's lock, after the batch has been written, by one query a step for all customers of the batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from hub.kernel.ids import RecordKey, case_id
from hub.kernel.provenance import Metadata
from hub.log.store import EventLog
from hub.resolution import cases
from hub.resolution.index import assertions_of, read_clock
from hub.stewardship.commands import CaseCommand, CloseCase, OpenCase
from hub.stewardship.events import Agreement, CaseKind, Closure, Finding, Reason
from matching import Model, Prepared, explain, weigh
from matching import load as load_prepared

REASONS = 3
"""A case names at most so many pairs of records."""

Pair = tuple[UUID, UUID]
"""Two customers, the smaller id first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a batch has changed: source *records*, and the *customers* that hold them or held them."""

    records: frozenset[str] = frozenset()
    customers: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Two records (left < right) of different customers that are alike."""

    left: str
    right: str
    weight: int
    left_id: UUID
    right_id: UUID

    @property
    def customers(self) -> Pair:
        """Whose records they are."""
        return pair_of(self.left_id, self.right_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An assertion that two records are different, of customers that are so now."""

    left: str
    right: str
    assertion_id: UUID
    customers: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of two customers, before it is put into words."""

    kind: CaseKind
    crossings: tuple[Crossing, ...]
    record: str | None = None
    assertions: tuple[UUID, ...] = ()


@dataclass(slots=True)
class Scene:
    """The surroundings of what was touched. The cases of *centre* are looked at, and the alarms between *around*."""

    centre: frozenset[UUID]
    around: frozenset[UUID]
    crossings: list[Crossing] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    judged: frozenset[Pair] = frozenset()

    def covers(self, pair: Pair) -> bool:
        """Whether the case of *pair* is looked at."""
        return bool(self.centre & set(pair)) or (self.around.issuperset(pair) and pair in self.judged)


def review(
    log: EventLog, connection: Connection[Any], model: Model, touched: Touched, meta: Metadata
) -> list[int]:
    """Open, revise and close the cases of what was *touched*; gives the positions of the events that follow."""
    if not touched.customers:
        return []
    rows = cases.open_cases(connection, touched.customers, touched.records)
    scene = _scene(connection, model, touched, rows)
    if scene.around != touched.customers:
        rows = cases.open_cases(connection, scene.around, touched.records)
    found = {**_doubts(scene, model), **_alarms(scene, model)}
    standing = {row.case_id: row for row in rows if scene.covers((row.left, row.right))}
    if not found and not standing:
        return []
    looked_at = [*found, *((row.left, row.right) for row in standing.values())]
    records = _prepared(connection, {customer_id for pair in looked_at for customer_id in pair})
    found = {pair: f for pair, f in found.items() if f.assertions or not _exclude(records, pair, model)}
    commands: dict[UUID, CaseCommand] = {}
    for pair, finding in sorted(found.items()):
        row = standing.pop(case_id(*pair), None)
        if row is None or row.digest != cases.digest_of(_finding(finding, model)):
            explained = _finding(finding, model, records)
            commands[case_id(*pair)] = OpenCase(left=pair[0], right=pair[1], finding=explained)
    return cases.execute(
        log, connection, commands | _closings(connection, scene, standing, records, model), meta
    )


def _scene(
    connection: Connection[Any], model: Model, touched: Touched, rows: Iterable[cases.OpenRow]
) -> Scene:
    """What has to be known to say which cases there are: far more than the touched customers only where stewards judged."""
    alarmed = {c for row in rows if row.kind is CaseKind.ALARM for c in (row.left, row.right)}
    centre = touched.customers | alarmed
    scene = Scene(centre=centre, around=centre, crossings=_crossings(connection, centre))
    if read_clock(connection).assertions == 0:
        return scene
    near = centre | {c for x in scene.crossings if x.weight >= model.link_threshold for c in x.customers}
    judgements = _judgements(connection, near)
    scene.around = centre | {
        c
        for j in judgements
        for c in j.customers
        if centre & set(j.customers) or near.issuperset(j.customers)
    }
    if scene.around != centre:
        scene.crossings = _crossings(connection, scene.around)
        judgements = _judgements(connection, scene.around)
    scene.judgements, scene.judged = judgements, frozenset(j.customers for j in judgements)
    return scene


def _doubts(scene: Scene, model: Model) -> dict[Pair, Found]:
    """Customers of the centre that nobody has judged, by their strongest pairs of records."""
    between: dict[Pair, list[Crossing]] = {}
    for crossing in scene.crossings:
        if scene.centre & set(crossing.customers) and crossing.customers not in scene.judged:
            between.setdefault(crossing.customers, []).append(crossing)
    found: dict[Pair, Found] = {}
    for pair, crossings in between.items():
        strongest = _strongest(crossings)
        is_link = strongest[0].weight >= model.link_threshold
        found[pair] = Found(kind=CaseKind.HELD_APART if is_link else CaseKind.REVIEW, crossings=strongest)
    return found


def _alarms(scene: Scene, model: Model) -> dict[Pair, Found]:
    """Customers that were judged different, with the record that is closest to both."""
    judged = {pair for j in scene.judgements for pair in ((j.left, j.right), (j.right, j.left))}
    near: dict[str, dict[UUID, Crossing | None]] = {}
    for crossing in sorted(scene.crossings, key=_strength):
        if crossing.weight < model.link_threshold or (crossing.left, crossing.right) in judged:
            continue
        for key, own, other in (
            (crossing.left, crossing.left_id, crossing.right_id),
            (crossing.right, crossing.right_id, crossing.left_id),
        ):
            near.setdefault(key, {}).setdefault(own, None)
            near[key].setdefault(other, crossing)
    between: dict[Pair, set[UUID]] = {}
    for judgement in scene.judgements:
        if scene.around.issuperset(judgement.customers):
            between.setdefault(judgement.customers, set()).add(judgement.assertion_id)
    found: dict[Pair, Found] = {}
    for pair, assertions in between.items():
        candidates = [
            (crossings, key)
            for key, ways in near.items()
            if ways.keys() >= set(pair) and (crossings := _strongest(c for p in pair if (c := ways[p])))
        ]
        if candidates:
            crossings, key = min(candidates, key=lambda c: (-c[0][-1].weight, c[1]))
            found[pair] = Found(
                kind=CaseKind.ALARM,
                crossings=crossings,
                record=key,
                assertions=tuple(sorted(assertions)),
            )
    return found


def _closings(
    connection: Connection[Any],
    scene: Scene,
    standing: Mapping[UUID, cases.OpenRow],
    records: Mapping[UUID, Sequence[Prepared]],
    model: Model,
) -> dict[UUID, CaseCommand]:
    """The end of every case of which nothing is left, and why."""
    if not standing:
        return {}
    living = _living(connection, {c for row in standing.values() for c in (row.left, row.right)})
    closings: dict[UUID, CaseCommand] = {}
    for row in standing.values():
        pair = (row.left, row.right)
        if any(c not in living for c in pair):
            closure = Closure.MERGED
        elif not all(living[c] for c in pair):
            closure = Closure.RETIRED
        elif pair in scene.judged:
            closure = Closure.ASSERTED if row.kind is not CaseKind.ALARM else Closure.CLEARED
        else:
            closure = Closure.EXCLUDED if _exclude(records, pair, model) else Closure.CLEARED
        closings[row.case_id] = CloseCase(closure=closure)
    return closings


def _finding(found: Found, model: Model, records: Mapping[UUID, Sequence[Prepared]] | None = None) -> Finding:
    """*found* in the words of the case; how the features agree only when *records* are given."""
    known = {p.key: p for held in (records or {}).values() for p in held}
    return Finding(
        kind=found.kind,
        reasons=tuple(
            Reason(
                left=RecordKey.parse(c.left),
                right=RecordKey.parse(c.right),
                weight=c.weight,
                agreements=agreements(known[c.left], known[c.right], model) if records is not None else (),
            )
            for c in found.crossings
        ),
        model=model.version,
        record=RecordKey.parse(found.record) if found.record else None,
        assertions=found.assertions,
    )


def agreements(left: Prepared, right: Prepared, model: Model) -> tuple[Agreement, ...]:
    """How two records agree, the strongest feature first."""
    features = sorted(explain(left, right, model).features, key=lambda f: (-f.weight, f.feature))
    return tuple(Agreement(feature=f.feature, level=f.level, weight=f.weight) for f in features)


def _exclude(records: Mapping[UUID, Sequence[Prepared]], pair: Pair, model: Model) -> bool:
    """Whether valid identifiers of the two customers say that they are not the same."""
    left, right = ([p for p in records.get(c, ()) if p.strong] for c in pair)
    return any(weigh(a, b, model) is None for a in left for b in right)


def _strongest(crossings: Iterable[Crossing]) -> tuple[Crossing, ...]:
    return tuple(sorted(crossings, key=_strength)[:REASONS])


def _strength(crossing: Crossing) -> tuple[int, str, str]:
    return (-crossing.weight, crossing.left, crossing.right)


def pair_of(one: UUID, other: UUID) -> Pair:
    """Two customers in the order in which a case names them."""
    return (one, other) if one < other else (other, one)


def _crossings(connection: Connection[Any], customers: Collection[UUID]) -> list[Crossing]:
    """All pairs in the review band or above that lead from records of *customers* to those of others, each once."""
    query = (
        "SELECT record_no, record_key, customer_id FROM hub_source_record"
        " WHERE customer_id = ANY(%b::uuid[]) AND NOT retired"
    )
    known = {number: (key, holder) for number, key, holder in _rows(connection, query, list(customers))}
    alike = [
        (left, right, weight)
        for table in ("hub_match_doubt", "hub_match_edge")
        for left, right, weight in _rows(
            connection,
            f"SELECT left_no, right_no, weight FROM {table} WHERE left_no = ANY(%b::bigint[])",
            list(known),
        )
        if right not in known or known[right][1] != known[left][1]
    ]
    query = (
        "SELECT record_no, record_key, customer_id FROM hub_source_record"
        " WHERE record_no = ANY(%b::bigint[]) AND NOT retired"
    )
    others = {right for _, right, _ in alike if right not in known}
    known |= {number: (key, holder) for number, key, holder in _rows(connection, query, list(others))}
    found: dict[tuple[str, str], Crossing] = {}
    for mine, other, weight in alike:
        (left, left_id), (right, right_id) = sorted((known[mine], known[other]))
        found[left, right] = Crossing(
            left=left, right=right, weight=weight, left_id=left_id, right_id=right_id
        )
    return list(found.values())


def _judgements(connection: Connection[Any], customers: Collection[UUID]) -> list[Judgement]:
    """What stewards have judged different, of records of *customers* on the one side."""
    query = "SELECT record_key, customer_id FROM hub_source_record WHERE customer_id = ANY(%b::uuid[])"
    home = dict(_rows(connection, query, list(customers)))
    pairs = [pair for pair in assertions_of(connection, home) if not pair.same]
    query = (
        "SELECT record_key, customer_id FROM hub_source_record"
        " WHERE record_key = ANY(%b::text[]) AND customer_id IS NOT NULL"
    )
    home |= dict(_rows(connection, query, [pair.right for pair in pairs if pair.right not in home]))
    return [
        Judgement(
            left=pair.left,
            right=pair.right,
            assertion_id=pair.assertion_id,
            customers=pair_of(home[pair.left], home[pair.right]),
        )
        for pair in pairs
        if pair.right in home and home[pair.left] != home[pair.right]
    ]


def _prepared(connection: Connection[Any], customers: Collection[UUID]) -> dict[UUID, list[Prepared]]:
    """The living records of *customers*, as the matching sees them."""
    query = (
        "SELECT customer_id, record_key, prepared FROM hub_source_record"
        " WHERE customer_id = ANY(%b::uuid[]) AND NOT retired"
    )
    found: dict[UUID, list[Prepared]] = {}
    for customer_id, key, prepared in _rows(connection, query, list(customers)):
        found.setdefault(customer_id, []).append(load_prepared(key, prepared))
    return found


def _living(connection: Connection[Any], customers: Collection[UUID]) -> dict[UUID, bool]:
    """Whether each of *customers* has a living record; one that has no record at all is missing."""
    query = (
        "SELECT customer_id, bool_or(NOT retired) FROM hub_source_record"
        " WHERE customer_id = ANY(%b::uuid[]) GROUP BY customer_id"
    )
    return dict(_rows(connection, query, list(customers)))


def _rows(connection: Connection[Any], query: str, wanted: list[Any]) -> list[Any]:
    """The rows of *wanted*, which *query* takes as an array; no query when nothing is."""
    if not wanted:
        return []
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(query, (wanted,))
        return cursor.fetchall()
