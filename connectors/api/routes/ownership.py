"""Owners: now, as of a day, as known on another; assign, transfer, release, and correct the books."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from connectors.api.access import Correcting, Reader, Selling, context_of, refuse_other_scopes
from connectors.api.freshness import Instant, ReadAfter, json_response, written
from connectors.api.keys import Caller
from connectors.api.services import services
from connectors.api.sight import refuse_unseen_customers, seen_customer
from hub.customer.commands import AssignOwner, CorrectOwnership, CustomerCommand, ReleaseOwner, TransferOwner
from hub.customer.events import Lane, OwnershipBasis
from hub.kernel.errors import InvalidMessageError
from hub.kernel.time import utc_now
from projections.ownership import queries as ownership

router = APIRouter(tags=["ownership"])

IfMatch = Annotated[str | None, Header(alias="If-Match", description="the customer's ETag")]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]


class LaneBody(BaseModel):
    """A lane, the reason, and what the change rests on."""

    model_config = ConfigDict(extra="forbid")

    scope: Name
    role: Name = "account-manager"
    valid_from: Instant | None = Field(None, description="when it holds from; else now")
    reason: Name
    reference: Name | None = None
    approver: Name | None = None

    @property
    def lane(self) -> Lane:
        """The lane named."""
        return Lane(scope=self.scope, role=self.role)

    @property
    def basis(self) -> OwnershipBasis:
        """What the change rests on."""
        return OwnershipBasis(kind="request", reference=self.reference, approver=self.approver)


class OwnerBody(LaneBody):
    """A lane and its new owner."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"scope": "sales-cn", "role": "account-manager", "owner": "li.na", "reason": "new territory"}
            ]
        },
    )

    owner: Name


class CorrectionBody(LaneBody):
    """Who really owned the lane in [valid_from, valid_to); owner null says nobody did."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "scope": "sales-cn",
                    "role": "account-manager",
                    "owner": "li.na",
                    "valid_from": "2026-01-01T00:00:00+08:00",
                    "valid_to": "2026-02-01T00:00:00+08:00",
                    "reason": "hand-over was entered late",
                }
            ]
        },
    )

    owner: Name | None
    valid_from: Instant
    valid_to: Instant | None = None


@router.get("/v1/customers/{customer_id}/ownership", dependencies=[ReadAfter])
def owners(
    request: Request,
    caller: Reader,
    customer_id: UUID,
    *,
    as_of: Annotated[Instant | None, Query(description="the business day; else now")] = None,
    known_at: Annotated[
        Instant | None, Query(description="as the hub knew it then; else as it knows now")
    ] = None,
    scope: Annotated[str | None, Query()] = None,
    role: Annotated[str, Query()] = "account-manager",
) -> Response:
    """Who owns the customer in each lane, as of a day, as known on a day."""
    moment = as_of or utc_now()
    lane = Lane(scope=scope, role=role) if scope is not None else None
    with services(request).log.connection() as connection:
        refuse_unseen_customers(connection, caller, [customer_id])
        found = ownership.owners(connection, customer_id, moment, known_at, lane)
    shown = [o for o in found if caller.may_speak_for(o.lane.scope)]
    return json_response({"as_of": moment, "known_at": known_at, "items": shown})


@router.get("/v1/customers/{customer_id}/ownership/timeline", dependencies=[ReadAfter])
def timeline(
    request: Request,
    caller: Reader,
    customer_id: UUID,
    known_at: Annotated[Instant | None, Query()] = None,
    everything: Annotated[bool, Query(description="also what was believed once and corrected since")] = False,
) -> Response:
    """Who owned the customer when, as known now or then."""
    with services(request).log.connection() as connection:
        current = seen_customer(connection, caller, customer_id).customer_id
        rows = (
            ownership.changes(connection, current)
            if everything
            else ownership.timeline(connection, current, known_at)
        )
    return json_response({"id": current, "items": [r for r in rows if caller.may_speak_for(r.lane.scope)]})


@router.post("/v1/customers/{customer_id}/ownership/assign")
def assign(
    request: Request, caller: Selling, customer_id: UUID, body: OwnerBody, if_match: IfMatch = None
) -> Response:
    """Give an unowned lane its owner."""
    command = AssignOwner(
        lane=body.lane, owner=body.owner, valid_from=body.valid_from or utc_now(), basis=body.basis
    )
    return _execute(request, caller, customer_id, command, body, if_match)


@router.post("/v1/customers/{customer_id}/ownership/transfer")
def transfer(
    request: Request, caller: Selling, customer_id: UUID, body: OwnerBody, if_match: IfMatch = None
) -> Response:
    """Hand a lane over to another owner."""
    command = TransferOwner(
        lane=body.lane, owner=body.owner, valid_from=body.valid_from or utc_now(), basis=body.basis
    )
    return _execute(request, caller, customer_id, command, body, if_match)


@router.post("/v1/customers/{customer_id}/ownership/release")
def release(
    request: Request, caller: Selling, customer_id: UUID, body: LaneBody, if_match: IfMatch = None
) -> Response:
    """Leave a lane unowned."""
    command = ReleaseOwner(lane=body.lane, valid_from=body.valid_from or utc_now(), basis=body.basis)
    return _execute(request, caller, customer_id, command, body, if_match)


@router.post("/v1/customers/{customer_id}/ownership/correct")
def correct(
    request: Request, caller: Correcting, customer_id: UUID, body: CorrectionBody, if_match: IfMatch = None
) -> Response:
    """State who really owned a lane; what was believed until now stays in the books."""
    command = CorrectOwnership(
        lane=body.lane, owner=body.owner, valid_from=body.valid_from, valid_to=body.valid_to, basis=body.basis
    )
    return _execute(request, caller, customer_id, command, body, if_match)


def _execute(
    request: Request,
    caller: Caller,
    customer_id: UUID,
    command: CustomerCommand,
    body: LaneBody,
    if_match: str | None,
) -> Response:
    refuse_other_scopes(caller, body.scope)
    receipt = services(request).customers.execute(
        customer_id,
        [command],
        context_of(caller, body.reason, body.valid_from),
        expected_version=version_of(if_match),
    )
    return written(
        receipt.position, {"id": customer_id, "version": receipt.version, "changed": bool(receipt.events)}
    )


def version_of(if_match: str | None) -> int | None:
    """The version that an If-Match header asks for. Raises InvalidMessageError when it is none of our ETags."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdigit():
        raise InvalidMessageError(
            "not an ETag of a customer", field="If-Match", remedy="pass the ETag as it came"
        )
    return int(text)
