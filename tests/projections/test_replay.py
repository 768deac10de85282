"""Read models depend on the log alone: not on how it is cut into pages, nor on whether they are built at once or live."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hub.log.store import EventLog
from projections.runner.catalogue import all_projections
from projections.runner.rebuild import rebuild
from projections.runner.run import Runner
from tests.projections.world import empty, random_world, rows_of, write

pytestmark = pytest.mark.postgres

EXAMPLES = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def tables(log: EventLog) -> list[str]:
    """The tables of all read models."""
    return [table for projection in all_projections(log) for table in projection.tables]


@EXAMPLES
@given(chance=st.randoms(use_true_random=False), page_size=st.sampled_from((1, 2, 3, 7, 19)))
def test_any_page_size_gives_the_same_rows(
    log: EventLog, connection: Connection[Any], chance: Random, page_size: int
) -> None:
    empty(connection, tables(log))
    write(log, random_world(chance, 60).events)
    with Runner(log, all_projections(log), page_size=10_000) as runner:
        runner.run_until(log.head())
    whole = rows_of(connection, tables(log))
    connection.execute(f"TRUNCATE projection_checkpoint, {', '.join(tables(log))}")
    with Runner(log, all_projections(log), page_size=page_size) as runner:
        runner.run_until(log.head())
    assert rows_of(connection, tables(log)) == whole


@EXAMPLES
@given(chance=st.randoms(use_true_random=False))
def test_rebuilt_from_zero_gives_the_live_rows(
    log: EventLog, connection: Connection[Any], chance: Random
) -> None:
    empty(connection, tables(log))
    events = random_world(chance, 60).events
    with Runner(log, all_projections(log), page_size=5) as runner:
        for start in range(0, len(events), 11):
            log.append(events[start : start + 11])
            runner.run_until(log.head())
    live = rows_of(connection, tables(log))
    taken = rebuild(log, all_projections(log), page_size=13)
    assert taken == len(events)
    assert rows_of(connection, tables(log)) == live
