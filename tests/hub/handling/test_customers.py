"""Requests to one customer land whole or not at all, and never on top of something that they have not seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from hub.customer.commands import (
    AssignOwner,
    CustomerCommand,
    PinValue,
    ReleaseOwner,
    TransferOwner,
    UnpinValue,
)
from hub.handling.context import Context
from hub.handling.customers import ATTEMPTS, Customers, Receipt
from hub.kernel.errors import ConflictError, NotFoundError, RuleViolationError, UnavailableError
from hub.kernel.ids import new_id
from hub.log.recorder import VersionConflictError
from hub.log.store import EventLog
from hub.resolution.resolver import Resolver
from tests.hub.resolution.universe import KEY_BYTES, observe
from tests.hub.samples import BASIS, LANE, day, record


@pytest.fixture
def log(database: str) -> Iterator[EventLog]:
    """The log of a hub."""
    log = EventLog(database, KEY_BYTES, pool_size=4)
    yield log
    log.close()


@pytest.fixture
def customer_id(log: EventLog) -> UUID:
    """A customer with one record, at version 2."""
    taken = Resolver(log).take([observe(record())], now=day(0))
    return taken.customers[str(record().key)]


def context(number: int = 1) -> Context:
    cause = new_id()
    return Context(
        actor="steward", via="test", reason="test", correlation_id=cause, causation_id=cause, now=day(number)
    )


def pin(path: str, value: str) -> PinValue:
    return PinValue(path=path, value=value)


def assign(owner: str) -> AssignOwner:
    return AssignOwner(lane=LANE, owner=owner, valid_from=day(1), basis=BASIS)


class MeetingLog(EventLog):
    """A log whose first *writers* appends wait for each other: all of them have read before any of them writes."""

    def __init__(self, url: str, writers: int) -> None:
        super().__init__(url, KEY_BYTES, pool_size=writers)
        self._meeting = threading.Barrier(writers, timeout=20)
        self._coming = threading.Semaphore(writers)
        self.appends = 0

    def append_on(self, *args: Any, **kwargs: Any) -> list[int]:
        """As `EventLog.append_on`, after the meeting."""
        self.appends += 1
        if self._coming.acquire(blocking=False):
            self._meeting.wait()
        return super().append_on(*args, **kwargs)


def at_once(
    log: EventLog,
    customer_id: UUID,
    requests: Sequence[Sequence[CustomerCommand]],
    expected_version: int | None = None,
) -> list[Receipt | Exception]:
    """What comes of *requests* when each is decided before any is written."""
    meeting = MeetingLog(log.url, len(requests))

    def ask(commands: Sequence[CustomerCommand]) -> Receipt | Exception:
        try:
            return Customers(meeting).execute(
                customer_id, commands, context(), expected_version=expected_version
            )
        except (RuleViolationError, ConflictError) as error:
            return error

    try:
        with ThreadPoolExecutor(len(requests)) as threads:
            return list(threads.map(ask, requests))
    finally:
        meeting.close()


def test_a_request_for_a_version_that_has_passed_is_refused_and_writes_nothing(
    log: EventLog, customer_id: UUID
) -> None:
    customers = Customers(log)
    first = customers.execute(customer_id, [pin("name.legal", "星桥")], context(), expected_version=2)
    assert first.version == 3
    head = log.head()
    with pytest.raises(ConflictError, match="read it again") as refused:
        customers.execute(customer_id, [pin("name.legal", "沪江")], context(), expected_version=2)
    assert (refused.value.expected, refused.value.actual) == (2, 3)
    with pytest.raises(ConflictError):
        customers.execute(customer_id, [], context(), expected_version=4)
    assert log.head() == head
    assert customers.get(customer_id).pins["name.legal"].value == "星桥"


def test_writers_at_once_all_land(log: EventLog, customer_id: UUID) -> None:
    paths = ("name.legal", "name.short", "contact.website")
    head = log.head()
    came = at_once(log, customer_id, [[pin(path, path)] for path in paths])
    receipts = [receipt for receipt in came if isinstance(receipt, Receipt)]
    assert sorted(receipt.version for receipt in receipts) == [3, 4, 5]
    written = [(event.originator_version, event.position) for event in log.read(head)]
    assert sorted((receipt.version, receipt.position) for receipt in receipts) == written
    customer = Customers(log).get(customer_id)
    assert (customer.version, set(customer.pins)) == (5, set(paths))


def test_of_two_who_want_the_same_lane_at_once_one_is_told_that_it_is_taken(
    log: EventLog, customer_id: UUID
) -> None:
    """The second decides again on what the first has written: nothing is overwritten unseen."""
    came = at_once(log, customer_id, [[assign("li.na")], [assign("wang.fang")]])
    (won,) = (receipt for receipt in came if isinstance(receipt, Receipt))
    (lost,) = (error for error in came if isinstance(error, Exception))
    assert isinstance(lost, RuleViolationError)
    (span,) = Customers(log).get(customer_id).lanes[LANE]
    assert f"owned by {span.owner}" in str(lost)
    assert span.event == won.events[0].ref


def test_of_two_who_have_read_the_same_version_one_is_refused(log: EventLog, customer_id: UUID) -> None:
    came = at_once(
        log, customer_id, [[pin("name.legal", "一")], [pin("name.legal", "二")]], expected_version=2
    )
    assert sorted(type(outcome).__name__ for outcome in came) == ["ConflictError", "Receipt"]
    customer = Customers(log).get(customer_id)
    assert customer.version == 3
    assert customer.pins["name.legal"].event.version == 3


def test_the_same_request_again_gives_the_present_version_and_writes_nothing(
    log: EventLog, customer_id: UUID
) -> None:
    customers = Customers(log)
    first = customers.execute(customer_id, [assign("li.na"), pin("name.legal", "星桥")], context())
    customers.execute(customer_id, [pin("name.short", "桥")], context())
    again = customers.execute(customer_id, [assign("li.na"), pin("name.legal", "星桥")], context(2))
    assert (again.version, again.position, again.events) == (first.version + 1, log.head(), ())
    nothing = customers.execute(
        customer_id, [UnpinValue(path="contact.email")], context(), expected_version=5
    )
    assert (nothing.version, nothing.events) == (5, ())


def test_several_commands_land_together_or_not_at_all(log: EventLog, customer_id: UUID) -> None:
    customers = Customers(log)
    head = log.head()
    release = ReleaseOwner(lane=LANE, valid_from=day(1), basis=BASIS)
    late = TransferOwner(lane=LANE, owner="wang.fang", valid_from=day(2), basis=BASIS)
    with pytest.raises(RuleViolationError, match="assign it first"):
        customers.execute(customer_id, [pin("name.legal", "星桥"), assign("li.na"), release, late], context())
    assert log.head() == head
    assert customers.get(customer_id).version == 2
    receipt = customers.execute(customer_id, [pin("name.legal", "星桥"), assign("li.na"), late], context())
    assert [event.originator_version for event in receipt.events] == [3, 4, 5]
    assert [event.position for event in log.read(head)] == [head + 1, head + 2, head + 3]
    assert receipt.position == head + 3
    assert len({event.meta.causation_id for event in receipt.events}) == 1


def test_a_customer_that_was_never_registered_is_not_found(log: EventLog) -> None:
    with pytest.raises(NotFoundError):
        Customers(log).execute(new_id(), [pin("name.legal", "星桥")], context())


def test_when_others_are_always_first_the_caller_is_asked_to_come_again(
    log: EventLog, customer_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def always_late(*args: Any, **kwargs: Any) -> list[int]:
        tried.append(1)
        raise VersionConflictError("another writer appended to the same stream first")

    monkeypatch.setattr(log, "append_on", always_late)
    with pytest.raises(UnavailableError) as error:
        Customers(log).execute(customer_id, [pin("name.legal", "星桥")], context())
    assert error.value.retry_after_s > 0
    assert len(tried) == ATTEMPTS
