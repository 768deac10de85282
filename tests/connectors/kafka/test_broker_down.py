"""A broker that is killed and comes back, and one that never was there."""

from __future__ import annotations

import os
import threading
import time

import pytest

from connectors.kafka.consumer import KafkaTransport
from connectors.kafka.producer import KafkaPublisher
from connectors.kafka.topics import create_topics
from connectors.publishing import Outgoing
from hub.kernel.errors import UnavailableError
from tests.contracts.ways import dead_port, until
from tests.support.broker import Broker


@pytest.mark.slow
def test_publisher_and_reader_go_on_when_a_killed_broker_is_back(broker: Broker, topic: str) -> None:
    offsets: dict[str, int] = {}
    taken: list[bytes | None] = []
    transport = KafkaTransport(broker.bootstrap, [topic], lambda name: offsets.get(name, 0), group=topic)

    def take() -> list[bytes | None]:
        for message in transport.poll(10, 0.1):
            offsets[message.input] = message.offset + 1
            taken.append(message.value)
        return taken

    with KafkaPublisher(broker.bootstrap, [topic], timeout_s=1) as publisher:
        publisher.publish([Outgoing(topic=topic, key="1", value=b"before")])
        until(lambda: take() == [b"before"], "the first message")

        broker.kill()
        begun = time.monotonic()
        for _ in range(2):
            with pytest.raises(UnavailableError):
                publisher.publish([Outgoing(topic=topic, key="1", value=b"lost")])
        assert time.monotonic() - begun < 10
        assert take() == [b"before"]

        broker.restart()
        publisher.publish([Outgoing(topic=topic, key="1", value=b"behind")])
        until(lambda: take()[-1] == b"behind", "the next message")
    transport.close()
    assert taken in ([b"before", b"behind"], [b"before", b"lost", b"behind"])


def test_waiting_for_a_broker_leaves_nothing_behind() -> None:
    """Whoever waits an hour for a broker asks for it hundreds of times."""
    where = dead_port()
    transport = KafkaTransport(where, ["customers"], lambda name: 0, group="hub")
    publisher = KafkaPublisher(where)

    def ask() -> None:
        with pytest.raises(UnavailableError):
            transport.poll(1, 0.1)
        with pytest.raises(UnavailableError):
            publisher.publish([Outgoing(topic="customers", key="1", value=b"x")])
        with pytest.raises(UnavailableError):
            create_topics(where, ["customers"])

    ask()
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        ask()

    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == files
