"""Child processes of one command, such as an intake beside the API: started together, watched, and ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from hub.kernel.errors import UnavailableError

END_TIMEOUT_S = 20.0
LAST_LINES = 3
PARENT = "HUB_PARENT_PROCESS"
"""Tells a child whose it is: when that process is gone, even by a kill, the child ends as well."""


def is_orphan() -> bool:
    """Whether this process was started as a child of one that has gone."""
    parent = os.environ.get(PARENT)
    return parent is not None and int(parent) != os.getppid()


class Children:
    """``hub`` commands as processes of their own. They have this process's environment; what they say goes to a file each in *logs*."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._environment = {**os.environ, PARENT: str(os.getpid())}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._running.values():
            child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_TIMEOUT_S
        for child in self._running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def start(self, *arguments: str) -> None:
        """Start ``hub`` with *arguments*; Ctrl-C at the terminal is left to this process."""
        name = arguments[0]
        with (self._logs / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own program and arguments
                [sys.executable, "-m", "connectors.cli.main", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise UnavailableError, with the last lines that it wrote, when one of them has ended."""
        for name, child in self._running.items():
            if child.poll() is not None:
                log = self._logs / f"{name}.log"
                said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-LAST_LINES:]
                raise UnavailableError(
                    f"hub {name} ended with {child.returncode}: {' | '.join(said) or 'it said nothing'}; see {log}"
                )

    def peak_memory_mb(self) -> int:
        """The sum of the most memory that each of them has held so far; 0 where the system does not say."""
        total = 0
        for child in self._running.values():
            status = Path(f"/proc/{child.pid}/status")
            if status.exists():
                lines = status.read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        return total // 1024
