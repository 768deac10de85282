"""Which customers a caller may see: all, or with a key that is limited to units those of which a unit has a source record.

What a key may not see does not exist for it: the answer is the same as for an id that was never given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from psycopg import Connection

from connectors.api.keys import Caller
from connectors.api.problems import ForbiddenError
from hub.kernel.errors import NotFoundError
from hub.kernel.ids import RecordKey
from projections.golden_record import queries as golden
from projections.golden_record.queries import GoldenCustomer


def may_see(caller: Caller, customer: GoldenCustomer) -> bool:
    """Whether *caller* may see *customer*."""
    return not caller.units or not caller.units.isdisjoint(customer.units)


def seen_customer(connection: Connection[Any], caller: Caller, customer_id: UUID) -> GoldenCustomer:
    """The customer for which *customer_id* stands now. Raises NotFoundError when there is none that *caller* may see."""
    customer = golden.by_id(connection, customer_id)
    if customer is None or not may_see(caller, customer):
        raise NotFoundError(f"there is no customer {customer_id}")
    return customer


def refuse_unseen_customers(connection: Connection[Any], caller: Caller, ids: Iterable[UUID]) -> None:
    """Raise NotFoundError for the first of *ids* that a limited key may not see; an unlimited one sees all."""
    if caller.units:
        for customer_id in ids:
            seen_customer(connection, caller, customer_id)


def refuse_unseen_records(connection: Connection[Any], caller: Caller, keys: Iterable[RecordKey]) -> None:
    """Raise NotFoundError for the first source record whose customer a limited key may not see."""
    if not caller.units:
        return
    for key in keys:
        customer = golden.by_record(connection, key)
        if customer is None or not may_see(caller, customer):
            raise NotFoundError(f"there is no source record {key}")


def seen_among(
    connection: Connection[Any], caller: Caller, records: Collection[str], customers: Collection[UUID] = ()
) -> set[str | UUID]:
    """Those of *records* and *customers* that *caller* may see."""
    if not caller.units:
        return {*records, *customers}
    return golden.known_to(connection, caller.units, records, customers)


def refuse_limited(caller: Caller, what: str) -> None:
    """Raise ForbiddenError for a key that is limited to units: *what* concerns all of them."""
    if caller.units:
        raise ForbiddenError(f"this key is limited to {', '.join(sorted(caller.units))}; {what}")
