"""The port through which events are published: durable when `publish` returns, whatever the transport."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message: *key* keeps what is about one source record in order, *headers* carry binary CloudEvents."""

    topic: str
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Publisher(Protocol):
    """Sends messages to the intake."""

    def publish(self, messages: Sequence[Outgoing]) -> list[str]:
        """Store *messages* durably; gives where each stands (``inbox:main:3@17``). Raises UnavailableError."""

    def close(self) -> None:
        """Let go of connections."""

    def __enter__(self) -> Self:
        """Use in a with block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
