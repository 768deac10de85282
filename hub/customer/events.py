"""What can happen to a customer. Past facts: never edited, only added to; stored names are in ``hub/log/codec.py``.

Fields listed in `PERSONAL_FIELDS` hold personal values: they are encrypted with the key of the event's *subject*,
the source record that the values come from, or the customer itself for a pinned value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.kernel.ids import RecordKey
from hub.kernel.source_record import PartyKind, SourceRecord


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Lane:
    """One line of ownership: *scope* is a business unit or product line, *role* for example ``account-manager``."""

    scope: str
    role: str

    def __str__(self) -> str:
        return f"{self.scope}/{self.role}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureEvidence:
    """How one feature compared: both values, the agreement level and its weight in centi-bits (100 = one bit)."""

    feature: str
    left: str
    right: str
    level: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEvidence:
    """Why two source records were joined: total weight in centi-bits, the model that said so, feature by feature.

    *kind* is ``match`` (the model) or ``assertion`` (a steward said *same*; then *features* may be empty).
    """

    kind: str
    left: RecordKey
    right: RecordKey
    weight: int
    model: str
    features: tuple[FeatureEvidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipBasis:
    """What an ownership change rests on: a rule of a rule set, a request with its approver, a merge, an import …"""

    kind: str
    rule: str | None = None
    rule_set: str | None = None
    reference: str | None = None
    approver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """When (the source's time, UTC) and at which of its versions the source deleted a record."""

    source_time: datetime
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered:
    """The customer came into being, for the source record linked next."""

    kind: PartyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLinked:
    """A source record became part of this customer; *evidence* says why (empty for the founding record).

    *founding* marks the record for which this customer was registered: it takes the customer's id along when it leaves.
    *moved_from* is the customer that held it before; the evidence with which it had come there is then the first.
    *retired* says that the source has already deleted it.
    """

    record: SourceRecord
    evidence: tuple[LinkEvidence, ...] = ()
    founding: bool = False
    moved_from: UUID | None = None
    retired: Retirement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRevised:
    """A further reading of a linked source record arrived; an older reading that came late changes nothing but the history.

    *evidence*, if any, is why the record as it is now belongs to the others; it replaces what was known before.
    """

    record: SourceRecord
    evidence: tuple[LinkEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUnlinked:
    """A source record left this customer for *moved_to*."""

    key: RecordKey
    moved_to: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRetired:
    """The source deleted the record (*deletion*: soft, hard, merged, unknown) at *source_time*; its values no longer count."""

    key: RecordKey
    version: str
    source_time: datetime
    deletion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestedLane:
    """A lane in which the absorbed customer had another owner than the surviving one."""

    lane: Lane
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """Another customer turned out to be this one.

    Lanes that only it had follow as assignments, with its id as origin, or the id of the customer that it had them from; what
    is planned for them follows as transfers and releases.
    """

    absorbed_id: UUID
    contested: tuple[ContestedLane, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedInto:
    """This customer turned out to be *survivor_id*; its id keeps resolving to that one."""

    survivor_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOff:
    """*customer_id*, which had been absorbed or never stood alone, is no part of this one any more.

    It stands alone (again), or is part of one that leaves at the same time. What it had brought is taken back by the events
    that follow.
    """

    customer_id: UUID
    keys: tuple[RecordKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """This customer, once merged into *from_id*, stands alone again."""

    from_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePinned:
    """A steward fixed the golden value of *path*, until *expires_at* if given. *origin* is the absorbed customer it came from."""

    path: str
    value: str
    expires_at: datetime | None = None
    origin: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueUnpinned:
    """The golden value of *path* is again found by the rules."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAssigned:
    """The unowned lane has *owner* from *valid_from* on. *origin* is the absorbed customer whose owner this was.

    With an origin the lane is that customer's from then on: whatever happens in it goes back with it, until an owner is
    assigned without one.
    """

    lane: Lane
    owner: str
    valid_from: datetime
    basis: OwnershipBasis
    origin: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerTransferred:
    """From *valid_from* on the lane belongs to *owner* instead of *previous*."""

    lane: Lane
    previous: str
    owner: str
    valid_from: datetime
    basis: OwnershipBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerReleased:
    """From *valid_from* on nobody owns the lane."""

    lane: Lane
    previous: str
    valid_from: datetime
    basis: OwnershipBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipCorrected:
    """The books were wrong: in [valid_from, valid_to) the lane belonged to *owner* (None: to nobody). *valid_to* None is open."""

    lane: Lane
    owner: str | None
    valid_from: datetime
    valid_to: datetime | None
    basis: OwnershipBasis


OwnershipChange = OwnerAssigned | OwnerTransferred | OwnerReleased | OwnershipCorrected

CustomerEvent = (
    CustomerRegistered
    | RecordLinked
    | RecordRevised
    | RecordUnlinked
    | RecordRetired
    | Absorbed
    | MergedInto
    | SplitOff
    | Restored
    | ValuePinned
    | ValueUnpinned
    | OwnerAssigned
    | OwnerTransferred
    | OwnerReleased
    | OwnershipCorrected
)
