"""The circumstances of a request: who asks, by which way, why and when; it becomes the metadata of what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.kernel.provenance import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """*now* is when the hub was asked (UTC); *valid_at* when the fact holds in the business, None for now."""

    actor: str
    via: str
    reason: str
    correlation_id: UUID
    causation_id: UUID
    now: datetime
    valid_at: datetime | None = None

    def metadata(self) -> Metadata:
        """The metadata of the events that follow."""
        return Metadata(
            actor=self.actor,
            via=self.via,
            reason=self.reason,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            valid_at=self.valid_at or self.now,
            recorded_at=self.now,
        )
