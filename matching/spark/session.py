"""A Spark session for one run: the cluster checked first, the code sent along, Spark's own words kept in a file."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matching
from matching.spark import SparkError

CONNECT_TIMEOUT_S = 5.0
WORKERS_TIMEOUT_S = 60.0
PYTHON_ERROR = re.compile(r"[\w.]*(Error|Exception): ")
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
    "spark.driver.maxResultSize": "0",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextmanager
def session(master: str) -> Iterator[Any]:
    """A session on *master* (``spark://host:7077``, ``local[*]``). Raises SparkError for what goes wrong in Spark."""
    _check_installed()
    _check_reachable(master)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    folder = Path(tempfile.mkdtemp(prefix="matching-spark-"))
    log = folder / "spark.log"
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    is_wanted = False
    try:
        spark = _started(master, log)
        try:
            _await_workers(spark, master)
            spark.sparkContext.addPyFile(_packed(folder))
            yield spark
        finally:
            spark.stop()
    except (PySparkException, Py4JError) as error:
        is_wanted = True
        raise SparkError(
            f"Spark on {master}: {reason_of(error)}; all that Spark has said is in {log}"
        ) from error
    finally:
        if not is_wanted:
            shutil.rmtree(folder, ignore_errors=True)


def reason_of(error: Exception) -> str:
    """The line of a long message that says most: the error in a Python worker if there is one, else the first."""
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return next((line for line in lines if PYTHON_ERROR.match(line)), lines[0])


def _check_installed() -> None:
    missing = [name for name in ("pyspark", "pandas", "pyarrow") if find_spec(name) is None]
    if missing:
        raise SparkError(
            f"--engine spark needs {', '.join(missing)}; install them with pip install 'customer-hub[spark]'"
        )
    home = os.environ.get("JAVA_HOME")
    if shutil.which(f"{home}/bin/java" if home else "java") is None:
        raise SparkError(
            "--engine spark needs Java; install a Java 17 runtime (Debian, Ubuntu: apt-get install"
            " openjdk-17-jre-headless) or set JAVA_HOME"
        )


def _check_reachable(master: str) -> None:
    """Spark itself would try for a minute before it gives up."""
    if re.fullmatch(r"local(\[[\d*, ]+\])?", master):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        if not (master.startswith("spark://") and host and port.isdecimal()):
            raise SparkError(f"--master {master}: write spark://HOST:PORT, for example spark://spark:7077")
        try:
            socket.create_connection((host, int(port)), CONNECT_TIMEOUT_S).close()
        except OSError as error:
            reason = error
        else:
            return
    raise SparkError(
        f"--master {master}: nobody answers there ({reason}); is the master running, and is this its name?"
    )


def _started(master: str, log: Path) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("customer-hub matching")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    with _output_into(log):
        return builder.getOrCreate()


@contextmanager
def _output_into(log: Path) -> Iterator[None]:
    """What a child process that is started here says goes into *log*, for as long as it lives."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield
    finally:
        for number, own in enumerate(saved, 1):
            os.dup2(own, number)
            os.close(own)


def _await_workers(spark: Any, master: str) -> None:
    """Without a worker Spark would wait for ever."""
    if not master.startswith("spark://"):
        return
    tracker = spark.sparkContext._jsc.sc().statusTracker()
    deadline = time.monotonic() + WORKERS_TIMEOUT_S
    while len(tracker.getExecutorInfos()) < 2:  # the driver is one
        if time.monotonic() > deadline:
            raise SparkError(
                f"--master {master}: no worker has taken this up in {WORKERS_TIMEOUT_S:.0f} s; its page (port 8080)"
                " shows whether there are workers with free cores and enough memory"
            )
        time.sleep(0.2)


def _packed(folder: Path) -> str:
    """This package as an archive, so that all executors run the same code as the driver."""
    package = Path(matching.__file__).parent
    staged = folder / "code"
    shutil.copytree(package, staged / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    return shutil.make_archive(str(folder / "matching"), "zip", staged)
