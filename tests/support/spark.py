"""A real Spark cluster on loopback: a standalone master and two workers out of pyspark's own jars."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

START_TIMEOUT_S = 60.0
WORKERS = 2


class SparkUnavailableError(Exception):
    """There is no Java, or no cluster could be started; the message says which."""


class Cluster:
    """The processes of a cluster, each with a log in *folder*; `close` ends them all."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("java") is None or find_spec("pyspark") is None:
            raise SparkUnavailableError("there is no Java or no pyspark")
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.master = f"spark://127.0.0.1:{_free_port()}"
        try:
            port = self.master.rpartition(":")[2]
            self._start("master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", "0")
            self._await("master.Master-0", "Starting Spark master")
            for _ in range(WORKERS):
                where = ("--host", "127.0.0.1", "--webui-port", "0", "--work-dir", str(folder / "work"))
                self._start("worker.Worker", "--cores", "1", "--memory", "1g", *where, self.master)
            for number in range(1, WORKERS + 1):
                self._await(f"worker.Worker-{number}", "Successfully registered with master")
        except BaseException:
            self.close()
            raise

    def environment(self) -> dict[str, str]:
        """What a driver needs to use it, with settings that suit small tables."""
        settings = self._folder / "conf"
        settings.mkdir(exist_ok=True)
        (settings / "spark-defaults.conf").write_text(
            "spark.sql.shuffle.partitions 4\nspark.executor.memory 600m\nspark.driver.memory 600m\n"
        )
        return {**_environment(), "SPARK_CONF_DIR": str(settings)}

    def close(self) -> None:
        """End the workers, which end their executors, and the master."""
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _start(self, what: str, *arguments: str) -> None:
        log = self._folder / f"{what}-{len(self._processes)}.log"
        home = find_spec("pyspark")
        assert home is not None
        assert home.origin is not None
        command = [
            str(Path(home.origin).parent / "bin" / "spark-class"),
            f"org.apache.spark.deploy.{what}",
            *arguments,
        ]
        with log.open("wb") as file:
            self._processes.append(
                subprocess.Popen(
                    command,
                    stdout=file,
                    stderr=file,
                    cwd=self._folder,
                    env=_environment(),
                    start_new_session=True,
                )
            )

    def _await(self, name: str, words: str) -> None:
        log = self._folder / f"{name}.log"
        deadline = time.monotonic() + START_TIMEOUT_S
        while words not in log.read_text(encoding="utf-8", errors="replace"):
            if time.monotonic() > deadline or any(p.poll() is not None for p in self._processes):
                raise RuntimeError(f"{name} did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)


def _environment() -> dict[str, str]:
    """Nothing that tells a worker where this checkout is: the driver has to send the code along."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "SPARK_HOME"}}
    return {**kept, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
