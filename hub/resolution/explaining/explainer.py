"""The three questions: why together, why apart, how it came to be; about source records and customers by any id that they ever had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.customer.events import CustomerRegistered, MergedInto, Restored
from hub.kernel.errors import NotFoundError, RuleViolationError
from hub.kernel.ids import RecordKey
from hub.log.codec import NAMES
from hub.resolution import index
from hub.resolution.explaining.how import How, how
from hub.resolution.explaining.scene import Scene
from hub.resolution.explaining.why import Page, Pair, Why, why
from hub.resolution.explaining.why_not import WhyNot, why_not
from hub.resolution.resolver import Resolver

Subject = RecordKey | UUID
"""A source record, or a customer by any id that it ever had."""
BEING = (NAMES[CustomerRegistered], NAMES[MergedInto], NAMES[Restored])


def subject(text: str) -> Subject:
    """What *text* names. Raises RuleViolationError when it is neither an id nor a record key."""
    try:
        return UUID(text)
    except ValueError:
        return RecordKey.parse(text)


class Explainer:
    """Answers from the match index and the log; writes nothing."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._log = resolver.log

    def why(
        self, left: Subject, right: Subject | None = None, *, limit: int = 50, after: Pair | None = None
    ) -> Why:
        """Why *left* and *right* are together; or why *left* belongs to its customer, or all records of that customer together.

        Raises NotFoundError for unknown ids, RuleViolationError when the two are apart.
        """
        named = [left] if right is None else [left, right]
        with self._log.connection() as connection:
            customers = self._customers(connection, named)
            if len(set(customers)) > 1:
                raise RuleViolationError(f"{left} and {right} are different customers; ask why-not instead")
            scene = self._scene(connection, customers[:1])
            records = list(dict.fromkeys(str(s) for s in named if isinstance(s, RecordKey)))
            page = Page(limit=limit, after=after)
            return why(self._log, connection, scene, customers[0], asked=records, page=page)

    def why_not(self, left: Subject, right: Subject) -> WhyNot:
        """Why *left* and *right* are apart. Raises NotFoundError for unknown ids, RuleViolationError when they are together."""
        with self._log.connection() as connection:
            first, second = self._customers(connection, [left, right])
            if first == second:
                raise RuleViolationError(f"{left} and {right} are the same customer; ask why instead")
            scene = self._scene(connection, [first, second])
            one, other = (str(s) if isinstance(s, RecordKey) else None for s in (left, right))
            return why_not(self._log, connection, scene, (first, second), (one, other))

    def how(self, customer: Subject, *, limit: int = 50, after: int = 0) -> How:
        """How the customer came to be what it is: a page of steps behind the position *after*. Raises NotFoundError."""
        with self._log.connection() as connection:
            (customer_id,) = self._customers(connection, [customer])
            return how(self._log, connection, customer_id, limit=limit, after=after)

    def _scene(self, connection: Connection[Any], customer_ids: Sequence[UUID]) -> Scene:
        scene = Scene.load(connection, self._resolver.current_model(), customer_ids)
        for customer_id in customer_ids:
            if not scene.keys_of(customer_id):
                raise NotFoundError(
                    f"customer {customer_id} has no source record now; ask how it came to that: how {customer_id}"
                )
        return scene

    def _customers(self, connection: Connection[Any], named: Sequence[Subject]) -> list[UUID]:
        """The customer that each of *named* belongs to or stands for now."""
        keys = [str(s) for s in named if isinstance(s, RecordKey)]
        records = {r.key: r.customer_id for r in index.records_by_key(connection, keys)} if keys else {}
        found: list[UUID] = []
        for name in named:
            customer_id = (
                records.get(str(name)) if isinstance(name, RecordKey) else self._survivor(connection, name)
            )
            if customer_id is None:
                raise NotFoundError(
                    f"there is no source record {name}; look for its key with hub crosswalk export or GET /v1/crosswalk"
                    if isinstance(name, RecordKey)
                    else f"there is no customer {name}; look for it with hub customer search or GET /v1/customers?q="
                )
            found.append(customer_id)
        return found

    def _survivor(self, connection: Connection[Any], customer_id: UUID) -> UUID | None:
        """The customer that *customer_id* stands for now: the end of the chain of merges; None when it was never one."""
        seen: set[UUID] = set()
        while customer_id not in seen:
            seen.add(customer_id)
            events = self._log.read_of(connection, [customer_id], BEING)
            if not events:
                return None
            last = events[-1].body
            if not isinstance(last, MergedInto):
                return customer_id
            customer_id = last.survivor_id
        return customer_id
