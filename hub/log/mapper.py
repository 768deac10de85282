"""Between recorded events and what the library stores: codec, then encryption of the personal fields."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent
from psycopg import Connection

from hub.kernel.errors import RuleViolationError, StoredDataError
from hub.log import codec
from hub.log.envelope import RecordedEvent
from hub.log.keys import NONCE_BYTES, KeyRing

_Parts = tuple[dict[str, Any], UUID | None, bytes]
_DAMAGE = (InvalidTag, ValueError, KeyError)


class HubMapper(Mapper[UUID]):
    """Maps `RecordedEvent`; the keys that it needs have to be in the key ring already (`read_many` fetches them)."""

    def __init__(self, keys: KeyRing) -> None:
        super().__init__(JSONTranscoder())
        self._keys = keys

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Write one event. Raises RuleViolationError when its subject has been erased."""
        event: RecordedEvent = domain_event
        written = codec.write(event.body, event.originator_id)
        state = codec.write_head(event.meta, written)
        if written.personal is not None and written.subject is not None:
            cipher = self._keys.cipher(written.subject)
            if cipher is None:
                raise RuleViolationError(
                    f"the personal values of {written.subject} were erased; nothing is added to them"
                )
            nonce = os.urandom(NONCE_BYTES)
            sealed = cipher.encrypt(
                nonce, written.personal, _place(event.originator_id, event.originator_version)
            )
            state = b"".join((state, b"\n", nonce, sealed))
        return StoredEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=written.name,
            state=state,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> RecordedEvent:
        """Read one event. Raises StoredDataError when it was damaged; an erased one comes back with ``erased`` set."""
        try:
            return self._open(stored_event, _split(stored_event))
        except _DAMAGE as error:
            raise _damaged(stored_event) from error

    def read_many(self, connection: Connection[Any], stored: Sequence[StoredEvent]) -> list[RecordedEvent]:
        """Read events of many subjects, whose keys are fetched at once through *connection*."""
        parts: list[_Parts] = []
        events: list[RecordedEvent] = []
        try:
            parts.extend(_split(stored_event) for stored_event in stored)
        except _DAMAGE as error:
            raise _damaged(stored[len(parts)]) from error
        self._keys.fetch(connection, [subject for _, subject, _ in parts if subject is not None])
        try:
            events.extend(map(self._open, stored, parts))
        except _DAMAGE as error:
            raise _damaged(stored[len(events)]) from error
        return events

    def _open(self, stored_event: StoredEvent, parts: _Parts) -> RecordedEvent:
        head, subject, sealed = parts
        originator_id = _uuid(stored_event.originator_id)
        version = stored_event.originator_version
        personal: dict[str, Any] | None = None
        cipher = self._keys.cipher(subject) if subject is not None else None
        if cipher is not None:
            personal = orjson.loads(
                cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(originator_id, version))
            )
        return RecordedEvent(
            originator_id=originator_id,
            originator_version=version,
            body=codec.read(stored_event.topic, head["d"], personal),
            meta=codec.read_meta(head["m"]),
            position=stored_event.id if isinstance(stored_event, Notification) else None,
            erased=subject is not None and personal is None,
        )


def _damaged(stored_event: StoredEvent) -> StoredDataError:
    return StoredDataError(
        "a stored event cannot be read: it was damaged, or moved to another place in the log",
        stream=str(stored_event.originator_id),
        position=stored_event.originator_version,
    )


def _split(stored_event: StoredEvent) -> _Parts:
    """The clear head of a stored state, whose personal values it holds if any, and these, sealed."""
    head, _, sealed = stored_event.state.partition(b"\n")
    fields = orjson.loads(head)
    return fields, UUID(fields["s"]) if sealed else None, sealed


def _place(originator_id: UUID, version: int) -> bytes:
    """The associated data: a sealed value opens only in the place where it was written."""
    return originator_id.bytes + version.to_bytes(8, "big")


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
