"""What may be asked of a customer. Times and ids travel in the command, so that the rules need neither clock nor dice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hub.customer.events import Lane, LinkEvidence, OwnershipBasis, Retirement
from hub.customer.state import OwnershipSpan, Pin
from hub.kernel.ids import RecordKey
from hub.kernel.source_record import PartyKind, SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Bring a customer into being for a source record that belongs to nobody."""

    kind: PartyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """Make a source record part of this customer."""

    record: SourceRecord
    evidence: tuple[LinkEvidence, ...] = ()
    founding: bool = False
    moved_from: UUID | None = None
    retired: Retirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseRecord:
    """Take in a further reading of a linked source record."""

    record: SourceRecord
    evidence: tuple[LinkEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkRecord:
    """Let a source record go to another customer."""

    key: RecordKey
    moved_to: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireRecord:
    """The source has deleted the record."""

    key: RecordKey
    version: str
    source_time: datetime
    deletion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorb:
    """Another customer is this one: take over its owners from *at* on and its pins where this one has none.

    Of one that is absorbed already it takes over what has become free since.
    """

    absorbed_id: UUID
    at: datetime
    lanes: Mapping[Lane, tuple[OwnershipSpan, ...]] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeInto:
    """This customer is *survivor_id*; its records go there."""

    survivor_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOffCustomer:
    """*customer_id* stands alone (again) and takes *keys* along, with the owners and pins that it had brought.

    So do the customers *along* that are part of it.
    """

    customer_id: UUID
    keys: tuple[RecordKey, ...]
    along: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Stand alone again after having been part of *from_id*, with what became of the lanes that had come along: *lanes*.

    *since* says from when on each of them counts; a lane without it counts from its first owner on.
    """

    from_id: UUID
    lanes: Mapping[Lane, tuple[OwnershipSpan, ...]] = field(default_factory=dict)
    since: Mapping[Lane, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinValue:
    """Fix the golden value of *path*."""

    path: str
    value: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpinValue:
    """Let the rules find the golden value of *path* again."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOwner:
    """Give the unowned lane an owner from *valid_from* on."""

    lane: Lane
    owner: str
    valid_from: datetime
    basis: OwnershipBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOwner:
    """Hand the lane over to *owner* from *valid_from* on."""

    lane: Lane
    owner: str
    valid_from: datetime
    basis: OwnershipBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOwner:
    """Leave the lane unowned from *valid_from* on."""

    lane: Lane
    valid_from: datetime
    basis: OwnershipBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectOwnership:
    """State who really owned the lane in [valid_from, valid_to); *owner* None says nobody did."""

    lane: Lane
    owner: str | None
    valid_from: datetime
    valid_to: datetime | None
    basis: OwnershipBasis


CustomerCommand = (
    Register
    | LinkRecord
    | ReviseRecord
    | UnlinkRecord
    | RetireRecord
    | Absorb
    | MergeInto
    | SplitOffCustomer
    | Restore
    | PinValue
    | UnpinValue
    | AssignOwner
    | TransferOwner
    | ReleaseOwner
    | CorrectOwnership
)
