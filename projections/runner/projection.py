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

    def project(self, page: Sequence[RecordedEvent], connection: Connection[Any]) -> None:
        """Take in *page*, in order, within the caller's transaction. How the log is cut into pages must not matter."""
