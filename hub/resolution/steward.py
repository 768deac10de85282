"""People's decisions: merge, unmerge, assert and withdraw; and the questions that precede them: match and explain."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.customer.events import FeatureEvidence, LinkEvidence
from hub.handling.context import Context
from hub.handling.workspace import StateCache, Workspace
from hub.kernel.errors import NotFoundError, RuleViolationError
from hub.kernel.ids import RecordKey, new_id
from hub.kernel.source_record import SourceRecord
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.resolution import index
from hub.resolution.contradictions import refuse_contradiction, refuse_judged
from hub.resolution.evidence import link_evidence
from hub.resolution.four_eyes import FourEyes
from hub.resolution.graph import Graph
from hub.resolution.request import Request
from hub.resolution.resolver import Resolver
from hub.resolution.translate import to_matching
from hub.stewardship.events import AssertionRecorded, AssertionWithdrawn, Verdict
from matching import Model, explain, prepare

Settle = Callable[[Connection[Any], UUID], Sequence[int]]
"""Writes what follows from an assertion, named by its id, in the same transaction; gives the positions of its events."""

CERTAIN_ABOVE_LINK = 600
"""Centi-bits above the link threshold from which a candidate is called certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What came of a steward's decision: *customer_id* now holds the records in question, *position* is in the log."""

    position: int
    customer_id: UUID
    assertion_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source record that may be the same customer. *grade*: certain, probable, possible or certainly-not."""

    key: RecordKey
    customer_id: UUID
    weight: int
    grade: str
    evidence: LinkEvidence
    conflict: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why two records are the same customer or not: the pair itself, the path of links between them, assertions."""

    same_customer: bool
    weight: int | None
    conflict: str | None
    features: tuple[FeatureEvidence, ...]
    path: tuple[LinkEvidence, ...]
    assertions: tuple[UUID, ...]
    verdict: str


