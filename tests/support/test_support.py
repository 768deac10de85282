"""The fixtures keep what they promise: fresh databases, a broker that survives a kill, loud skips."""

from __future__ import annotations

import psycopg
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from tests.support.broker import Broker, await_kafka
from tests.support.databases import Databases
from tests.support.requirements import missed, unavailable


def add_notes(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE notes (note text)")


def test_databases_from_one_template_share_nothing(databases: Databases) -> None:
    one, two = databases.create(add_notes), databases.create(add_notes)
    with psycopg.connect(one) as connection:
        connection.execute("INSERT INTO notes VALUES ('mine')")
    with psycopg.connect(two) as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    for url in (one, two):
        databases.drop(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(one)


def test_the_hubs_database_holds_the_log(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM hub_events").fetchone() == (0,)


def test_an_empty_database_is_empty(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchone() == (0,)


def send(bootstrap: str, topic: str, payload: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=20_000_000)
    producer.send(topic, payload).get(timeout=30)
    producer.close()


def first_message(bootstrap: str, topic: str) -> bytes:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=30_000
    )
    consumer.assign([TopicPartition(topic, 0)])
    message = next(consumer)
    consumer.close()
    return bytes(message.value)


def test_a_message_of_ten_megabytes_passes_the_broker(kafka_bootstrap: str, topic: str) -> None:
    payload = b"x" * 10_000_000
    send(kafka_bootstrap, topic, payload)
    assert first_message(kafka_bootstrap, topic) == payload


def test_what_a_broker_has_acknowledged_survives_its_kill(broker: Broker, topic: str) -> None:
    send(broker.bootstrap, topic, b"before")
    address = broker.bootstrap
    broker.kill()
    broker.restart()
    await_kafka(broker.bootstrap)
    assert broker.bootstrap == address
    assert first_message(broker.bootstrap, topic) == b"before"


def test_what_is_missing_is_skipped_with_a_remedy_or_fails_where_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for required, outcome in (("", pytest.skip.Exception), ("postgres, kafka", pytest.fail.Exception)):
        monkeypatch.setenv("HUB_TEST_REQUIRE", required)
        with pytest.raises(outcome, match=r"no real kafka: it rains\. To test it: set HUB_TEST_KAFKA"):
            unavailable("kafka", "it rains")
        assert missed.pop("kafka")
