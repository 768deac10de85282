"""The post between the units and the hub: messages arrive late, out of order and twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMessage:
    """One message of a unit, keyed by its source record; *defect* says what is wrong with one that cannot be read."""

    topic: str
    key: str
    value: bytes
    defect: str | None = None


@dataclass(slots=True)
class Post:
    """Collects messages with their time of arrival; the order in which they were made breaks ties."""

    rng: Random
    counts: Counter[str] = field(default_factory=Counter)
    arrivals: list[tuple[datetime, int, DemoMessage]] = field(default_factory=list)

    def send(
        self, topic: str, key: str, value: bytes, at: datetime, *, delay: timedelta | None = None
    ) -> None:
        """Deliver after *delay*, else after a few seconds, but after days one in sixty; one in 150 is sent twice."""
        if delay is None:
            late = self.rng.random() < 1 / 60
            self.counts["late messages"] += late
            delay = (
                timedelta(days=self.rng.uniform(1, 40))
                if late
                else timedelta(seconds=self.rng.uniform(1, 90))
            )
        message = DemoMessage(topic=topic, key=key, value=value)
        self.put(message, at + delay)
        if self.rng.random() < 1 / 150:
            self.put(message, at + delay + timedelta(hours=self.rng.uniform(0.1, 200)))
            self.counts["repeated messages"] += 1

    def put(self, message: DemoMessage, arrival: datetime) -> None:
        """Deliver at a time."""
        self.arrivals.append((arrival, len(self.arrivals), message))

    def in_order(self) -> list[DemoMessage]:
        """All messages as they arrive."""
        self.arrivals.sort(key=lambda entry: entry[:2])
        return [message for _, _, message in self.arrivals]
