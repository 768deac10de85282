"""Who owns the made-up customers: commands to issue once the messages are taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from connectors.demo.activities import PEOPLE
from connectors.demo.records import END, DemoRecord
from connectors.demo.truth import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipSeed:
    """A command to issue once the messages are taken in: *kind* is assign, transfer, release or correct.

    *record* names the customer by one of its source records; *owner* is None for a release. Only a correction has a *valid_to*.
    """

    record: str
    scope: str
    role: str
    owner: str | None
    valid_from: datetime
    kind: str
    valid_to: datetime | None = None
    reason: str = ""


def ownership(rng: Random, records: Sequence[DemoRecord], count: int) -> list[OwnershipSeed]:
    """Owners of *count* customers, the story's first: some handed over, some released, some corrected afterwards."""
    by_customer: dict[int, list[DemoRecord]] = {}
    for record in records:
        if record.alive:
            by_customer.setdefault(record.customer.number, []).append(record)
    story, *others = by_customer.values()
    chosen = [story[0], *map(rng.choice, rng.sample(others, min(count - 1, len(others))))]
    return [seed for record in chosen for seed in _lane(rng, record)]


def _lane(rng: Random, record: DemoRecord) -> Iterator[OwnershipSeed]:
    role = "service-owner" if record.unit.name == "service-desk" else "account-manager"
    scope = "consumer" if isinstance(record.customer, Person) else "industrial"
    first, second, third = rng.sample(PEOPLE, 3)
    begin = record.created.replace(hour=0, minute=0, second=0)
    middle = _midnight(begin + (END - begin) * rng.uniform(0.3, 0.7))
    draw = 0.0 if record.customer.number == 0 else rng.random()

    def seed(
        kind: str, owner: str | None, at: datetime, reason: str, to: datetime | None = None
    ) -> OwnershipSeed:
        return OwnershipSeed(
            record=record.key,
            scope=scope,
            role=role,
            owner=owner,
            valid_from=at,
            kind=kind,
            valid_to=to,
            reason=reason,
        )

    yield seed("assign", first, begin, "first contact")
    if draw < 0.30:
        yield seed("transfer", second, middle, rng.choice(("region changed", "colleague left", "workload")))
    elif draw < 0.36:
        yield seed("release", None, middle, "no follow-up")
    if draw < 0.05:
        start = _midnight(begin + (middle - begin) * 0.5)
        if start < middle:
            yield seed("correct", third, start, "was looked after by a stand-in", middle)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
