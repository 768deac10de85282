"""The public shapes of messages, versioned: CloudEvents 1.0 around one payload model an event type.

`decode` reads bytes and headers, `read` interprets the payload, `encode` writes; `EVENT_TYPES` lists what is known.
"""

from connectors.contracts.cloudevents import MAX_MESSAGE_BYTES, decode, encode
from connectors.contracts.messages import (
    ActivityReported,
    Deleted,
    IncomingEvent,
    Message,
    Observed,
    Renamed,
)
from connectors.contracts.registry import EVENT_TYPES, EventType, read

__all__ = [
    "EVENT_TYPES",
    "MAX_MESSAGE_BYTES",
    "ActivityReported",
    "Deleted",
    "EventType",
    "IncomingEvent",
    "Message",
    "Observed",
    "Renamed",
    "decode",
    "encode",
    "read",
]
