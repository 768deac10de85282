"""The FastAPI application: routes, errors, and the check that no route is open by accident."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute

from connectors.api import problems
from connectors.api.access import declared_roles
from connectors.api.routes import audit, customers, events, health, keys, ownership, steward
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
    for topic in (events, customers, ownership, steward, audit, keys, health):
        app.include_router(topic.router)
    refuse_open_routes(app)
    return app


def refuse_open_routes(app: FastAPI) -> None:
    """Raise SettingsError for a route under /v1 that anybody could call."""
    for route in app.routes:
        if (
            isinstance(route, APIRoute)
            and route.path.startswith("/v1")
            and not declared_roles(route.dependant)
        ):
            raise SettingsError(
                f"route {route.path} declares no role; give it one in connectors/api/access.py"
            )
