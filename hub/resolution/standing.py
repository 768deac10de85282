"""What a batch makes of each source record: its freshest reading or deletion, whatever the order of the items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hub.kernel.source_record import DELETED, Freshness, SourceRecord
from hub.resolution.index import IndexedRecord
from hub.resolution.items import Delete, Observe


@dataclass(slots=True)
class Standing:
    """One source record before and after the batch. *news* are the items that belong into its history, in order.

    *record* is the freshest reading of the batch, None when the stored one is fresher; of a deleted record the freshest
    in any case, for it may never have been seen.
    """

    key: str
    before: IndexedRecord | None
    freshness: Freshness | None
    record: SourceRecord | None = None
    news: list[Observe | Delete] = field(default_factory=list)

    @property
    def retired(self) -> bool:
        """Whether the record is deleted after the batch."""
        return self.freshness is not None and self.freshness[2] == DELETED

    @property
    def is_fresh(self) -> bool:
        """Whether the record is live and its content differs from what the index holds."""
        if self.retired or self.record is None:
            return False
        return self.before is None or self.before.freshness[2] != self.record.content_hash

    @property
    def is_gone(self) -> bool:
        """Whether the batch deletes a record that was live."""
        return self.retired and self.before is not None and not self.before.retired

    def take(self, item: Observe | Delete) -> bool:
        """Take in one item; gives whether it is news, that is, not the reading that is already known."""
        freshness = (
            item.record.freshness if isinstance(item, Observe) else (item.source_time, item.version, DELETED)
        )
        if freshness == self.freshness:
            return False
        if self.freshness is None or freshness > self.freshness:
            self.freshness = freshness
            self.record = item.record if isinstance(item, Observe) else self.record
        self.news.append(item)
        return True


def stand(
    items: Iterable[Observe | Delete], indexed: Mapping[str, IndexedRecord]
) -> tuple[dict[str, Standing], list[Observe | Delete]]:
    """The standings of all records in *items*, and the items that were no news."""
    standings: dict[str, Standing] = {}
    known: list[Observe | Delete] = []
    for item in items:
        key = str(item.key)
        standing = standings.get(key)
        if standing is None:
            before = indexed.get(key)
            standing = standings[key] = Standing(
                key=key, before=before, freshness=before.freshness if before else None
            )
        if not standing.take(item):
            known.append(item)
    for standing in standings.values():
        if standing.retired and standing.record is None:
            readings = [item.record for item in standing.news if isinstance(item, Observe)]
            standing.record = max(readings, key=lambda r: r.freshness, default=None)
    return standings, known
