"""The customers do not depend on order, repetition, batch size or number of workers: they are what all records at once come to."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.handling.context import Context
from hub.kernel.errors import HubError
from hub.kernel.ids import RecordKey, new_id
from hub.log.store import EventLog
from hub.resolution.items import Item
from hub.resolution.steward import Steward
from hub.stewardship.events import Verdict
from matching import Assertion, default_model
from tests.hub.resolution.universe import (
    KEY_BYTES,
    Truth,
    empty,
    logged_customers,
    run,
    stored_customers,
    story,
)
from tests.hub.samples import day


def context() -> Context:
    cause = new_id()
    return Context(
        actor="steward", via="test", reason="test", correlation_id=cause, causation_id=cause, now=day(50)
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    records=st.integers(2, 40),
    size=st.sampled_from([1, 3, 17, 200]),
    data=st.data(),
)
def test_any_order_repetition_and_batch_size_gives_the_same_customers(
    database: str, seed: int, records: int, size: int, data: st.DataObject
) -> None:
    items = story(seed, records)
    truth = Truth()
    truth.take(items)
    sent = [*items, *data.draw(st.lists(st.sampled_from(items), max_size=10))]
    data.draw(st.randoms(use_true_random=False)).shuffle(sent)
    empty(database)
    resolver = run(database, sent, size)
    expected = truth.customers()
    assert stored_customers(database) == expected
    assert set(logged_customers(resolver.log).values()) == expected
    resolver.log.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    records=st.integers(10, 40),
    size=st.sampled_from([1, 3, 17]),
    most=st.integers(1, 6),
    data=st.data(),
)
def test_keys_that_too_many_records_have_make_no_pairs_whenever_they_become_so(
    database: str, seed: int, records: int, size: int, most: int, data: st.DataObject
) -> None:
    model = replace(default_model(), max_block=most)
    items = story(seed, records)
    truth = Truth()
    truth.take(items)
    data.draw(st.randoms(use_true_random=False)).shuffle(items)
    empty(database)
    resolver = run(database, items, size, model)
    assert stored_customers(database) == truth.customers(model=model)
    resolver.log.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), cut=st.floats(0, 1), rolls=st.integers(0, 10_000))
def test_assertions_may_come_at_any_time(database: str, seed: int, cut: float, rolls: int) -> None:
    items = story(seed, 24)
    dice = random.Random(rolls)
    dice.shuffle(items)
    empty(database)
    middle = int(len(items) * cut)
    resolver = run(database, items[:middle], 7)
    steward = Steward(resolver)
    seen = sorted({str(i.key) for i in items[:middle]})
    asserted: list[Assertion] = []
    for _ in range(4):
        if len(seen) < 2:
            break
        left, right = dice.sample(seen, 2)
        verdict = dice.choice(list(Verdict))
        try:
            steward.assert_verdict(verdict, [RecordKey.parse(left)], [RecordKey.parse(right)], context())
        except HubError:
            continue
        asserted.append(
            Assertion(left=min(left, right), right=max(left, right), same=verdict is Verdict.SAME)
        )
    for start in range(middle, len(items), 7):
        resolver.take(items[start : start + 7])
    truth = Truth()
    truth.take(items)
    assert stored_customers(database) == truth.customers(asserted)
    resolver.log.close()


@pytest.mark.parametrize("seed", [1, 2, 3, 305])
def test_three_workers_at_once_give_the_same_customers(database: str, seed: int) -> None:
    """All three send overlapping parts of the same story, so that they meet at the same records all the time."""
    items = story(seed, 240)
    truth = Truth()
    truth.take(items)
    failures: list[BaseException] = []

    def work(part: Sequence[Item]) -> None:
        try:
            run(database, part, 20).log.close()
        except BaseException as error:
            failures.append(error)

    parts: list[list[Item]] = [[], [], []]
    dice = random.Random(seed)
    for item in items:
        for part in dice.sample(parts, dice.choice([1, 1, 2])):
            part.append(item)
    for part in parts:
        dice.shuffle(part)
    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    expected = truth.customers()
    assert stored_customers(database) == expected
    log = EventLog(database, KEY_BYTES, pool_size=1)
    assert set(logged_customers(log).values()) == expected
    log.close()
