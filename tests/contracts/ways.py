"""The two ways in, the inbox and Kafka, as tests drive them: publish, write any bytes, read from any offset."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import psycopg
from kafka import KafkaProducer

from connectors.inbox.publisher import InboxPublisher
from connectors.inbox.transport import InboxTransport
from connectors.inbox.transport import input_name as inbox_name
from connectors.intake.transport import OffsetOf, RawMessage, Transport
from connectors.kafka.consumer import KafkaTransport
from connectors.kafka.consumer import input_name as kafka_name
from connectors.kafka.producer import KafkaPublisher
from connectors.kafka.topics import create_topics
from connectors.publishing import Publisher
from tests.support.broker import free_port, unique_topic

PATIENCE_S = 20.0
PARTITIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A message as any program could write it, past the `Publisher` port."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = 0


class Way(Protocol):
    """One of the ways in; *topic* is what its messages are published to."""

    topic: str

    def input(self, partition: int) -> str:
        """The name of a partition as an input."""

    def publisher(self) -> Publisher:
        """Closed with the way."""

    def transport(self, offset_of: OffsetOf) -> Transport:
        """One more of the group, closed with the way."""

    def apart(self, offset_of: OffsetOf) -> Transport:
        """One that does not know of the others, as after a network failure; for the inbox, together with `let_go`."""

    def let_go(self) -> None:
        """Take the inputs from those who hold them, without their knowing it."""

    def write(self, messages: Sequence[Raw]) -> list[str]:
        """Write *messages*; gives where they stand."""


@dataclass(slots=True)
class InboxWay:
    """The inbox table of the database at *url*."""

    url: str
    topic: str = "customers.north"
    _open: ExitStack = field(default_factory=ExitStack)

    def input(self, partition: int) -> str:
        """The name of a partition as an input."""
        return inbox_name(partition)

    def publisher(self) -> Publisher:
        """One more publisher."""
        return self._open.enter_context(InboxPublisher(self.url, pool_size=1))

    def transport(self, offset_of: OffsetOf) -> Transport:
        """One more reader."""
        transport = InboxTransport(self.url, offset_of)
        self._open.callback(transport.close)
        return transport

    def apart(self, offset_of: OffsetOf) -> Transport:
        """One like any other: only a lost connection makes two read the same."""
        return self.transport(offset_of)

    def let_go(self) -> None:
        """End the sessions that hold the inputs' locks."""
        assert terminate(self.url, "pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'") > 0

    def write(self, messages: Sequence[Raw]) -> list[str]:
        """Insert rows."""
        places = []
        with psycopg.connect(self.url) as connection:
            for m in messages:
                row = connection.execute(
                    "UPDATE hub_inbox_partition SET next_offset = next_offset + 1 WHERE partition = %s"
                    " RETURNING next_offset - 1",
                    (m.partition,),
                ).fetchone()
                assert row is not None
                connection.execute(
                    "INSERT INTO hub_inbox (partition, message_no, stream, key, value, header_names, header_values)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                    (
                        m.partition,
                        row[0],
                        self.topic,
                        m.key,
                        m.value,
                        [name for name, _ in m.headers],
                        [content for _, content in m.headers],
                    ),
                )
                places.append(f"{inbox_name(m.partition)}@{row[0]}")
        return places

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()


@dataclass(slots=True)
class KafkaWay:
    """A topic of the test's own on a real broker, read by a group of the test's own."""

    bootstrap: str
    topic: str = field(default_factory=lambda: unique_topic("customers"))
    group: str = field(default_factory=lambda: secrets.token_hex(6))
    _open: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        create_topics(self.bootstrap, [self.topic], partitions=PARTITIONS)

    def input(self, partition: int) -> str:
        """The name of a partition as an input."""
        return kafka_name(self.topic, partition)

    def publisher(self) -> Publisher:
        """One more publisher."""
        return self._open.enter_context(KafkaPublisher(self.bootstrap))

    def transport(self, offset_of: OffsetOf) -> Transport:
        """One more member of the group."""
        return self._member(offset_of, self.group)

    def apart(self, offset_of: OffsetOf) -> Transport:
        """The only member of another group."""
        return self._member(offset_of, secrets.token_hex(6))

    def let_go(self) -> None:
        """Nothing to do: members of other groups read the same anyway."""

    def write(self, messages: Sequence[Raw]) -> list[str]:
        """Send records as they are."""
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap, acks="all", linger_ms=5, max_request_size=20_000_000
        )
        try:
            sent = [
                producer.send(
                    self.topic, key=m.key, value=m.value, headers=list(m.headers), partition=m.partition
                )
                for m in messages
            ]
            done = [future.get(timeout=30) for future in sent]
        finally:
            producer.close()
        return [f"{kafka_name(d.topic, d.partition)}@{d.offset}" for d in done]

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()

    def _member(self, offset_of: OffsetOf, group: str) -> Transport:
        transport = KafkaTransport(self.bootstrap, [self.topic], offset_of, group=group)
        self._open.callback(transport.close)
        return transport


@contextmanager
def way_in(name: str, url: str, bootstrap: Callable[[], str]) -> Iterator[Way]:
    """The way called *name*; *bootstrap* is asked only if it is Kafka."""
    way = InboxWay(url) if name == "inbox" else KafkaWay(bootstrap())
    try:
        yield way
    finally:
        way.close()


def terminate(url: str, which: str = "") -> int:
    """End the connections of others to the database at *url*, as its administrator or a crash would; gives their number."""
    with psycopg.connect(url, autocommit=True) as connection:
        source = f"pg_stat_activity a, {which} AND" if which else "pg_stat_activity a WHERE"
        cursor = connection.execute(
            f"SELECT pg_terminate_backend(a.pid, 5000) FROM {source}"
            " a.datname = current_database() AND a.pid <> pg_backend_pid()"
        )
        return cursor.rowcount


def dead_port() -> str:
    """host:port where nobody listens."""
    return f"localhost:{free_port()}"


def read(transport: Transport, number: int, *, at_once: int = 100) -> list[RawMessage]:
    """Poll until *number* messages have come; fails when they do not, or when there are more."""
    found: list[RawMessage] = []
    give_up = time.monotonic() + PATIENCE_S
    while len(found) < number:
        found += transport.poll(at_once, 0.2)
        assert time.monotonic() < give_up, f"{len(found)} of {number} messages came"
    assert len(found) == number
    return found


def until(met: Callable[[], bool], what: str) -> None:
    """Ask *met* again and again; fails, saying *what* did not come about, when patience is at an end."""
    give_up = time.monotonic() + PATIENCE_S
    while not met():
        assert time.monotonic() < give_up, f"{what} did not come about"
