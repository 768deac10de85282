"""Read customers: golden record, search, crosswalk, history; and the duplicate check that writes nothing."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response
from psycopg import Connection

from connectors.api.access import Matching, Reader
from connectors.api.freshness import Instant, ReadAfter, json_response
from connectors.api.keys import Caller
from connectors.api.paging import CursorText, Limit, cursor_of, page, parts_of
from connectors.api.services import services
from connectors.api.sight import may_see, seen_customer
from connectors.contracts.cloudevents import decode, encode
from connectors.contracts.messages import Observed
from connectors.contracts.registry import read
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import new_id
from hub.kernel.time import utc_now
from hub.resolution.steward import Candidate
from projections.crosswalk import queries as crosswalk
from projections.golden_record import queries as golden
from projections.golden_record.queries import GoldenCustomer
from projections.history import queries as history

router = APIRouter(tags=["customers"], dependencies=[ReadAfter])

MATCH_EXAMPLE = {
    "partyKind": "organization",
    "values": [
        {"path": "name.legal", "value": "沪江星桥精密仪器有限公司"},
        {"path": "contact.phone", "value": "021-5888 1234"},
    ],
}


def golden_json(customer: GoldenCustomer) -> dict[str, Any]:
    """A golden record as the API shows it."""
    return {
        "id": customer.customer_id,
        "status": customer.status,
        "kind": customer.kind,
        "name": customer.name,
        "version": customer.version,
        "position": customer.position,
        "registered_at": customer.registered_at,
        "changed_at": customer.changed_at,
        "records": customer.record_keys,
        "values": [
            {
                "path": v.path,
                "value": v.value,
                "record": v.record_key,
                "event": f"{v.event_id}@{v.event_version}",
                "rule": v.rule,
                "since": v.since,
            }
            for v in customer.values
        ],
    }


@router.get("/v1/customers")
def find(
    request: Request,
    caller: Reader,
    *,
    record: Annotated[
        str | None, Query(description="system/object/id", examples=["sap-prod/customer/4711"])
    ] = None,
    q: Annotated[
        str | None, Query(description="words of name, phone, e-mail, identifiers", max_length=200)
    ] = None,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> Response:
    """The customer of a source record, those that match a search, or all, page by page."""
    after_id = parts_of(cursor, 1)
    after = _uuid(after_id[0]) if after_id else None
    with services(request).log.connection() as connection:
        if record is not None:
            one = golden.by_record(connection, record)
            found: tuple[GoldenCustomer, ...] = (one,) if one and may_see(caller, one) else ()
        elif q is not None and q.strip():
            found = golden.search(
                connection, q.replace("\x00", ""), limit=limit, after=after, units=caller.units
            )
        else:
            found = golden.page(connection, limit=limit, after=after, units=caller.units)
    last = cursor_of(found[-1].customer_id) if found and record is None else None
    return json_response(page([golden_json(c) for c in found], limit, last))


@router.get("/v1/customers/{customer_id}")
def show(request: Request, caller: Reader, customer_id: UUID) -> Response:
    """The golden record of a customer, by any id that it ever had. ``ETag`` is its version."""
    with services(request).log.connection() as connection:
        customer = seen_customer(connection, caller, customer_id)
    etag = f'"{customer.version}"'
    headers = {"ETag": etag, "Content-Location": f"/v1/customers/{customer.customer_id}"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return json_response(golden_json(customer), headers)


@router.get("/v1/customers/{customer_id}/crosswalk")
def records(
    request: Request,
    caller: Reader,
    customer_id: UUID,
    past: Annotated[bool, Query(description="ended links too")] = False,
) -> Response:
    """The source records of a customer, and the ids that it had."""
    with services(request).log.connection() as connection:
        current = seen_customer(connection, caller, customer_id).customer_id
        rows = crosswalk.records_of_customer(connection, current, past=past)
        former = crosswalk.former_ids_of(connection, current)
    return json_response({"id": current, "former_ids": former, "records": rows})


@router.get("/v1/crosswalk")
def export(request: Request, caller: Reader, limit: Limit = 200, cursor: CursorText = None) -> Response:
    """Every source record with its customer, by record key."""
    after = parts_of(cursor, 1)
    with services(request).log.connection() as connection:
        rows = crosswalk.page_of_links(connection, limit, after[0] if after else None, caller.units)
    return json_response(page(rows, limit, cursor_of(rows[-1].record_key) if rows else None))


@router.get("/v1/customers/{customer_id}/history")
def timeline(
    request: Request,
    caller: Reader,
    customer_id: UUID,
    *,
    limit: Limit = 50,
    cursor: CursorText = None,
    order: Annotated[str, Query(pattern="^(newest|oldest)$")] = "newest",
    activities: bool = True,
    changes: bool = True,
) -> Response:
    """What happened: changes of the customer and the activities of all its source records.

    A key that is limited to units is not shown who owns the customer in others; a page may then be shorter.
    """
    parts = parts_of(cursor, 2)
    after = history.Cursor(_instant(parts[0]), int(parts[1])) if parts and parts[1].isdigit() else None
    with services(request).log.connection() as connection:
        entries = history.timeline(
            connection,
            seen_customer(connection, caller, customer_id).customer_id,
            limit=limit,
            after=after,
            newest_first=order == "newest",
            activities=activities,
            changes=changes,
        )
    last = cursor_of(entries[-1].at.isoformat(), entries[-1].position) if len(entries) == limit else None
    shown = [
        e for e in entries if "lane" not in e.data or caller.may_speak_for(e.data["lane"].rpartition("/")[0])
    ]
    return json_response({"items": shown, "next_cursor": last})


@router.post("/v1/match")
def match(
    request: Request,
    caller: Matching,
    body: Annotated[dict[str, Any], Body(examples=[MATCH_EXAMPLE])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Whether a customer is known already, with the evidence for each candidate. Writes nothing.

    Of a customer that the key may not see the answer tells only how sure it is and which units know it.
    """
    payload = {
        "source": {"system": "api", "object": "question", "id": str(new_id())},
        "orgUnit": "api",
        **body,
    }
    event = encode(type="source.customer.observed", source="/api", id="match", time=utc_now(), data=payload)
    message = read(decode(event))
    if not isinstance(message, Observed):
        raise InvalidMessageError("describe a customer that exists", field="deleted", remedy="leave it out")
    candidates = services(request).steward.match(message.record, limit)
    if not caller.units:
        return json_response({"items": candidates})
    with services(request).log.connection() as connection:
        return json_response({"items": [masked_unless_seen(connection, caller, c) for c in candidates]})


