"""What stewards decide: assertions are recorded and withdrawn, each in a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hub.kernel.ids import RecordKey


class Verdict(StrEnum):
    """The two things that a steward can say of two records."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionRecorded:
    """Every record of *left* is the same customer as (or a different one from) every record of *right*."""

    verdict: Verdict
    left: tuple[RecordKey, ...]
    right: tuple[RecordKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssertionWithdrawn:
    """The assertion of this stream no longer holds."""


AssertionEvent = AssertionRecorded | AssertionWithdrawn
