"""Stewards' cases: which customers may be the same, the answers of people, and whose answers would teach the matching most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field

from connectors.api.access import Stewarding, context_of
from connectors.api.freshness import Instant, ReadAfter, json_response, written
from connectors.api.keys import Caller
from connectors.api.paging import CursorText, Limit, cursor_of, page, parts_of
from connectors.api.routes.ownership import Name
from connectors.api.services import services
from connectors.api.sight import refuse_unseen_customers, seen_customer
from hub.kernel.errors import InvalidMessageError, NotFoundError
from hub.kernel.ids import RecordKey
from hub.kernel.time import utc_now
from hub.resolution.desk import Outcome
from hub.stewardship.events import CaseKind, Verdict
from projections.golden_record import queries as golden
from projections.steward_queue import queries as queue
from projections.steward_queue.queries import Asked, GroupCursor, QueueCursor, QueuedCase

router = APIRouter(tags=["cases"], dependencies=[ReadAfter])

Kind = Annotated[CaseKind | None, Query(description="alarm, held-apart, review or asked")]
Unit = Annotated[str | None, Query(max_length=100, description="of a customer that this unit knows")]
Of = Annotated[UUID | None, Query(description="of this customer")]
Postponed = Annotated[bool, Query(description="those too whose time has not come")]


class DecisionBody(BaseModel):
    """Whether the customers are the same."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"verdict": "same", "reason": "same licence, seen on paper"}]},
    )

    verdict: Literal["same", "different"]
    reason: Name


class PostponementBody(BaseModel):
    """When to ask again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"until": "2026-12-01T08:00:00+08:00", "reason": "customer asked"}]},
    )

    until: Instant
    reason: Name


class RefusalBody(BaseModel):
    """Why the proposed merge is not to be."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "two companies of one owner"}]}
    )

    reason: Name


