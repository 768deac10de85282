"""Publishes to the inbox table; durable, and in the order of its partition, when `publish` returns."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from zlib import crc32

import psycopg
from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool, PoolTimeout

from connectors.inbox.transport import CHANNEL, input_name
from connectors.publishing import Outgoing
from hub.kernel.errors import UnavailableError


class InboxPublisher:
    """Appends messages to partitions chosen by their keys; waits *timeout_s* at most for a database that does not answer."""

    def __init__(self, url: str, *, partitions: int = 4, pool_size: int = 4, timeout_s: float = 5.0) -> None:
        self._partitions = partitions
        self._pool: ConnectionPool[Connection[Any]] = ConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            open=True,
            timeout=timeout_s,
            check=ConnectionPool.check_connection,
        )

    def publish(self, messages: Sequence[Outgoing]) -> list[str]:
        """Store *messages*; gives where each stands. Raises UnavailableError when the database is down."""
        groups: dict[int, list[int]] = {}
        for number, message in enumerate(messages):
            groups.setdefault(crc32(message.key.encode()) % self._partitions, []).append(number)
        places = [""] * len(messages)
        try:
            with self._pool.connection() as connection, connection.transaction():
                for partition, numbers in sorted(groups.items()):
                    first = self._append(connection, partition, [messages[n] for n in numbers])
                    for offset, number in enumerate(numbers, start=first):
                        places[number] = f"{input_name(partition)}@{offset}"
                connection.execute(f"NOTIFY {CHANNEL}")
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise UnavailableError(
                "the inbox is not reachable: the database does not answer", retry_after_s=2.0
            ) from error
        return places

    @staticmethod
    def _append(connection: Connection[Any], partition: int, messages: Sequence[Outgoing]) -> int:
        """Number and insert; the row lock on the counter makes the order of numbers the order of commits."""
        with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(
                "UPDATE hub_inbox_partition SET next_offset = next_offset + %s WHERE partition = %s"
                " RETURNING next_offset",
                (len(messages), partition),
            )
            row = cursor.fetchone()
            if row is None:
                raise UnavailableError(f"the inbox has no partition {partition}; run: hub migrate")
            first = int(row[0]) - len(messages)
            plain = [(n, m) for n, m in enumerate(messages, start=first) if not m.headers]
            if plain:
                cursor.execute(
                    "INSERT INTO hub_inbox (partition, message_no, stream, key, value)"
                    " SELECT %b, * FROM unnest(%b::bigint[], %b::text[], %b::bytea[], %b::bytea[])",
                    (
                        partition,
                        [n for n, _ in plain],
                        [m.topic for _, m in plain],
                        [m.key.encode() for _, m in plain],
                        [m.value for _, m in plain],
                    ),
                )
            for number, message in enumerate(messages, start=first):
                if message.headers:
                    cursor.execute(
                        "INSERT INTO hub_inbox (partition, message_no, stream, key, value, header_names, header_values)"
                        " VALUES (%b, %b, %b, %b, %b, %b, %b)",
                        (
                            partition,
                            number,
                            message.topic,
                            message.key.encode(),
                            message.value,
                            [name for name, _ in message.headers],
                            [content for _, content in message.headers],
                        ),
                    )
        return first

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
