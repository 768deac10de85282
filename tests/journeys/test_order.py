"""20,000 source records of the demo's group come to the same customers in any order, by any number of workers, as all at once."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from functools import cache

import pytest

from hub.resolution.items import Item
from tests.hub.resolution.universe import Truth, logged_customers, run, stored_customers
from tests.journeys.group import about_customers, items, messages

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@cache
def story() -> tuple[Item, ...]:
    """What the units say about their customers."""
    return tuple(items(about_customers(messages())))


@cache
def expected() -> set[frozenset[str]]:
    """The customers that `bulk` finds in all current records at once."""
    truth = Truth()
    truth.take(story())
    assert len(truth.readings) > 20_000
    return truth.customers()


def shuffled_with_repetitions(seed: int) -> list[Item]:
    """The whole story in no order, a tenth of it twice."""
    dice = random.Random(seed)
    sent = [*story(), *dice.sample(story(), len(story()) // 10)]
    dice.shuffle(sent)
    return sent


def test_shuffled_and_repeated_by_one_worker(database: str) -> None:
    resolver = run(database, shuffled_with_repetitions(1), 500)
    assert stored_customers(database) == expected()
    assert set(logged_customers(resolver.log).values()) == expected()
    resolver.log.close()


def test_shuffled_and_repeated_by_three_workers_in_other_batches(database: str) -> None:
    sent = shuffled_with_repetitions(2)
    failures: list[BaseException] = []

    def work(part: Sequence[Item], size: int) -> None:
        try:
            run(database, part, size).log.close()
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(sent[number::3], size))
        for number, size in enumerate((37, 211, 800))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stored_customers(database) == expected()
