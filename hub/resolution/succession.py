"""Source records that were given another id: what was read of the old one counts for the new one, whichever came first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hub.kernel.ids import RecordKey
from hub.kernel.source_record import SourceRecord
from hub.resolution.items import Delete, Observe, Rename

A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """From *source_time* and *version* on, a record goes on under the key *new*."""

    new: str
    source_time: datetime
    version: str

    @classmethod
    def by(cls, rename: Rename) -> Succession:
        """What *rename* brings about."""
        return cls(new=str(rename.new), source_time=rename.source_time, version=rename.version)

    def covers(self, record: SourceRecord) -> bool:
        """Whether *record* is a reading from before the renaming."""
        return (record.source_time, record.version) <= (self.source_time, self.version)

    def hand_on(self, record: SourceRecord) -> SourceRecord:
        """*record* as a reading of the new one, a moment before the renaming: whatever was read of that one itself wins.

        The version keeps several such readings in the order that they had.
        """
        before = record.source_time.astimezone(UTC).isoformat(timespec="microseconds")
        return replace(
            record,
            key=RecordKey.parse(self.new),
            source_time=self.source_time - A_MOMENT,
            version=f"{before} {record.version}".rstrip(),
        )


def handed_on(reading: Observe, successions: Mapping[str, Succession]) -> Iterator[Observe]:
    """*reading* as readings of the records that came after its own, one after the other."""
    for _ in successions:
        succession = successions.get(str(reading.key))
        if succession is None or not succession.covers(reading.record):
            return
        reading = replace(reading, record=succession.hand_on(reading.record))
        yield reading


def ending(rename: Rename) -> Delete:
    """The end of the old record."""
    return Delete(
        uid=rename.uid,
        key=rename.old,
        deletion="renamed",
        version=rename.version,
        source_time=rename.source_time,
        unit=rename.unit,
        actor=rename.actor,
        via=rename.via,
        correlation_id=rename.correlation_id,
    )


def last_reading(rename: Rename, record: SourceRecord) -> Observe:
    """What is known of the old record when it is renamed, on the renaming's account."""
    return Observe(
        uid=rename.uid,
        record=record,
        actor=rename.actor,
        via=rename.via,
        correlation_id=rename.correlation_id,
    )
