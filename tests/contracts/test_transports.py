"""What the intake relies on, whatever carries the messages: the `Transport` and `Publisher` ports on the inbox and on Kafka."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from connectors.inbox.publisher import InboxPublisher
from connectors.inbox.transport import InboxTransport
from connectors.intake.transport import RawMessage, Transport
from connectors.kafka.consumer import KafkaTransport
from connectors.kafka.producer import KafkaPublisher
from connectors.publishing import Outgoing, Publisher
from hub.kernel.errors import UnavailableError
from tests.contracts.ways import PARTITIONS, Raw, Way, dead_port, read, until, way_in


@pytest.fixture(params=["inbox", pytest.param("kafka", marks=pytest.mark.kafka)])
def way(request: pytest.FixtureRequest, database: str) -> Iterator[Way]:
    with way_in(request.param, database, lambda: str(request.getfixturevalue("kafka_bootstrap"))) as found:
        yield found


class Log:
    """Where a log's inputs stand, as the transports ask for it."""

    def __init__(self) -> None:
        self.offsets: dict[str, int] = {}
        self.taken: list[RawMessage] = []

    def offset(self, name: str) -> int:
        return self.offsets.get(name, 0)

    def take_from(self, *transports: Transport) -> int:
        """Poll each once, and take what comes; gives how many were taken so far."""
        for transport in transports:
            for message in transport.poll(50, 0.1):
                self.taken.append(message)
                self.offsets[message.input] = message.offset + 1
        return len(self.taken)


def outgoing(way: Way, *texts: str, key: str = "crm/account/1") -> list[Outgoing]:
    return [Outgoing(topic=way.topic, key=key, value=text.encode()) for text in texts]


def raw(*texts: str, partition: int = 0) -> list[Raw]:
    return [Raw(value=text.encode(), partition=partition) for text in texts]


def values(messages: list[RawMessage]) -> list[str]:
    return [(m.value or b"").decode() for m in messages]


def test_messages_of_one_key_keep_their_order(way: Way) -> None:
    publisher = way.publisher()
    for number in range(0, 60, 3):
        publisher.publish(
            [
                Outgoing(topic=way.topic, key=f"key {key}", value=f"{key}:{n}".encode())
                for n in range(number, number + 3)
                for key in range(5)
            ]
        )

    found = read(way.transport(Log().offset), 300, at_once=17)

    for key in range(5):
        of_key = [v for v in values(found) if v.startswith(f"{key}:")]
        assert of_key == [f"{key}:{n}" for n in range(60)]
    for name in {m.input for m in found}:
        offsets = [m.offset for m in found if m.input == name]
        assert offsets == list(range(len(offsets)))


def test_what_is_published_comes_byte_for_byte(way: Way) -> None:
    sent = [
        Outgoing(topic=way.topic, key="", value=b""),
        Outgoing(topic=way.topic, key="key\0", value=b"\0\xff\xfe\n" * 3),
        Outgoing(
            topic=way.topic,
            key="鍵/1",
            value=bytes(range(256)),
            headers=(("ce_id", b"\0\xff"), ("名", b""), ("ce_id", b"again")),
        ),
        Outgoing(topic=way.topic, key="plain", value="沪江".encode()),
    ]
    way.publisher().publish(sent)

    found = read(way.transport(Log().offset), len(sent))

    assert {(m.stream, m.key, m.value, m.headers) for m in found} == {
        (s.topic, s.key.encode(), s.value, s.headers) for s in sent
    }


def test_null_is_not_empty(way: Way) -> None:
    way.write([Raw(value=None, key=b"1"), Raw(value=b"", key=b""), Raw(value=b"x", key=None)])

    found = read(way.transport(Log().offset), 3)

    assert [(m.key, m.value) for m in found] == [(b"1", None), (b"", b""), (None, b"x")]


def test_the_places_that_publish_gives_are_those_that_poll_brings(way: Way) -> None:
    publisher = way.publisher()
    sent = [Outgoing(topic=way.topic, key=f"key {n}", value=str(n).encode()) for n in range(30)]

    places = publisher.publish(sent[:20]) + publisher.publish(sent[20:])

    found = read(way.transport(Log().offset), 30)
    assert {m.place: m.value for m in found} == dict(zip(places, (s.value for s in sent), strict=True))
    assert publisher.publish([]) == []


def test_reading_starts_where_the_log_stands_and_not_where_a_reader_stood(way: Way) -> None:
    way.write(raw("0", "1", "2", "3", "4"))
    log = Log()
    log.offsets[way.input(0)] = 2

    first = way.transport(log.offset)
    assert values(read(first, 3)) == ["2", "3", "4"]
    first.close()
    log.offsets[way.input(0)] = 1
    assert values(read(way.transport(log.offset), 4)) == ["1", "2", "3", "4"]


