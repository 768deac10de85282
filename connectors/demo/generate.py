"""Making the messages of the made-up group; the same seed and scale give the same bytes on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import orjson

from connectors.demo.defects import DEFECTS
from connectors.demo.fates import fates, retire
from connectors.demo.ownership import OwnershipSeed, ownership
from connectors.demo.population import population
from connectors.demo.post import DemoMessage, Post
from connectors.demo.records import BEGIN, END, DemoRecord, customer_event, reading, records_of, tell
from connectors.demo.reports import report_activities, report_early_and_lost
from connectors.demo.units import UNITS as ALL_UNITS
from connectors.demo.units import Unit

CUSTOMERS, ACTIVITIES, OWNED = 9_000, 60_000, 2_000
SMALLEST = 30
UNITS: Mapping[str, Unit] = {unit.name: unit for unit in ALL_UNITS}
"""The units by name, which is also the name of their source system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoData:
    """*messages* in the order of arrival; *truth* tells for every record key which true customer it belongs to.

    *retired* holds the records that no longer exist at the end (deleted, merged away or renamed); *counts* says how much
    there is of everything; *story* is the record of a customer that is worth looking at; *chinese* are the true customers
    in China.
    """

    messages: list[DemoMessage]
    truth: dict[str, int]
    retired: frozenset[str]
    counts: dict[str, int]
    story: str
    ownership: list[OwnershipSeed]
    chinese: frozenset[int]


def generate(seed: int = 7, scale: float = 1.0) -> DemoData:
    """About ``9,000 × scale`` true customers in ``20,000 × scale`` records with ``60,000 × scale`` activities."""
    rng = Random(seed)  # noqa: S311 (made-up data has to be repeatable, not secret)
    customers = population(rng, max(SMALLEST, round(CUSTOMERS * scale)))
    post = Post(rng)
    records = list(records_of(rng, customers))
    truth = {record.key: record.customer.number for record in records}
    retired: set[str] = set()
    for record in records:
        tell(post, record)
    for record, survivor in fates(rng, records):
        successor = retire(post, record, survivor)
        if not record.alive:
            retired.add(record.key)
        if successor is not None:
            truth[successor.key] = successor.customer.number
    report_activities(post, records, round(ACTIVITIES * scale))
    report_early_and_lost(post, records)
    owned = ownership(rng, records, max(SMALLEST // 3, round(OWNED * scale)))
    _spoil(post, records[0])
    counts = {"customers": len(customers), "records": len(truth), **post.counts}
    return DemoData(
        messages=post.in_order(),
        truth=truth,
        retired=frozenset(retired),
        counts={**counts, "messages": len(post.arrivals), "ownership changes": len(owned)},
        story=records[0].key,
        ownership=owned,
        chinese=frozenset(customer.number for customer in customers if customer.country == "CN"),
    )


def _spoil(post: Post, record: DemoRecord) -> None:
    """One message of every defect, made of a good one, at any time."""
    said = reading(record, current=True)
    for number, (defect, spoil) in enumerate(DEFECTS.items()):
        at = BEGIN + (END - BEGIN) * post.rng.random()
        good = orjson.loads(customer_event(post, record, "observed", at, said))
        topic = ALL_UNITS[number % len(ALL_UNITS)].customers_topic
        post.put(DemoMessage(topic=topic, key=record.key, value=spoil(good), defect=defect), at)
        post.counts["broken messages"] += 1
