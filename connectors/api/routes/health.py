"""Whether the hub lives, is ready, and how it does; without personal values, therefore without a key."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from connectors.api.freshness import json_response
from connectors.api.services import services
from projections.runner.checkpoints import position_of

router = APIRouter(tags=["health"])

MOST_BEHIND = 100_000
"""Events behind which a read model is no longer called ready."""


@router.get("/healthz")
def health() -> Response:
    """The process answers."""
    return json_response({"status": "ok"})


@router.get("/readyz")
def ready(request: Request) -> Response:
    """The database answers and the read models follow the log."""
    found = services(request)
    head = found.log.head()
    with found.log.connection() as connection:
        behind = {name: head - position_of(connection, name) for name in found.read_models}
    fine = all(n <= MOST_BEHIND for n in behind.values())
    body = {"status": "ready" if fine else "catching up", "position": head, "behind": behind}
    return json_response(body, status=200 if fine else 503)


@router.get("/metrics")
def metrics() -> Response:
    """Counters for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
