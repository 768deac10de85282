"""A migrated database with an open log, and the means to empty both between examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from hub.log.migrate import migrate
from hub.log.store import EventLog
from projections import SCHEMAS
from projections.runner.catalogue import all_projections
from projections.runner.run import Runner
from tests.projections.world import World, write

MASTER_KEY = b"k" * 32
Take = Callable[[World], None]


@pytest.fixture
def log(empty_database: str) -> Iterator[EventLog]:
    """The log in a fresh, migrated database."""
    migrate(empty_database, SCHEMAS)
    log = EventLog(empty_database, MASTER_KEY)
    yield log
    log.close()


@pytest.fixture
def connection(log: EventLog) -> Iterator[Connection[Any]]:
    """A connection in autocommit mode to the same database, as a reader of the read models has it."""
    with psycopg.connect(log.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def take(log: EventLog) -> Take:
    """Writes a world's events to the log, those not yet there, and carries every read model to the end."""

    def take(world: World) -> None:
        write(log, world.events[log.head() :])
        with Runner(log, all_projections(log)) as runner:
            runner.run_until(log.head())

    return take
