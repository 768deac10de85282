"""The FastAPI application: routes, errors, and the check that no route is open by accident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from connectors.api import problems
from connectors.api.access import declared_roles
from connectors.api.routes import audit, cases, customers, events, explain, health, keys, ownership, steward
from connectors.api.services import Services
from hub.kernel.errors import SettingsError

DESCRIPTION = """Golden records, crosswalk, ownership, history and audit of the group's customers.

Send ``Authorization: Bearer hub_…``. Times carry an offset. Lists are paged by ``cursor``. Answers to writes carry
``Hub-Position``; pass it as ``?after=`` to read your own write. Errors are problem+json with a stable ``code``."""


def create_app(services: Services) -> FastAPI:
    """The application over *services*. Raises SettingsError when a route under /v1 declares no role."""
    app = FastAPI(
        title="Customer hub",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.services = services
    problems.install(app)
    for topic in (events, customers, ownership, steward, cases, explain, audit, keys, health):
        app.include_router(topic.router)
    refuse_open_routes(app)
    return app


def refuse_open_routes(app: FastAPI) -> None:
    """Raise SettingsError for a route under /v1 that anybody could call."""
    for route in api_routes(app.routes):
        if route.path.startswith("/v1") and not declared_roles(route.dependant):
            raise SettingsError(
                f"route {route.path} declares no role; give it one in connectors/api/access.py"
            )


def api_routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """All routes with dependencies, those of included routers too. Raises SettingsError for a kind that it cannot check."""
    for route in routes:
        included: APIRouter | None = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield route
        elif included is not None:
            yield from api_routes(included.routes)
        elif not (isinstance(route, Route) and route.path == "/openapi.json"):
            raise SettingsError(
                f"the API has a route of a kind that is not checked for roles: {type(route).__name__}"
            )
