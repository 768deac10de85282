"""Header names that are not UTF-8, as producers in other languages can send them, do not stop a partition."""

from __future__ import annotations

import pytest
from kafka import KafkaProducer

from connectors.kafka.consumer import KafkaTransport
from connectors.kafka.topics import create_topics
from tests.contracts.ways import read


class Name(str):
    """A name that a producer writes as *raw*."""

    raw: bytes

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """What goes over the wire."""
        del encoding, errors
        return self.raw


def name(raw: bytes) -> Name:
    made = Name(raw.decode("latin-1"))
    made.raw = raw
    return made


@pytest.mark.parametrize("compression", [None, "gzip"])
def test_a_message_with_such_a_name_comes_between_its_neighbours(
    kafka_bootstrap: str, topic: str, compression: str | None
) -> None:
    create_topics(kafka_bootstrap, [topic], partitions=1)
    producer = KafkaProducer(bootstrap_servers=kafka_bootstrap, linger_ms=200, compression_type=compression)
    for value, headers in (
        (b"before", [("名", b"1")]),
        (b"odd", [(name(b"x-\xff\x00"), b"\xff"), ("ce_id", b"2")]),
        (b"odd again", [(name(b"\xe4\xbd"), b"")]),
        (b"behind", [("ce_id", b"3")]),
    ):
        producer.send(topic, value=value, headers=headers)
    producer.close()

    transport = KafkaTransport(kafka_bootstrap, [topic], lambda name: 0, group=topic)
    found = [(m.offset, m.value, m.headers) for m in read(transport, 4)]
    transport.close()

    assert found == [
        (0, b"before", (("名", b"1"),)),
        (1, b"odd", (("x-\\xff\x00", b"\xff"), ("ce_id", b"2"))),
        (2, b"odd again", (("\\xe4\\xbd", b""),)),
        (3, b"behind", (("ce_id", b"3"),)),
    ]
