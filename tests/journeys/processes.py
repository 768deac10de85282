"""A hub in a folder of its own, whose processes a test starts, watches and kills."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connectors.postgres.embedded import EmbeddedPostgres
from connectors.runtime.home import Home
from connectors.settings import Settings, Unit
from connectors.wiring import Database, Hub, migrate


class HubProcesses:
    """``hub`` commands over one data folder and one broker, as an operator runs them."""

    def __init__(self, folder: Path, bootstrap: str, units: Mapping[str, Unit]) -> None:
        self._logs = folder / "logs"
        self._logs.mkdir()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        self._environment = {
            **clean,
            "HUB_DATA_DIR": str(folder / "data"),
            "HUB_KAFKA_BOOTSTRAP": bootstrap,
            "HUB_UNITS": json.dumps({name: unit.model_dump() for name, unit in units.items()}),
            "HUB_LOG_FORMAT": "json",
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, command: str, *options: str, member: str = "") -> subprocess.Popen[bytes]:
        """Start ``hub <command>``; what it says is appended to a file."""
        with (self._logs / f"{command}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "connectors.cli.main", command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self._environment, "HUB_KAFKA_MEMBER": member},
            )
        self._running.append(process)
        return process

    def said(self, command: str) -> str:
        """What ``hub <command>`` has written, the end of it."""
        return (self._logs / f"{command}.log").read_text(encoding="utf-8", errors="replace")[-4_000:]

    def stop(self) -> None:
        """End all that still run, in an orderly way."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            process.wait(60)
        self._running.clear()


@contextmanager
def hub_in_a_folder(bootstrap: str, units: Mapping[str, Unit]) -> Iterator[tuple[Hub, HubProcesses]]:
    """A hub of the test's own and its processes; everything is stopped and removed on leaving."""
    folder = Path(tempfile.mkdtemp(prefix="hub-journey-"))
    folder.chmod(0o755)
    settings = Settings(data_dir=folder / "data", kafka_bootstrap=bootstrap, units=dict(units))
    processes = HubProcesses(folder, bootstrap, units)
    try:
        with Home(folder / "data") as home:
            migrate(home.url)
            hub = Hub(settings, Database(url=home.url, master_key=home.master_key))
            try:
                yield hub, processes
            finally:
                processes.stop()
                hub.close()
    finally:
        EmbeddedPostgres(folder / "data").stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(
    met: Callable[[], bool], seconds: float, what: str, told: Callable[[], str] = lambda: ""
) -> None:
    """Wait for *met*; fails, saying *what* did not come about, after *seconds*."""
    give_up = time.monotonic() + seconds
    while not met():
        if time.monotonic() > give_up:
            raise AssertionError(f"{what} did not come about within {seconds:.0f} s\n{told()}")
        time.sleep(0.05)
