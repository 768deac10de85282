"""Who the customers are: persons and companies of China and abroad, with their look-alikes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

from connectors.demo.companies import chinese_company, foreign_company, story_companies, with_relatives
from connectors.demo.persons import chinese_person, foreign_person, with_lookalikes
from connectors.demo.registry import Registry
from connectors.demo.truth import Customer


def population(rng: Random, count: int) -> list[Customer]:
    """*count* customers numbered from 0; the first three are the company of the story, its branch and its subsidiary."""
    return list(islice(_customers(Registry(rng)), count))


def _customers(registry: Registry) -> Iterator[Customer]:
    yield from story_companies(registry)
    while True:
        kind = registry.rng.random()
        if kind < 0.30:
            yield from with_relatives(registry, chinese_company(registry))
        elif kind < 0.65:
            yield from with_lookalikes(registry, chinese_person(registry))
        elif kind < 0.80:
            yield from with_relatives(registry, foreign_company(registry))
        else:
            yield from with_lookalikes(registry, foreign_person(registry))