def masked_unless_seen(
    connection: Connection[Any], caller: Caller, candidate: Candidate
) -> Candidate | dict[str, Any]:
    """*candidate*, or how sure it is and who knows the customer, without any value, id or key."""
    customer = golden.by_id(connection, candidate.customer_id)
    if customer is not None and may_see(caller, customer):
        return candidate
    units = customer.units if customer else ()
    return {"masked": True, "grade": candidate.grade, "weight": candidate.weight, "units": units}


@router.get("/v1/customers/{customer_id}/explain/value")
def explain_value(
    request: Request, caller: Reader, customer_id: UUID, path: Annotated[str, Query(examples=["name.legal"])]
) -> Response:
    """Why the golden value of *path* is what it is: its source, rule and event, and what the other records say."""
    found = services(request)
    with found.log.connection() as connection:
        customer = seen_customer(connection, caller, customer_id)
    state = found.customers.get(customer.customer_id)
    chosen = [v for v in golden_json(customer)["values"] if v["path"] == path]
    others = [
        {
            "record": str(key),
            "value": v.value,
            "since": v.valid_at,
            "quality": v.quality,
            "retired": linked.retired,
        }
        for key, linked in sorted(state.records.items())
        for v in linked.record.values
        if v.path == path
    ]
    return json_response({"path": path, "golden": chosen, "contributions": others})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidMessageError("not a cursor of this list", field="cursor") from None


def _instant(text: str) -> Instant:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidMessageError("not a cursor of this list", field="cursor") from None
