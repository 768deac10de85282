"""Real Kafka brokers for tests, which can be killed and started again: in Docker, or Apache Kafka's jars on a local Java."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Protocol

SCRIPT = Path(__file__).parents[2] / "deploy" / "kafka" / "broker"
IMAGE = "apache/kafka:4.1.1"
MAVEN_REMEDY = "install Java 17 and Maven (Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven)"
START_TIMEOUT_S = 240.0


class BrokerUnavailableError(Exception):
    """No broker can be had this way; the message says why and what would help."""


class Broker(Protocol):
    """A broker that a test may treat badly; what was written before survives `kill` and `restart`."""

    @property
    def bootstrap(self) -> str:
        """Where clients connect, as host:port; the same after a restart."""

    def start(self) -> None:
        """Start it and wait until it answers. Raises BrokerUnavailableError."""

    def kill(self) -> None:
        """End it at once, as a power failure would."""

    def restart(self) -> None:
        """Start it again, with the data that it had."""

    def close(self) -> None:
        """End it and remove all that it left."""


class MavenBroker:
    """The broker of ``deploy/kafka``: one Java process on this machine."""

    def __init__(self) -> None:
        self._port = free_port()
        self._data = Path(tempfile.mkdtemp(prefix="hub-kafka-"))

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"localhost:{self._port}"

    def start(self) -> None:
        """Fetch the jars if need be, start, wait."""
        done = self._run("start")
        if done.returncode:
            raise BrokerUnavailableError(done.stderr.strip() or done.stdout.strip())

    def kill(self) -> None:
        """SIGKILL, and wait until the port is free."""
        os.kill(int((self._data / "broker.pid").read_text(encoding="utf-8")), signal.SIGKILL)
        give_up = time.monotonic() + 10
        while self._run("status").returncode == 0:
            if time.monotonic() > give_up:
                raise BrokerUnavailableError("the broker outlives SIGKILL")
            time.sleep(0.05)

    def restart(self) -> None:
        """The same as start: the script finds the data where they were."""
        self.start()

    def close(self) -> None:
        """Stop it and remove its data."""
        self._run("stop")
        shutil.rmtree(self._data, ignore_errors=True)

    def _run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SCRIPT), command, "--port", str(self._port), "--data", str(self._data)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_TIMEOUT_S,
        )


class DockerBroker:
    """The official image in a container, on a fixed port so that it keeps its address over a restart."""

    def __init__(self) -> None:
        from testcontainers.core.container import DockerContainer

        self._port = free_port()
        settings = {
            "NODE_ID": "1",
            "PROCESS_ROLES": "broker,controller",
            "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "LISTENERS": f"PLAINTEXT://:{self._port},CONTROLLER://:9093",
            "ADVERTISED_LISTENERS": f"PLAINTEXT://localhost:{self._port}",
            "LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "MESSAGE_MAX_BYTES": "20971520",
            "REPLICA_FETCH_MAX_BYTES": "20971520",
        }
        self._container: Any = DockerContainer(IMAGE).with_bind_ports(self._port, self._port)
        for name, value in settings.items():
            self._container.with_env(f"KAFKA_{name}", value)

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"localhost:{self._port}"

    def start(self) -> None:
        """Pull the image if need be, start, wait."""
        from docker.errors import DockerException

        try:
            self._container.start()
        except (DockerException, OSError) as error:
            raise BrokerUnavailableError(f"Docker cannot run {IMAGE}: {error}") from error
        await_kafka(self.bootstrap)

    def kill(self) -> None:
        """SIGKILL to the container's process; its file system stays."""
        self._container.get_wrapped_container().kill()

    def restart(self) -> None:
        """Start the same container again."""
        self._container.get_wrapped_container().start()
        await_kafka(self.bootstrap)

    def close(self) -> None:
        """Remove the container."""
        self._container.stop()


def start_broker() -> Broker:
    """A broker of our own by the first way that works. Raises BrokerUnavailableError that tells why none does."""
    reasons = []
    for way, why_not in ((DockerBroker, why_no_docker), (MavenBroker, why_no_maven)):
        if missing := why_not():
            reasons.append(missing)
            continue
        broker: Broker = way()
        try:
            broker.start()
        except BrokerUnavailableError as error:
            reasons.append(str(error))
            broker.close()
        else:
            return broker
    raise BrokerUnavailableError("; ".join(reasons))


def why_no_docker() -> str | None:
    """None when a Docker engine answers, else the reason."""
    if shutil.which("docker") is None:
        return "Docker is not installed"
    try:
        asked = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=20)
    except subprocess.TimeoutExpired:
        return "the Docker engine does not answer"
    return None if asked.returncode == 0 else "no Docker engine answers"


def why_no_maven() -> str | None:
    """None when Java and Maven are there (the script checks their versions), else the reason and remedy."""
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    return f"{' and '.join(missing)} not found: {MAVEN_REMEDY}" if missing else None


def await_kafka(bootstrap: str, timeout_s: float = 60.0) -> None:
    """Wait until a broker answers at *bootstrap*. Raises BrokerUnavailableError when none does."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    give_up = time.monotonic() + timeout_s
    while True:
        try:
            KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=5000).close()
        except (KafkaError, OSError, ValueError) as error:
            if time.monotonic() > give_up:
                raise BrokerUnavailableError(f"no Kafka broker answers at {bootstrap}") from error
            time.sleep(0.5)
        else:
            return


def unique_topic(stem: str = "test") -> str:
    """A topic name that no other test uses."""
    return f"{stem}.{secrets.token_hex(6)}"


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