def test_seek_goes_back_and_on(way: Way) -> None:
    way.write(raw("0", "1", "2", "3"))
    transport = way.transport(Log().offset)
    assert values(read(transport, 4)) == ["0", "1", "2", "3"]

    transport.seek(way.input(0), 1)
    assert values(read(transport, 3)) == ["1", "2", "3"]
    transport.seek(way.input(0), 3)
    assert values(read(transport, 1)) == ["3"]


def test_seeking_in_an_input_of_another_reader_does_nothing(way: Way) -> None:
    way.write(raw("0", "1"))
    transport = way.transport(Log().offset)
    read(transport, 2)

    transport.seek(way.input(PARTITIONS + 3), 0)

    assert way.input(PARTITIONS + 3) not in transport.inputs()
    assert transport.poll(10, 0.2) == []


def test_a_paused_input_waits_while_the_others_flow(way: Way) -> None:
    way.write(raw("a0", partition=0) + raw("b0", partition=1))
    transport = way.transport(Log().offset)
    read(transport, 2)

    transport.pause(way.input(0))
    way.write(raw("a1", "a2", partition=0) + raw("b1", "b2", partition=1))
    assert values(read(transport, 2)) == ["b1", "b2"]
    assert transport.poll(10, 0.3) == []

    transport.resume(way.input(0))
    assert values(read(transport, 2)) == ["a1", "a2"]


def test_a_paused_input_that_is_set_back_goes_on_from_there(way: Way) -> None:
    way.write(raw("0", "1", "2", "3"))
    transport = way.transport(Log().offset)
    read(transport, 4)

    transport.pause(way.input(0))
    transport.seek(way.input(0), 2)
    assert transport.poll(10, 0.3) == []

    transport.resume(way.input(0))
    assert values(read(transport, 2)) == ["2", "3"]


def test_an_input_paused_before_it_is_ours_is_not_read(way: Way) -> None:
    way.write(raw("a", partition=0) + raw("b", partition=1))
    transport = way.transport(Log().offset)

    transport.pause(way.input(0))

    assert values(read(transport, 1)) == ["b"]
    assert transport.poll(10, 0.3) == []


def test_lag_counts_down_to_zero(way: Way) -> None:
    way.write(raw(*map(str, range(12)), partition=2))
    transport = way.transport(Log().offset)

    taken = 0
    while taken < 12:
        taken += len(read(transport, 1, at_once=1))
        assert transport.lag()[way.input(2)] == 12 - taken

    assert transport.lag().keys() <= transport.inputs()
    assert set(transport.lag().values()) == {0}


def test_two_readers_share_the_inputs_and_one_takes_over_from_the_other(way: Way) -> None:
    publisher, log, sent = way.publisher(), Log(), Counter[str]()

    def send(number: int) -> None:
        sent.update(
            publisher.publish(
                [Outgoing(topic=way.topic, key=f"key {n}", value=b"x") for n in range(number, number + 40)]
            )
        )

    one, two = way.transport(log.offset), way.transport(log.offset)
    send(0)
    everything = frozenset(map(way.input, range(PARTITIONS)))

    def shared() -> bool:
        log.take_from(one, two)
        return (
            bool(one.inputs() and two.inputs())
            and not one.inputs() & two.inputs()
            and one.inputs() | two.inputs() == everything
        )

    until(shared, "sharing the inputs")
    send(40)
    until(lambda: log.take_from(one, two) >= 80, "taking in what both read")
    send(80)
    one.close()
    assert one.inputs() == frozenset()
    until(lambda: log.take_from(two) > 0 and two.inputs() == everything, "taking over")
    send(120)
    until(lambda: log.take_from(two) >= 160, "taking in what one had left")

    log.take_from(two)
    assert Counter(m.place for m in log.taken) == sent


@pytest.mark.parametrize("name", ["inbox", pytest.param("kafka", marks=pytest.mark.kafka)])
def test_a_reader_says_when_nobody_answers(name: str) -> None:
    where = dead_port()
    transport: Transport = (
        InboxTransport(f"postgresql://hub@{where}/hub", Log().offset)
        if name == "inbox"
        else KafkaTransport(where, ["customers"], Log().offset, group="hub")
    )

    with pytest.raises(UnavailableError):
        transport.poll(1, 0.1)

    assert transport.inputs() == frozenset()
    transport.close()


@pytest.mark.parametrize("name", ["inbox", pytest.param("kafka", marks=pytest.mark.kafka)])
def test_a_publisher_says_when_nobody_answers(name: str) -> None:
    where = dead_port()
    publisher: Publisher = (
        InboxPublisher(f"postgresql://hub@{where}/hub", timeout_s=0.5)
        if name == "inbox"
        else KafkaPublisher(where)
    )

    with publisher, pytest.raises(UnavailableError):
        publisher.publish([Outgoing(topic="customers", key="1", value=b"x")])