class Steward:
    """Decides and explains on behalf of people, through the same resolution as the stream."""

    def __init__(self, resolver: Resolver, four_eyes: FourEyes | None = None) -> None:
        self._resolver = resolver
        self._four_eyes = four_eyes
        self._log = resolver.log

    @property
    def log(self) -> EventLog:
        """The log that the decisions go to."""
        return self._log

    @property
    def model(self) -> Model:
        """The model by which the customers are found."""
        return self._resolver.current_model()

    def merge(self, customer_ids: Sequence[UUID], context: Context) -> Decision:
        """Make the customers one by asserting that their oldest records are the same; the oldest customer's id survives.

        Raises RuleViolationError when a second person has to agree, ContradictionError when any two were judged different.
        """
        if len(set(customer_ids)) < 2:
            raise RuleViolationError("name at least two different customers to merge")
        with self._log.connection() as connection:
            self._refuse_alone(connection, customer_ids)
        return self.judge(customer_ids, Verdict.SAME, context)

    def judge(
        self, customer_ids: Sequence[UUID], verdict: Verdict, context: Context, settle: Settle | None = None
    ) -> Decision:
        """Assert that the customers are one, by their oldest records, or that the two are different, by all their records.

        *settle* writes what else follows into the same transaction. Raises ContradictionError.
        """
        with self._log.connection() as connection:
            workspace = Workspace.load(self._log, StateCache(), connection, customer_ids)
            firsts = [anchor(workspace, customer_id) for customer_id in customer_ids]
            held = [sorted(workspace.state(customer_id).records) for customer_id in customer_ids]
            if verdict is Verdict.SAME:
                for left, right in itertools.combinations([[str(k) for k in keys] for keys in held], 2):
                    refuse_judged(self._log, connection, left, right)
        if verdict is Verdict.SAME:
            return self._assert(verdict, firsts[:1], firsts[1:], context, settle)
        return self._assert(verdict, held[0], held[1], context, settle)

    def stake(self, connection: Connection[Any], customer_ids: Collection[UUID]) -> int | None:
        """How much the customers hold together, where that is so much that a second person has to agree to their merge."""
        return self._four_eyes.stake(connection, customer_ids) if self._four_eyes else None

    def unmerge(self, customer_id: UUID, keys: Sequence[RecordKey], context: Context) -> Decision:
        """Let *keys* leave the customer: they are different from all its other records, whatever was asserted before.

        An assertion that had joined several records goes on joining those that stay, and those that leave.
        """
        with self._log.connection() as connection:
            customer = Workspace.load(self._log, StateCache(), connection, [customer_id]).state(customer_id)
            leaving = set(keys)
            if unknown := leaving - customer.records.keys():
                raise NotFoundError(f"{sorted(map(str, unknown))} do not belong to customer {customer_id}")
            staying = sorted(customer.records.keys() - leaving)
            if not leaving or not staying:
                raise RuleViolationError("name some but not all of the customer's records")
            pairs = index.assertions_of(connection, [str(k) for k in leaving])
            crossing = {p.assertion_id for p in pairs if p.same and RecordKey.parse(p.right) in staying}
            outdated = self._streams(connection, crossing)
        different = AssertionRecorded(
            verdict=Verdict.DIFFERENT, left=tuple(sorted(leaving)), right=tuple(staying)
        )
        left_of = [part for body, _ in outdated.values() for part in _parts(body, leaving)]
        return self._decide([different, *left_of], context, withdrawn=outdated)

    def assert_verdict(
        self, verdict: Verdict, left: Sequence[RecordKey], right: Sequence[RecordKey], context: Context
    ) -> Decision:
        """Assert that all of *left* are the same customer as all of *right*, or different ones.

        Raises ContradictionError when other assertions say the contrary, NotFoundError for unknown records, and
        RuleViolationError when a second person has to agree.
        """
        if verdict is Verdict.SAME:
            with self._log.connection() as connection:
                records = index.records_by_key(connection, [str(k) for k in (*left, *right)])
                self._refuse_alone(connection, {c for r in records if (c := r.customer_id) is not None})
        return self._assert(verdict, left, right, context)

    def _refuse_alone(self, connection: Connection[Any], customer_ids: Collection[UUID]) -> None:
        """Raise RuleViolationError when one person may not merge these customers."""
        stake = self.stake(connection, customer_ids)
        if stake is not None:
            raise RuleViolationError(
                f"these customers hold {stake} records, activities and owners, so a second person has to agree:"
                f" hub case ask {' '.join(map(str, customer_ids))}, then decide that case"
            )

    def _assert(
        self,
        verdict: Verdict,
        left: Sequence[RecordKey],
        right: Sequence[RecordKey],
        context: Context,
        settle: Settle | None = None,
    ) -> Decision:
        """Assert it unless it contradicts what has been asserted; looked at once more under the log's lock."""
        if not left or not right or set(left) & set(right):
            raise RuleViolationError("an assertion needs two groups of records that do not overlap")
        with self._log.connection() as connection:
            indexed = index.records_by_key(connection, [str(k) for k in (*left, *right)])
            known = {
                r.key for r in indexed if r.customer_id is not None
            }  # a deletion may come first, and alone
            if missing := sorted(str(k) for k in (*left, *right) if str(k) not in known):
                raise NotFoundError(f"no such source records: {', '.join(missing)}")
            refuse_contradiction(self._log, connection, verdict, map(str, left), map(str, right))

        def check_and_settle(locked: Connection[Any], assertion_id: UUID) -> Sequence[int]:
            refuse_contradiction(self._log, locked, verdict, map(str, left), map(str, right))
            return settle(locked, assertion_id) if settle else ()

        body = AssertionRecorded(verdict=verdict, left=tuple(left), right=tuple(right))
        return self._decide([body], context, settle=check_and_settle)

    def withdraw(self, assertion_id: UUID, context: Context) -> Decision:
        """Let an assertion no longer hold; withdrawing it twice changes nothing."""
        with self._log.connection() as connection:
            streams = self._streams(connection, [assertion_id])
            if not streams:
                raise NotFoundError(f"there is no assertion {assertion_id}")
        recorded, version = streams[assertion_id]
        if version > 1:
            return self._decision(self._log.head(), recorded, assertion_id)
        return self._decide([], context, withdrawn=streams)

    def match(self, record: SourceRecord, limit: int = 10) -> list[Candidate]:
        """The records that *record* may be the same customer as, best first. Writes nothing."""
        graph = Graph(model=self._resolver.current_model())
        key = str(record.key)
        graph.fresh[key] = prepare(to_matching(record), graph.model)
        with self._log.connection() as connection:
            graph.find_candidates(connection, key)
        candidates: list[Candidate] = []
        for other, indexed in graph.records.items():
            if (
                other == key
                or indexed.retired
                or indexed.customer_id is None
                or indexed.kind != record.kind.value
            ):
                continue
            weight = explain(graph.fresh[key], graph.prepared(other), graph.model)
            grade = self._grade(graph.model, weight.total, weight.conflict)
            if grade is not None:
                candidates.append(
                    Candidate(
                        key=RecordKey.parse(other),
                        customer_id=indexed.customer_id,
                        weight=weight.total,
                        grade=grade,
                        evidence=link_evidence(graph, key, other),
                        conflict=weight.conflict,
                    )
                )
        candidates.sort(key=lambda c: (c.conflict is not None, -c.weight, str(c.key)))
        return candidates[:limit]

    def explain(self, left: RecordKey, right: RecordKey) -> Explanation:
        """Why *left* and *right* are the same customer, or why not. Raises NotFoundError for unknown records."""
        graph = Graph(model=self._resolver.current_model())
        names = (str(left), str(right))
        with self._log.connection() as connection:
            clock = index.read_clock(connection)
            graph.find_components(connection, names, with_assertions=bool(clock.assertions))
            pairs = index.assertions_of(connection, [names[0]]) if clock.assertions else []
        for name in names:
            if name not in graph.records or not graph.records[name].prepared:
                raise NotFoundError(f"there is no source record {name}")
        weight = explain(graph.prepared(names[0]), graph.prepared(names[1]), graph.model)
        same = graph.records[names[0]].customer_id == graph.records[names[1]].customer_id
        asserted = [p for p in pairs if p.right == names[1]]
        path = self._path(graph, *names) if same else ()
        return Explanation(
            same_customer=same,
            weight=None if weight.conflict else weight.total,
            conflict=weight.conflict,
            features=link_evidence(graph, *names).features,
            path=path,
            assertions=tuple(p.assertion_id for p in asserted),
            verdict=self._verdict(
                graph.model, same, weight.total, weight.conflict, [p.same for p in asserted]
            ),
        )

    @staticmethod
    def _grade(model: Model, weight: int, conflict: str | None) -> str | None:
        if weight < model.review_threshold:
            return None
        if conflict is not None:
            return "certainly-not"
        if weight >= model.link_threshold + CERTAIN_ABOVE_LINK:
            return "certain"
        return "probable" if weight >= model.link_threshold else "possible"

    @staticmethod
    def _verdict(
        model: Model, same: bool, weight: int, conflict: str | None, asserted: Sequence[bool]
    ) -> str:
        bits, needed = weight / 100, model.link_threshold / 100
        if asserted:
            return f"A steward asserted that they are {'the same customer' if asserted[0] else 'different customers'}."
        if same and weight >= model.link_threshold and conflict is None:
            return f"The same customer: the records agree with {bits:.1f} bits, {needed:.1f} are needed."
        if same:
            return f"The same customer through other records: directly they agree with {bits:.1f} bits only."
        if conflict is not None:
            return f"Different customers: {conflict}."
        if weight < model.link_threshold:
            return f"Different customers: the records agree with {bits:.1f} bits, {needed:.1f} are needed."
        return "Different customers: joining them would join other records that exclude each other."

    def _path(self, graph: Graph, left: str, right: str) -> tuple[LinkEvidence, ...]:
        """The shortest chain of links between two records of one customer."""
        customer_id = graph.records[left].customer_id
        neighbours = graph.live_edges_by_key()
        before: dict[str, str | None] = {left: None}
        queue = [left]
        while queue and right not in before:
            here = queue.pop(0)
            asserted = [r for (at, r), same in graph.asserted.items() if same and at == here]
            for there in sorted({*neighbours.get(here, ()), *asserted}):
                if (
                    there not in before
                    and there in graph.records
                    and graph.records[there].customer_id == customer_id
                ):
                    before[there] = here
                    queue.append(there)
        if right not in before:
            return ()
        steps: list[LinkEvidence] = []
        chain = [right]
        while (previous := before[chain[-1]]) is not None:
            chain.append(previous)
        for there, here in itertools.pairwise(chain):
            kind = "match" if there in neighbours.get(here, {}) else "assertion"
            steps.append(link_evidence(graph, here, there, kind=kind))
        return tuple(reversed(steps))

    def _streams(
        self, connection: Connection[Any], assertion_ids: Collection[UUID]
    ) -> dict[UUID, tuple[AssertionRecorded, int]]:
        """What each assertion said, and the version of its stream."""
        streams = self._log.load(connection, assertion_ids) if assertion_ids else {}
        found: dict[UUID, tuple[AssertionRecorded, int]] = {}
        for assertion_id, events in streams.items():
            if isinstance(events[0].body, AssertionRecorded):
                found[assertion_id] = (events[0].body, events[-1].originator_version)
        return found

    def _decide(
        self,
        recorded: Sequence[AssertionRecorded],
        context: Context,
        *,
        withdrawn: dict[UUID, tuple[AssertionRecorded, int]] | None = None,
        settle: Settle | None = None,
    ) -> Decision:
        """Append the decision and what follows from it for the customers, in one transaction.

        *settle* is called under the log's lock before the first assertion comes into force.
        """
        settled: list[int] = []
        meta = context.metadata()
        outdated = withdrawn or {}
        events = [
            RecordedEvent(
                originator_id=i, originator_version=version + 1, body=AssertionWithdrawn(), meta=meta
            )
            for i, (_, version) in outdated.items()
        ]
        new = {new_id(): body for body in recorded}
        events += [
            RecordedEvent(originator_id=i, originator_version=1, body=body, meta=meta)
            for i, body in new.items()
        ]
        opinions = {
            i: [(str(left), str(right)) for left in body.left for right in body.right]
            for i, body in new.items()
        }

        def work(connection: Connection[Any], _: Sequence[int]) -> None:
            if settle is not None:
                settled[:] = settle(connection, next(iter(new)))
            for outdated_id in outdated:
                index.withdraw_assertion(connection, outdated_id)
            for assertion_id, pairs in opinions.items():
                same = new[assertion_id].verdict is Verdict.SAME
                index.record_assertion(connection, assertion_id, pairs, same)

        bodies = [*recorded, *(body for body, _ in outdated.values())]
        seeds = {str(k) for body in bodies for k in (*body.left, *body.right)}
        if outdated:
            with self._log.connection() as connection:
                seeds |= index.keys_of_assertions(connection, outdated)
        taken = self._resolver.resolve(
            Request(
                identity=meta,
                events=events,
                seeds=seeds,
                opinions=[
                    (left, right, new[i].verdict is Verdict.SAME)
                    for i, pairs in opinions.items()
                    for left, right in pairs
                ],
                withdrawn=tuple(outdated),
                work=work,
            )
        )
        position = max([taken.positions[-1], *settled])
        return self._decision(position, bodies[0], next(iter((*new, *outdated))))

    def _decision(self, position: int, body: AssertionRecorded, assertion_id: UUID) -> Decision:
        with self._log.connection() as connection:
            (record,) = index.records_by_key(connection, [str(body.left[0])])
        if record.customer_id is None:
            raise NotFoundError(f"source record {record.key} belongs to no customer")
        return Decision(position=position, customer_id=record.customer_id, assertion_id=assertion_id)


def _parts(body: AssertionRecorded, leaving: Collection[RecordKey]) -> Iterator[AssertionRecorded]:
    """What a *same* assertion still says of the records that leave, and of the others."""
    named = dict.fromkeys((*body.left, *body.right))
    for first, *others in ([k for k in named if k in leaving], [k for k in named if k not in leaving]):
        if others:
            yield AssertionRecorded(verdict=Verdict.SAME, left=(first,), right=tuple(others))


def anchor(workspace: Workspace, customer_id: UUID) -> RecordKey:
    """The record by which a customer is named in an assertion: its founding one, else the first that is live."""
    customer = workspace.state(customer_id)
    if customer.merged_into is not None:
        raise RuleViolationError(
            f"customer {customer_id} was merged into {customer.merged_into}; name that one"
        )
    live = [r for r in customer.records.values() if not r.retired]
    if not live:
        raise RuleViolationError(f"customer {customer_id} has no source record that is still alive")
    return min(live, key=lambda r: (not r.founding, r.linked.version)).record.key
