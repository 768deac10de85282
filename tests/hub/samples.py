"""One sample of every stored event, and small makers of records and metadata, for the tests of the hub."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hub.activity.events import ActivityRecorded
from hub.customer.events import (
    Absorbed,
    ContestedLane,
    CustomerRegistered,
    FeatureEvidence,
    Lane,
    LinkEvidence,
    MergedInto,
    OwnerAssigned,
    OwnerReleased,
    OwnershipBasis,
    OwnershipCorrected,
    OwnerTransferred,
    RecordLinked,
    RecordRetired,
    RecordRevised,
    RecordUnlinked,
    Restored,
    Retirement,
    SplitOff,
    ValuePinned,
    ValueUnpinned,
)
from hub.kernel.ids import RecordKey
from hub.kernel.provenance import Metadata
from hub.kernel.source_record import PartyKind, SourceRecord, SourceValue
from hub.log.envelope import DomainEvent
from hub.models.events import ModelActivated
from hub.stewardship.events import (
    Agreement,
    AssertionRecorded,
    AssertionWithdrawn,
    CaseClosed,
    CaseDecided,
    CaseKind,
    CaseOpened,
    CasePostponed,
    CaseRevised,
    Closure,
    Finding,
    MergeProposed,
    ProposalRefused,
    Reason,
    Verdict,
)

T0 = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CUSTOMER = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")
KEY = RecordKey("crm", "account", "4711")
LANE = Lane(scope="sales-cn", role="account-manager")
BASIS = OwnershipBasis(kind="request", reference="R-1", approver="li.na")


def day(number: int) -> datetime:
    """The instant *number* days after the first."""
    return T0 + timedelta(days=number)


def meta(number: int = 0, *, actor: str = "crm", reason: str = "observed") -> Metadata:
    """Metadata of a fact of day *number*, known on the same day."""
    return Metadata(
        actor=actor,
        via="test",
        reason=reason,
        correlation_id=CUSTOMER,
        causation_id=OTHER,
        valid_at=day(number),
        recorded_at=day(number),
    )


def record(
    local_id: str = "4711", *, number: int = 0, kind: PartyKind = PartyKind.ORGANISATION, **values: str
) -> SourceRecord:
    """A reading on day *number*; the names of *values* write a dot as two underscores."""
    given = values or {"name__legal": "沪江星桥精密仪器有限公司", "contact__phone": "+862158881234"}
    return SourceRecord(
        key=RecordKey("crm", "account", local_id),
        kind=kind,
        unit="SH-SALES-1",
        version=str(number),
        source_time=day(number),
        values=tuple(SourceValue(path=path.replace("__", "."), value=value) for path, value in given.items()),
    )


EVIDENCE = LinkEvidence(
    kind="match",
    left=KEY,
    right=RecordKey("erp", "customer", "K-9"),
    weight=1875,
    model="default-1",
    features=(
        FeatureEvidence(
            feature="phone", left="+862158881234", right="+862158881234", level="equal", weight=900
        ),
    ),
)

FINDING = Finding(
    kind=CaseKind.ALARM,
    reasons=(
        Reason(
            left=KEY,
            right=RecordKey("erp", "customer", "K-9"),
            weight=825,
            agreements=(Agreement(feature="name", level="similar", weight=900),),
        ),
    ),
    model="default-1",
    record=KEY,
    assertions=(CUSTOMER,),
)

SAMPLES: tuple[DomainEvent, ...] = (
    CustomerRegistered(kind=PartyKind.ORGANISATION),
    RecordLinked(
        record=record(),
        evidence=(EVIDENCE,),
        founding=True,
        moved_from=OTHER,
        retired=Retirement(source_time=day(1), version="9"),
    ),
    RecordRevised(record=record(number=2), evidence=(EVIDENCE,)),
    RecordUnlinked(key=KEY, moved_to=OTHER),
    RecordRetired(key=KEY, version="3", source_time=day(3), deletion="soft"),
    Absorbed(absorbed_id=OTHER, contested=(ContestedLane(lane=LANE, owner="wang.fang"),)),
    MergedInto(survivor_id=OTHER),
    SplitOff(customer_id=OTHER, keys=(KEY,)),
    Restored(from_id=OTHER),
    ValuePinned(path="name.legal", value="星桥", expires_at=day(30), origin=OTHER),
    ValueUnpinned(path="name.legal"),
    OwnerAssigned(lane=LANE, owner="zhang.wei", valid_from=day(1), basis=BASIS, origin=OTHER),
    OwnerTransferred(lane=LANE, previous="zhang.wei", owner="li.na", valid_from=day(2), basis=BASIS),
    OwnerReleased(lane=LANE, previous="li.na", valid_from=day(3), basis=BASIS),
    OwnershipCorrected(lane=LANE, owner=None, valid_from=day(1), valid_to=day(2), basis=BASIS),
    AssertionRecorded(verdict=Verdict.DIFFERENT, left=(KEY,), right=(RecordKey("erp", "customer", "K-9"),)),
    AssertionWithdrawn(),
    ModelActivated(version="default-4+code-3", text="version: default-4\n# 权重\n"),
    CaseOpened(left=CUSTOMER, right=OTHER, finding=FINDING),
    CaseRevised(finding=FINDING),
    CasePostponed(until=day(7)),
    MergeProposed(stake=120),
    ProposalRefused(proposer="li.na"),
    CaseDecided(verdict=Verdict.SAME, assertion_id=OTHER, proposer="li.na"),
    CaseClosed(closure=Closure.CLEARED),
    ActivityRecorded(
        record=KEY, type="sales.order.placed", unit="SH-SALES-1", data={"order": "A-1", "note": "送货 ☎"}
    ),
)
