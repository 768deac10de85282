"""Where made-up customers get their numbers and their fortune from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST_CHANGE, LAST_CHANGE = date(2023, 9, 1), date(2026, 3, 1)


@dataclass(slots=True)
class Registry:
    """The source of chance and of customer numbers."""

    rng: Random
    last: int = -1

    def number(self) -> int:
        """The next customer's number."""
        self.last += 1
        return self.last

    def digits(self, count: int) -> str:
        """*count* digits, the first not zero or one, as in telephone numbers."""
        first = self.rng.randrange(2, 10)
        return f"{first}{self.rng.randrange(10 ** (count - 1)):0{count - 1}d}"

    def day_of_change(self) -> date:
        """The day on which something changes in a customer's life."""
        return self.day(FIRST_CHANGE, LAST_CHANGE)

    def day(self, first: date, last: date) -> date:
        """A day between two."""
        return first + timedelta(days=self.rng.randrange((last - first).days + 1))
