"""Fixtures for all tests: a real PostgreSQL with a fresh database a test, and a real Kafka broker."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from connectors.postgres import EmbeddedPostgres
from connectors.wiring import migrate
from hub.kernel.errors import HubError
from tests.support.broker import Broker, BrokerUnavailableError, await_kafka, start_broker, unique_topic
from tests.support.databases import Databases
from tests.support.requirements import missed, unavailable

MARKS = {
    "postgres": {"postgres_url", "databases", "database", "empty_database"},
    "kafka": {"kafka_bootstrap", "broker"},
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs, so that ``-m 'not kafka'`` works without anybody's care."""
    for item in items:
        for mark, fixtures in MARKS.items():
            if fixtures.intersection(getattr(item, "fixturenames", ())):
                item.add_marker(mark)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end which half was not tested, and what to do about it."""
    for what, message in missed.items():
        terminalreporter.write_line(f"NOT TESTED with {what}: {message}", yellow=True, bold=True)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Logs go where they go by default, whatever a command that ran in this process has set up."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a real PostgreSQL server: HUB_TEST_DATABASE_URL, else an embedded one for this run."""
    if given := os.environ.get("HUB_TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(
        tempfile.mkdtemp(prefix="hub-postgres-")
    )  # pytest's own folders are closed to root's server
    server = EmbeddedPostgres(folder)
    try:
        url = server.start()
    except HubError as error:
        shutil.rmtree(folder, ignore_errors=True)
        unavailable("postgres", str(error))
    yield url
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    """Makes databases; for tests that need several or their own tables."""
    made = Databases(postgres_url)
    yield made
    made.close()


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The URL of a fresh database with all of the hub's tables; dropped after the test."""
    url = databases.create(migrate)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The URL of a fresh database without any table; dropped after the test."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """host:port of a real broker, shared by the run: HUB_TEST_KAFKA, else one in Docker, else one of Maven's jars."""
    if given := os.environ.get("HUB_TEST_KAFKA"):
        try:
            await_kafka(given)
        except BrokerUnavailableError as error:
            unavailable("kafka", str(error))
        yield given
        return
    with_broker = _start_or_skip()
    yield with_broker.bootstrap
    with_broker.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A broker of this test's own, which it may kill and restart."""
    started = _start_or_skip()
    yield started
    started.close()


@pytest.fixture
def topic() -> str:
    """The name of a topic that no other test uses."""
    return unique_topic()


def _start_or_skip() -> Broker:
    try:
        return start_broker()
    except BrokerUnavailableError as error:
        unavailable("kafka", str(error))
