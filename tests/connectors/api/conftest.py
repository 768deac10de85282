"""A hub with its API over a real database: publish, let the intake and the read models run, ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from connectors.api import keys
from connectors.api.app import create_app
from connectors.api.keys import Role
from connectors.api.services import Services
from connectors.inbox.publisher import InboxPublisher
from connectors.inbox.transport import InboxTransport
from connectors.intake.worker import IntakeWorker
from hub.handling.customers import Customers
from hub.log.store import EventLog
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from projections.runner.catalogue import all_projections
from projections.runner.run import Runner

SYSTEMS = frozenset({"crm", "erp"})


@dataclass(slots=True, kw_only=True)
class Running:
    """The API's client and the workers behind it."""

    client: TestClient
    log: EventLog
    worker: IntakeWorker
    runner: Runner
    tokens: dict[str, str]

    def settle(self) -> None:
        """Let the intake and the read models catch up."""
        while self.worker.step(0.05):
            pass
        self.runner.run_until(self.log.head())

    def headers(self, role: str) -> dict[str, str]:
        """The header of a key with *role*."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def get(self, url: str, role: str = "reader", /, **params: Any) -> Any:
        """The JSON of a successful GET."""
        answer = self.client.get(url, params=params, headers=self.headers(role))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, role: str, status: int = 200) -> Any:
        """The JSON of a POST with the status expected; successful writes are waited for."""
        answer = self.client.post(path, json=body, headers=self.headers(role))
        assert answer.status_code == status, answer.text
        if status < 300:
            self.settle()
        return answer.json()


@pytest.fixture
def hub(database: str) -> Iterator[Running]:
    log = EventLog(database, bytes(range(32)), pool_size=6)
    resolver = Resolver(log)
    publisher = InboxPublisher(database, pool_size=1)
    transport = InboxTransport(database, log.offset)
    read_models = all_projections(log)
    with log.connection() as connection:
        tokens = {role.value: keys.create(connection, f"{role.value} key", [role]) for role in Role}
        tokens["limited-sales"] = keys.create(connection, "limited", [Role.SALES], units=["sales-cn"])
        tokens["limited-publisher"] = keys.create(
            connection, "limited", [Role.PUBLISHER], units=["SH-SALES-1"]
        )
    services = Services(
        log=log,
        customers=Customers(log),
        resolver=resolver,
        steward=Steward(resolver),
        publisher=publisher,
        topic_of=lambda unit: f"customers.{unit}",
        systems=SYSTEMS,
        read_models=tuple(p.name for p in read_models),
    )
    with (
        TestClient(create_app(services), raise_server_exceptions=False) as client,
        Runner(log, read_models) as runner,
    ):
        yield Running(
            client=client,
            log=log,
            worker=IntakeWorker(transport, resolver, systems=SYSTEMS),
            runner=runner,
            tokens=tokens,
        )
    transport.close()
    publisher.close()
    log.close()
