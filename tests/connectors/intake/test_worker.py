"""The intake worker over real transports: waiting activities, limits, late workers, a database that goes away."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from psycopg import Connection

from connectors.deadletters import store
from connectors.deadletters.limits import Limits
from connectors.deadletters.store import DeadLetter
from connectors.intake.transport import RawMessage, Transport
from connectors.intake.worker import IntakeWorker
from hub.activity.events import ActivityRecorded
from hub.customer.events import RecordLinked
from hub.kernel.errors import RuleViolationError, UnavailableError
from hub.kernel.ids import event_uid
from hub.log.envelope import RecordedEvent
from hub.log.store import EventLog
from hub.resolution.items import Observe, Report
from hub.resolution.request import Request
from hub.resolution.resolver import Resolver, Taken
from tests.connectors.intake.messages import ORDER, PHONE, SOURCE, envelope, order, plain, structured
from tests.contracts.ways import Raw, Way, terminate, until, way_in

MASTER_KEY = bytes(range(32))
BAD = b"{"


@dataclass(slots=True, kw_only=True)
class Hub:
    """A log, a way in, and workers between them."""

    log: EventLog
    way: Way
    url: str

    def worker(self, transport: Transport | None = None, **options: Any) -> IntakeWorker:
        """One more worker; its first step looks after what waits and what was stopped."""
        found = transport or self.way.transport(self.log.offset)
        return IntakeWorker(found, options.pop("resolver", None) or Resolver(self.log), **options)

    def letters(self, *, retried: bool = False) -> list[DeadLetter]:
        """All letters, the oldest first."""
        with self.log.connection() as connection:
            return store.letters(connection, limit=10_000, retried=retried)[::-1]

    def stopped(self) -> dict[str, str]:
        """The inputs that were stopped."""
        with self.log.connection() as connection:
            return store.paused(connection)

    def resume(self, name: str) -> None:
        """Let an input go on."""
        with self.log.connection() as connection:
            assert store.resume(connection, name)

    def outcome(self, event_id: str) -> str | None:
        """What has become of an event."""
        receipt = Resolver(self.log).receipt(event_uid(SOURCE, event_id))
        return receipt[0] if receipt else None

    def activities(self) -> list[RecordedEvent]:
        """All activities in the log."""
        return [e for e in self.log.read(0, 10_000) if isinstance(e.body, ActivityRecorded)]

    def stands(self, partition: int) -> int:
        """The offset behind what was taken in of a partition."""
        return self.log.offset(self.way.input(partition))

    def until_stands(self, worker: IntakeWorker, partition: int, offset: int) -> None:
        """Let *worker* go on until a partition is taken in up to *offset*."""

        def there() -> bool:
            worker.step(0.1)
            return self.stands(partition) >= offset

        until(there, f"offset {offset} of partition {partition}")
        assert self.stands(partition) == offset


@pytest.fixture(params=["inbox", pytest.param("kafka", marks=pytest.mark.kafka)])
def hub(request: pytest.FixtureRequest, database: str) -> Iterator[Hub]:
    with way_in(request.param, database, lambda: str(request.getfixturevalue("kafka_bootstrap"))) as way:
        log = EventLog(database, MASTER_KEY)
        yield Hub(log=log, way=way, url=database)
        log.close()


@pytest.fixture
def inbox(database: str) -> Iterator[Hub]:
    with way_in("inbox", database, str) as way:
        log = EventLog(database, MASTER_KEY)
        yield Hub(log=log, way=way, url=database)
        log.close()


def good(event_id: str) -> bytes:
    return plain(event_id, f"有限公司 {event_id}")


def ordered(event_id: str, customer: str) -> bytes:
    return structured(envelope(event_id, ORDER), order(customer, orderId=event_id))


def raw(*values: bytes, partition: int = 0) -> list[Raw]:
    return [Raw(value=value, partition=partition) for value in values]


def test_an_activity_waits_for_its_customer_whatever_input_that_comes_by(hub: Hub) -> None:
    worker = hub.worker()
    hub.way.write(raw(ordered("order", "C-1"), partition=0))
    hub.until_stands(worker, 0, 1)
    assert hub.outcome("order") == "parked"
    assert hub.activities() == []

    hub.way.write(raw(good("C-1"), partition=1))
    hub.until_stands(worker, 1, 1)

    assert hub.outcome("order") == "recorded"
    (activity,) = hub.activities()
    assert isinstance(activity.body, ActivityRecorded)
    assert activity.originator_id == event_uid(SOURCE, "order")
    assert activity.body.data == order("C-1", orderId="order")
    assert hub.letters() == []


def test_an_activity_before_its_customer_in_the_same_input_is_recorded_at_once(hub: Hub) -> None:
    hub.way.write(raw(ordered("order", "C-1"), good("C-1"), ordered("other", "C-2")))
    hub.until_stands(hub.worker(), 0, 3)

    assert (hub.outcome("order"), hub.outcome("other")) == ("recorded", "parked")


def test_an_activity_that_waited_too_long_is_put_aside_and_can_be_sent_again(hub: Hub) -> None:
    transport = hub.way.transport(hub.log.offset)
    hub.way.write(raw(ordered("order", "C-1")))
    hub.until_stands(hub.worker(transport), 0, 1)

    hub.worker(transport, parked_for=timedelta(days=1)).step(0)
    assert hub.letters() == []
    hub.worker(transport, parked_for=timedelta(0)).step(0)

    (letter,) = hub.letters()
    assert (letter.source, letter.field, letter.code) == (SOURCE, "customer", "invalid-message")
    assert "source record" in letter.reason
    assert PHONE not in letter.reason + letter.remedy
    assert "retry" in letter.remedy
    assert hub.outcome("order") is None

    worker = hub.worker(transport)
    hub.way.write(raw(good("C-1"), partition=1))
    hub.until_stands(worker, 1, 1)
    assert hub.activities() == []
    with hub.log.connection() as connection:
        assert store.retry(connection, hub.way.publisher(), [letter.id]) == 1
    until(lambda: _step(worker) and bool(hub.activities()), "recording what was sent again")

    (activity,) = hub.activities()
    assert isinstance(activity.body, ActivityRecorded)
    assert activity.body.data == order("C-1", orderId="order")
    assert activity.body.type == "sales.order.placed"
    assert hub.letters() == []


def test_an_activity_put_aside_by_several_workers_at_once_is_one_letter(inbox: Hub) -> None:
    transport = inbox.way.transport(inbox.log.offset)
    inbox.way.write(raw(*(ordered(f"order-{n}", "C-1") for n in range(50))))
    inbox.until_stands(inbox.worker(transport), 0, 50)
    workers = [inbox.worker(parked_for=timedelta(0)) for _ in range(4)]
    ready = threading.Barrier(len(workers))

    def bury(worker: IntakeWorker) -> None:
        ready.wait()
        worker.step(0)

    _side_by_side([partial(bury, worker) for worker in workers])

    assert len(inbox.letters()) == 50


def test_too_many_failures_in_a_row_stop_an_input_at_the_message_and_no_other(hub: Hub) -> None:
    limits = Limits(consecutive=3)
    worker = hub.worker(limits=limits)
    hub.way.write(
        raw(good("a-0"), BAD, BAD, good("a-3"), BAD, BAD, BAD, BAD, good("a-8"), partition=0)
        + raw(good("b-0"), BAD, BAD, BAD, good("b-4"), partition=1)
    )
    hub.until_stands(worker, 0, 7)
    hub.until_stands(worker, 1, 5)
    hub.way.write(raw(good("b-5"), partition=1) + raw(good("c-0"), partition=2))
    hub.until_stands(worker, 1, 6)
    hub.until_stands(worker, 2, 1)

    assert list(hub.stopped()) == [hub.way.input(0)]
    assert "3 messages in a row" in hub.stopped()[hub.way.input(0)]
    assert hub.stands(0) == 7
    assert hub.outcome("a-8") is None

    hub.resume(hub.way.input(0))
    hub.until_stands(worker, 0, 9)
    assert hub.outcome("a-8") == "linked"
    places = [(letter.input, letter.offset) for letter in hub.letters()]
    assert sorted(places) == sorted(
        [(hub.way.input(0), n) for n in (1, 2, 4, 5, 6, 7)] + [(hub.way.input(1), n) for n in (1, 2, 3)]
    )
    assert hub.stopped() == {}


def test_too_large_a_share_of_failures_stops_an_input_at_the_message(inbox: Hub) -> None:
    worker = inbox.worker(limits=Limits(consecutive=100, share=0.5, window=6))
    first = [good(f"a-{n}") if n in {0, 2, 4, 7} else BAD for n in range(10)]
    inbox.way.write(raw(*first) + raw(*first[:6], partition=1))
    inbox.until_stands(worker, 0, 6)
    inbox.until_stands(worker, 1, 6)

    assert inbox.stands(0) == 6
    assert list(inbox.stopped()) == [inbox.way.input(0)]
    assert "4 of the last 6" in inbox.stopped()[inbox.way.input(0)]

    inbox.resume(inbox.way.input(0))
    inbox.until_stands(worker, 0, 10)
    assert inbox.outcome("a-7") == "linked"
    assert [x.offset for x in inbox.letters() if x.input == inbox.way.input(0)] == [1, 3, 5, 6, 8, 9]


def test_a_stopped_input_stays_stopped_for_the_worker_that_takes_it_over(hub: Hub) -> None:
    limits = Limits(consecutive=1)
    hub.way.write(raw(BAD, BAD, BAD, good("a-3")) + raw(good("b-0"), partition=1))
    transport = hub.way.transport(hub.log.offset)
    hub.until_stands(hub.worker(transport, limits=limits), 1, 1)
    transport.close()

    heir = hub.worker(limits=limits)
    hub.way.write(raw(good("b-1"), partition=1))
    hub.until_stands(heir, 1, 2)
    assert (hub.stands(0), len(hub.letters())) == (1, 1)

    hub.resume(hub.way.input(0))
    hub.until_stands(heir, 0, 2)
    until(lambda: _step(heir) and bool(hub.stopped()), "stopping it again")
    assert hub.stopped().keys() == {hub.way.input(0)}


class CutOff(Resolver):
    """Loses its database in the middle of its first transactions."""

    def __init__(self, log: EventLog, *, times: int) -> None:
        super().__init__(log)
        self.times = times

    def resolve(self, request: Request) -> Taken:
        """As ever, but for the first *times* batches the connection ends before they are committed."""
        if not request.trackings or self.times == 0:
            return super().resolve(request)
        self.times -= 1

        def work(connection: Connection[Any], positions: Sequence[int]) -> None:
            assert request.work is not None
            request.work(connection, positions)
            terminate(self.log.url)

        return super().resolve(replace(request, work=work))


def test_what_is_read_again_after_a_failure_does_not_weigh_twice(inbox: Hub) -> None:
    """The database goes away twice with three bad messages at hand: they are not six or nine."""
    resolver = CutOff(inbox.log, times=2)
    worker = inbox.worker(limits=Limits(consecutive=3), resolver=resolver)
    inbox.way.write(raw(BAD, BAD, BAD))

    with _running(worker):
        until(lambda: inbox.stands(0) == 3, "taking in the bad ones")
        inbox.way.write(raw(good("a-3")))
        until(lambda: inbox.stands(0) == 4, "taking in the good one")

    assert resolver.times == 0
    assert inbox.stopped() == {}
    assert [letter.offset for letter in inbox.letters()] == [0, 1, 2]


class Fragile(Resolver):
    """Stumbles over some orders and companies, as a rule or a fault of the program would make it."""

    def resolve(self, request: Request) -> Taken:
        """As ever, unless one of the items is of the wrong kind."""
        for item in request.items:
            if isinstance(item, Report) and item.key.local_id == "forbidden":
                raise RuleViolationError("this is not allowed")
            if isinstance(item, Observe) and item.key.local_id.startswith("broken"):
                raise IndexError(f"no such thing as {item.record.values[0].value}")
        return super().resolve(request)


def test_only_the_message_that_the_hub_stumbles_over_is_put_aside(hub: Hub) -> None:
    worker = hub.worker(resolver=Fragile(hub.log))
    values = [good(f"a-{n}") for n in range(9)]
    values[2], values[5], values[6] = good("broken-2"), BAD, ordered("order", "forbidden")
    hub.way.write(raw(*values) + raw(good("b-0"), partition=1))
    hub.until_stands(worker, 0, 9)
    hub.until_stands(worker, 1, 1)

    letters = hub.letters()
    assert [letter.offset for letter in letters] == [2, 5, 6]
    assert [letter.value for letter in letters] == [values[2], BAD, values[6]]
    assert [letter.code for letter in letters] == ["invalid-message", "invalid-message", "rule-violation"]
    assert "IndexError" in letters[0].reason
    assert "broken-2" not in letters[0].reason
    assert letters[2].reason == "this is not allowed"
    assert all(letter.remedy for letter in letters)
    for n in (0, 1, 3, 4, 7, 8):
        assert hub.outcome(f"a-{n}") == "linked"


def test_messages_that_the_hub_stumbles_over_count_for_the_limits(inbox: Hub) -> None:
    worker = inbox.worker(limits=Limits(consecutive=2), resolver=Fragile(inbox.log))
    inbox.way.write(raw(good("a-0"), BAD, good("broken-2"), BAD, good("a-4")) + raw(good("b-0"), partition=1))

    inbox.until_stands(worker, 0, 3)
    inbox.until_stands(worker, 1, 1)

    assert inbox.stopped().keys() == {inbox.way.input(0)}
    assert [letter.offset for letter in inbox.letters()] == [1, 2]
    inbox.resume(inbox.way.input(0))
    inbox.until_stands(worker, 0, 5)
    assert [letter.offset for letter in inbox.letters()] == [1, 2, 3]


class Late:
    """A reader that is overtaken between reading and the moment when its worker takes in what it has read."""

    def __init__(self, inner: Transport, meanwhile: Callable[[], None]) -> None:
        self._inner = inner
        self._meanwhile: Callable[[], None] | None = meanwhile
        self.inputs, self.lag, self.close = inner.inputs, inner.lag, inner.close
        self.seek, self.pause, self.resume = inner.seek, inner.pause, inner.resume

    def poll(self, max_messages: int, timeout_s: float) -> list[RawMessage]:
        """What the inner one brings, when it is too late."""
        found = self._inner.poll(max_messages, timeout_s)
        if found and self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        return found


@pytest.mark.parametrize("others_batch", [4, 100], ids=["a part of it", "all of it"])
def test_what_another_worker_has_taken_in_meanwhile_is_not_taken_in_again(
    hub: Hub, others_batch: int
) -> None:
    """Two workers have the same input for a moment; the late one still has it in hand."""
    hub.way.write(raw(BAD, BAD, good("a-2"), BAD, ordered("order", "a-2"), good("a-5"), BAD, BAD))
    others = hub.way.apart(hub.log.offset)
    other = hub.worker(others, batch=others_batch)

    def overtake() -> None:
        hub.way.let_go()
        until(lambda: other.step(0.1) > 0, "the other one's batch")

    late = hub.worker(Late(hub.way.apart(hub.log.offset), overtake))

    until(lambda: _step(late) and hub.stands(0) > 0, "the late one's batch")
    hub.until_stands(other, 0, 8)
    others.close()
    hub.way.write(raw(BAD, good("a-9")))
    until(lambda: _step(late) and hub.stands(0) == 10, "taking in what came later")

    assert [(letter.offset, letter.value) for letter in hub.letters()] == [
        (n, BAD) for n in (0, 1, 3, 6, 7, 8)
    ]
    assert len(hub.activities()) == 1
    linked = [e.meta.causation_id for e in hub.log.read(0) if isinstance(e.body, RecordLinked)]
    assert Counter(linked) == {event_uid(SOURCE, f"a-{n}"): 1 for n in (2, 5, 9)}


def _step(worker: IntakeWorker) -> bool:
    """One step, after which it is asked again; its transport may have lost its connection."""
    with suppress(UnavailableError):
        worker.step(0.1)
    return True


def test_a_worker_carries_on_when_its_database_connections_are_cut_again_and_again(hub: Hub) -> None:
    cut = 0
    with _running(hub.worker(batch=20)):
        for number in range(12):
            hub.way.write(
                [
                    m
                    for n in range(5 * number, 5 * number + 5)
                    for m in raw(good(f"a-{n}"), BAD, partition=n % 3)
                ]
            )
            if number in {3, 9}:
                cut += terminate(hub.url)
        until(lambda: sum(hub.stands(p) for p in range(3)) == 120, "taking in everything")

    assert cut > 0
    assert all(hub.outcome(f"a-{n}") == "linked" for n in range(60))
    assert Counter((x.input, x.offset) for x in hub.letters()) == {
        (hub.way.input(p), 2 * n + 1): 1 for p in range(3) for n in range(20)
    }


def test_a_worker_whose_connections_are_cut_while_it_looks_after_the_house_carries_on(inbox: Hub) -> None:
    transport = inbox.way.transport(inbox.log.offset)
    worker = inbox.worker(transport)
    worker.step(0)
    inbox.way.write(raw(good("a-0")))

    assert terminate(inbox.url) > 0
    with pytest.raises(UnavailableError):
        transport.lag()

    with _running(worker):
        until(lambda: inbox.stands(0) == 1, "taking it in")
    assert inbox.outcome("a-0") == "linked"


@contextmanager
def _running(worker: IntakeWorker) -> Iterator[None]:
    """*worker* at work in a thread; fails when it ends by itself."""
    stop, failures = threading.Event(), list[BaseException]()

    def work() -> None:
        try:
            worker.run_forever(stop)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failures == []


def _side_by_side(work: Sequence[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
