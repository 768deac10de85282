"""What is to be resolved at once, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import Tracking

from hub.kernel.provenance import Metadata
from hub.log.envelope import RecordedEvent
from hub.log.recorder import Work
from hub.resolution.items import Item, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be resolved at once: incoming *items*, parked reports that are *released*, and people's decisions.

    *identity* is the metadata of moves between customers that no single item caused. *opinions* are asserted pairs
    (left, right, same) that come into force, *withdrawn* assertions that go out of it; *work* writes further rows.
    *events* are appended first (a steward's assertion); *seeds* are the records whose components are looked at again.
    """

    identity: Metadata
    items: Sequence[Item] = ()
    released: Sequence[Report] = ()
    trackings: Sequence[Tracking] = ()
    events: Sequence[RecordedEvent] = ()
    seeds: Collection[str] = ()
    opinions: Collection[tuple[str, str, bool]] = ()
    withdrawn: Collection[UUID] = ()
    work: Work | None = None
