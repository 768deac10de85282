"""What the API is given by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from connectors.publishing import Publisher
from hub.handling.customers import Customers
from hub.log.store import EventLog
from hub.resolution.desk import Desk
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts behind the routes. *topic_of* gives the topic of an organisational unit; *systems* those that may publish."""

    log: EventLog
    customers: Customers
    resolver: Resolver
    steward: Steward
    publisher: Publisher
    topic_of: Callable[[str], str]
    systems: frozenset[str]
    read_models: tuple[str, ...]

    @property
    def desk(self) -> Desk:
        """Decides review cases on behalf of people."""
        return Desk(self.steward)


def services(request: Request) -> Services:
    """The services of the application that *request* came to."""
    found: Any = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101 - set by create_app
    return found
