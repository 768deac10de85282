"""What is to be resolved at once, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import Tracking

from hub.kernel.provenance import Metadata
from hub.log.envelope import RecordedEvent
from hub.log.recorder import Work
from hub.resolution.items import Item, Report
from matching import Edge, Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What was computed of a batch beforehand: it holds as long as the index stands at *stamp*.

    *prepared*, *contents* (fingerprints of the readings) and *numbers* are by record key. *edges* are all raw edges that
    the batch's records have.
    """

    stamp: int
    prepared: Mapping[str, Prepared]
    contents: Mapping[str, str]
    numbers: Mapping[str, int]
    edges: Sequence[Edge]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be resolved at once: incoming *items*, parked reports that are *released*, and people's decisions.

    *identity* is the metadata of moves between customers that no single item caused. *opinions* are asserted pairs
    (left, right, same) that come into force, *withdrawn* assertions that go out of it; *work* writes further rows.
    *events* are appended first (a steward's assertion); *seeds* are the records whose components are looked at again
    because a person said something of them, *again* those whose edges have changed before this request: there all other
    records of the customers concerned are looked at too. *foreseen* spares the search for edges.
    """

    identity: Metadata
    items: Sequence[Item] = ()
    released: Sequence[Report] = ()
    trackings: Sequence[Tracking] = ()
    events: Sequence[RecordedEvent] = ()
    seeds: Collection[str] = ()
    again: Collection[str] = ()
    opinions: Collection[tuple[str, str, bool]] = ()
    withdrawn: Collection[UUID] = ()
    work: Work | None = None
    foreseen: Foreseen | None = None
