"""What a read model has to offer, to be carried forward by the runner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from psycopg import Connection

from hub.log.envelope import RecordedEvent


class Projection(Protocol):
    """A read model: *tables* made by *schema* (package, file), filled by `project`.

    *version* rises when rows of equal history would come out differently; the projection is then rebuilt.
    *late_indexes* are left out while it is rebuilt and made at the end: no query of `project` may need them.
    *events* are the names of those that change it, empty for all: a rebuild need not read the others.
    *by_stream* says that each row follows from one stream alone: a rebuild may then read stream by stream.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def schema(self) -> tuple[str, str]: ...

    @property
    def tables(self) -> tuple[str, ...]: ...

    @property
    def late_indexes(self) -> tuple[str, ...]: ...

    @property
    def events(self) -> frozenset[str]: ...

    @property
    def by_stream(self) -> bool: ...

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take in *page*, in order, within the caller's transaction. How the log is cut into pages must not matter."""
