"""When too much of an input cannot be read, it is the input that is wrong: stop it instead of draining it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """*consecutive* failures in a row, or more than *share* of the last *window* messages, stop an input."""

    consecutive: int = 100
    share: float = 0.5
    window: int = 1000


@dataclass(slots=True)
class Gauge:
    """Counts the failures of one input. It judges by share only once the window is full."""

    limits: Limits
    recent: deque[bool] = field(default_factory=deque)
    failed: int = 0
    in_a_row: int = 0

    def copy(self) -> Self:
        """Another one that stands where this one does."""
        return replace(self, recent=deque(self.recent))

    def count(self, *, failed: bool) -> str | None:
        """Count one message; gives the reason to stop, None while all is well."""
        self.recent.append(failed)
        self.failed += failed
        self.in_a_row = self.in_a_row + 1 if failed else 0
        if len(self.recent) > self.limits.window:
            self.failed -= self.recent.popleft()
        if self.in_a_row > self.limits.consecutive:
            return f"more than {self.limits.consecutive} messages in a row could not be read"
        if len(self.recent) == self.limits.window and self.failed > self.limits.share * self.limits.window:
            return f"{self.failed} of the last {self.limits.window} messages could not be read"
        return None
