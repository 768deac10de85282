"""How records end: deleted, restored, merged away at the source, or given another id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

from connectors.demo.post import Post
from connectors.demo.records import END, DemoRecord, customer_event, observe, reading


def fates(rng: Random, records: Sequence[DemoRecord]) -> Iterator[tuple[DemoRecord, DemoRecord | None]]:
    """Records that end, with the unit's other record of the customer that they are merged into, if any."""
    story = records[0].customer
    for before, record in pairwise(records):
        if record.customer is story:
            continue
        if before.customer is record.customer and before.unit is record.unit and before.alive:
            if rng.random() < 0.15:
                yield record, before
        elif rng.random() < 0.01:
            yield record, None


def retire(post: Post, record: DemoRecord, survivor: DemoRecord | None) -> DemoRecord | None:
    """The source merges the record away, deletes it (and may restore it), or renames it: then *returns* its successor."""
    rng = post.rng
    at = max(END - timedelta(days=rng.uniform(1, 100)), record.told + timedelta(hours=1))
    record.until, record.alive = at, False
    if survivor is not None:
        _send(post, record, "merged", {"survivor": {"object": survivor.object, "id": survivor.id}})
        return None
    draw = rng.random()
    if draw < 0.75:
        _send(post, record, "deleted", {"kind": rng.choice(("soft", "soft", "hard", "unknown"))})
        if draw < 0.2:
            record.until += timedelta(hours=5)
            _send(post, record, "restored", reading(record, current=True))
            record.alive = True
        return None
    new_id = f"{record.id}-N"
    _send(post, record, "renamed", {"renamedTo": {"object": record.object, "id": new_id}})
    successor = DemoRecord(
        unit=record.unit,
        customer=record.customer,
        object=record.object,
        id=new_id,
        created=at + timedelta(minutes=10),
        style=record.style,
    )
    observe(post, successor, successor.created, current=True)
    return successor


def _send(post: Post, record: DemoRecord, what: str, said: dict[str, Any]) -> None:
    value = customer_event(post, record, what, record.until, said)
    post.send(record.unit.customers_topic, record.key, value, record.until)
    post.counts[f"{what} records"] += 1
