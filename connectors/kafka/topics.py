"""Creates the configured topics where they are missing."""

from __future__ import annotations

from collections.abc import Collection

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from hub.kernel.errors import UnavailableError


def create_topics(bootstrap: str, topics: Collection[str], *, partitions: int = 4, replicas: int = 1) -> None:
    """Create each of *topics* that does not exist. Raises UnavailableError when no broker answers."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
    except KafkaError as error:
        raise UnavailableError(f"Kafka at {bootstrap} does not answer ({type(error).__name__})") from error
    try:
        known = set(admin.list_topics())
        for topic in sorted(set(topics) - known):
            try:
                admin.create_topics(
                    [NewTopic(name=topic, num_partitions=partitions, replication_factor=replicas)]
                )
            except TopicAlreadyExistsError:
                continue
    finally:
        admin.close()
