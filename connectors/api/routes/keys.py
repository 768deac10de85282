"""API keys, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from connectors.api import keys
from connectors.api.access import Administering
from connectors.api.freshness import Instant, json_response
from connectors.api.keys import Role
from connectors.api.problems import ForbiddenError
from connectors.api.routes.ownership import Name
from connectors.api.services import services
from connectors.api.sight import refuse_limited

router = APIRouter(tags=["keys"])


class KeyBody(BaseModel):
    """A new key: who uses it, for what, for which units (none: all), until when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "crm-shanghai", "roles": ["publisher"], "units": ["SH-SALES-1"]}]
        },
    )

    name: Name
    roles: Annotated[list[Role], Field(min_length=1)]
    units: list[Name] = Field(default_factory=list)
    expires_at: Instant | None = None


@router.post("/v1/keys", status_code=201)
def create(request: Request, caller: Administering, body: KeyBody) -> Response:
    """Make a key. It is shown this once only. A limited administrator makes keys within the same units."""
    if caller.units and not (body.units and caller.units.issuperset(body.units)):
        raise ForbiddenError(
            f"this key makes keys for {', '.join(sorted(caller.units))} only; name some of these units"
        )
    with services(request).log.connection() as connection:
        key = keys.create(connection, body.name, body.roles, units=body.units, expires_at=body.expires_at)
    return json_response({"key": key}, status=201)


@router.get("/v1/keys")
def listed(request: Request, caller: Administering) -> Response:
    """All keys, without their secrets."""
    refuse_limited(caller, "keys of all units are listed")
    with services(request).log.connection() as connection:
        return json_response({"items": keys.rows(connection)})


@router.delete("/v1/keys/{key_id}")
def revoke(request: Request, caller: Administering, key_id: Name) -> Response:
    """Let a key no longer work."""
    refuse_limited(caller, "a key may be of another unit")
    with services(request).log.connection() as connection:
        keys.revoke(connection, key_id)
    return Response(status_code=204)
