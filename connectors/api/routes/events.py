"""Publish events: checked at once, so that the sender learns what is wrong, then handed to the intake."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.api.access import Following, Publishing
from connectors.api.freshness import json_response
from connectors.api.keys import Caller
from connectors.api.problems import ForbiddenError, TooLargeError, problem_of
from connectors.api.services import Services, services
from connectors.contracts import Observed, Renamed
from connectors.contracts.cloudevents import decode
from connectors.contracts.registry import read
from connectors.publishing import Outgoing
from hub.kernel.errors import HubError, InvalidMessageError, NotFoundError
from hub.kernel.ids import event_uid

router = APIRouter(tags=["events"])

LARGEST_EVENT = 1024 * 1024
LARGEST_BATCH = 10 * 1024 * 1024
BATCH_TYPE = "application/cloudevents-batch+json"
MOST_EVENTS = 10_000

EXAMPLE = {
    "specversion": "1.0",
    "id": "c-4711-7",
    "source": "/crm/shanghai",
    "type": "com.example.cdh.source.customer.observed.v1",
    "time": "2026-09-21T14:13:20Z",
    "orgunit": "SH-SALES-1",
    "data": {
        "source": {"system": "crm-shanghai", "object": "account", "id": "4711", "version": "7"},
        "partyKind": "organization",
        "orgUnit": "SH-SALES-1",
        "values": [{"path": "name.legal", "value": "沪江星桥精密仪器（上海）有限公司"}],
    },
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": {"type": "object"}, "example": EXAMPLE},
            BATCH_TYPE: {"schema": {"type": "array", "items": {"type": "object"}}, "example": [EXAMPLE]},
            "application/json": {"schema": {"type": "object"}, "example": EXAMPLE["data"]},
        },
    }
}


@router.post("/v1/events", status_code=202, openapi_extra=BODY)
async def publish(request: Request, caller: Publishing) -> Response:
    """One CloudEvent (structured, or binary with ``ce-`` headers) or a batch. Sending one twice does no harm.

    202 means durably stored for the intake; ``GET /v1/events/status`` tells what became of it. Of a batch the answer
    lists each event; those that are wrong do not keep back the others.
    """
    batch = request.headers.get("content-type", "").partition(";")[0].strip() == BATCH_TYPE
    body = await _body(request, LARGEST_BATCH if batch else LARGEST_EVENT)
    handle = _publish_batch if batch else _publish_one
    return await run_in_threadpool(handle, services(request), caller, body, request)


@router.get("/v1/events/status")
def status(
    request: Request,
    caller: Following,
    source: Annotated[str, Query(description="the event's source")],
    id: Annotated[str, Query(description="the event's id")],
) -> Response:
    """What became of an event: linked, revised, retired, recorded, unchanged, or parked until its customer is known."""
    receipt = services(request).resolver.receipt(event_uid(source, id))
    if receipt is None:
        raise NotFoundError(
            "no event with this source and id has been taken in (yet); look at the dead letters too"
        )
    outcome, position = receipt
    return json_response({"source": source, "id": id, "outcome": outcome, "position": position})


async def _body(request: Request, largest: int) -> bytes:
    """The body, read no further than *largest*."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise TooLargeError(f"more than {largest:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _publish_one(found: Services, caller: Caller, body: bytes, request: Request) -> Response:
    headers = [(n, v) for n, v in _cloud_headers(request)]
    message = _checked(found, caller, body, headers)
    (place,) = found.publisher.publish([message])
    return json_response({"status": 202, "place": place}, status=202)


def _publish_batch(found: Services, caller: Caller, body: bytes, request: Request) -> Response:
    del request
    try:
        events = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidMessageError(
            f"the batch is not JSON: {error.msg}", field="body", remedy="send a JSON array of CloudEvents"
        ) from None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise InvalidMessageError(
            f"a batch is a JSON array of at most {MOST_EVENTS:,} CloudEvents",
            field="body",
            remedy="send one array, or several batches",
        )
    results: list[dict[str, Any]] = []
    good: list[tuple[int, Outgoing]] = []
    for number, event in enumerate(events):
        event_id = event.get("id") if isinstance(event, dict) else None
        results.append({"index": number, "id": event_id, "status": 202})
        try:
            good.append((number, _checked(found, caller, _apart(event), [])))
        except HubError as error:
            results[number] |= {"status": 422, "problem": problem_of(error)}
    places = found.publisher.publish([message for _, message in good]) if good else []
    for (number, _), place in zip(good, places, strict=True):
        results[number]["place"] = place
    return json_response({"items": results}, status=202 if len(good) == len(events) else 207)


def _apart(event: object) -> bytes:
    """One event of a batch as a message of its own."""
    try:
        return orjson.dumps(event)
    except orjson.JSONEncodeError:  # it reads deeper nesting than it writes
        raise InvalidMessageError(
            "nested too deeply", field="data", remedy="send a flatter payload"
        ) from None


def _checked(found: Services, caller: Caller, body: bytes, headers: list[tuple[str, bytes]]) -> Outgoing:
    """The message for the intake. Raises InvalidMessageError or ForbiddenError."""
    message = read(decode(body, headers, max_bytes=LARGEST_EVENT), found.systems)
    unit = message.record.unit if isinstance(message, Observed) else message.unit
    key = (
        message.record.key
        if isinstance(message, Observed)
        else message.old
        if isinstance(message, Renamed)
        else message.key
    )
    if not caller.may_speak_for(unit):
        raise ForbiddenError(f"this key may not publish for unit {unit}")
    return Outgoing(topic=found.topic_of(unit), key=str(key), value=body, headers=tuple(headers))


def _cloud_headers(request: Request) -> list[tuple[str, bytes]]:
    """The ``ce-`` headers of binary mode, as Kafka has them; none in structured mode."""
    found = [
        (name.lower().replace("ce-", "ce_", 1), value.encode("latin-1"))
        for name, value in request.headers.items()
        if name.lower().startswith("ce-")
    ]
    if found and (kind := request.headers.get("content-type")):
        found.append(("content-type", kind.encode("latin-1")))
    return found
