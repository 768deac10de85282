"""Messages that cannot be read, or only just, by the inbox, by Kafka and by HTTP: each between two good ones of its partition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from fastapi.testclient import TestClient

from connectors.api import keys
from connectors.api.app import create_app
from connectors.api.keys import Role
from connectors.api.services import Services
from connectors.deadletters import store
from connectors.deadletters.store import DeadLetter
from connectors.inbox.publisher import InboxPublisher
from connectors.inbox.transport import InboxTransport
from connectors.intake.worker import IntakeWorker
from connectors.wiring import migrate
from hub.customer.events import RecordLinked
from hub.handling.customers import Customers
from hub.kernel.ids import RecordKey, event_uid
from hub.kernel.source_record import SourceRecord
from hub.log.store import EventLog
from hub.resolution.resolver import Resolver
from hub.resolution.steward import Steward
from projections.runner.catalogue import all_projections
from projections.runner.run import Runner
from tests.connectors.intake.cases import DEAD, TAKEN, Dead, Headers, Taken
from tests.connectors.intake.messages import PERSONAL, SOURCE, SYSTEM, SYSTEMS, UNIT, plain
from tests.contracts.ways import Raw, until, way_in
from tests.support.databases import Databases

pytestmark = pytest.mark.postgres
MASTER_KEY = bytes(range(32))
CASES: tuple[Dead | Taken, ...] = (*DEAD, *TAKEN)


def neighbours(case: Dead | Taken) -> tuple[str, str]:
    """The event ids of the good messages before and behind it."""
    number = next(n for n, c in enumerate(CASES) if c.name == case.name)
    return f"before-{number}", f"behind-{number}"


def good(event_id: str) -> bytes:
    return plain(event_id, f"有限公司 {event_id}")


def named(case: Dead | Taken) -> str:
    return case.name


@dataclass(slots=True, kw_only=True)
class World:
    """All cases, each between its neighbours, as one worker has taken them in from one partition."""

    log: EventLog
    topic: str
    input: str
    places: dict[str, int]
    letters: dict[int, DeadLetter] = field(default_factory=dict)
    records: dict[UUID, SourceRecord] = field(default_factory=dict)
    outcomes: dict[UUID, str] = field(default_factory=dict)

    def look(self) -> None:
        """Read what has become of everything."""
        with self.log.connection() as connection:
            assert store.paused(connection) == {}
            found = store.letters(connection, limit=10_000)
            rows = connection.execute("SELECT uid, outcome FROM hub_receipt").fetchall()
        self.letters = {letter.offset: letter for letter in found}
        self.outcomes = {row["uid"]: row["outcome"] for row in rows}
        for event in self.log.read(0, 100_000):
            if isinstance(event.body, RecordLinked) and event.meta.actor == SOURCE:
                self.records[event.meta.causation_id] = event.body.record


@pytest.fixture(scope="module", params=["inbox", pytest.param("kafka", marks=pytest.mark.kafka)])
def world(request: pytest.FixtureRequest, databases: Databases) -> Iterator[World]:
    url = databases.create(migrate)
    with (
        ExitStack() as stack,
        way_in(request.param, url, lambda: str(request.getfixturevalue("kafka_bootstrap"))) as way,
    ):
        log = EventLog(url, MASTER_KEY)
        stack.callback(log.close)
        messages: list[Raw] = []
        places: dict[str, int] = {}
        for case in CASES:
            before, behind = neighbours(case)
            places[case.name] = len(messages) + 1
            messages += [
                Raw(value=good(before)),
                Raw(value=case.value, key=case.name.encode(), headers=case.headers),
                Raw(value=good(behind)),
            ]
        way.write(messages)
        made = World(log=log, topic=way.topic, input=way.input(0), places=places)
        worker = IntakeWorker(way.transport(log.offset), Resolver(log), systems=SYSTEMS)
        until(
            lambda: worker.step(0.2) == 0 and log.offset(made.input) == len(messages), "taking in everything"
        )
        made.look()
        yield made
    databases.drop(url)


@pytest.mark.parametrize("case", DEAD, ids=named)
def test_what_cannot_be_read_is_put_aside_and_its_neighbours_are_taken_in(world: World, case: Dead) -> None:
    letter = world.letters[world.places[case.name]]

    assert (letter.value, letter.key, letter.headers) == (case.value, case.name.encode(), case.headers)
    assert (letter.input, letter.stream) == (world.input, world.topic)
    assert letter.field == case.field
    assert letter.source == (case.source or world.topic)
    assert letter.code == "invalid-message"
    assert letter.reason
    assert letter.remedy
    said = f"{letter.reason} {letter.remedy} {letter.field} {letter.source}"
    assert not [word for word in PERSONAL if word in said]
    for neighbour in neighbours(case):
        assert world.outcomes[event_uid(SOURCE, neighbour)] == "linked"


@pytest.mark.parametrize("case", TAKEN, ids=named)
def test_what_is_only_unusual_is_taken_in_as_it_is(world: World, case: Taken) -> None:
    assert world.places[case.name] not in world.letters
    uid = event_uid(SOURCE, case.event_id)
    assert world.outcomes[uid] == "linked", case.why
    record = world.records[uid]
    assert record.key == RecordKey(SYSTEM, "account", case.local_id)
    assert tuple((v.path, v.value) for v in record.values) == case.values
    assert (record.source_time, record.unit) == (case.time, UNIT)
    for neighbour in neighbours(case):
        assert world.outcomes[event_uid(SOURCE, neighbour)] == "linked"


def test_every_message_is_in_the_log_or_a_letter_and_nothing_more(world: World) -> None:
    assert set(world.letters) == {world.places[case.name] for case in DEAD}
    assert len(world.outcomes) == 2 * len(CASES) + len(TAKEN)
    assert world.log.offset(world.input) == 3 * len(CASES)


def test_the_read_models_swallow_all_that_was_taken_in(world: World) -> None:
    with Runner(world.log, all_projections(world.log)) as runner:
        runner.run_until(world.log.head())
    with world.log.connection() as connection:
        row = connection.execute("SELECT count(DISTINCT record_key) AS n FROM crosswalk").fetchone()
    assert row is not None
    assert row["n"] == 2 * len(CASES) + len(TAKEN)


@dataclass(slots=True, kw_only=True)
class Api:
    """The API of a hub whose units speak by HTTP."""

    client: TestClient
    worker: IntakeWorker
    resolver: Resolver
    url: str
    token: str

    def post(self, body: bytes, headers: Headers = ()) -> Any:
        """What the hub answers to a message as its sender would send it."""
        sent = [(n.replace("ce_", "ce-").encode(), content) for n, content in headers]
        if not headers:
            sent.append((b"content-type", b"application/cloudevents+json; charset=utf-8"))
        sent.append((b"authorization", f"Bearer {self.token}".encode()))
        return self.client.post("/v1/events", content=body, headers=sent)

    def batch(self, body: bytes) -> Any:
        """What the hub answers to a batch."""
        return self.post(body, (("content-type", b"application/cloudevents-batch+json"),))

    def stored(self) -> list[bytes]:
        """All messages that came through."""
        with psycopg.connect(self.url) as connection:
            return [
                v
                for (v,) in connection.execute(
                    "SELECT value FROM hub_inbox ORDER BY published_at, partition, message_no"
                )
            ]

    def outcome(self, event_id: str) -> str | None:
        """What the intake has made of an event."""
        while self.worker.step(0.01):
            continue
        receipt = self.resolver.receipt(event_uid(SOURCE, event_id))
        return receipt[0] if receipt else None


@pytest.fixture(scope="module")
def api(databases: Databases) -> Iterator[Api]:
    url = databases.create(migrate)
    log = EventLog(url, MASTER_KEY)
    resolver = Resolver(log)
    publisher = InboxPublisher(url, pool_size=1)
    transport = InboxTransport(url, log.offset)
    with log.connection() as connection:
        token = keys.create(connection, "unit north", [Role.PUBLISHER])
    services = Services(
        log=log,
        customers=Customers(log),
        resolver=resolver,
        steward=Steward(resolver),
        publisher=publisher,
        topic_of=lambda unit: f"customers.{unit}",
        systems=SYSTEMS,
        read_models=(),
    )
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        worker = IntakeWorker(transport, resolver, systems=SYSTEMS)
        yield Api(client=client, worker=worker, resolver=resolver, url=url, token=token)
    transport.close()
    publisher.close()
    log.close()
    databases.drop(url)


@pytest.mark.parametrize("case", [c for c in DEAD if c.http is not None], ids=named)
def test_by_http_the_sender_learns_what_is_wrong_and_nothing_is_written(api: Api, case: Dead) -> None:
    before, behind = map(good, neighbours(case))
    stood = api.stored()

    assert api.post(before).status_code == 202
    answer = api.post(case.value or b"", case.headers)
    assert api.post(behind).status_code == 202

    assert answer.status_code == case.http, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["field"] == case.field_by_http
    assert problem["remedy"]
    assert problem["detail"]
    assert not [word for word in PERSONAL if word in answer.text]
    assert api.stored() == [*stood, before, behind]


@pytest.mark.parametrize("case", TAKEN, ids=named)
def test_by_http_what_is_only_unusual_is_taken_in(api: Api, case: Taken) -> None:
    answer = api.post(case.value, case.headers)

    assert answer.status_code == 202, answer.text
    assert api.stored()[-1] == case.value
    assert api.outcome(case.event_id) == "linked", case.why


def test_by_http_a_batch_keeps_back_only_what_is_wrong(api: Api) -> None:
    readable = [c for c in DEAD if c.http == 422 and c.value and not c.headers and _is_object(c.value)]
    assert len(readable) > 100
    events = [body for case in readable for body in (good(f"batch-{neighbours(case)[0]}"), case.value or b"")]

    answer = api.batch(b"[" + b",".join(events) + b"]")

    assert answer.status_code == 207
    items = answer.json()["items"]
    assert [item["status"] for item in items] == [202, 422] * len(readable)
    problems = [item["problem"]["field"] for item in items[1::2]]
    assert problems == [case.field for case in readable]


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"{}", b"7", b"[1e999]", b"[" * 5000, b'["\\ud800"]', b"\xff", b"[" + b"1," * 10_000 + b"1]"],
    ids=lambda body: repr(body[:12]),
)
def test_by_http_a_batch_that_is_none_is_refused_as_a_whole(api: Api, body: bytes) -> None:
    stood = api.stored()

    answer = api.batch(body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == "body"
    assert answer.json()["remedy"]
    assert api.stored() == stood


def test_by_http_an_event_nested_deeper_than_can_be_written_does_not_spoil_its_batch(api: Api) -> None:
    deep = b'{"data": ' + b"[" * 500 + b"]" * 500 + b"}"

    answer = api.batch(b"[" + good("beside-a-deep-one") + b"," + deep + b"]")

    assert answer.status_code == 207, answer.text
    assert [item["status"] for item in answer.json()["items"]] == [202, 422]
    assert answer.json()["items"][1]["problem"]["field"] == "data"


def _is_object(value: bytes) -> bool:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return False
    return text.startswith("{") and text.endswith("}") and _is_json(text)


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
