"""Publishes to Kafka: idempotent, acknowledged by all replicas before `publish` returns."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from connectors.kafka.brokers import BOOTSTRAP_TIMEOUT_S, find_broker
from connectors.kafka.consumer import LARGEST_MESSAGE, input_name
from connectors.kafka.topics import create_topics
from connectors.publishing import Outgoing
from hub.kernel.errors import UnavailableError

REQUEST_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 5.0


class KafkaPublisher:
    """Sends messages to their topics, partitioned by their keys; *topics* are made first where they are missing.

    What is not acknowledged within *timeout_s* counts as not sent.
    """

    def __init__(self, bootstrap: str, topics: Collection[str] = (), *, timeout_s: float = 30.0) -> None:
        self._bootstrap = bootstrap
        self._topics = topics
        self._timeout_s = timeout_s
        self._producer: Any = None

    def publish(self, messages: Sequence[Outgoing]) -> list[str]:
        """Send *messages* and wait for the acknowledgements. Raises UnavailableError when the broker does not give them."""
        try:
            producer = self._connect()
            sent = [
                producer.send(m.topic, key=m.key.encode(), value=m.value, headers=list(m.headers))
                for m in messages
            ]
            done = [future.get(timeout=self._timeout_s + CLOSE_TIMEOUT_S) for future in sent]
        except KafkaError as error:
            self.close()
            raise UnavailableError(
                f"Kafka at {self._bootstrap} does not take messages ({type(error).__name__})",
                retry_after_s=2.0,
            ) from error
        return [f"{input_name(meta.topic, meta.partition)}@{meta.offset}" for meta in done]

    def close(self) -> None:
        """Close the connections."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError):  # what was not acknowledged has been reported by `publish`
                producer.close(timeout=CLOSE_TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self) -> Any:
        if self._producer is None:
            if self._topics:
                create_topics(self._bootstrap, self._topics)
            self._producer = KafkaProducer(
                bootstrap_servers=find_broker(self._bootstrap),
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                max_request_size=LARGEST_MESSAGE,
                bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_S * 1000,
                request_timeout_ms=int(min(REQUEST_TIMEOUT_S, self._timeout_s / 2) * 1000),
                delivery_timeout_ms=int(self._timeout_s * 1000),
                max_block_ms=int(self._timeout_s * 1000),
            )
        return self._producer
