"""What the inbox table promises beyond the ports: offsets in the order of commits, a wake-up call, shares, new connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from connectors.inbox import transport as transport_module
from connectors.inbox.publisher import InboxPublisher
from connectors.inbox.transport import InboxTransport
from connectors.publishing import Outgoing
from hub.kernel.errors import UnavailableError
from tests.contracts.ways import read, terminate, until


@pytest.fixture
def publisher(database: str) -> Iterator[InboxPublisher]:
    with InboxPublisher(database, pool_size=1) as found:
        yield found


def beginning(name: str) -> int:
    """Where an input stands of which nothing was taken in."""
    return 0


def outgoing(text: str) -> Outgoing:
    return Outgoing(topic="customers", key=text, value=text.encode())


def test_a_reader_misses_nothing_of_what_many_publish_at_once(database: str) -> None:
    """A number that appears after a higher one was read would be lost for good."""
    failures: list[BaseException] = []
    places: list[str] = []

    def publish(number: int) -> None:
        try:
            with InboxPublisher(database, pool_size=1) as publisher:
                for n in range(25):
                    places.extend(publisher.publish([outgoing(f"{number}/{n}/{m}") for m in range(4)]))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(4)]
    transport = InboxTransport(database, beginning)
    for thread in threads:
        thread.start()
    found = read(transport, 400, at_once=40)
    for thread in threads:
        thread.join()
    transport.close()

    assert failures == []
    assert sorted(m.place for m in found) == sorted(places)
    for name in {m.input for m in found}:
        offsets = [m.offset for m in found if m.input == name]
        assert offsets == list(range(len(offsets)))


def test_a_message_wakes_a_reader_that_waits(database: str, publisher: InboxPublisher) -> None:
    transport = InboxTransport(database, beginning)
    assert transport.poll(1, 0) == []
    late = threading.Timer(0.3, lambda: publisher.publish([outgoing("1")]))
    late.start()

    begun = time.monotonic()
    found = transport.poll(10, 20)

    assert time.monotonic() - begun < 10
    assert [m.value for m in found] == [b"1"]
    late.join()
    transport.close()


def test_readers_share_the_partitions_evenly_whoever_came_first(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "CLAIM_EVERY_S", 0.0)
    one, two, three, four = (InboxTransport(database, beginning) for _ in range(4))

    def held(*readers: InboxTransport) -> list[int]:
        for _ in range(2):
            for reader in readers:
                reader.poll(1, 0)
        assert len(frozenset[str]().union(*(r.inputs() for r in readers))) == 4
        return [len(reader.inputs()) for reader in readers]

    assert held(one) == [4]
    assert held(one, two) == [2, 2]
    assert sorted(held(one, two, three)) == [0, 2, 2]
    assert held(one, two, three, four) == [1, 1, 1, 1]
    one.close()
    two.close()
    assert held(three, four) == [2, 2]
    three.close()
    four.close()


def test_a_reader_whose_connection_is_cut_says_so_and_goes_on_where_the_log_stands(
    database: str, publisher: InboxPublisher
) -> None:
    offsets: dict[str, int] = {}
    transport = InboxTransport(database, lambda name: offsets.get(name, 0))
    publisher.publish([outgoing("1")] * 3)
    (name,) = {m.input for m in read(transport, 3)}
    offsets[name] = 2

    for cut_off in (lambda: transport.poll(1, 0), lambda: transport.poll(1, 5), transport.lag):
        assert terminate(database) > 0
        with pytest.raises(UnavailableError):
            cut_off()
        assert transport.inputs() == frozenset()
        assert [m.offset for m in read(transport, 1)] == [2]
        assert transport.lag()[name] == 0
    transport.close()


def test_the_inputs_of_a_reader_that_was_cut_off_are_free_for_another(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "CLAIM_EVERY_S", 0.0)
    one, two = InboxTransport(database, beginning), InboxTransport(database, beginning)
    until(lambda: not one.poll(1, 0) and not two.poll(1, 0) and len(two.inputs()) == 2, "sharing")
    (partition, *_) = [int(name.rpartition(":")[2]) for name in sorted(one.inputs())]

    terminate(
        database, f"pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.objid = {partition}"
    )
    until(lambda: not two.poll(1, 0.1) and len(two.inputs()) == 4, "taking over")

    with pytest.raises(UnavailableError):
        one.poll(1, 0)
    until(lambda: not two.poll(1, 0) and not one.poll(1, 0) and len(one.inputs()) == 2, "sharing again")
    one.close()
    two.close()


def test_a_publisher_whose_connection_was_cut_goes_on(database: str, publisher: InboxPublisher) -> None:
    publisher.publish([outgoing("1")])
    assert terminate(database) > 0

    (place,) = publisher.publish([outgoing("1")])

    assert place.endswith("@1")


def test_a_partition_that_the_table_does_not_have_is_named(database: str) -> None:
    with (
        InboxPublisher(database, partitions=1000, pool_size=1) as publisher,
        pytest.raises(UnavailableError, match="no partition"),
    ):
        publisher.publish([outgoing(str(n)) for n in range(10)])
