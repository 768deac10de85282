"""All read models of the hub, in the order in which they are listed and rebuilt."""

from __future__ import annotations

from hub.log.store import EventLog
from hub.rules.survivorship import RuleSet
from projections.audit.project import AuditProjection
from projections.crosswalk.project import CrosswalkProjection
from projections.golden_record.project import GoldenRecordProjection
from projections.history.project import HistoryProjection
from projections.ownership.project import OwnershipProjection
from projections.runner.projection import Projection
from projections.steward_queue.project import StewardQueueProjection


def all_projections(log: EventLog, rules: RuleSet | None = None) -> list[Projection]:
    """Fresh instances of every read model; those of a rebuild must not be those of a runner, for they remember.

    *rules* are those of survivorship, None: the ones that come with the hub.
    """
    return [
        CrosswalkProjection(),
        GoldenRecordProjection(log, rules),
        OwnershipProjection(),
        HistoryProjection(),
        AuditProjection(),
        StewardQueueProjection(),
    ]
