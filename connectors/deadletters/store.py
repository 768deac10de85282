"""The dead letters in PostgreSQL: put, list, show, retry; and the inputs that were paused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from connectors.intake.transport import RawMessage
from connectors.publishing import Outgoing, Publisher
from hub.kernel.errors import HubError, InvalidMessageError, NotFoundError

_GIVEN = (
    "input, message_no, stream, key, value, header_names, header_values, code, source, field, reason, remedy"
)
_COLUMNS = f"SELECT id, {_GIVEN}, dead_at, retried_at FROM hub_dead_letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be read: its bytes, where it stood, what is wrong and what to change."""

    id: int
    input: str
    offset: int
    stream: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    code: str
    source: str
    field: str
    reason: str
    remedy: str
    dead_at: datetime
    retried_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message and why it cannot be read."""

    message: RawMessage
    error: HubError


def put(connection: Connection[Any], failures: Sequence[Failure]) -> None:
    """Keep *failures*; call it inside the transaction that moves the offset past them.

    One that is there already stays as it is: a worker that is late may read again what another has taken in.
    """
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO hub_dead_letter ({_GIVEN}) SELECT {_GIVEN} FROM (VALUES (%s::text, %s::bigint, %s::text,"
            " %s::bytea, %s::bytea, %s::text[], %s::bytea[], %s::text, %s::text, %s::text, %s::text, %s::text))"
            f" AS new ({_GIVEN}) WHERE NOT EXISTS (SELECT FROM hub_dead_letter old WHERE old.input = new.input"
            " AND old.message_no = new.message_no AND old.value IS NOT DISTINCT FROM new.value)",
            [_row(f) for f in failures],
        )


def letters(
    connection: Connection[Any],
    *,
    before: int | None = None,
    limit: int = 50,
    code: str | None = None,
    retried: bool = False,
) -> list[DeadLetter]:
    """Up to *limit* letters, newest first, from *before* (an id) on; *retried* also those that were sent again."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            f"{_COLUMNS} WHERE (%(before)s::bigint IS NULL OR id < %(before)s) AND (%(code)s::text IS NULL OR code = %(code)s)"
            " AND (%(retried)s OR retried_at IS NULL) ORDER BY id DESC LIMIT %(limit)s",
            {"before": before, "code": code, "retried": retried, "limit": limit},
        )
        return [_letter(row) for row in cursor.fetchall()]


def letter(connection: Connection[Any], letter_id: int) -> DeadLetter:
    """One letter. Raises NotFoundError."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(f"{_COLUMNS} WHERE id = %s", (letter_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no dead letter {letter_id}")
    return _letter(row)


def counts(connection: Connection[Any]) -> dict[str, int]:
    """How many letters there are by code, those sent again aside."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "SELECT code, count(*) FROM hub_dead_letter WHERE retried_at IS NULL GROUP BY code ORDER BY code"
        )
        return dict(cursor.fetchall())


def retry(connection: Connection[Any], publisher: Publisher, ids: Collection[int]) -> int:
    """Publish the letters *ids* again, byte for byte, and mark them; gives their number. Raises NotFoundError."""
    found = [letter(connection, letter_id) for letter_id in sorted(set(ids))]
    publisher.publish(
        [
            Outgoing(
                topic=x.stream,
                key=(x.key or b"").decode(errors="replace"),
                value=x.value or b"",
                headers=x.headers,
            )
            for x in found
        ]
    )
    connection.execute(
        "UPDATE hub_dead_letter SET retried_at = now() WHERE id = ANY(%s)", ([x.id for x in found],)
    )
    return len(found)


def pause(connection: Connection[Any], name: str, reason: str) -> None:
    """Remember that the input *name* is stopped."""
    connection.execute(
        "INSERT INTO hub_paused_input (input, reason) VALUES (%s, %s) ON CONFLICT (input) DO NOTHING",
        (name, reason),
    )


def resume(connection: Connection[Any], name: str) -> bool:
    """Let the input *name* go on; gives whether it was stopped."""
    return connection.execute("DELETE FROM hub_paused_input WHERE input = %s", (name,)).rowcount > 0


def paused(connection: Connection[Any]) -> dict[str, str]:
    """The stopped inputs and why."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("SELECT input, reason FROM hub_paused_input").fetchall())


def _row(failure: Failure) -> tuple[Any, ...]:
    message, error = failure.message, failure.error
    source, field, remedy = "", "", "correct at the source what is wrong, and publish it again"
    if isinstance(error, InvalidMessageError):
        source, field, remedy = error.source, error.field, error.remedy
    texts = (error.code, source or message.stream, field, str(error), remedy)
    return (
        message.input,
        message.offset,
        message.stream,
        message.key,
        message.value,
        [_storable(name) for name, _ in message.headers],
        [content for _, content in message.headers],
        *map(_storable, texts),
    )


def _storable(text: str) -> str:
    """*text* without what PostgreSQL cannot keep in a text."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    (
        number,
        name,
        offset,
        stream,
        key,
        value,
        names,
        values,
        code,
        source,
        field,
        reason,
        remedy,
        dead,
        retried,
    ) = row
    return DeadLetter(
        id=number,
        input=name,
        offset=offset,
        stream=stream,
        key=None if key is None else bytes(key),
        value=None if value is None else bytes(value),
        headers=tuple((n, bytes(v)) for n, v in zip(names, values, strict=True)),
        code=code,
        source=source,
        field=field,
        reason=reason,
        remedy=remedy,
        dead_at=dead,
        retried_at=retried,
    )
