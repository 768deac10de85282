"""Spans of ownership in one lane, as believed now: ordered by valid time, half open, never overlapping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from hub.customer.state import Line, OwnershipSpan

Spans = tuple[OwnershipSpan, ...]
Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time [valid_from, valid_to) of a lane, and who owns it then; *owner* None is nobody, *valid_to* None is open."""

    owner: str | None
    valid_from: datetime
    valid_to: datetime | None


def span_at(spans: Spans, at: datetime) -> OwnershipSpan | None:
    """The span that holds at the instant *at*, None when nobody owns the lane then."""
    return next((s for s in spans if s.valid_from <= at and (s.valid_to is None or at < s.valid_to)), None)


def cut(spans: Iterable[OwnershipSpan], start: datetime, end: datetime | None) -> Spans:
    """What is left of *spans* outside [start, end); *end* None is open."""
    left: list[OwnershipSpan] = []
    for span in spans:
        if (end is not None and span.valid_from >= end) or (
            span.valid_to is not None and span.valid_to <= start
        ):
            left.append(span)
            continue
        if span.valid_from < start:
            left.append(replace(span, valid_to=start))
        if end is not None and (span.valid_to is None or span.valid_to > end):
            left.append(replace(span, valid_from=end))
    return tuple(left)


def from_on(spans: Spans, at: datetime) -> Spans:
    """What *spans* say of the time from *at* on."""
    return tuple(
        replace(s, valid_from=max(at, s.valid_from)) for s in spans if s.valid_to is None or s.valid_to > at
    )


def differences(now: Spans, wanted: Spans, since: datetime) -> list[Stretch]:
    """Where from *since* on the owners of *now* are not those of *wanted*, with the owner that is wanted."""
    ends = (t for s in (*now, *wanted) for t in (s.valid_from, s.valid_to) if t is not None and t > since)
    marks = sorted({since, *ends})
    found: list[Stretch] = []
    for start, end in zip_longest(marks, marks[1:]):
        held, due = span_at(now, start), span_at(wanted, start)
        owner = due.owner if due else None
        if owner == (held.owner if held else None):
            continue
        if found and (found[-1].valid_to, found[-1].owner) == (start, owner):
            found[-1] = replace(found[-1], valid_to=end)
        else:
            found.append(Stretch(owner=owner, valid_from=start, valid_to=end))
    return found


def taken_over(lines: Lines, at: datetime, origin: UUID | None) -> Lines:
    """*lines* when from *at* on the lane is that of *origin*, or the customer's own (None)."""
    ended = [
        replace(line, valid_to=max(at, line.valid_from))
        if line.valid_to is None or line.valid_to > at
        else line
        for line in lines
    ]
    if origin is None:
        return tuple(ended)
    if ended and (ended[-1].origin, ended[-1].valid_to) == (origin, at):
        return (*ended[:-1], replace(ended[-1], valid_to=None))
    return (*ended, Line(origin=origin, valid_from=at, valid_to=None))


def by_origin(
    lines: Lines, start: datetime, end: datetime | None
) -> list[tuple[datetime, datetime | None, UUID | None]]:
    """[start, end) cut where the lane's time becomes that of another customer, each part with its origin (None: its own)."""
    ends = {t for n in lines for t in (n.valid_from, n.valid_to) if t is not None}
    marks = [start, *sorted(t for t in ends if t > start and (end is None or t < end))]
    parts: list[tuple[datetime, datetime | None, UUID | None]] = []
    for first, following in zip_longest(marks, marks[1:]):
        origin = _origin_at(lines, first)
        since = parts.pop()[0] if parts and parts[-1][2] == origin else first
        parts.append((since, following or end, origin))
    return parts


def _origin_at(lines: Lines, at: datetime) -> UUID | None:
    return next(
        (n.origin for n in lines if n.valid_from <= at and (n.valid_to is None or at < n.valid_to)), None
    )


def overwrite(spans: Spans, span: OwnershipSpan) -> Spans:
    """*spans* with *span* in its place, whatever stood there before."""
    return tuple(sorted((*cut(spans, span.valid_from, span.valid_to), span), key=lambda s: s.valid_from))


def is_free_from(spans: Spans, at: datetime) -> bool:
    """Whether nobody owns the lane at *at* or at any time after it."""
    return all(s.valid_to is not None and s.valid_to <= at for s in spans)
