"""The rules of survivorship: every golden value comes from one source record or one pin, and says by which rule.

The answer does not depend on the order of the contributions. Ties are broken by the freshest value, then the preferred
source, then the fuller record, then the record's key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Any

from hub.kernel.ids import RecordKey
from hub.kernel.provenance import EventRef
from hub.kernel.source_record import SourceValue
from hub.rules.survivorship.inputs import Contribution, PinnedValue
from hub.rules.survivorship.ruleset import Aggregate, PathPlan, RuleSet
from hub.rules.survivorship.sameness import same_values

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenValue:
    """A golden value: from which record (None for a pin), by which event and rule, and since when it has held (None for a pin)."""

    path: str
    value: str
    record_key: RecordKey | None
    event: EventRef
    rule: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenRecord:
    """The golden values by path, and the version of the rules that chose them."""

    rule_set: str
    values: tuple[GoldenValue, ...]


@dataclass(slots=True)
class _Candidate:
    value: SourceValue
    source: Contribution
    since: datetime
    usable: bool
    tie: tuple[Any, ...]


def golden_record(
    contributions: Sequence[Contribution], pins: Sequence[PinnedValue], rules: RuleSet, at: datetime
) -> GoldenRecord:
    """The golden record of *contributions* at the decision time *at* (UTC), which is given so that a replay agrees.

    Deleted records count only when nothing else is left. A pin holds until its expiry.
    """
    live = [c for c in contributions if not c.retired] or list(contributions)
    pinned = {p.path: p for p in pins if p.expires_at is None or at < p.expires_at}
    by_path: dict[str, list[_Candidate]] = {}
    groups: dict[str, set[str]] = {}
    for source in live:
        tie = (
            -rules.priority(source.record_key.system),
            len(source.values),
            str(source.record_key),
        )
        for value in source.values:
            by_path.setdefault(value.path, []).append(_candidate(value, source, rules, tie))
    chosen: list[GoldenValue] = []
    for path, candidates in by_path.items():
        if path in pinned:
            continue
        plan = rules.plan(path)
        if plan.atomic is not None:
            groups.setdefault(plan.atomic, set()).add(path)
        elif plan.aggregate is not None:
            chosen.extend(_all(candidates, plan.aggregate))
        else:
            chosen.append(_golden(_best(candidates, plan, rules, at), plan.strategy))
    for group, paths in groups.items():
        chosen.extend(_whole(group, paths, by_path, rules, at))
    chosen.extend(_from_pin(pin) for pin in pinned.values())
    chosen.sort(key=lambda g: (g.path, g.value))
    return GoldenRecord(rule_set=rules.version, values=tuple(chosen))


def _candidate(value: SourceValue, source: Contribution, rules: RuleSet, tie: tuple[Any, ...]) -> _Candidate:
    usable = not value.quality or not any(
        d.flag in value.quality and d.percent >= 100 for d in rules.downgrades
    )
    return _Candidate(
        value=value, source=source, since=value.valid_at or source.record_time, usable=usable, tie=tie
    )


def _best(candidates: Sequence[_Candidate], plan: PathPlan, rules: RuleSet, at: datetime) -> _Candidate:
    """The candidate that the path's strategy prefers; flagged values only if there is nothing else."""
    if len(candidates) == 1:
        return candidates[0]
    usable = [c for c in candidates if c.usable] or list(candidates)
    counts: dict[str, int] = {}
    for c in usable:
        counts[c.value.value] = counts.get(c.value.value, 0) + 1
    if len(counts) == 1:
        return max(usable, key=lambda c: (c.since, *c.tie))

    def rank(c: _Candidate) -> tuple[Any, ...]:
        match plan.strategy:
            case "trust":
                first: float = _trust(c, plan, rules, at)
            case "recency":
                first = 0
            case "oldest":
                first = -c.since.timestamp()
            case "completeness":
                first = len(c.source.values)
            case "most_frequent":
                first = counts[c.value.value]
            case "longest":
                first = len(c.value.value)
            case "source_priority":
                first = -rules.priority(c.source.record_key.system)
        return (first, c.since, *c.tie, c.value.value)

    return max(usable, key=rank)


def _trust(candidate: _Candidate, plan: PathPlan, rules: RuleSet, at: datetime) -> float:
    trust = plan.trust.get(candidate.source.record_key.system)
    age_days = (at - candidate.since).total_seconds() / DAY_S
    score = trust.at(age_days) if trust is not None else rules.default_trust
    for downgrade in rules.downgrades:
        if downgrade.flag in candidate.value.quality:
            score *= 1 - downgrade.percent / 100
    return score


def _all(candidates: Sequence[_Candidate], rule: Aggregate) -> list[GoldenValue]:
    """Every different value once, the freshest first, up to the rule's cap."""
    usable = [c for c in candidates if c.usable] or list(candidates)
    names = same_values({c.value.value for c in usable}, rule.alike)
    newest: dict[str, _Candidate] = {}
    for c in usable:
        name = names[c.value.value]
        known = newest.get(name)
        if known is None or (c.since, *c.tie) > (known.since, *known.tie):
            newest[name] = c
    kept = sorted(newest.values(), key=lambda c: (c.since, *c.tie, c.value.value), reverse=True)[: rule.cap]
    return [_golden(c, "aggregate") for c in kept]


def _whole(
    group: str, paths: set[str], by_path: dict[str, list[_Candidate]], rules: RuleSet, at: datetime
) -> list[GoldenValue]:
    """All values of an atomic group from the one record that is trusted most, then fullest, then freshest."""
    by_source: dict[RecordKey, list[_Candidate]] = {}
    for path in paths:
        for c in by_path[path]:
            by_source.setdefault(c.source.record_key, []).append(c)

    plan = rules.plan(group)

    def rank(key: RecordKey) -> tuple[Any, ...]:
        parts = by_source[key]
        trust = fsum(_trust(c, plan, rules, at) for c in parts) / len(parts)
        filled = len({c.value.path for c in parts})
        return (all(c.usable for c in parts), trust, filled, max(c.since for c in parts), *parts[0].tie)

    winner = max(by_source, key=rank)
    return [_golden(c, f"atomic:{group}") for c in by_source[winner]]


def _golden(candidate: _Candidate, rule: str) -> GoldenValue:
    return GoldenValue(
        path=candidate.value.path,
        value=candidate.value.value,
        record_key=candidate.source.record_key,
        event=candidate.source.event,
        rule=rule,
        since=candidate.since,
    )


def _from_pin(pin: PinnedValue) -> GoldenValue:
    return GoldenValue(
        path=pin.path, value=pin.value, record_key=None, event=pin.event, rule="pin", since=None
    )
