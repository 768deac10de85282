"""How readers of one group come by their inputs, and lose them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator

import pytest

from connectors.kafka.consumer import SESSION_TIMEOUT_S, KafkaTransport
from tests.contracts.ways import until

Join = Callable[..., KafkaTransport]


@pytest.fixture
def join(kafka_bootstrap: str, topic: str) -> Iterator[Join]:
    """Makes readers of one group and one topic."""
    group, made = secrets.token_hex(6), list[KafkaTransport]()

    def one_more(*, member: str | None = None) -> KafkaTransport:
        made.append(KafkaTransport(kafka_bootstrap, [topic], lambda name: 0, group=group, member=member))
        return made[-1]

    yield one_more
    for transport in made:
        transport.close()


def test_a_reader_that_polls_in_short_steps_gets_its_inputs(join: Join) -> None:
    """A poll that ends in the middle of a rebalance must not make the client forget the rebalance."""
    for _ in range(3):
        transport = join()

        def shared_out(reader: KafkaTransport = transport) -> bool:
            reader.poll(10, 0.001)
            return len(reader.inputs()) == 4

        until(shared_out, "sharing out the inputs")
        transport.close()


def test_topics_that_are_missing_are_made(join: Join, topic: str) -> None:
    transport = join()

    until(lambda: not transport.poll(1, 0.1) and len(transport.inputs()) == 4, "sharing out the inputs")

    assert transport.inputs() == {f"kafka:{topic}:{n}" for n in range(4)}


def test_a_member_that_comes_again_takes_over_from_its_former_self(join: Join) -> None:
    """As after a crash: nobody waits until the old session has timed out."""
    former = join(member="worker-1")
    until(lambda: not former.poll(1, 0.1) and len(former.inputs()) == 4, "sharing out the inputs")

    begun = time.monotonic()
    again = join(member="worker-1")
    until(lambda: not again.poll(1, 0.1) and len(again.inputs()) == 4, "taking over")
    assert time.monotonic() - begun < SESSION_TIMEOUT_S
