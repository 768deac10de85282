"""The demo's group of companies as a load for the hub, and what has to come of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from connectors.demo.generate import generate
from connectors.demo.post import DemoMessage
from connectors.intake.reading import read_message
from connectors.intake.transport import RawMessage
from hub.resolution.items import Item

FULL = 1.0
"""About 20,000 source records."""


@cache
def messages(scale: float = FULL) -> tuple[DemoMessage, ...]:
    """Everything that the units of the group publish, in the order of arrival."""
    return tuple(generate(seed=23, scale=scale).messages)


def about_customers(sent: Iterable[DemoMessage]) -> list[DemoMessage]:
    """Those that speak of source records themselves, readable ones only."""
    return [m for m in sent if m.defect is None and m.topic.startswith("customers.")]


def items(sent: Iterable[DemoMessage]) -> list[Item]:
    """What readable messages say."""
    return [
        read_message(
            RawMessage(input="kafka:test:0", stream=m.topic, offset=n, key=m.key.encode(), value=m.value), ()
        )
        for n, m in enumerate(sent)
    ]
