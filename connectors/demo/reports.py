"""Reporting activities: chains of them for every record, some before the record is known, some for records that never come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors.contracts import encode
from connectors.demo.activities import PEOPLE, Doing, Ledger
from connectors.demo.post import DemoMessage, Post
from connectors.demo.records import BEGIN, END, DemoRecord
from connectors.demo.units import UNITS
from connectors.demo.words_world import BY_CODE

EARLY, LOST = 30, 5


def report_activities(post: Post, records: Sequence[DemoRecord], count: int) -> None:
    """Chains of activities until there are *count*; a few customers are far busier than the rest."""
    ledger = Ledger(post.rng)
    weights = [post.rng.paretovariate(1.3) for _ in records]
    for record in [r for r in records if r.customer.number == 0] * 2:
        _report_chain(post, ledger, record)
    while post.counts["activities"] < count:
        for record in post.rng.choices(records, weights, k=200):
            if post.counts["activities"] < count:
                _report_chain(post, ledger, record)


def _report_chain(post: Post, ledger: Ledger, record: DemoRecord) -> None:
    begin = record.created + timedelta(hours=2)
    for doing in ledger.chain(record.unit.name, _currency(record), begin, record.until):
        _send_activity(post, record, doing)


def _send_activity(post: Post, record: DemoRecord, doing: Doing, arrival: datetime | None = None) -> None:
    """Send one activity, or have it arrive at a given time."""
    post.counts["activities"] += 1
    value = encode(
        type=doing.type,
        source=record.unit.source,
        id=f"activity-{post.counts['activities']:07d}",
        time=doing.at.replace(microsecond=0),
        subject=f"{record.object}/{record.id}",
        org_unit=record.unit.org_unit,
        data={"customer": record.reference, **doing.fields},
    )
    topic = record.unit.activities_topic
    if arrival is None:
        post.send(topic, record.key, value, doing.at)
    else:
        post.put(DemoMessage(topic=topic, key=record.key, value=value), arrival)


def _currency(record: DemoRecord) -> str:
    country = record.customer.country
    return BY_CODE[country].currency if country in BY_CODE else "CNY"


def report_early_and_lost(post: Post, records: Sequence[DemoRecord]) -> None:
    """Activities that overtake the first reading of their record, and some whose record never comes."""
    rng = post.rng
    for record in rng.sample(records, min(EARLY, len(records))):
        early = record.created - timedelta(minutes=rng.uniform(1, 90))
        fields = {
            "channel": rng.choice(("call", "email", "chat")),
            "direction": "inbound",
            "person": rng.choice(PEOPLE),
        }
        _send_activity(
            post, record, Doing(at=record.created, type="sales.interaction.logged", fields=fields), early
        )
        post.counts["early activities"] += 1
    for lost in range(LOST):
        unit = UNITS[lost % len(UNITS)]
        at = BEGIN + (END - BEGIN) * rng.random()
        stranger = DemoRecord(
            unit=unit,
            customer=records[0].customer,
            object=unit.company_object,
            id=f"lost-{lost}",
            created=at,
            style=0,
        )
        _send_activity(
            post, stranger, Doing(at=at, type="sales.interaction.logged", fields={"channel": "other"}), at
        )
        post.counts["lost activities"] += 1
