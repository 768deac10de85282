"""Stewards: merge and unmerge, assert and withdraw, pin and unpin, and ask why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from connectors.api.access import Reader, Stewarding, context_of
from connectors.api.freshness import Instant, json_response, written
from connectors.api.keys import Caller
from connectors.api.routes.ownership import IfMatch, Name, version_of
from connectors.api.services import services
from connectors.api.sight import refuse_limited, refuse_unseen_customers, refuse_unseen_records
from hub.customer.commands import PinValue, UnpinValue
from hub.kernel.ids import RecordKey
from hub.resolution.steward import Decision
from hub.stewardship.events import Verdict

router = APIRouter(tags=["stewardship"])

Key = Annotated[str, Field(min_length=5, max_length=500, examples=["sap-prod/customer/4711"])]
Path = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-\[\]]{1,200}$")]


class MergeBody(BaseModel):
    """The customers that are one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "customers": [
                        "01900000-0000-7000-8000-000000000001",
                        "01900000-0000-7000-8000-000000000002",
                    ],
                    "reason": "same company, confirmed by phone",
                }
            ]
        },
    )

    customers: Annotated[list[UUID], Field(min_length=2, max_length=20)]
    reason: Name


class UnmergeBody(BaseModel):
    """The records that do not belong to the customer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"records": ["sap-prod/customer/4711"], "reason": "another branch"}]},
    )

    records: Annotated[list[Key], Field(min_length=1, max_length=1000)]
    reason: Name


class AssertionBody(BaseModel):
    """A lasting word on two groups of records."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "verdict": "different",
                    "left": ["sap-prod/customer/4711"],
                    "right": ["crm/account/9"],
                    "reason": "father and son",
                }
            ]
        },
    )

    verdict: Literal["same", "different"]
    left: Annotated[list[Key], Field(min_length=1, max_length=1000)]
    right: Annotated[list[Key], Field(min_length=1, max_length=1000)]
    reason: Name


class PinBody(BaseModel):
    """The golden value of a path, until it expires."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"value": "沪江星桥精密仪器有限公司", "reason": "licence seen"}]},
    )

    value: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]+$")]
    reason: Name
    expires_at: Instant | None = None


def _decided(decision: Decision) -> Response:
    return written(decision.position, {"customer": decision.customer_id, "assertion": decision.assertion_id})


@router.post("/v1/customers/merge")
def merge(request: Request, caller: Stewarding, body: MergeBody) -> Response:
    """Make customers one. The oldest id survives, all others keep resolving to it."""
    _refuse_unseen(request, caller, body.customers)
    return _decided(services(request).steward.merge(body.customers, context_of(caller, body.reason)))


@router.post("/v1/customers/{customer_id}/unmerge")
def unmerge(request: Request, caller: Stewarding, customer_id: UUID, body: UnmergeBody) -> Response:
    """Let records leave a customer for good; what they had brought goes with them."""
    _refuse_unseen(request, caller, [customer_id])
    keys = [RecordKey.parse(key) for key in body.records]
    return _decided(services(request).steward.unmerge(customer_id, keys, context_of(caller, body.reason)))


@router.post("/v1/assertions")
def assert_verdict(request: Request, caller: Stewarding, body: AssertionBody) -> Response:
    """Say that records are the same customer, or different ones; it holds until it is withdrawn."""
    left, right = ([RecordKey.parse(k) for k in keys] for keys in (body.left, body.right))
    _refuse_unseen(request, caller, records=[*left, *right])
    context = context_of(caller, body.reason)
    return _decided(services(request).steward.assert_verdict(Verdict(body.verdict), left, right, context))


@router.delete("/v1/assertions/{assertion_id}")
def withdraw(
    request: Request,
    caller: Stewarding,
    assertion_id: UUID,
    reason: Annotated[str, Query(min_length=1, max_length=100)],
) -> Response:
    """Let an assertion no longer hold. Not with a key that is limited to units."""
    refuse_limited(caller, "an assertion may concern others")
    return _decided(services(request).steward.withdraw(assertion_id, context_of(caller, reason)))


@router.put("/v1/customers/{customer_id}/pins/{path}")
def pin(
    request: Request,
    caller: Stewarding,
    customer_id: UUID,
    path: Path,
    body: PinBody,
    if_match: IfMatch = None,
) -> Response:
    """Fix the golden value of a path."""
    _refuse_unseen(request, caller, [customer_id])
    command = PinValue(path=path, value=body.value, expires_at=body.expires_at)
    receipt = services(request).customers.execute(
        customer_id, [command], context_of(caller, body.reason), expected_version=version_of(if_match)
    )
    return written(
        receipt.position, {"id": customer_id, "version": receipt.version, "changed": bool(receipt.events)}
    )


@router.delete("/v1/customers/{customer_id}/pins/{path}")
def unpin(
    request: Request,
    caller: Stewarding,
    customer_id: UUID,
    path: Path,
    *,
    reason: Annotated[str, Query(min_length=1, max_length=100)],
    if_match: IfMatch = None,
) -> Response:
    """Let the rules find the golden value again."""
    _refuse_unseen(request, caller, [customer_id])
    receipt = services(request).customers.execute(
        customer_id,
        [UnpinValue(path=path)],
        context_of(caller, reason),
        expected_version=version_of(if_match),
    )
    return written(
        receipt.position, {"id": customer_id, "version": receipt.version, "changed": bool(receipt.events)}
    )


@router.get("/v1/explain/link")
def explain_link(
    request: Request,
    caller: Reader,
    left: Annotated[str, Query(examples=["sap-prod/customer/4711"])],
    right: Annotated[str, Query(examples=["crm/account/9"])],
) -> Response:
    """Why two records are the same customer, or why not: feature by feature, and the chain of links between them."""
    keys = RecordKey.parse(left), RecordKey.parse(right)
    _refuse_unseen(request, caller, records=keys)
    return json_response(services(request).steward.explain(*keys))


def _refuse_unseen(
    request: Request, caller: Caller, customers: Iterable[UUID] = (), records: Iterable[RecordKey] = ()
) -> None:
    with services(request).log.connection() as connection:
        refuse_unseen_customers(connection, caller, customers)
        refuse_unseen_records(connection, caller, records)
