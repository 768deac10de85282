"""The audit trail: every change with who, by which way, why, before and after."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from connectors.api.access import Auditing
from connectors.api.freshness import Instant, ReadAfter, json_response
from connectors.api.paging import CursorText, Limit, cursor_of, page, parts_of
from connectors.api.services import services
from connectors.api.sight import refuse_limited, seen_customer
from hub.kernel.errors import InvalidMessageError
from projections.audit import queries as audit
from projections.audit.queries import AuditFilter
from projections.crosswalk import queries as crosswalk

router = APIRouter(tags=["audit"], dependencies=[ReadAfter])


@router.get("/v1/customers/{customer_id}/audit")
def trail(
    request: Request, caller: Auditing, customer_id: UUID, limit: Limit = 100, cursor: CursorText = None
) -> Response:
    """Every change of a customer and of those merged into it."""
    with services(request).log.connection() as connection:
        current = seen_customer(connection, caller, customer_id).customer_id
        ids = (current, *crosswalk.former_ids_of(connection, current))
    return _entries(request, AuditFilter(customer_ids=ids), limit, cursor)


@router.get("/v1/audit")
def everything(
    request: Request,
    caller: Auditing,
    *,
    customer: UUID | None = None,
    actor: Annotated[str | None, Query(max_length=200)] = None,
    name: Annotated[str | None, Query(description="customer.owner-assigned.v1 …", max_length=100)] = None,
    since: Annotated[Instant | None, Query(description="recorded from this instant on")] = None,
    until: Annotated[Instant | None, Query(description="recorded before this instant")] = None,
    activities: bool = True,
    limit: Limit = 100,
    cursor: CursorText = None,
) -> Response:
    """Every change in the hub, newest first. Not with a key that is limited to units."""
    refuse_limited(caller, "ask for one customer's audit instead")
    wanted = AuditFilter(
        customer_ids=(customer,) if customer else (),
        actor=actor,
        name=name,
        recorded_from=since,
        recorded_to=until,
        activities=activities,
    )
    return _entries(request, wanted, limit, cursor)


def _entries(request: Request, wanted: AuditFilter, limit: int, cursor: str | None) -> Response:
    parts = parts_of(cursor, 1)
    if parts and not parts[0].isdigit():
        raise InvalidMessageError("not a cursor of this list", field="cursor")
    with services(request).log.connection() as connection:
        entries = audit.entries(connection, wanted, limit=limit, after=int(parts[0]) if parts else None)
    return json_response(page(entries, limit, cursor_of(entries[-1].position) if entries else None))
