"""Commands to one customer: owners and pins. Which records belong to it is decided by ``hub.resolution``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.customer.commands import CustomerCommand
from hub.customer.state import Customer
from hub.handling.context import Context
from hub.handling.workspace import StateCache, Workspace
from hub.kernel.errors import ConflictError, UnavailableError
from hub.log.envelope import RecordedEvent
from hub.log.recorder import VersionConflictError
from hub.log.store import EventLog

ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of a request: the log's *position* by which it can be read, the customer's *version*, the new events."""

    position: int
    version: int
    events: tuple[RecordedEvent, ...]


class Customers:
    """Loads, decides and appends for one customer at a time."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def get(self, customer_id: UUID) -> Customer:
        """The customer as the log has it now. Raises NotFoundError."""
        with self._log.connection() as connection:
            return Workspace.load(self._log, StateCache(), connection, [customer_id]).state(customer_id)

    def execute(
        self,
        customer_id: UUID,
        commands: Sequence[CustomerCommand],
        context: Context,
        *,
        expected_version: int | None = None,
    ) -> Receipt:
        """Let *commands* meet the customer, all or none.

        Raises what the rules raise, and ConflictError when the customer is no longer at *expected_version*.
        """
        for _ in range(ATTEMPTS):
            with self._log.connection() as connection:
                workspace = Workspace.load(self._log, StateCache(), connection, [customer_id])
                before = workspace.state(customer_id)
                if expected_version is not None and before.version != expected_version:
                    raise ConflictError(
                        f"customer {customer_id} is at version {before.version}, not {expected_version}; read it again",
                        expected=expected_version,
                        actual=before.version,
                    )
                for command in commands:
                    workspace.execute(customer_id, command, context.metadata())
                try:
                    positions = self._log.append_on(connection, workspace.events) if workspace.events else []
                except VersionConflictError:
                    continue
            return Receipt(
                position=positions[-1] if positions else self._log.head(),
                version=workspace.state(customer_id).version,
                events=tuple(workspace.events),
            )
        raise UnavailableError(
            f"customer {customer_id} is being changed by many at once; try again", retry_after_s=1.0
        )
