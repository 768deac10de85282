"""Creates the configured topics where they are missing."""

from __future__ import annotations

from collections.abc import Collection

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from connectors.kafka.brokers import BOOTSTRAP_TIMEOUT_S, find_broker
from hub.kernel.errors import UnavailableError


def create_topics(bootstrap: str, topics: Collection[str], *, partitions: int = 4, replicas: int = 1) -> None:
    """Create each of *topics* that does not exist. Raises UnavailableError when no broker answers."""
    admin = None
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=find_broker(bootstrap), bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_S * 1000
        )
        known = set(admin.list_topics())
        for topic in sorted(set(topics) - known):
            try:
                admin.create_topics(
                    [NewTopic(name=topic, num_partitions=partitions, replication_factor=replicas)]
                )
            except TopicAlreadyExistsError:
                continue
    except KafkaError as error:
        raise UnavailableError(f"Kafka at {bootstrap} does not answer ({type(error).__name__})") from error
    finally:
        if admin is not None:
            admin.close()
