"""The port through which messages come in: Kafka or the inbox table, with the same offsets.

An *input* is one partition of one stream, named ``kafka:topic:0`` or ``inbox:main:3``. Where the intake stands in it is
kept in the log, in the same transaction as the events; the transport starts from there, never from a memory of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

OffsetOf = Callable[[str], int]
"""Gives the offset behind the last message of an input that was taken in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message as it came: *input* and *offset* say where it stands, *stream* is its topic."""

    input: str
    stream: str
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.input}@{self.offset}"


class Transport(Protocol):
    """Brings messages in the order of each input."""

    def poll(self, max_messages: int, timeout_s: float) -> list[RawMessage]:
        """Up to *max_messages*, waiting *timeout_s* at most. Raises UnavailableError when the other side is down."""

    def seek(self, name: str, offset: int) -> None:
        """Go on with *offset* in the input *name*."""

    def pause(self, name: str) -> None:
        """Bring no more of the input *name* until `resume`."""

    def resume(self, name: str) -> None:
        """Bring the input *name* again."""

    def inputs(self) -> frozenset[str]:
        """The inputs that are this process's to read at the moment."""

    def lag(self) -> dict[str, int]:
        """How many messages of each input are still to come. Raises UnavailableError when the other side is down."""

    def close(self) -> None:
        """Let go of everything."""
