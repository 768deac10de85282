"""Explanations: why source records are together, why they are apart, how a customer came to be; in plain words and as data."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from connectors.api.access import Reader
from connectors.api.freshness import ReadAfter, json_response
from connectors.api.keys import Caller
from connectors.api.paging import CursorText, Limit, cursor_of, parts_of
from connectors.api.services import Services, services
from connectors.api.sight import refuse_unseen_customers, refuse_unseen_records, seen_among
from connectors.explanations.phrases import Language
from connectors.explanations.wording import masked, tell_how, tell_why, tell_why_not
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import RecordKey
from hub.resolution.explaining import Explainer, Subject, subject

router = APIRouter(tags=["explanations"], dependencies=[ReadAfter])

Name = Annotated[
    str,
    Query(
        description="a source record as system/object/id, or a customer by any id that it ever had",
        max_length=500,
        examples=["sap-prod/customer/4711"],
    ),
]
Lang = Annotated[Language, Query(description="the language of the plain words")]


@router.get("/v1/explain/why")
def why(
    request: Request,
    caller: Reader,
    left: Name,
    right: Name | None = None,
    lang: Lang = Language.EN,
    *,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> Response:
    """Why two records are one customer, or a record belongs to its customer, or all records of a customer belong together.

    ``items`` are links: the strongest chain between the two; the record's own links; those that hold the customer together.
    """
    found = services(request)
    named = [subject(name) for name in (left, right) if name is not None]
    _refuse_unseen(found, caller, named)
    parts = parts_of(cursor, 2)
    answer = Explainer(found.resolver).why(*named, limit=limit, after=(parts[0], parts[1]) if parts else None)
    told = tell_why(answer, lang)
    told["items"] = [link for link, seen in _with_sight(found, caller, told["items"]) if seen]
    following = cursor_of(*answer.next_pair) if answer.next_pair else None
    return json_response(told | {"next_cursor": following})


@router.get("/v1/explain/why-not")
def why_not(request: Request, caller: Reader, left: Name, right: Name, lang: Lang = Language.EN) -> Response:
    """Why two records, or customers, are not one: what was decided, what rules it out, what is missing, what would change it."""
    found = services(request)
    named = subject(left), subject(right)
    _refuse_unseen(found, caller, named)
    return json_response(tell_why_not(Explainer(found.resolver).why_not(*named), lang))


@router.get("/v1/explain/how")
def how(
    request: Request,
    caller: Reader,
    customer: Name,
    lang: Lang = Language.EN,
    *,
    limit: Limit = 50,
    cursor: CursorText = None,
) -> Response:
    """How a customer came to be, step by step in the order of the log, with the evidence that each event holds.

    With a key that is limited to units, steps that concern customers that it may not see tell only when they were.
    """
    found = services(request)
    named = subject(customer)
    _refuse_unseen(found, caller, [named])
    parts = parts_of(cursor, 1)
    if parts and not parts[0].isdigit():
        raise InvalidMessageError("not a cursor of this list", field="cursor")
    answer = Explainer(found.resolver).how(named, limit=limit, after=int(parts[0]) if parts else 0)
    told = tell_how(answer, lang)
    told["items"] = [
        step if seen else masked(step, lang) for step, seen in _with_sight(found, caller, told["items"])
    ]
    following = cursor_of(answer.next_position) if answer.next_position else None
    return json_response(told | {"next_cursor": following})


def _refuse_unseen(found: Services, caller: Caller, named: tuple[Subject, ...] | list[Subject]) -> None:
    with found.log.connection() as connection:
        refuse_unseen_customers(connection, caller, (s for s in named if isinstance(s, UUID)))
        refuse_unseen_records(connection, caller, (s for s in named if isinstance(s, RecordKey)))


def _with_sight(
    found: Services, caller: Caller, items: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], bool]]:
    """Each link or step, and whether *caller* may see every record and customer that it names."""
    named = [_records_in(item) for item in items]
    others = [item["other"] for item in items if item.get("other")]
    with found.log.connection() as connection:
        seen = seen_among(connection, caller, {key for keys in named for key in keys}, others)
    return [
        (item, keys <= seen and (not item.get("other") or item["other"] in seen))
        for item, keys in zip(items, named, strict=True)
    ]


def _records_in(item: dict[str, Any]) -> set[str]:
    links = [item] if "left" in item else item["evidence"]
    named = (*item.get("records", ()), *item.get("against", ()))
    return {*named, *(link[side] for link in links for side in ("left", "right"))}
