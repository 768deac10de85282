"""A source record: a customer as one source system knows it, at one moment.

Values are addressed by *path*, the vocabulary of the canonical party record:

``name.full`` ``name.legal`` ``name.short`` ``name.former`` ``name.english`` ``name.native`` ``name.given`` ``name.family``,
``contact.phone`` ``contact.mobile`` ``contact.email`` ``contact.website``,
``address.<use>.text|street|house_number|district|city|region|postcode|country`` (use: registered, billing, delivery, office, home),
``identifier.uscc`` ``identifier.national_id`` ``identifier.passport`` ``identifier.lei`` ``identifier.tax_id`` ``identifier.<scheme>``,
``person.birth_date`` ``person.gender`` ``person.title`` ``organisation.industry`` ``organisation.size`` and whatever a unit adds.
The same path may occur several times (two phones); order carries no meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from hub.kernel.ids import RecordKey


class PartyKind(StrEnum):
    """A natural person, or an organisation with or without legal personality."""

    PERSON = "person"
    ORGANISATION = "organisation"


Freshness = tuple[datetime, str, str]
"""The total order of the readings of one record: the source's time, its version mark, and a fingerprint of the content."""

DELETED = "~"
"""Stands for the content of a deletion; at the same time and version it beats any reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceValue:
    """One value of one path. *value* is normalised where the source's translator could, *raw* is what was sent if it differs.

    *quality* holds flags such as ``checksum-failed``: such a value is kept and shown, but weighs nothing.
    *valid_at* is the business time from which the value held; None means since the record's own time.
    """

    path: str
    value: str
    raw: str | None = None
    quality: tuple[str, ...] = ()
    valid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One full reading (observation) of a source record.

    *unit* is the organisational unit that the record comes from; *version* the source's own version mark;
    *source_time* (UTC) when the source last changed it. Readings are ordered by `freshness`, never by arrival.
    """

    key: RecordKey
    kind: PartyKind
    unit: str
    version: str
    source_time: datetime
    values: tuple[SourceValue, ...]

    @property
    def content_hash(self) -> str:
        """A short fingerprint of kind, unit and values, independent of their order and of since when they hold."""
        lines = sorted(f"{v.path}\x1f{v.value}\x1f{v.quality}" for v in self.values)
        return blake2b("\x1e".join([self.kind, self.unit, *lines]).encode(), digest_size=12).hexdigest()

    @property
    def freshness(self) -> Freshness:
        """Where this reading stands among all readings of its record."""
        return (self.source_time, self.version, self.content_hash)

    def values_of(self, path: str) -> tuple[str, ...]:
        """All values of *path*, in the order given."""
        return tuple(v.value for v in self.values if v.path == path)
