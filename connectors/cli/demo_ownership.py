"""Issues the ownership commands of the demo, one by one, as people and jobs would."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.demo import OwnershipSeed
from connectors.wiring import Hub
from hub.customer.commands import AssignOwner, CorrectOwnership, CustomerCommand, ReleaseOwner, TransferOwner
from hub.customer.events import Lane, OwnershipBasis
from hub.handling.context import Context
from hub.kernel.errors import RuleViolationError
from hub.kernel.ids import new_id
from hub.kernel.time import utc_now
from projections.crosswalk.queries import customer_of_record

BASIS = OwnershipBasis(kind="import", reference="demo")


def issue(hub: Hub, seeds: Sequence[OwnershipSeed], done: Callable[[], None]) -> int:
    """Carry out *seeds* in order, *done* is told of each; gives how many the rules refused."""
    refused = 0
    with hub.log.connection() as connection:
        for seed in seeds:
            customer_id = customer_of_record(connection, seed.record)
            try:
                if customer_id is not None:
                    hub.customers.execute(customer_id, [command(seed)], _context(seed))
            except RuleViolationError:
                refused += 1
            done()
    return refused


def command(seed: OwnershipSeed) -> CustomerCommand:
    """What is asked of the customer."""
    lane = Lane(scope=seed.scope, role=seed.role)
    if seed.kind == "correct":
        return CorrectOwnership(
            lane=lane, owner=seed.owner, valid_from=seed.valid_from, valid_to=seed.valid_to, basis=BASIS
        )
    if seed.owner is None:
        return ReleaseOwner(lane=lane, valid_from=seed.valid_from, basis=BASIS)
    kind = AssignOwner if seed.kind == "assign" else TransferOwner
    return kind(lane=lane, owner=seed.owner, valid_from=seed.valid_from, basis=BASIS)


def _context(seed: OwnershipSeed) -> Context:
    request = new_id()
    return Context(
        actor=f"team-lead:{seed.scope}",
        via="cli",
        reason=seed.reason,
        correlation_id=request,
        causation_id=request,
        now=utc_now(),
        valid_at=seed.valid_from,
    )
