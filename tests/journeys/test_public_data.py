"""Public data sets published to a real broker as files of several units: do their customers find each other?"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping

import pytest

from connectors.contracts.cloudevents import encode
from connectors.demo.evaluate import Figures, pair_figures
from connectors.publishing import Outgoing
from connectors.settings import Unit
from hub.kernel.time import utc_now
from projections.crosswalk.queries import export_links
from tests.journeys.processes import hub_in_a_folder, wait_until
from tests.journeys.public_data import SHARED, DataSet, febrl4, historical_persons, listed_companies

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def messages(kind: str, unit: str, topic: str, rows: list[tuple[str, dict[str, str]]]) -> Iterator[Outgoing]:
    """One reading for each row of a unit's file."""
    for name, values in rows:
        data = {
            "source": {"system": unit, "object": "customer", "id": name, "version": "1"},
            "partyKind": kind,
            "values": [{"path": path, "value": value} for path, value in values.items()],
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


def figures_of(data: DataSet, bootstrap: str) -> Figures:
    """How right the customers are that the hub makes of *data*."""
    run = uuid.uuid4().hex[:8]
    units = {unit: Unit(topics=(f"public-{run}.{unit}",), systems=(unit,)) for unit in data.files}
    with hub_in_a_folder(bootstrap, units) as (hub, processes):
        with hub.publisher() as publisher:
            for unit, rows in data.files.items():
                publisher.publish(list(messages(data.kind, unit, units[unit].topics[0], rows)))
        processes.start("intake")

        def taken() -> bool:
            with hub.log.connection() as connection:
                row = connection.execute("SELECT count(*) AS n FROM hub_receipt").fetchone()
            return row is not None and row["n"] == len(data.truth)

        wait_until(taken, 200, f"taking in {len(data.truth)} records", lambda: processes.said("intake"))
        with hub.runner() as runner:
            runner.run_until(hub.log.head())
        customers: dict[uuid.UUID, list[str]] = {}
        with hub.log.connection() as connection:
            for link in export_links(connection):
                customers.setdefault(link.customer_id, []).append(link.record_key.rpartition("/")[2])
    numbers: Mapping[str, int] = {
        name: number for number, name in enumerate(sorted(set(data.truth.values())))
    }
    return pair_figures(customers.values(), {name: numbers[c] for name, c in data.truth.items()})


def test_two_subsidiaries_find_their_common_customers(kafka_bootstrap: str) -> None:
    data = febrl4()
    assert len(data.truth) == 10_000
    figures = figures_of(data, kafka_bootstrap)
    print(f"FEBRL 4 through Kafka: {figures}")
    assert figures.f1 >= 0.99


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no public data for development in {SHARED}")
@pytest.mark.parametrize(
    ("read", "precision", "f1"), [(historical_persons, 0.99, 0.65), (listed_companies, 0.99, 0.70)]
)
def test_public_data_come_out_no_worse_than_before(
    read: Callable[[], DataSet], precision: float, f1: float, kafka_bootstrap: str
) -> None:
    figures = figures_of(read(), kafka_bootstrap)
    print(f"{read.__name__} through Kafka: {figures}")
    assert figures.precision >= precision
    assert figures.f1 >= f1
