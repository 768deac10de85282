"""The stewards' desk: what people decide about review cases; a decision becomes an assertion in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from hub.handling.context import Context
from hub.handling.workspace import StateCache, Workspace
from hub.kernel.errors import RuleViolationError
from hub.kernel.ids import case_id as id_of_case
from hub.kernel.ids import new_id
from hub.resolution import cases, index
from hub.resolution.graph import Graph
from hub.resolution.recheck import recheck
from hub.resolution.review import agreements, pair_of
from hub.resolution.steward import Steward, anchor
from hub.stewardship.commands import CaseCommand, DecideCase, OpenCase, PostponeCase, RefuseProposal
from hub.stewardship.decide import decide
from hub.stewardship.events import CaseDecided, CaseKind, Finding, Reason, Verdict
from hub.stewardship.state import CaseState, DecidedCase, NoCase, PendingCase
from matching import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request about a case. *status*: open, postponed, proposed (a second person has to agree) or decided.

    *position* is in the log; *customer_id* holds the records after a decision, *assertion_id* takes it back when withdrawn.
    """

    case_id: UUID
    status: str
    position: int
    assertion_id: UUID | None = None
    customer_id: UUID | None = None


class Desk:
    """Decides cases on behalf of people."""

    def __init__(self, steward: Steward) -> None:
        self._steward = steward
        self._log = steward.log

    def decide(self, case_id: UUID, verdict: Verdict, context: Context) -> Outcome:
        """Say that the customers of a case are the same, or different ones.

        Raises NotFoundError for an unknown case, RuleViolationError when it is no longer open or needs another person, and
        ContradictionError when earlier assertions say the contrary.
        """
        with self._log.connection() as connection:
            state = cases.load(self._log, connection, [case_id])[case_id]
            command = self._command(connection, state, verdict, context)
            following = decide(command, state)
        if not following and isinstance(state, DecidedCase):
            return Outcome(
                case_id=case_id,
                status="decided",
                position=self._log.head(),
                assertion_id=state.assertion_id,
            )
        if not isinstance(state, PendingCase) or not isinstance(following[0], CaseDecided):
            return self._tell(case_id, command, context)

        def settle(locked: Connection[Any], assertion_id: UUID) -> Sequence[int]:
            decided = DecideCase(
                verdict=verdict, assertion_id=assertion_id, actor=context.actor, stake=command.stake
            )
            positions = cases.execute(self._log, locked, {case_id: decided}, context.metadata())
            after = cases.load(self._log, locked, [case_id])[case_id]
            if not isinstance(after, DecidedCase) or after.assertion_id != assertion_id:
                raise _changed_meanwhile()
            return positions

        made = self._steward.judge((state.left, state.right), verdict, context, settle)
        return Outcome(
            case_id=case_id,
            status="decided",
            position=made.position,
            assertion_id=made.assertion_id,
            customer_id=made.customer_id,
        )

    def postpone(self, case_id: UUID, until: datetime, context: Context) -> Outcome:
        """I cannot tell; ask again from *until* on. Raises what the rules of a case raise."""
        return self._tell(case_id, PostponeCase(until=until, now=context.now), context)

    def refuse(self, case_id: UUID, context: Context) -> Outcome:
        """The merge that somebody has proposed is not to be. Raises what the rules of a case raise."""
        return self._tell(case_id, RefuseProposal(), context)

    def ask(self, left: UUID, right: UUID, context: Context) -> Outcome:
        """Let people look at two customers that the matching has no doubt about.

        Raises NotFoundError for unknown customers, RuleViolationError when there is nothing to ask.
        """
        if left == right:
            raise RuleViolationError("these are one customer already")
        pair = pair_of(left, right)
        graph = Graph(model=self._steward.model)
        with self._log.connection() as connection:
            workspace = Workspace.load(self._log, StateCache(), connection, pair)
            first, second = (anchor(workspace, customer_id) for customer_id in pair)
            graph.add(index.records_by_key(connection, [str(first), str(second)]))
        one, other = (graph.prepared(str(key)) for key in sorted((first, second)))
        reason = Reason(
            left=min(first, second),
            right=max(first, second),
            weight=explain(one, other, graph.model).total,
            agreements=agreements(one, other, graph.model),
        )
        finding = Finding(kind=CaseKind.ASKED, reasons=(reason,), model=graph.model.version)
        return self._tell(id_of_case(*pair), OpenCase(left=pair[0], right=pair[1], finding=finding), context)

    def recheck(self, context: Context, progress: Callable[[int], None] | None = None) -> int:
        """Look for doubts in all records anew, after a bulk load or with another model; gives the number of events."""
        return recheck(self._log, self._steward.model, context.metadata(), progress)

    def customers_of(self, case_id: UUID) -> tuple[UUID, UUID] | None:
        """The two customers of a case, None when there has never been such a case."""
        with self._log.connection() as connection:
            state = cases.load(self._log, connection, [case_id])[case_id]
        return None if isinstance(state, NoCase) else (state.left, state.right)

    def _command(
        self, connection: Connection[Any], state: CaseState, verdict: Verdict, context: Context
    ) -> DecideCase:
        """The decision, with what the two customers hold where that asks for a second person."""
        stake = None
        if verdict is Verdict.SAME and isinstance(state, PendingCase):
            stake = self._steward.stake(connection, (state.left, state.right))
        return DecideCase(verdict=verdict, assertion_id=new_id(), actor=context.actor, stake=stake)

    def _tell(self, case_id: UUID, command: CaseCommand, context: Context) -> Outcome:
        """Let *command* meet the case, under the log's lock."""
        positions: list[int] = []
        after: list[CaseState] = []

        def work(locked: Connection[Any], before: Sequence[int]) -> None:
            del before
            positions.extend(cases.execute(self._log, locked, {case_id: command}, context.metadata()))
            after.append(cases.load(self._log, locked, [case_id])[case_id])
            if isinstance(after[-1], DecidedCase):  # only together with an assertion
                raise _changed_meanwhile()

        self._log.append([], work=work)
        return Outcome(
            case_id=case_id,
            status=status_of(after[-1]),
            position=positions[-1] if positions else self._log.head(),
        )


def _changed_meanwhile() -> RuleViolationError:
    return RuleViolationError("somebody else has changed this case meanwhile; look at it again")


def status_of(state: CaseState) -> str:
    """``none``, ``open``, ``postponed``, ``proposed``, ``decided`` or ``closed``."""
    match state:
        case PendingCase(proposal=proposal) if proposal is not None:
            return "proposed"
        case PendingCase(postponed_until=until):
            return "open" if until is None else "postponed"
        case NoCase():
            return "none"
        case DecidedCase():
            return "decided"
        case _:
            return "closed"
