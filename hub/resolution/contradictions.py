"""What earlier assertions say against a new one: found before it is recorded, and told with who said it, when and why.

*Same* is transitive: records that a chain of *same* assertions joins are one customer. So *same* over two such sets is refused
when any record of the one is *different* from any of the other, and *different* is refused within one set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.kernel.errors import RuleViolationError
from hub.log.store import EventLog
from hub.resolution import index
from hub.resolution.index import AssertedPair
from hub.stewardship.events import Verdict

TOLD = 5
"""At most so many assertions are told of; the others are counted."""


class ContradictionError(RuleViolationError):
    """Earlier assertions say the contrary: withdraw one of those named, or let it be. *assertions* are their ids."""

    code = "contradiction"

    def __init__(self, message: str, assertions: Sequence[UUID] = ()) -> None:
        super().__init__(message)
        self.assertions = tuple(assertions)


@dataclass(slots=True)
class Said:
    """The assertions around some records: *home* is all that *same* joins with them, *way* the assertion by which each was reached."""

    different: list[AssertedPair] = field(default_factory=list)
    home: set[str] = field(default_factory=set)
    way: dict[str, AssertedPair] = field(default_factory=dict)

    def chain(self, key: str) -> list[AssertedPair]:
        """The *same* assertions from where the search began to *key*."""
        steps: list[AssertedPair] = []
        while key in self.way:
            steps.append(self.way[key])
            key = self.way[key].left
        return steps[::-1]


def refuse_contradiction(
    log: EventLog, connection: Connection[Any], verdict: Verdict, left: Iterable[str], right: Iterable[str]
) -> None:
    """Raise ContradictionError when assertions in force say the contrary of *verdict* over *left* and *right*."""
    if verdict is Verdict.SAME:
        said = _said(connection, [*left, *right])
        for pair in said.different:
            if pair.right in said.home:
                against = [*said.chain(pair.left), pair, *said.chain(pair.right)]
                raise _contradiction(log, connection, "are different customers", against)
        return
    mine, theirs = _said(connection, left), _said(connection, right)
    if shared := sorted(mine.home & theirs.home):
        against = [*mine.chain(shared[0]), *theirs.chain(shared[0])]
        raise _contradiction(log, connection, "are one customer", against)


def refuse_judged(
    log: EventLog, connection: Connection[Any], left: Collection[str], right: Collection[str]
) -> None:
    """Raise ContradictionError when somebody has said of any record of *left* that it differs from one of *right*."""
    others = set(right)
    against = [p for p in index.assertions_of(connection, left) if not p.same and p.right in others]
    if against:
        raise _contradiction(log, connection, "are different customers", against)


def _said(connection: Connection[Any], begin: Iterable[str]) -> Said:
    """Follow *same* assertions from *begin* to all that they join, and note what is said to be different from those."""
    said = Said()
    frontier = set(begin)
    said.home = set(frontier)
    while frontier:
        reached: set[str] = set()
        for pair in index.assertions_of(connection, frontier):
            if not pair.same:
                said.different.append(pair)
            elif pair.right not in said.home:
                said.home.add(pair.right)
                said.way[pair.right] = pair
                reached.add(pair.right)
        frontier = reached
    return said


def _contradiction(
    log: EventLog, connection: Connection[Any], that: str, against: Sequence[AssertedPair]
) -> ContradictionError:
    """The refusal: who has said what, when, why, and what to do."""
    pairs = {pair.assertion_id: pair for pair in against}
    recorded = log.load(connection, list(pairs))
    told: list[str] = []
    for assertion_id, pair in list(pairs.items())[:TOLD]:
        meta = recorded[assertion_id][0].meta
        verdict = Verdict.SAME if pair.same else Verdict.DIFFERENT
        told.append(
            f"assertion {assertion_id}: {pair.left} and {pair.right} are {verdict.value}"
            f" ({meta.actor}, {meta.recorded_at:%Y-%m-%d %H:%M} UTC: {meta.reason})"
        )
    more = f"; and {len(pairs) - TOLD} more" if len(pairs) > TOLD else ""
    return ContradictionError(
        f"people have said that these {that}; withdraw one of these first: {'; '.join(told)}{more}",
        tuple(pairs),
    )
