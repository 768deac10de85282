"""Spans of ownership in one lane, as believed now: ordered by valid time, half open, never overlapping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.customer.state import OwnershipSpan

Spans = tuple[OwnershipSpan, ...]


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


def overwrite(spans: Spans, span: OwnershipSpan) -> Spans:
    """*spans* with *span* in its place, whatever stood there before."""
    return tuple(sorted((*cut(spans, span.valid_from, span.valid_to), span), key=lambda s: s.valid_from))


def is_free_from(spans: Spans, at: datetime) -> bool:
    """Whether nobody owns the lane at *at* or at any time after it."""
    return all(s.valid_to is not None and s.valid_to <= at for s in spans)
