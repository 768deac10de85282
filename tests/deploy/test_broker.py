"""The broker script says what is missing and how to get it, and runs real brokers side by side."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.support.broker import SCRIPT, MavenBroker, free_port, why_no_maven
from tests.support.requirements import unavailable

TOOLS = (
    "bash",
    "env",
    "sed",
    "head",
    "tail",
    "mkdir",
    "cat",
    "dirname",
    "mktemp",
    "tr",
    "rm",
    "seq",
    "sleep",
)


def with_tools(folder: Path, *more: tuple[str, str]) -> dict[str, str]:
    """An environment whose path holds nothing but the usual tools and the scripts *more* (name, text)."""
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (folder / tool).symlink_to(found)
    for name, text in more:
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder), "HUB_KAFKA_CACHE": str(folder / "cache")}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT), *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


JAVA_17 = ("java", """echo 'openjdk version "17.0.2" 2022-01-18' >&2""")
JAVA_11 = ("java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
MVN_OFFLINE = ("mvn", "echo '[ERROR] Unknown host repo.maven.apache.org'; exit 1")


@pytest.mark.parametrize(
    ("programs", "remedy"),
    [
        (
            [],
            "Java is missing; install a Java 17 runtime (Debian, Ubuntu: apt-get install openjdk-17-jre-headless)",
        ),
        ([JAVA_11], "Java 11 is too old; install a Java 17 runtime or newer"),
        ([JAVA_17], "Maven is missing; install it (Debian, Ubuntu: apt-get install maven)"),
        ([JAVA_17, MVN_OFFLINE], "check the network, or a mirror in ~/.m2/settings.xml"),
    ],
    ids=["no Java", "old Java", "no Maven", "no network"],
)
def test_what_is_missing_is_named_with_the_remedy(
    tmp_path: Path, programs: list[tuple[str, str]], remedy: str
) -> None:
    done = run(with_tools(tmp_path / "bin", *programs), "start", "--port", str(free_port()))
    assert done.returncode == 1
    assert remedy in done.stderr
    assert not list((tmp_path / "bin" / "cache").glob("jars*"))


def test_a_port_of_another_program_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(with_tools(tmp_path / "bin", JAVA_17), "start", "--port", port)
    assert done.returncode == 1
    assert f"port {port} is taken by another program; choose another with --port" in done.stderr


def test_no_broker_means_status_3_and_nothing_to_stop(tmp_path: Path) -> None:
    environment = with_tools(tmp_path / "bin")
    assert run(environment, "status", "--port", "9999").returncode == 3
    stopped = run(environment, "stop", "--port", "9999")
    assert (stopped.returncode, stopped.stdout.strip()) == (0, "kafka: not running on port 9999")


@pytest.mark.parametrize("words", [(), ("dance",), ("start", "--speed", "9"), ("start", "--port", "many")])
def test_a_wrong_call_is_answered_with_the_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(with_tools(tmp_path / "bin"), *words)
    assert done.returncode in {1, 2}
    assert "usage:" in done.stderr or "needs a number" in done.stderr


def test_the_pid_of_another_program_is_not_taken_for_a_broker(tmp_path: Path) -> None:
    environment = with_tools(tmp_path / "bin")
    (tmp_path / "broker.pid").write_text(f"{os.getpid()}\n")
    done = run(environment, "status", "--port", "9999", "--data", str(tmp_path))
    assert done.returncode == 3


@pytest.mark.kafka
def test_two_brokers_run_side_by_side_and_stop_in_an_orderly_way() -> None:
    if reason := why_no_maven():
        unavailable("kafka", reason)
    one, two = MavenBroker(), MavenBroker()
    try:
        one.start()
        two.start()
        assert one.bootstrap != two.bootstrap
        for broker in (one, two):
            host, _, port = broker.bootstrap.rpartition(":")
            socket.create_connection((host, int(port)), timeout=5).close()
    finally:
        one.close()
        two.close()
    for broker in (one, two):
        host, _, port = broker.bootstrap.rpartition(":")
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((host, int(port)), timeout=5)
