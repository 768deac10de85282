"""How fast read models are rebuilt: ``python -m tests.projections.measure_rebuild URL [events]`` on an empty database.

A quarter of the events are of customers (registered, linked, revised, owned), three quarters are activities.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from random import Random
from uuid import UUID

import psycopg

from hub.activity.events import ActivityRecorded
from hub.customer.events import CustomerRegistered, OwnerAssigned, RecordLinked, RecordRevised
from hub.kernel.ids import RecordKey, new_id
from hub.kernel.provenance import Metadata
from hub.kernel.source_record import PartyKind, SourceRecord, SourceValue
from hub.log.envelope import DomainEvent, RecordedEvent
from hub.log.migrate import migrate
from hub.log.store import EventLog
from projections import SCHEMAS
from projections.runner.catalogue import all_projections
from projections.runner.rebuild import rebuild
from tests.projections.world import BASIS, LANES, day


def history(events: int, chance: Random) -> Iterator[RecordedEvent]:
    """A made-up log of *events* events: each customer lives for a while, then others come."""
    open_customers: list[tuple[UUID, list[RecordKey], int]] = []
    made = 0
    while made < events:
        if len(open_customers) < 2000:
            customer_id, key = new_id(), RecordKey("erp", "customer", str(made))
            yield _event(customer_id, 1, CustomerRegistered(kind=PartyKind.ORGANISATION))
            yield _event(customer_id, 2, RecordLinked(record=_reading(key, made, chance), founding=True))
            open_customers.append((customer_id, [key], 2))
            made += 2
        place = chance.randrange(len(open_customers))
        customer_id, keys, version = open_customers[place]
        body: DomainEvent
        if chance.random() < 0.2:
            version += 1
            if chance.random() < 0.3:
                keys.append(RecordKey("crm", "account", str(made)))
                body = RecordLinked(record=_reading(keys[-1], made, chance))
            elif chance.random() < 0.2:
                body = OwnerAssigned(
                    lane=LANES[0], owner=f"person-{made % 50}", valid_from=day(made / 1e5), basis=BASIS
                )
            else:
                body = RecordRevised(record=_reading(chance.choice(keys), made, chance))
            yield _event(customer_id, version, body)
            open_customers[place] = customer_id, keys, version
            if version > 6:
                open_customers.pop(place)
        else:
            data = {
                "order": str(made),
                "amount": {"value": made, "currency": "CNY"},
                "note": "n" * 120,
                "lines": [1, 2, 3],
            }
            activity = ActivityRecorded(
                record=chance.choice(keys), type="sales.order.placed", unit="cn", data=data
            )
            yield _event(new_id(), 1, activity)
        made += 1


def _reading(key: RecordKey, made: int, chance: Random) -> SourceRecord:
    values = {
        "name.full": f"北京华星{made}科技有限公司",
        "name.english": f"Huaxing {made} Technology Ltd",
        "contact.phone": f"+8613{chance.randrange(10**9):09d}",
        "contact.email": f"info@firm{made}.example.com",
        "identifier.uscc": f"91310000MA1K{made:06d}",
        "address.registered.text": f"北京市朝阳区建国路{made % 900}号",
        "address.registered.city": "北京市",
        "address.registered.postcode": "100022",
        "organisation.industry": "machinery",
        "organisation.size": "50-99",
    }
    return SourceRecord(
        key=key,
        kind=PartyKind.ORGANISATION,
        unit="machines-cn",
        version=str(made),
        source_time=day(made / 1e5),
        values=tuple(SourceValue(path=path, value=value) for path, value in values.items()),
    )


def _event(stream: UUID, version: int, body: DomainEvent) -> RecordedEvent:
    meta = Metadata(
        actor="erp",
        via="kafka:customers",
        reason="observed",
        correlation_id=stream,
        causation_id=stream,
        valid_at=day(1),
        recorded_at=day(2),
    )
    return RecordedEvent(originator_id=stream, originator_version=version, body=body, meta=meta)


def main(url: str, events: int) -> None:
    """Fill the log, rebuild everything, say how long it took."""
    migrate(url, SCHEMAS)
    log = EventLog(url, b"k" * 32)
    try:
        page: list[RecordedEvent] = []
        for event in history(events, Random(1)):
            page.append(event)
            if len(page) == 5000:
                log.append(page)
                page = []
        log.append(page)
        begin = time.perf_counter()
        marks: list[tuple[float, int]] = []
        taken = rebuild(
            log,
            all_projections(log),
            progress=lambda position: marks.append((time.perf_counter() - begin, position)),
        )
        seconds = time.perf_counter() - begin
        print(
            f"{taken} events in {seconds:.1f} s: {taken / seconds:.0f} events/s ({marks[-1][0]:.1f} s before the indexes)"
        )
        for projection in all_projections(log):
            begin = time.perf_counter()
            rebuild(log, [projection])
            print(f"  {projection.name} alone: {taken / (time.perf_counter() - begin):.0f} events/s")
    finally:
        log.close()


if __name__ == "__main__":
    with psycopg.connect(sys.argv[1]) as probe:
        probe.execute("SELECT 1")
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
