"""Dead letters in a real database, and their way back through both publishers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from connectors.deadletters import store
from connectors.deadletters.store import Failure
from connectors.inbox.publisher import InboxPublisher
from connectors.intake.transport import RawMessage
from hub.kernel.errors import (
    HubError,
    InvalidMessageError,
    NotFoundError,
    RuleViolationError,
    UnavailableError,
)
from tests.contracts.ways import Way, read, way_in

WRONG = InvalidMessageError("it is wrong", source="/crm", position="here", field="time", remedy="mend it")


@pytest.fixture
def connection(database: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(database, autocommit=True) as found:
        yield found


def failure(
    offset: int,
    value: bytes | None = b"{",
    *,
    error: HubError = WRONG,
    stream: str = "customers",
    **more: Any,
) -> Failure:
    place = {"input": "kafka:customers:0", "key": b"1", "headers": (), **more}
    return Failure(message=RawMessage(offset=offset, value=value, stream=stream, **place), error=error)


def put(connection: Connection[Any], *failures: Failure) -> list[int]:
    """Keep *failures*; gives their numbers."""
    known = {letter.id for letter in store.letters(connection, limit=1000, retried=True)}
    with connection.transaction():
        store.put(connection, failures)
    return sorted({x.id for x in store.letters(connection, limit=1000, retried=True)} - known)


def test_a_letter_holds_the_message_and_what_is_wrong_with_it(connection: Connection[Any]) -> None:
    headers = (("ce_id", b"\0\xff"), ("名", b""))
    (number,) = put(connection, failure(17, b"\0{", key=b"\xff", headers=headers, input="inbox:main:3"))

    letter = store.letter(connection, number)

    assert (letter.input, letter.offset, letter.stream) == ("inbox:main:3", 17, "customers")
    assert (letter.key, letter.value, letter.headers) == (b"\xff", b"\0{", headers)
    assert (letter.code, letter.source, letter.field) == ("invalid-message", "/crm", "time")
    assert (letter.reason, letter.remedy) == ("it is wrong", "mend it")
    assert letter.retried_at is None


def test_a_letter_tells_null_from_empty(connection: Connection[Any]) -> None:
    put(connection, failure(1, None, key=None), failure(2, b"", key=b""))

    assert [(x.key, x.value) for x in store.letters(connection)] == [(b"", b""), (None, None)]


def test_what_a_text_cannot_hold_is_replaced(connection: Connection[Any]) -> None:
    error = InvalidMessageError("a\0b\ud800", source="s\0", field="f\0", remedy="r\0")
    put(connection, failure(1, error=error, headers=(("n\0", b"\0"),)))

    (letter,) = store.letters(connection)
    assert (letter.reason, letter.source, letter.field, letter.remedy) == ("a�b?", "s�", "f�", "r�")
    assert letter.headers == (("n�", b"\0"),)


def test_a_broken_rule_is_a_letter_with_a_remedy_too(connection: Connection[Any]) -> None:
    put(connection, failure(1, error=RuleViolationError("it may not be")))

    (letter,) = store.letters(connection)
    assert (letter.code, letter.reason, letter.source) == ("rule-violation", "it may not be", "customers")
    assert letter.remedy


def test_a_letter_is_kept_once_however_often_it_is_put(connection: Connection[Any]) -> None:
    put(connection, failure(1, b"a"), failure(1, b"a"), failure(2, None))
    put(connection, failure(1, b"a"), failure(2, None))

    assert [(x.offset, x.value) for x in store.letters(connection)] == [(2, None), (1, b"a")]


def test_another_message_at_the_same_place_is_another_letter(connection: Connection[Any]) -> None:
    """A topic may have been deleted and made again: its offsets begin anew."""
    put(connection, failure(1, b"a"), failure(1, b"b"), failure(1, None), failure(1, b"a", input="kafka:x:0"))

    assert len(store.letters(connection)) == 4


def test_letters_come_page_by_page_the_newest_first(connection: Connection[Any]) -> None:
    numbers = put(
        connection, *(failure(n, error=WRONG if n % 2 else RuleViolationError("no")) for n in range(7))
    )

    pages = []
    before: int | None = None
    while page := store.letters(connection, before=before, limit=3):
        pages.append([letter.id for letter in page])
        before = page[-1].id

    newest_first = numbers[::-1]
    assert pages == [newest_first[:3], newest_first[3:6], newest_first[6:]]
    wrong = store.letters(connection, code="invalid-message", limit=2)
    assert [letter.offset for letter in wrong] == [5, 3]
    assert [x.offset for x in store.letters(connection, code="invalid-message", before=wrong[-1].id)] == [1]


def test_counts_are_by_code(connection: Connection[Any]) -> None:
    assert store.counts(connection) == {}
    put(connection, failure(1), failure(2), failure(3, error=RuleViolationError("no")))

    assert store.counts(connection) == {"invalid-message": 2, "rule-violation": 1}


def test_a_letter_that_is_not_there_is_not_found(connection: Connection[Any]) -> None:
    with pytest.raises(NotFoundError, match="404"):
        store.letter(connection, 404)


def test_an_input_is_stopped_once_and_let_go_once(connection: Connection[Any]) -> None:
    store.pause(connection, "kafka:a:0", "too much")
    store.pause(connection, "kafka:a:0", "again")
    store.pause(connection, "kafka:b:0", "other")

    assert store.paused(connection) == {"kafka:a:0": "too much", "kafka:b:0": "other"}
    assert store.resume(connection, "kafka:a:0")
    assert not store.resume(connection, "kafka:a:0")
    assert store.paused(connection) == {"kafka:b:0": "other"}


@pytest.fixture(params=["inbox", pytest.param("kafka", marks=pytest.mark.kafka)])
def way(request: pytest.FixtureRequest, database: str) -> Iterator[Way]:
    with way_in(request.param, database, lambda: str(request.getfixturevalue("kafka_bootstrap"))) as found:
        yield found


def test_letters_are_sent_again_byte_for_byte_and_marked(connection: Connection[Any], way: Way) -> None:
    headers = (("ce_id", b"\0\xff"), ("ce_id", b""), ("名", "值".encode()))
    numbers = put(
        connection,
        failure(1, b"\0\xff{", key="鍵".encode(), headers=headers, stream=way.topic),
        failure(2, b"", key=b"", stream=way.topic),
        failure(3, b"stays", stream=way.topic),
    )

    assert store.retry(connection, way.publisher(), [numbers[1], numbers[0], numbers[0]]) == 2

    found = read(way.transport(lambda name: 0), 2)
    assert {(m.stream, m.key, m.value, m.headers) for m in found} == {
        (way.topic, "鍵".encode(), b"\0\xff{", headers),
        (way.topic, b"", b"", ()),
    }
    assert [letter.id for letter in store.letters(connection)] == [numbers[2]]
    assert store.counts(connection) == {"invalid-message": 1}
    everything = store.letters(connection, retried=True)
    assert [x.id for x in everything if x.retried_at is not None] == [numbers[1], numbers[0]]


def test_nothing_is_sent_when_one_of_the_letters_is_not_there(
    connection: Connection[Any], database: str
) -> None:
    numbers = put(connection, failure(1))

    with InboxPublisher(database, pool_size=1) as publisher, pytest.raises(NotFoundError):
        store.retry(connection, publisher, [*numbers, numbers[-1] + 1])

    assert connection.execute("SELECT count(*) FROM hub_inbox").fetchone() == (0,)
    assert [letter.id for letter in store.letters(connection)] == numbers


def test_letters_that_could_not_be_sent_are_not_marked(connection: Connection[Any], database: str) -> None:
    numbers = put(connection, failure(1))
    publisher = InboxPublisher(database, pool_size=1)
    publisher.close()

    with pytest.raises(UnavailableError):
        store.retry(connection, publisher, numbers)

    assert [letter.id for letter in store.letters(connection)] == numbers
