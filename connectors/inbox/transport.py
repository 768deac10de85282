"""Reads the inbox table. Workers share its partitions evenly: each holds those whose advisory lock it got."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import tuple_row

from connectors.intake.transport import OffsetOf, RawMessage
from hub.kernel.errors import UnavailableError

CHANNEL = "hub_inbox"
LOCK_SPACE = 0x696E626F
PRESENT = 0x7FFFFFFF
"""Beside the partitions' numbers in `LOCK_SPACE`: the lock that every worker shares, by which they count each other."""
CLAIM_EVERY_S = 1.0
DOWN = "the inbox is not reachable: the database does not answer"


def input_name(partition: int) -> str:
    """The name of an inbox partition as an input."""
    return f"inbox:main:{partition}"


class InboxTransport:
    """Brings the messages of the partitions that it holds; it lets go of some when others come to share them."""

    def __init__(self, url: str, offset_of: OffsetOf) -> None:
        self._url = url
        self._offset_of = offset_of
        self._connection: Connection[Any] | None = None
        self._next: dict[int, int] = {}
        self._paused: set[int] = set()
        self._claimed_at = 0.0

    def poll(self, max_messages: int, timeout_s: float) -> list[RawMessage]:
        """The next messages, in order of each partition; waits for a notification if there are none."""
        try:
            connection = self._connect()
            self._claim(connection)
            messages = self._fetch(connection, max_messages)
            if not messages and timeout_s > 0:
                for _ in connection.notifies(timeout=timeout_s, stop_after=1):
                    break
                messages = self._fetch(connection, max_messages)
        except psycopg.OperationalError as error:
            self._forget()
            raise UnavailableError(DOWN) from error
        for message in messages:
            self._next[_partition(message.input)] = message.offset + 1
        return messages

    def seek(self, name: str, offset: int) -> None:
        """Go on with *offset*, if the partition is ours."""
        if _partition(name) in self._next:
            self._next[_partition(name)] = offset

    def pause(self, name: str) -> None:
        """Bring no more of it."""
        self._paused.add(_partition(name))

    def resume(self, name: str) -> None:
        """Bring it again."""
        self._paused.discard(_partition(name))

    def inputs(self) -> frozenset[str]:
        """The partitions that this worker holds."""
        return frozenset(map(input_name, self._next))

    def lag(self) -> dict[str, int]:
        """Messages still to come, by partition. Raises UnavailableError when the database is down."""
        try:
            rows = (
                self._connect().execute("SELECT partition, next_offset FROM hub_inbox_partition").fetchall()
            )
        except psycopg.OperationalError as error:
            self._forget()
            raise UnavailableError(DOWN) from error
        return {input_name(p): end - self._next[p] for p, end in rows if p in self._next}

    def close(self) -> None:
        """Give the partitions back."""
        self._forget()

    def _connect(self) -> Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, row_factory=tuple_row)
            self._connection.execute(f"LISTEN {CHANNEL}")
            self._connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LOCK_SPACE, PRESENT))
            self._next.clear()
            self._claimed_at = 0.0
        return self._connection

    def _claim(self, connection: Connection[Any]) -> None:
        """Take partitions that nobody holds, up to a fair share; the session's locks end with the connection.

        Called between batches: what was read before of a partition that is let go has been taken in.
        """
        if time.monotonic() - self._claimed_at < CLAIM_EVERY_S:
            return
        self._claimed_at = time.monotonic()
        partitions = [
            p for (p,) in connection.execute("SELECT partition FROM hub_inbox_partition ORDER BY 1")
        ]
        share = -(-len(partitions) // max(1, self._workers(connection)))
        for partition in sorted(self._next)[share:]:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK_SPACE, partition))
            del self._next[partition]
        for partition in partitions:
            if len(self._next) >= share:
                break
            if partition in self._next:
                continue
            row = connection.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", (LOCK_SPACE, partition)
            ).fetchone()
            if row is not None and row[0]:
                self._next[partition] = self._offset_of(input_name(partition))

    @staticmethod
    def _workers(connection: Connection[Any]) -> int:
        """How many read the inbox at the moment, this one included."""
        row = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s::bigint::oid"
            " AND objid = %s::bigint::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (LOCK_SPACE, PRESENT),
        ).fetchone()
        return int(row[0]) if row else 1

    def _fetch(self, connection: Connection[Any], max_messages: int) -> list[RawMessage]:
        wanted = [(p, n) for p, n in sorted(self._next.items()) if p not in self._paused]
        if not wanted:
            return []
        share = max(1, max_messages // len(wanted))
        with connection.cursor(binary=True) as cursor:
            cursor.execute(
                "SELECT m.partition, m.message_no, m.stream, m.key, m.value, m.header_names, m.header_values"
                " FROM unnest(%b::integer[], %b::bigint[]) AS w(p, n), LATERAL (SELECT * FROM hub_inbox i"
                " WHERE i.partition = w.p AND i.message_no >= w.n ORDER BY i.message_no LIMIT %b) m"
                " ORDER BY m.partition, m.message_no",
                ([p for p, _ in wanted], [n for _, n in wanted], share),
            )
            return [
                RawMessage(
                    input=input_name(partition),
                    stream=stream,
                    offset=number,
                    key=key,
                    value=value,
                    headers=tuple(zip(names, values, strict=True)),
                )
                for partition, number, stream, key, value, names, values in cursor
            ]

    def _forget(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
        self._next.clear()


def _partition(name: str) -> int:
    return int(name.rpartition(":")[2])
