"""From a raw message to an item of the resolution."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from connectors.contracts import ActivityReported, Deleted, Observed, Renamed
from connectors.contracts.cloudevents import decode
from connectors.contracts.registry import read
from connectors.intake.transport import RawMessage
from hub.kernel.errors import InvalidMessageError
from hub.resolution.items import Delete, Item, Observe, Rename, Report


def read_message(raw: RawMessage, systems: Collection[str]) -> Item:
    """What *raw* says. Raises InvalidMessageError, completed with where the message stands."""
    try:
        event = decode(raw.value, raw.headers)
        message = read(event, systems)
    except InvalidMessageError as error:
        error.position = raw.place
        raise
    uid, actor, via = event.uid, event.source, raw.input.rpartition(":")[0]
    match message:
        case Observed():
            return Observe(uid=uid, record=message.record, actor=actor, via=via, correlation_id=uid)
        case Deleted():
            return Delete(
                uid=uid,
                key=message.key,
                deletion=message.deletion,
                version=message.version,
                source_time=message.source_time,
                unit=message.unit,
                actor=actor,
                via=via,
                correlation_id=uid,
            )
        case Renamed():
            return Rename(
                uid=uid,
                old=message.old,
                new=message.new,
                version=message.version,
                source_time=message.source_time,
                unit=message.unit,
                actor=actor,
                via=via,
                correlation_id=uid,
            )
        case ActivityReported():
            return Report(
                uid=uid,
                key=message.key,
                type=message.type,
                unit=message.unit,
                data=message.data,
                occurred_at=message.occurred_at,
                actor=actor,
                via=via,
                correlation_id=uid,
            )
        case _:
            assert_never(message)
