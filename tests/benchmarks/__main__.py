"""Measures intake, projections and reads against a hub that holds 100,000 records, through a real broker if there is one.

make bench                    all of it, about five minutes
make bench ARGS="--stored 20000"
make bench ARGS=--load        hub load alone, into an empty hub
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import structlog

from connectors.api import keys
from connectors.api.keys import Role
from connectors.demo.generate import generate
from connectors.demo.post import DemoMessage
from connectors.inbox.publisher import InboxPublisher
from connectors.inbox.transport import InboxTransport
from connectors.intake.transport import Transport
from connectors.intake.worker import IntakeWorker
from connectors.kafka.consumer import KafkaTransport
from connectors.kafka.producer import KafkaPublisher
from connectors.postgres import EmbeddedPostgres
from connectors.publishing import Outgoing, Publisher
from connectors.runtime.garbage import collect_rarely
from connectors.wiring import migrate
from hub.log.store import EventLog
from hub.resolution.resolver import Resolver
from projections.runner.apart import rebuild_apart
from projections.runner.catalogue import all_projections
from projections.runner.rebuild import rebuild
from projections.runner.run import Runner
from tests.benchmarks.load import measure_load, write_stock
from tests.benchmarks.raw_limit import mark, replay_rows
from tests.benchmarks.where import where
from tests.support.broker import BrokerUnavailableError, free_port, start_broker

RECORDS_A_SCALE = 20_000
MEASURED_RECORDS = 10_000
MEASURED_ACTIVITIES = 60_000
PROFILED_RECORDS = 2_000
PROFILED_ACTIVITIES = 5_000
MASTER_KEY = bytes(range(32))
TOPIC = "bench"


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--stored", type=int, default=100_000, help="source records in the hub before measuring"
    )
    parser.add_argument("--no-kafka", action="store_true", help="measure through the inbox table")
    parser.add_argument("--load", action="store_true", help="measure the load of a first stock alone")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-bench-")))
        folder.chmod(0o755)
        server = stack.enter_context(EmbeddedPostgres(folder / "data"))
        url = server.start()
        migrate(url)
        log = EventLog(url, MASTER_KEY, pool_size=4)
        stack.callback(log.close)
        if given.load:
            write_stock(folder / "stock.jsonl", given.stored)
            measure_load(log, folder / "stock.jsonl")
            return
        _measure(stack, url, log, given.stored, with_kafka=not given.no_kafka)


def _measure(stack: ExitStack, url: str, log: EventLog, stored: int, *, with_kafka: bool) -> None:
    data = generate(seed=11, scale=(stored + MEASURED_RECORDS + PROFILED_RECORDS) / RECORDS_A_SCALE)
    records = [m for m in data.messages if m.defect is None and m.topic.startswith("customers")]
    activities = [m for m in data.messages if m.defect is None and not m.topic.startswith("customers")]
    cut = len(records) * stored // (stored + MEASURED_RECORDS + PROFILED_RECORDS)
    _say("machine", f"{os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}")
    resolver = Resolver(log)

    collect_rarely()
    before = stack.enter_context(_inbox(url, log))
    seconds = _run(before, resolver, records[:cut])
    _say(f"load {cut:,} customer messages through the inbox", f"{cut / seconds:,.0f}/s", "from an empty hub")
    _close(before)

    through = stack.enter_context(_kafka(log) if with_kafka else _inbox(url, log))
    kind = "Kafka" if with_kafka else "the inbox"
    here = mark(url)
    end = cut + len(records) * MEASURED_RECORDS // (stored + MEASURED_RECORDS + PROFILED_RECORDS)
    fresh = records[cut:end]
    seconds = _run(through, resolver, fresh)
    rows, raw = replay_rows(url, here)
    _say(
        f"customer records through {kind}, matched against {stored:,}",
        f"{len(fresh) / seconds:,.0f}/s",
        f"raw limit for the same {rows:,} rows {len(fresh) / raw:,.0f}/s: {raw / seconds:.0%} of the time",
    )
    _say("of which", _where_taking_in(through, resolver, records[end:]), "own time under the profiler")
    here = mark(url)
    half = (min(MEASURED_ACTIVITIES + PROFILED_ACTIVITIES, len(activities)) - PROFILED_ACTIVITIES) // 2
    seconds = _run(through, resolver, activities[:half])
    rows, raw = replay_rows(url, here)
    _say(
        f"activities through {kind}",
        f"{half / seconds:,.0f}/s",
        f"raw limit for the same {rows:,} rows {half / raw:,.0f}/s: {raw / seconds:.0%} of the time",
    )
    few = activities[2 * half : 2 * half + PROFILED_ACTIVITIES]
    _say("of which", _where_taking_in(through, resolver, few), "own time under the profiler")
    _measure_projections(log)
    _measure_reads(url, log, through, resolver, activities[half : 2 * half])
    _say(
        "peak memory of intake, projections and client",
        f"{_peak_mb():,} MB",
        "one process; PostgreSQL and broker aside",
    )


def _measure_projections(log: EventLog) -> None:
    head = log.head()
    events = _count(log.url)
    started = time.perf_counter()
    with Runner(log, all_projections(log), page_size=5_000) as runner:
        runner.run_until(head)
    seconds = time.perf_counter() - started
    _say("all read models by the live runner", f"{events / seconds:,.0f} events/s", f"{events:,} events")
    for projection in all_projections(log):
        started = time.perf_counter()
        read = rebuild(log, [projection])
        seconds = time.perf_counter() - started
        of_them = f"of which it reads {read:,}" if read < events else "of which it reads all"
        _say(f"{projection.name} rebuilt from zero", f"{events / seconds:,.0f} events/s", of_them)
    names = [p.name for p in all_projections(log)]
    started = time.perf_counter()
    rebuild_apart(log.url, MASTER_KEY, names, lambda name, position: None)
    seconds = time.perf_counter() - started
    _say("all read models rebuilt, each in a process", f"{events / seconds:,.0f} events/s", "")


def _measure_reads(
    url: str,
    log: EventLog,
    through: tuple[Publisher, Transport],
    resolver: Resolver,
    load: Sequence[DemoMessage],
) -> None:
    """Golden records over HTTP from a process of its own, while the intake runs in this one."""
    with psycopg.connect(url) as connection:
        ids = [
            row[0]
            for row in connection.execute("SELECT customer_id FROM golden_record LIMIT 2000").fetchall()
        ]
    with log.connection() as connection:
        token = keys.create(connection, "bench", [Role.READER])
    port = free_port()
    with _api(url, port):
        question = {"url": f"http://127.0.0.1:{port}", "token": token, "ids": [str(i) for i in ids]}
        with _asker(question) as answer:
            time.sleep(5)
        _say("golden record over HTTP, idle", _told(answer))
        _publish(through, load)
        with _asker(question) as answer:
            seconds = _take_in(through, resolver, load)
        meanwhile = f"intake meanwhile {len(load) / seconds:,.0f} activities/s"
        _say("golden record over HTTP, under intake load", _told(answer), meanwhile)


@contextmanager
def _asker(question: dict[str, Any]) -> Iterator[dict[str, float]]:
    """A process that asks as long as the block lasts; what it measured is in the dictionary afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.asker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    found: dict[str, float] = {}
    yield found
    said, _ = process.communicate(timeout=30)
    found |= json.loads(said)


