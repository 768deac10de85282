"""Reading one's own write: ``?after=POSITION`` waits until the read models hold everything up to there."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator
from starlette.concurrency import run_in_threadpool

from connectors.api.services import Services, services
from hub.kernel.errors import UnavailableError
from projections.runner.checkpoints import wait_for

WAIT_S = 5.0


def _no_naive(value: Any) -> Any:
    return value.replace(" ", "+") if isinstance(value, str) else value


Instant = Annotated[AwareDatetime, BeforeValidator(_no_naive)]
"""A time with an offset; a ``+`` that the query string turned into a blank is understood."""


async def read_after(
    request: Request,
    after: Annotated[int, Query(ge=0, description="wait for this Hub-Position, 5 s at most")] = 0,
) -> None:
    """Wait for the read models. Raises UnavailableError when they are not there in time."""
    if after:
        await run_in_threadpool(_wait, services(request), after)


def _wait(found: Services, after: int) -> None:
    with found.log.connection() as connection:
        for name in found.read_models:
            if not wait_for(connection, name, after, WAIT_S):
                raise UnavailableError(f"the read model {name} is not at position {after} yet; ask again")


ReadAfter = Depends(read_after)


def json_response(content: Any, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """*content* (dataclasses, times and ids included) as JSON."""
    body = orjson.dumps(content, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(body, status, headers, "application/json")


def written(position: int, content: Any, status: int = 200) -> Response:
    """The answer to a write, with the position from which it can be read."""
    return json_response(content, {"Hub-Position": str(position)}, status)
