"""What sources say about customers themselves: a full reading, a deletion, a return, a merger, a new id."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from connectors.contracts.fields import Code, Instant, ObjectName, Payload, RecordReference, SystemName, Text
from connectors.contracts.messages import Deleted, IncomingEvent, Observed, Renamed
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import RecordKey
from hub.kernel.source_record import PartyKind, SourceRecord, SourceValue

MAX_VALUES = 500
UNIT_REMEDY = (
    "say which organisational unit this comes from, in orgUnit of the payload or the attribute orgunit"
)


def _version(mark: object) -> object:
    return str(mark) if isinstance(mark, int) and not isinstance(mark, bool) else mark


VersionMark = Annotated[
    str,
    Field(max_length=200),
    BeforeValidator(_version),
    WithJsonSchema({"type": ["string", "integer"], "maxLength": 200}),
]
Path = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*(\[[A-Za-z0-9_.-]+\])?$",
        max_length=200,
        description="name.legal, identifier.uscc, contact.phone[work] …",
    ),
]
Flag = Annotated[str, Field(pattern="^[a-z0-9-]{1,50}$")]


class Source(Payload):
    """The source record that this is about; *version* is the source's own mark of the record's version."""

    system: SystemName
    object: ObjectName
    id: Code
    version: VersionMark = ""
    instance: Code | None = None

    @property
    def key(self) -> RecordKey:
        """The hub's key of this record."""
        return RecordKey(self.system, self.object, self.id)


class ObservedValue(Payload):
    """One value of one path, normalised where the publisher could; *raw* is what its system holds.

    An empty value or null says that there is none. *quality* holds flags such as ``checksum-failed``.
    """

    path: Path
    value: Text | None
    raw: Text | None = None
    quality: Annotated[tuple[Flag, ...], Field(max_length=20)] = ()
    valid_at: Instant | None = None


class RelationTarget(Payload):
    """A source record, in the same system unless another is named."""

    system: SystemName | None = None
    object: ObjectName
    id: Code


class Relation(Payload):
    """A relation to another source record; the hub keeps it as a value of the path ``relation.<type>``."""

    type: Annotated[str, Field(pattern="^[a-z][a-z-]{0,49}$")]
    target: RelationTarget


class CustomerPayload(Payload):
    """What every message on a source record says: which one, when the source changed it, from which unit."""

    source: Source
    source_time: Instant | None = Field(None, description="when the source changed it; else the event's time")
    org_unit: Code | None = Field(None, description="the publishing unit; else the attribute orgunit")


_SOURCE: dict[str, Any] = {"system": "crm-shanghai", "object": "account", "id": "C-1001", "version": "7"}
_SAID: dict[str, Any] = {"source": _SOURCE, "sourceTime": "2026-09-21T14:13:20.321Z", "orgUnit": "SH-SALES-1"}
_READING: dict[str, Any] = {
    **_SAID,
    "partyKind": "organization",
    "values": [
        {"path": "name.legal", "value": "沪江星桥精密仪器（上海）有限公司"},
        {
            "path": "contact.phone[work]",
            "value": "+862158881234",
            "raw": "021-5888 1234",
            "quality": ["normalized"],
        },
    ],
    "relations": [{"type": "parent", "target": {"object": "account", "id": "C-1"}}],
}


class CustomerObserved(CustomerPayload):
    """A full reading of a source record: what is not among its values the record does not have (any more)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_READING]})

    party_kind: Literal["person", "organization", "organisation"]
    values: Annotated[tuple[ObservedValue, ...], Field(max_length=MAX_VALUES)]
    deleted: Annotated[bool, Field(strict=True)] = False
    relations: Annotated[tuple[Relation, ...], Field(max_length=100)] = ()
    mapping: Code | None = Field(None, description="which mapping made this of the source's fields")
    raw_ref: Code | None = Field(None, description="where the untranslated record lies")


class CustomerRestored(CustomerObserved):
    """A deleted source record is back; a full reading."""

    model_config = ConfigDict(json_schema_extra={"examples": [_READING]})


class CustomerDeleted(CustomerPayload):
    """A source deleted a record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_SAID, "kind": "soft"}]})

    kind: Literal["soft", "hard", "unknown"] = "unknown"