def _told(answer: dict[str, float]) -> str:
    return f"p50 {answer['p50']:.1f} ms, p99 {answer['p99']:.1f} ms of {answer['asked']:,.0f}"


@contextmanager
def _inbox(url: str, log: EventLog) -> Iterator[tuple[Publisher, Transport]]:
    publisher, transport = InboxPublisher(url), InboxTransport(url, log.offset)
    yield publisher, transport
    _close((publisher, transport))


@contextmanager
def _kafka(log: EventLog) -> Iterator[tuple[Publisher, Transport]]:
    try:
        broker = start_broker()
    except BrokerUnavailableError as error:
        sys.exit(f"no broker: {error}; or measure through the inbox: make bench ARGS=--no-kafka")
    publisher = KafkaPublisher(broker.bootstrap, [TOPIC])
    transport = KafkaTransport(broker.bootstrap, [TOPIC], log.offset, group="bench")
    yield publisher, transport
    _close((publisher, transport))
    broker.close()


def _close(through: tuple[Publisher, Transport]) -> None:
    publisher, transport = through
    publisher.close()
    transport.close()


@contextmanager
def _api(url: str, port: int) -> Iterator[None]:
    import base64

    environment = {
        **os.environ,
        "HUB_DATABASE_URL": url,
        "HUB_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
        "HUB_LOG_LEVEL": "error",
    }
    command = [
        sys.executable,
        "-c",
        "from connectors.cli.main import main; main()",
        "api",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).read()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _run(through: tuple[Publisher, Transport], resolver: Resolver, messages: Sequence[DemoMessage]) -> float:
    """Publish *messages* first, then take them in; gives the seconds of the intake from its first batch."""
    _publish(through, messages)
    return _take_in(through, resolver, messages)


def _publish(through: tuple[Publisher, Transport], messages: Sequence[DemoMessage]) -> None:
    for start in range(0, len(messages), 1_000):
        part = messages[start : start + 1_000]
        through[0].publish([Outgoing(topic=TOPIC, key=m.key, value=m.value) for m in part])


def _take_in(
    through: tuple[Publisher, Transport], resolver: Resolver, messages: Sequence[DemoMessage]
) -> float:
    _, transport = through
    worker = IntakeWorker(transport, resolver)
    while not (taken := worker.step(1.0)):
        continue
    started = time.perf_counter()
    first = taken
    while worker.taken < len(messages):
        worker.step(1.0)
    return (time.perf_counter() - started) * len(messages) / (len(messages) - first)


def _where_taking_in(
    through: tuple[Publisher, Transport], resolver: Resolver, messages: Sequence[DemoMessage]
) -> str:
    """Where the time goes while *messages* are taken in; publishing them is not part of it."""
    _publish(through, messages)
    return where(lambda: _take_in(through, resolver, messages))


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM hub_events").fetchone()
    return int(row[0]) if row else 0


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _say(what: str, figure: str, more: str = "") -> None:
    print(f"| {what} | {figure} | {more} |", flush=True)


if __name__ == "__main__":
    main()
