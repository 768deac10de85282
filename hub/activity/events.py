"""What can be recorded about a customer: one event, one stream of its own, idempotent by the incoming event's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.kernel.ids import RecordKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRecorded:
    """*type* is the public event type without prefix and version (``sales.order.placed``), *unit* the publishing unit.

    *data* is the event's payload as received after validation (JSON object); it may hold personal values.
    The business time is the metadata's ``valid_at``.
    """

    record: RecordKey
    type: str
    unit: str
    data: dict[str, Any]