class QuestionBody(BaseModel):
    """Two customers to be looked at."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "customers": [
                        "01900000-0000-7000-8000-000000000001",
                        "01900000-0000-7000-8000-000000000002",
                    ],
                    "reason": "both call from one number",
                }
            ]
        },
    )

    customers: Annotated[list[UUID], Field(min_length=2, max_length=2)]
    reason: Name


@router.get("/v1/cases")
def find(
    request: Request,
    caller: Stewarding,
    *,
    kind: Kind = None,
    unit: Unit = None,
    customer: Of = None,
    postponed: Postponed = False,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> Response:
    """Open cases, alarms first, then the strongest."""
    asked = _asked(caller, kind, unit, customer, postponed)
    behind = _queue_cursor(parts_of(cursor, 3))
    with services(request).log.connection() as connection:
        found = queue.page(connection, utc_now(), limit=limit, after=behind, asked=asked)
        items = _cases_json(connection, found)
    last = cursor_of(queue.rank_of(found[-1]), found[-1].weight, found[-1].case_id) if found else None
    return json_response(page(items, limit, last))


@router.get("/v1/cases/customers")
def by_customer(
    request: Request,
    caller: Stewarding,
    *,
    kind: Kind = None,
    unit: Unit = None,
    postponed: Postponed = False,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> Response:
    """Customers with open cases, those with the strongest first. Their cases: ``/v1/cases?customer=``."""
    asked = _asked(caller, kind, unit, None, postponed)
    behind = _group_cursor(parts_of(cursor, 2))
    with services(request).log.connection() as connection:
        found = queue.groups(connection, utc_now(), limit=limit, after=behind, asked=asked)
    last = cursor_of(found[-1].weight, found[-1].customer_id) if found else None
    return json_response(page(found, limit, last))


@router.get("/v1/cases/counts")
def counts(request: Request, caller: Stewarding, unit: Unit = None) -> Response:
    """How many cases of each kind are open, and since when the oldest has been."""
    asked = _asked(caller, None, unit, None, False)
    with services(request).log.connection() as connection:
        return json_response({"items": queue.counts(connection, utc_now(), asked)})


@router.get("/v1/cases/suggestions")
def suggest(
    request: Request,
    caller: Stewarding,
    *,
    count: Annotated[int, Query(ge=1, le=200)] = 10,
    unit: Unit = None,
) -> Response:
    """The open cases whose answers would teach the matching most: nearest the threshold, of many patterns."""
    asked = _asked(caller, None, unit, None, False)
    threshold = services(request).steward.model.link_threshold
    with services(request).log.connection() as connection:
        found = queue.suggest(connection, utc_now(), threshold, count, asked)
        return json_response({"items": _cases_json(connection, found)})


@router.get("/v1/cases/{case_id}")
def show(request: Request, caller: Stewarding, case_id: UUID) -> Response:
    """A case, with what its strongest records say as long as they exist."""
    with services(request).log.connection() as connection:
        found = queue.by_id(connection, case_id)
        if found is None:
            raise _no_case(case_id)
        _refuse_unseen(connection, caller, case_id, (found.left_id, found.right_id))
        (item,) = _cases_json(connection, [found])
    strongest = found.finding["reasons"][0]
    try:
        keys = RecordKey.parse(strongest["left"]), RecordKey.parse(strongest["right"])
        item["explanation"] = services(request).steward.explain(*keys)
    except NotFoundError:
        item["explanation"] = None
    return json_response(item)


@router.post("/v1/cases")
def ask(request: Request, caller: Stewarding, body: QuestionBody) -> Response:
    """Let people look at two customers about which the matching has no doubt."""
    with services(request).log.connection() as connection:
        refuse_unseen_customers(connection, caller, body.customers)
    left, right = body.customers
    return _done(services(request).desk.ask(left, right, context_of(caller, body.reason)))


@router.post("/v1/cases/{case_id}/decision")
def decide(request: Request, caller: Stewarding, case_id: UUID, body: DecisionBody) -> Response:
    """Say whether the customers are the same; it holds until the assertion is withdrawn.

    ``status`` is ``proposed`` when the customers hold so much that another person has to say *same* too.
    """
    _refuse_unseen_case(request, caller, case_id)
    context = context_of(caller, body.reason)
    return _done(services(request).desk.decide(case_id, Verdict(body.verdict), context))


@router.post("/v1/cases/{case_id}/postponement")
def postpone(request: Request, caller: Stewarding, case_id: UUID, body: PostponementBody) -> Response:
    """I cannot tell: ask again later, or when the evidence changes."""
    _refuse_unseen_case(request, caller, case_id)
    return _done(services(request).desk.postpone(case_id, body.until, context_of(caller, body.reason)))


@router.post("/v1/cases/{case_id}/refusal")
def refuse(request: Request, caller: Stewarding, case_id: UUID, body: RefusalBody) -> Response:
    """The merge that somebody has proposed is not to be; the case stays open."""
    _refuse_unseen_case(request, caller, case_id)
    return _done(services(request).desk.refuse(case_id, context_of(caller, body.reason)))


def _asked(
    caller: Caller, kind: CaseKind | None, unit: str | None, customer: UUID | None, postponed: bool
) -> Asked:
    return Asked(
        kind=kind.value if kind else None,
        unit=unit,
        customer=customer,
        postponed=postponed,
        sight=caller.units,
    )


def _cases_json(connection: Connection[Any], found: Iterable[QueuedCase]) -> list[dict[str, Any]]:
    """Cases as the API shows them, with the names of the customers."""
    cases = list(found)
    known = golden.by_ids(connection, {c for case in cases for c in (case.left_id, case.right_id)})
    return [
        {
            "id": case.case_id,
            "status": case.status,
            "kind": case.kind,
            "weight": case.weight,
            "customers": [
                {"id": c, "name": known[c].name if c in known else None}
                for c in (case.left_id, case.right_id)
            ],
            **case.finding,
            "pattern": case.pattern,
            "opened_at": case.opened_at,
            "changed_at": case.changed_at,
            "postponed_until": case.postponed_until,
            "proposed": {"by": case.proposer, "reason": case.proposed_why} if case.proposer else None,
            "outcome": case.outcome,
            "assertion": case.assertion_id,
            "actor": case.actor,
            "reason": case.reason,
        }
        for case in cases
    ]


def _done(outcome: Outcome) -> Response:
    content = {
        "case": outcome.case_id,
        "status": outcome.status,
        "assertion": outcome.assertion_id,
        "customer": outcome.customer_id,
    }
    return written(outcome.position, content)


def _refuse_unseen_case(request: Request, caller: Caller, case_id: UUID) -> None:
    """Raise NotFoundError for a case that never was, or of customers that a limited key may not see."""
    customers = services(request).desk.customers_of(case_id)
    if customers is None:
        raise _no_case(case_id)
    with services(request).log.connection() as connection:
        _refuse_unseen(connection, caller, case_id, customers)


def _refuse_unseen(
    connection: Connection[Any], caller: Caller, case_id: UUID, customers: Iterable[UUID]
) -> None:
    if not caller.units:
        return
    try:
        for customer_id in customers:
            seen_customer(connection, caller, customer_id)
    except NotFoundError:
        raise _no_case(case_id) from None


def _no_case(case_id: UUID) -> NotFoundError:
    return NotFoundError(f"there is no case {case_id}")


def _queue_cursor(parts: list[str] | None) -> QueueCursor | None:
    try:
        return QueueCursor(int(parts[0]), int(parts[1]), UUID(parts[2])) if parts else None
    except ValueError:
        raise _no_cursor() from None


def _group_cursor(parts: list[str] | None) -> GroupCursor | None:
    try:
        return GroupCursor(int(parts[0]), UUID(parts[1])) if parts else None
    except ValueError:
        raise _no_cursor() from None


def _no_cursor() -> InvalidMessageError:
    return InvalidMessageError(
        "not a cursor of this list", field="cursor", remedy="pass next_cursor as it came"
    )
