"""Reads topics as one of a consumer group; starts from the offsets in the log, never from Kafka's own commits."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection
from importlib.util import find_spec
from typing import Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import KafkaError

from connectors.intake.transport import OffsetOf, RawMessage
from connectors.kafka.brokers import BOOTSTRAP_TIMEOUT_S, find_broker
from connectors.kafka.header_names import accept_any_header_name
from connectors.kafka.topics import create_topics
from hub.kernel.errors import UnavailableError

_log = structlog.get_logger(__name__)
LARGEST_MESSAGE = 20 * 1024 * 1024
STALLED_AFTER_S = 60.0
SESSION_TIMEOUT_S = 15
"""Until then the partitions of a process that died wait for another one to take them over."""

accept_any_header_name()


def input_name(topic: str, partition: int) -> str:
    """The name of a topic's partition as an input."""
    return f"kafka:{topic}:{partition}"


class KafkaTransport:
    """Brings the messages of the partitions that the group gave to this member; topics that are missing are made."""

    def __init__(
        self,
        bootstrap: str,
        topics: Collection[str],
        offset_of: OffsetOf,
        *,
        group: str,
        member: str | None = None,
    ) -> None:
        """*member* is a name that this process has for good: after a crash it goes on without waiting for its old session."""
        if find_spec("crc32c") is None:
            _log.warning(
                "kafka-is-slow", remedy="pip install crc32c: checksums in pure Python take most of the time"
            )
        self._bootstrap = bootstrap
        self._topics = sorted(topics)
        self._offset_of = offset_of
        self._group = group
        self._member = member
        self._paused: set[str] = set()
        self._consumer: Any = None
        self._moved_at = time.monotonic()

    def poll(self, max_messages: int, timeout_s: float) -> list[RawMessage]:
        """The next messages. Raises UnavailableError when no broker can be found; a stalled client is made anew.

        A broker that goes away later brings nothing until it is back.
        """
        try:
            consumer = self._connect()
            _finish_rebalance(consumer)
            fetched = consumer.poll(timeout_ms=int(timeout_s * 1000), max_records=max_messages)
        except KafkaError as error:
            self._forget()
            raise UnavailableError(
                f"Kafka at {self._bootstrap} does not answer ({type(error).__name__})", retry_after_s=2.0
            ) from error
        messages = [
            RawMessage(
                input=input_name(record.topic, record.partition),
                stream=record.topic,
                offset=record.offset,
                key=record.key,
                value=record.value,
                headers=tuple(
                    (name, content if content is not None else b"") for name, content in record.headers or ()
                ),
            )
            for records in fetched.values()
            for record in records
        ]
        self._watch(bool(messages))
        return messages

    def seek(self, name: str, offset: int) -> None:
        """Go on with *offset*, if the partition is ours."""
        self._with_partition(name, lambda consumer, partition: consumer.seek(partition, offset))

    def pause(self, name: str) -> None:
        """Bring no more of it."""
        self._paused.add(name)
        self._with_partition(name, lambda consumer, partition: consumer.pause(partition))

    def resume(self, name: str) -> None:
        """Bring it again."""
        self._paused.discard(name)
        self._with_partition(name, lambda consumer, partition: consumer.resume(partition))

    def inputs(self) -> frozenset[str]:
        """The partitions that the group gave to this member."""
        if self._consumer is None:
            return frozenset()
        return frozenset(input_name(p.topic, p.partition) for p in self._consumer.assignment())

    def lag(self) -> dict[str, int]:
        """Messages still to come, by partition, as far as the broker has told."""
        if self._consumer is None:
            return {}
        found: dict[str, int] = {}
        for partition in self._consumer.assignment():
            end = self._consumer.highwater(partition)
            if end is not None:
                found[input_name(partition.topic, partition.partition)] = end - self._consumer.position(
                    partition
                )
        return found

    def close(self) -> None:
        """Leave the group."""
        self._forget()

    def _connect(self) -> Any:
        if self._consumer is None:
            create_topics(self._bootstrap, self._topics)
            consumer = KafkaConsumer(
                bootstrap_servers=find_broker(self._bootstrap),
                group_id=self._group,
                group_instance_id=self._member,
                session_timeout_ms=SESSION_TIMEOUT_S * 1000,
                heartbeat_interval_ms=3_000,
                reconnect_backoff_max_ms=2_000,
                bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_S * 1000,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                max_partition_fetch_bytes=LARGEST_MESSAGE,
                fetch_max_bytes=2 * LARGEST_MESSAGE,
                max_poll_interval_ms=600_000,
                metadata_max_age_ms=30_000,
            )
            consumer.subscribe(self._topics, listener=_Seeker(self))
            self._consumer = consumer
        return self._consumer

    def assigned(self, partitions: Collection[Any]) -> None:
        """Go to where the log stands in the partitions that were just given to us."""
        for partition in partitions:
            name = input_name(partition.topic, partition.partition)
            self._consumer.seek(partition, self._offset_of(name))
            if name in self._paused:
                self._consumer.pause(partition)

    def _watch(self, moved: bool) -> None:
        """Replace a client that brings nothing although there is something to bring."""
        now = time.monotonic()
        if moved or now - self._moved_at < STALLED_AFTER_S:
            self._moved_at = now if moved else self._moved_at
            return
        self._moved_at = now
        waiting = {name: n for name, n in self.lag().items() if n > 0 and name not in self._paused}
        if waiting:
            _log.warning("kafka-consumer-stalled", inputs=sorted(waiting))
            self._forget()

    def _with_partition(self, name: str, act: Callable[[Any, Any], object]) -> None:
        _, topic, number = name.split(":")
        partition = TopicPartition(topic, int(number))
        if self._consumer is not None and partition in self._consumer.assignment():
            act(self._consumer, partition)

    def _forget(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError):
                consumer.close(timeout_ms=5_000)


def _finish_rebalance(consumer: Any) -> None:
    """Remind the client of a rebalance that is under way: it forgets one for ever when a poll ends in the middle of it.

    That happens when a change of a topic's partitions has caused it: as soon as the leader has shared out the new
    partitions the client sees no more cause, and neither takes what it is given nor says that it is alive.
    """
    coordinator = consumer._coordinator
    if coordinator.rejoining and not coordinator.need_rejoin():
        coordinator.request_rejoin()


class _Seeker(ConsumerRebalanceListener):  # type: ignore[misc] # the client ships no types
    """Called by the client when partitions come and go."""

    def __init__(self, transport: KafkaTransport) -> None:
        self._transport = transport

    def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        """Nothing to save: the log has the offsets."""

    def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        """Start from the log's offsets."""
        self._transport.assigned(assigned)
