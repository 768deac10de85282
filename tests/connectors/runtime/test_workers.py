"""Worker threads: they end together, and a failure is not lost."""

from __future__ import annotations

import threading

import pytest

from connectors.runtime.workers import Workers


def test_leaving_the_block_stops_every_worker() -> None:
    ended: list[str] = []

    def work(stop: threading.Event) -> None:
        assert stop.wait(10)
        ended.append(threading.current_thread().name)

    with Workers() as workers:
        workers.start("a", work)
        workers.start("b", work)
    assert sorted(ended) == ["a", "b"]


def test_a_failing_worker_stops_the_others_and_its_error_is_raised() -> None:
    told = threading.Event()

    def fail(stop: threading.Event) -> None:
        raise ValueError("broken")

    def wait_(stop: threading.Event) -> None:
        assert stop.wait(10)

    def run() -> None:
        with Workers(on_failure=told.set) as workers:
            workers.start("waits", wait_)
            workers.start("fails", fail)
            workers.wait()

    with pytest.raises(ValueError, match="broken"):
        run()
    assert told.is_set()


def test_waiting_ends_when_all_work_is_done() -> None:
    with Workers() as workers:
        workers.start("short", lambda stop: None)
        workers.wait()
    assert workers.stop.is_set()
