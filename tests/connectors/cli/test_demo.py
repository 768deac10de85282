"""The demo as a newcomer runs it: one command, real processes, everything cleaned up behind it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from connectors.postgres.embedded import EmbeddedPostgres

COMMAND = (sys.executable, "-m", "connectors.cli.main", "demo", "--scale", "0.01")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="hub-demo-"))  # pytest's own folders are closed to root's server
    made.chmod(0o755)
    yield made
    EmbeddedPostgres(made / "demo").stop()
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    # Settings of another hub must not matter to the demo.
    return {**clean, "HUB_DATA_DIR": str(folder), "HUB_DATABASE_URL": "postgresql://nobody@localhost:1/none"}


def assert_left_alone(folder: Path) -> None:
    """No process of the demo is left behind, or will be in a moment."""
    deadline = time.monotonic() + 60
    with (folder / "demo" / "in-use").open("r+b") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                assert time.monotonic() < deadline, "processes of the demo are still there"
                time.sleep(0.2)
            else:
                break
    assert not EmbeddedPostgres(folder / "demo").is_running()


@pytest.mark.postgres
def test_the_demo_tells_what_came_of_it(folder: Path, environment: dict[str, str]) -> None:
    for _ in range(2):  # the second run begins afresh
        done = subprocess.run(
            [*COMMAND, "--no-serve", "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert sum(told["dead_letters"].values()) == 15
        assert told["taken_in"]["recorded"] == told["activities"]
        assert told["quality"]["all"]["precision"] > 0.9
        assert told["quality"]["all"]["recall"] > 0.5
        assert told["parked"] == 5
        assert_left_alone(folder)


@pytest.mark.postgres
def test_the_demo_serves_until_it_is_stopped(folder: Path, environment: dict[str, str]) -> None:
    with (folder / "said").open("w+b") as said:
        child = subprocess.Popen(
            [*COMMAND, "--port", "0"], env=environment, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            text = _wait_for(folder / "said", "served at", child)
            url = re.search(r"served at (http://\S+)", text)
            key = re.search(r"KEY=(hub_\S+)", text)
            customer = re.search(r"(/v1/customers/[0-9a-f-]{36})", text)
            assert url
            assert key
            assert customer
            answer = httpx2.get(
                url[1] + customer[1], headers={"Authorization": f"Bearer {key[1]}"}, timeout=10
            )
            assert answer.status_code == 200
            assert answer.json()["name"]
            assert httpx2.get(url[1] + customer[1], timeout=10).status_code == 401
            taken = subprocess.run(
                [*COMMAND, "--no-serve"],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert taken.returncode == 2
            assert "another hub is using" in taken.stderr
        finally:
            child.send_signal(signal.SIGINT)
            assert child.wait(60) == 0
    assert_left_alone(folder)


@pytest.mark.postgres
def test_children_do_not_outlive_a_killed_demo(folder: Path, environment: dict[str, str]) -> None:
    with (folder / "said").open("w+b") as said:
        child = subprocess.Popen(
            [*COMMAND, "--port", "0"], env=environment, stdout=subprocess.DEVNULL, stderr=said
        )
        _wait_for(folder / "said", "served at", child)
        child.kill()
        child.wait()
    assert_left_alone(folder)


def _wait_for(file: Path, words: str, child: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 120
    while words not in (text := file.read_text(encoding="utf-8")):
        assert child.poll() is None, text
        assert time.monotonic() < deadline, text
        time.sleep(0.2)
    return text
