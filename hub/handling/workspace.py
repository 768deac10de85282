"""Customers at work: loaded together, changed in memory by commands, appended together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.customer.commands import CustomerCommand
from hub.customer.decide import decide
from hub.customer.events import CustomerEvent
from hub.customer.evolve import evolve
from hub.customer.state import Customer, CustomerState, NoCustomer
from hub.kernel.errors import NotFoundError, StoredDataError
from hub.kernel.provenance import Metadata
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog

CACHED_STATES = 20_000


def fold(events: Iterable[RecordedEvent]) -> CustomerState:
    """The state after *events* of one customer, in order."""
    state: CustomerState = NoCustomer()
    for event in events:
        if not isinstance(event.body, CustomerEvent):
            raise StoredDataError(
                "a customer's stream holds an event of another kind", stream=str(event.originator_id)
            )
        state = evolve(state, event.body, event.ref, event.meta)
    return state


class StateCache:
    """The latest states that this process knows; other processes may have gone further, so `Workspace.load` compares versions."""

    def __init__(self, size: int = CACHED_STATES) -> None:
        self._size = size
        self._states: OrderedDict[UUID, Customer] = OrderedDict()

    def get(self, customer_id: UUID) -> Customer | None:
        """The state known of *customer_id*, None when there is none."""
        state = self._states.get(customer_id)
        if state is not None:
            self._states.move_to_end(customer_id)
        return state

    def put(self, states: Iterable[Customer]) -> None:
        """Remember *states*; the least recently used ones give way."""
        for state in states:
            self._states[state.id] = state
            self._states.move_to_end(state.id)
        while len(self._states) > self._size:
            self._states.popitem(last=False)

    def clear(self) -> None:
        """Forget everything, after any error."""
        self._states.clear()


class Workspace:
    """Some customers, and the events that commands have added to them so far."""

    def __init__(self, states: Mapping[UUID, Customer]) -> None:
        self.states: dict[UUID, CustomerState] = dict(states)
        self._loaded = {i: state.version for i, state in states.items()}
        self.events: list[RecordedEvent] = []

    @classmethod
    def load(
        cls, log: EventLog, cache: StateCache, connection: Connection[Any], ids: Collection[UUID]
    ) -> Workspace:
        """Bring in the customers *ids*, from *cache* where it has their latest version, the rest by one query."""
        known = {i: state for i in ids if (state := cache.get(i)) is not None}
        versions = log.versions(connection, known) if known else {}
        states = {i: state for i, state in known.items() if state.version == versions.get(i)}
        missing = [i for i in ids if i not in states]
        if missing:
            loaded = [fold(events) for events in log.load(connection, missing).values()]
            states.update({state.id: state for state in loaded if isinstance(state, Customer)})
        return cls(states)

    def bring_in(
        self, log: EventLog, cache: StateCache, connection: Connection[Any], ids: Collection[UUID]
    ) -> None:
        """Bring in those of *ids* that are not there yet."""
        more = Workspace.load(log, cache, connection, [i for i in ids if i not in self.states])
        self.states.update(more.states)
        self._loaded.update(more._loaded)

    def state(self, customer_id: UUID) -> Customer:
        """The customer as it stands. Raises NotFoundError when it was never registered."""
        state = self.states.get(customer_id)
        if not isinstance(state, Customer):
            raise NotFoundError(f"there is no customer {customer_id}")
        return state

    def execute(self, customer_id: UUID, command: CustomerCommand, meta: Metadata) -> int:
        """Let *command* meet the customer; gives the number of events that follow."""
        state = self.states.get(customer_id, NoCustomer())
        bodies = decide(command, state)
        for body in bodies:
            version = state.version + 1 if isinstance(state, Customer) else 1
            event = RecordedEvent(originator_id=customer_id, originator_version=version, body=body, meta=meta)
            self.events.append(event)
            state = evolve(state, body, event.ref, meta)
        self.states[customer_id] = state
        return len(bodies)

    def unchanged(self) -> dict[UUID, int]:
        """The versions of the customers that were looked at without any event for them: nothing else would guard those."""
        written = {event.originator_id for event in self.events}
        return {i: version for i, version in self._loaded.items() if i not in written}

    def changed(self) -> list[Customer]:
        """The customers as they are after the commands."""
        return [state for state in self.states.values() if isinstance(state, Customer)]
