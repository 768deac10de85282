"""Threads that live and end together: when one of them fails, all stop, and the failure is raised where they are waited for."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

import structlog

from connectors.runtime.children import is_orphan

_log = structlog.get_logger(__name__)
JOIN_S = 30.0

Work = Callable[[threading.Event], None]


class Workers:
    """Starts threads that each get one shared event to stop at; leaving the block stops and waits for them."""

    def __init__(self, on_failure: Callable[[], None] | None = None) -> None:
        self.stop = threading.Event()
        self._on_failure = on_failure
        self._threads: list[threading.Thread] = []
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(JOIN_S)
        if self._failure is not None and error is None:
            raise self._failure

    def start(self, name: str, work: Work) -> None:
        """Run *work* in a thread until it returns."""
        thread = threading.Thread(target=self._run, args=(name, work), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def check(self) -> None:
        """Raise the failure of a thread, if there was one."""
        if self._failure is not None:
            raise self._failure

    def stop_at_signals(self) -> None:
        """Let Ctrl-C and SIGTERM end the threads in an orderly way; a second Ctrl-C ends the process at once."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def wait(self) -> None:
        """Wait until something stops them: a signal, a failure, the end of all work, or of the parent process."""
        while not self.stop.wait(0.5):
            if is_orphan() or not any(thread.is_alive() for thread in self._threads):
                return

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stop.is_set():
            raise KeyboardInterrupt
        self.stop.set()

    def _run(self, name: str, work: Work) -> None:
        try:
            work(self.stop)
        except BaseException as error:
            _log.error("worker-failed", worker=name, error=type(error).__name__)
            self._failure = self._failure or error
            self.stop.set()
            if self._on_failure is not None:
                self._on_failure()
