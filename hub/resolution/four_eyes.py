"""Merges that one person may not decide alone: those of customers that together hold more than a limit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

Measure = Callable[[Connection[Any], Collection[UUID]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FourEyes:
    """Above *limit* a second person has to agree; *measure* counts what customers hold: records, activities and owners."""

    limit: int
    measure: Measure

    def stake(self, connection: Connection[Any], customers: Collection[UUID]) -> int | None:
        """What *customers* hold together, None when one person may decide about that or there is nothing to merge."""
        if len(set(customers)) < 2:
            return None
        held = self.measure(connection, customers)
        return held if held > self.limit else None
