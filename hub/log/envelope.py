"""An event with its place and metadata: what the log stores and what readers of the log get."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hub.activity.events import ActivityRecorded
from hub.customer.events import CustomerEvent
from hub.kernel.provenance import EventRef, Metadata
from hub.models.events import ModelActivated
from hub.stewardship.events import AssertionEvent, CaseEvent

DomainEvent = CustomerEvent | AssertionEvent | CaseEvent | ActivityRecorded | ModelActivated


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """*originator_id* names the stream and *originator_version* the place in it, from 1.

    *position* is the place in the whole log, None before it is appended.
    *erased* is set when the key of its personal values has been destroyed; these then hold empty values.
    """

    originator_id: UUID
    originator_version: int
    body: DomainEvent
    meta: Metadata
    position: int | None = None
    erased: bool = False

    @property
    def ref(self) -> EventRef:
        """The place of this event in its stream."""
        return EventRef(originator_id=self.originator_id, version=self.originator_version)
