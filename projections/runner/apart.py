"""Rebuilds several read models at once, each in a process of its own, so that all cores work."""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from typing import Any

from hub.log.store import EventLog
from hub.rules.survivorship import RuleSet
from projections.runner.catalogue import all_projections
from projections.runner.rebuild import rebuild

Heard = Callable[[str, int], None]
LISTEN_S = 0.2

_said: Any = None


def rebuild_apart(
    url: str, master_key: bytes, names: Sequence[str], heard: Heard, rules: RuleSet | None = None
) -> None:
    """Build the read models *names* from zero and switch each. *heard* is told (name, position) as they advance.

    Raises what `rebuild` raises; those that were switched before then stay switched.
    """
    processes = multiprocessing.get_context("spawn")
    said = processes.Queue()
    done = threading.Event()
    listener = threading.Thread(target=_listen, args=(said, heard, done))
    workers = min(len(names), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, processes, _remember, (said,)) as pool:
        listener.start()
        try:
            for finished in [pool.submit(_rebuild_one, url, master_key, name, rules) for name in names]:
                finished.result()
        finally:
            done.set()
            listener.join()
            said.close()


def _remember(said: Any) -> None:
    global _said  # noqa: PLW0603 - a queue reaches a worker process at its start only
    _said = said


def _rebuild_one(url: str, master_key: bytes, name: str, rules: RuleSet | None) -> None:
    log = EventLog(url, master_key, pool_size=2)
    try:
        wanted = [p for p in all_projections(log, rules) if p.name == name]
        rebuild(log, wanted, progress=lambda position: _said.put((name, position)))
    finally:
        log.close()


def _listen(said: Any, heard: Heard, done: threading.Event) -> None:
    while not done.is_set():
        with suppress(queue.Empty):
            heard(*said.get(timeout=LISTEN_S))
