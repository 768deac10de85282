"""Publishes to Kafka: idempotent, acknowledged by all replicas before `publish` returns."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from connectors.kafka.consumer import LARGEST_MESSAGE, input_name
from connectors.publishing import Outgoing
from hub.kernel.errors import UnavailableError

SEND_TIMEOUT_S = 60.0


class KafkaPublisher:
    """Sends messages to their topics, partitioned by their keys."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: Any = None

    def publish(self, messages: Sequence[Outgoing]) -> list[str]:
        """Send *messages* and wait for the acknowledgements. Raises UnavailableError when the broker does not give them."""
        try:
            producer = self._connect()
            sent = [
                producer.send(m.topic, key=m.key.encode(), value=m.value, headers=list(m.headers))
                for m in messages
            ]
            producer.flush(timeout=SEND_TIMEOUT_S)
            done = [future.get(timeout=SEND_TIMEOUT_S) for future in sent]
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
            producer.close(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self) -> Any:
        if self._producer is None:
            self._producer = KafkaProducer(
                bootstrap_servers=self._bootstrap.split(","),
                acks="all",
                enable_idempotence=True,
                linger_ms=5,
                max_request_size=LARGEST_MESSAGE,
                max_block_ms=30_000,
            )
        return self._producer
