"""Errors as problem+json (RFC 9457): one table from the error's family to the status, nothing personal, nothing secret."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from eventsourcing.persistence import InterfaceError, OperationalError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import OperationalError as PostgresError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from hub.kernel.errors import (
    ConflictError,
    HubError,
    InvalidMessageError,
    NotFoundError,
    RuleViolationError,
    SettingsError,
    StoredDataError,
    UnavailableError,
)

_log = structlog.get_logger(__name__)

STATUS: dict[type[HubError], int] = {
    RuleViolationError: 409,
    NotFoundError: 404,
    ConflictError: 412,
    UnavailableError: 503,
    InvalidMessageError: 422,
    StoredDataError: 500,
    SettingsError: 500,
}
TITLES = {
    400: "The request cannot be read",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    409: "The rules forbid it",
    412: "It has changed since",
    413: "Too large",
    422: "The content is not valid",
    500: "The hub has a fault",
    503: "Not available now",
}


class ForbiddenError(HubError):
    """The caller is known, but may not do this."""

    code = "forbidden"


class UnauthenticatedError(HubError):
    """The caller has not said, or not proved, who it is."""

    code = "unauthenticated"


class TooLargeError(HubError):
    """The request is larger than the hub reads."""

    code = "too-large"
    field = "body"
    remedy = "send less at a time; keep documents elsewhere and send a reference"


STATUS |= {ForbiddenError: 403, UnauthenticatedError: 401, TooLargeError: 413}


def status_of(error: HubError) -> int:
    """The HTTP status of an error, by the nearest family."""
    return next((STATUS[family] for family in type(error).__mro__ if family in STATUS), 500)


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of a problem."""
    return {
        "type": f"urn:customer-hub:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        **{k: v for k, v in more.items() if v not in (None, "")},
    }


def problem_of(error: HubError) -> dict[str, Any]:
    """The body of the problem that *error* is."""
    status = status_of(error)
    if status == 500:
        return _fault(error)
    more: dict[str, Any] = {}
    if isinstance(error, InvalidMessageError | TooLargeError):
        more = {"field": error.field, "remedy": error.remedy}
    if isinstance(error, ConflictError):
        more = {"expected": error.expected, "actual": error.actual}
    return problem(status, error.code, str(error), **more)


def install(app: FastAPI) -> None:
    """Let *app* answer every error as a problem."""

    @app.exception_handler(HubError)
    def on_hub_error(request: Request, error: HubError) -> JSONResponse:
        return _response(problem_of(error), error)

    @app.exception_handler(RequestValidationError)
    def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
        remedy = "compare it with /openapi.json"
        return _response(problem(422, "invalid-request", str(first["msg"]), field=field, remedy=remedy))

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> JSONResponse:
        return _response(problem(error.status_code, "http", str(error.detail)))

    for kind in (OperationalError, InterfaceError, PostgresError, PoolTimeout):
        app.add_exception_handler(kind, _on_database_down)
    app.add_exception_handler(Exception, _on_fault)


def _on_database_down(request: Request, error: Exception) -> JSONResponse:
    _log.warning("database-down", error=type(error).__name__)
    body = problem(503, "unavailable", "the database does not answer; try again")
    return JSONResponse(body, 503, {"Retry-After": "2"}, "application/problem+json")


def _on_fault(request: Request, error: Exception) -> JSONResponse:
    return _response(_fault(error))


def _fault(error: Exception) -> dict[str, Any]:
    """What nobody may see is logged under an id that the answer names."""
    error_id = uuid4().hex
    _log.error("fault", error_id=error_id, error=type(error).__name__, exc_info=error)
    return problem(
        500, "fault", f"something went wrong; tell the operator this id: {error_id}", error_id=error_id
    )


def _response(body: dict[str, Any], error: HubError | None = None) -> JSONResponse:
    headers: dict[str, str] = {}
    if isinstance(error, UnavailableError):
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if body["status"] == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="customer-hub"'
    return JSONResponse(body, body["status"], headers, "application/problem+json")
