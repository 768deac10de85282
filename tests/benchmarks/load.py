"""Measures ``hub load``: the demo's source records as JSON lines into an empty hub, step by step."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from connectors.cli.stock import FileOptions, FileStock, stock_file
from connectors.demo.generate import generate
from connectors.runtime.garbage import collect_rarely
from hub.log.store import EventLog
from hub.resolution.load import Loader
from hub.resolution.resolver import Resolver

RECORDS_A_SCALE = 20_000


class Watch:
    """Takes the time of each step of a load."""

    def __init__(self) -> None:
        self.read_at = self.began_writing = time.perf_counter()

    def comparing(self, records: int) -> None:
        """All is read."""
        del records
        self.read_at = time.perf_counter()

    def reviewed(self, records: int) -> None:
        """*records* are looked at for doubts."""
        del records

    def written(self, done: int, messages: int) -> None:
        """*done* of *messages* are written."""
        del messages
        if not done:
            self.began_writing = time.perf_counter()


def write_stock(file: Path, records: int) -> None:
    """What the demo's units say of about *records* source records, as one file."""
    data = generate(seed=13, scale=records / RECORDS_A_SCALE)
    about = (m.value for m in data.messages if m.defect is None and m.topic.startswith("customers"))
    file.write_bytes(b"".join(value + b"\n" for value in about))


def measure_load(log: EventLog, file: Path) -> None:
    """Load *file* into the empty hub of *log* and say how fast."""
    collect_rarely()
    stock = FileStock([stock_file(FileOptions(file=file), ["group"], lambda unit: unit)])
    watch, started = Watch(), time.perf_counter()
    with closing(stock):
        loaded = Loader(Resolver(log)).load(stock, watch)
    ended = time.perf_counter()
    steps = (
        ("reading and normalising", watch.read_at - started),
        ("comparing", watch.began_writing - watch.read_at),
        ("writing", ended - watch.began_writing),
    )
    shares = ", ".join(f"{what} {seconds:,.0f} s" for what, seconds in steps)
    rate = loaded.records / (ended - started)
    print(
        f"| load {loaded.records:,} records ({loaded.messages:,} messages) into an empty hub | {rate:,.0f}/s | {shares} |",
        flush=True,
    )
