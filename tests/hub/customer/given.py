"""Given–when–then for the customer: history in, command, events out."""

from __future__ import annotations

from collections.abc import Sequence

from hub.customer.commands import CustomerCommand
from hub.customer.decide import decide
from hub.customer.events import CustomerEvent, CustomerRegistered, RecordLinked
from hub.customer.evolve import evolve
from hub.customer.state import Customer, CustomerState, NoCustomer
from hub.kernel.provenance import EventRef
from hub.kernel.source_record import PartyKind
from tests.hub.samples import CUSTOMER, meta, record

REGISTERED: tuple[CustomerEvent, ...] = (
    CustomerRegistered(kind=PartyKind.ORGANISATION),
    RecordLinked(record=record(), founding=True),
)


def folded(events: Sequence[CustomerEvent]) -> CustomerState:
    """The state after *events*."""
    state: CustomerState = NoCustomer()
    for version, event in enumerate(events, start=1):
        state = evolve(state, event, EventRef(originator_id=CUSTOMER, version=version), meta(version))
    return state


def given(*events: CustomerEvent) -> Customer:
    """A registered customer with one record, after *events*."""
    state = folded([*REGISTERED, *events])
    assert isinstance(state, Customer)
    return state


def after(state: Customer, *commands: CustomerCommand) -> Customer:
    """The customer after *commands*."""
    for command in commands:
        for event in decide(command, state):
            ref = EventRef(originator_id=state.id, version=state.version + 1)
            changed = evolve(state, event, ref, meta(state.version))
            assert isinstance(changed, Customer)
            state = changed
    return state