class CustomerMerged(CustomerPayload):
    """A source merged a record into *survivor* and no longer has it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_SAID, "survivor": {"object": "account", "id": "C-1000"}}]}
    )

    survivor: RelationTarget


class CustomerRenamed(CustomerPayload):
    """A source gave a record the new id *renamedTo*; *source* holds the old one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_SAID, "renamedTo": {"object": "account", "id": "SH-1001"}}]}
    )

    renamed_to: RelationTarget


def to_source_record(event: IncomingEvent, payload: CustomerObserved) -> SourceRecord:
    """The reading as the hub knows it. Empty values are left out, relations become values."""
    values = [
        SourceValue(
            path=v.path,
            value=v.value,
            raw=None if v.raw == v.value else v.raw,
            quality=v.quality,
            valid_at=v.valid_at,
        )
        for v in payload.values
        if v.value and not v.value.isspace()
    ]
    values += [
        SourceValue(path=f"relation.{r.type}", value=str(_key(r.target, payload.source)))
        for r in payload.relations
    ]
    return SourceRecord(
        key=payload.source.key,
        kind=PartyKind.PERSON if payload.party_kind == "person" else PartyKind.ORGANISATION,
        unit=unit_of(event, payload.org_unit),
        version=payload.source.version,
        source_time=payload.source_time or event.time,
        values=tuple(values),
    )


def to_observed(event: IncomingEvent, payload: CustomerObserved) -> Observed | Deleted:
    """A reading, or a deletion when the reading itself says that the record is deleted."""
    if payload.deleted:
        return _deleted(event, payload, "soft")
    return Observed(event=event, record=to_source_record(event, payload))


def to_deleted(event: IncomingEvent, payload: CustomerDeleted) -> Deleted:
    """A deletion of the kind that the source names."""
    return _deleted(event, payload, payload.kind)


def to_merged(event: IncomingEvent, payload: CustomerMerged) -> Deleted:
    """A deletion that names the surviving record."""
    survivor = _key(payload.survivor, payload.source)
    if survivor == payload.source.key:
        raise _same_record(event, "survivor")
    return _deleted(event, payload, "merged", survivor)


def to_renamed(event: IncomingEvent, payload: CustomerRenamed) -> Renamed:
    """A change of id."""
    new = _key(payload.renamed_to, payload.source)
    if new == payload.source.key:
        raise _same_record(event, "renamedTo")
    return Renamed(
        event=event,
        old=payload.source.key,
        new=new,
        version=payload.source.version,
        source_time=payload.source_time or event.time,
        unit=unit_of(event, payload.org_unit),
    )


def unit_of(event: IncomingEvent, said: str | None) -> str:
    """The unit that the payload or else the envelope names. Raises InvalidMessageError when neither does."""
    unit = said or event.org_unit
    if unit is None:
        raise InvalidMessageError(
            "no organisational unit", source=event.source, field="orgUnit", remedy=UNIT_REMEDY
        )
    return unit


def _deleted(
    event: IncomingEvent, payload: CustomerPayload, deletion: str, survivor: RecordKey | None = None
) -> Deleted:
    return Deleted(
        event=event,
        key=payload.source.key,
        deletion=deletion,
        version=payload.source.version,
        source_time=payload.source_time or event.time,
        unit=unit_of(event, payload.org_unit),
        survivor=survivor,
    )


def _key(target: RelationTarget | RecordReference, source: Source) -> RecordKey:
    return RecordKey(target.system or source.system, target.object, target.id)


def _same_record(event: IncomingEvent, field: str) -> InvalidMessageError:
    return InvalidMessageError(
        f"{field} is the record itself",
        source=event.source,
        field=field,
        remedy=f"name another record in {field}",
    )
