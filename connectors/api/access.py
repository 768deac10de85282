"""Who may call what: every route under /v1 declares its roles, and the application does not start if one does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from connectors.api import keys
from connectors.api.keys import Caller, Role
from connectors.api.problems import ForbiddenError, UnauthenticatedError
from connectors.api.services import services
from hub.handling.context import Context
from hub.kernel.ids import new_id
from hub.kernel.time import utc_now

_bearer = HTTPBearer(auto_error=False, description="An API key: hub key create")


class Needs:
    """A dependency that lets only callers with one of *roles* pass, and gives the caller."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def __call__(
        self, request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Caller:
        """The caller. Raises UnauthenticatedError or ForbiddenError."""
        if credentials is None:
            raise UnauthenticatedError(
                "send an API key: Authorization: Bearer hub_…; make one with: hub key create"
            )
        with services(request).log.connection() as connection:
            caller = keys.authenticate(connection, credentials.credentials)
        if caller is None:
            raise UnauthenticatedError(
                "the API key is unknown, expired or revoked; make one with: hub key create"
            )
        if not caller.may(self.roles):
            raise ForbiddenError(f"this needs the role {' or '.join(self.roles)}")
        return caller


READ = Needs(Role.READER, Role.SALES, Role.STEWARD, Role.AUDITOR)
Reader = Annotated[Caller, Depends(READ)]
Publishing = Annotated[Caller, Depends(Needs(Role.PUBLISHER))]
Following = Annotated[Caller, Depends(Needs(Role.PUBLISHER, Role.STEWARD, Role.AUDITOR))]
Matching = Annotated[Caller, Depends(Needs(Role.SALES, Role.STEWARD))]
Selling = Annotated[Caller, Depends(Needs(Role.SALES))]
Correcting = Annotated[Caller, Depends(Needs(Role.STEWARD))]
Stewarding = Annotated[Caller, Depends(Needs(Role.STEWARD))]
Auditing = Annotated[Caller, Depends(Needs(Role.AUDITOR))]
Administering = Annotated[Caller, Depends(Needs(Role.ADMIN))]


def refuse_other_scopes(caller: Caller, scope: str) -> None:
    """Raise ForbiddenError when the caller's key is limited to other units than *scope*."""
    if not caller.may_speak_for(scope):
        raise ForbiddenError(f"this key may not act for {scope}")


def context_of(caller: Caller, reason: str, valid_at: Any = None) -> Context:
    """The circumstances of what *caller* asks for."""
    cause = new_id()
    return Context(
        actor=caller.name,
        via="api",
        reason=reason,
        correlation_id=cause,
        causation_id=cause,
        now=utc_now(),
        valid_at=valid_at,
    )


def declared_roles(dependant: Any) -> list[Needs]:
    """The role checks among a route's dependencies."""
    found: list[Needs] = []
    for dependency in dependant.dependencies:
        call: Callable[..., Any] | None = dependency.call
        if isinstance(call, Needs):
            found.append(call)
        found.extend(declared_roles(dependency))
    return found
