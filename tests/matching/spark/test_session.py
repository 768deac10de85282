"""What goes wrong before Spark does anything ends at once, with what to do about it."""

from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matching.command import app
from matching.spark import SparkError
from matching.spark import session as spark

ARGUMENTS = ("dedupe", "--input", "t.csv", "--output", "out.csv", "--engine", "spark")


def _refusal(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*ARGUMENTS, *arguments])
    assert isinstance(result.exception, SparkError)
    return str(result.exception)


@pytest.mark.parametrize("missing", ["pyspark", "pandas", "pyarrow"])
def test_without_pyspark_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: None if name == missing else object())
    said = _refusal("--no-training", "--master", "spark://127.0.0.1:1")
    assert missing in said
    assert "pip install 'customer-hub[spark]'" in said


def test_without_java_the_message_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "Java 17" in _refusal("--no-training", "--master", "spark://127.0.0.1:1")


@pytest.fixture
def prepared_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has all that Spark needs."""
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setattr(shutil, "which", lambda name: name)


@pytest.mark.usefixtures("prepared_machine")
def test_a_master_that_does_not_answer_is_given_up_in_seconds() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, yet nobody listens
        began = time.monotonic()
        said = _refusal("--no-training", "--master", f"spark://127.0.0.1:{taken.getsockname()[1]}")
    assert "nobody answers" in said
    assert time.monotonic() - began < 2 * spark.CONNECT_TIMEOUT_S


@pytest.mark.usefixtures("prepared_machine")
@pytest.mark.parametrize("master", ["spark://", "spark://host", "spark://host:port", "host:7077", "yarn"])
def test_a_master_that_is_no_address_is_refused_with_the_form(master: str) -> None:
    assert "spark://HOST:PORT" in _refusal("--no-training", "--master", master)


@pytest.mark.parametrize("option", ["--pairs", "--review", "--save-model"])
def test_what_only_one_machine_writes_is_refused_by_name(option: str) -> None:
    said = _refusal("--no-training", option, "other.csv")
    assert option in said
    assert "--engine local" in said


def test_spark_takes_a_model_as_it_is_and_says_where_to_get_one() -> None:
    said = _refusal()
    assert "--model" in said
    assert "--save-model" in said
    assert "--no-training" in said


def test_an_engine_that_does_not_exist_is_refused() -> None:
    result = CliRunner().invoke(app, [*ARGUMENTS[:-1], "cloud"])
    assert result.exit_code == 2
    assert "local, spark" in result.output


def test_of_a_long_error_the_line_of_the_python_worker_is_told() -> None:
    error = RuntimeError(
        "An exception was thrown from the Python worker:\nTraceback (most recent call last):\n"
        '  File "x.py", line 1\nImportError: no module named rapidfuzz\n\n\tat org.apache.spark'
    )
    assert spark.reason_of(error) == "ImportError: no module named rapidfuzz"
    assert spark.reason_of(RuntimeError("[PATH_NOT_FOUND] Path does not exist: x\nat y")).startswith("[PATH")
