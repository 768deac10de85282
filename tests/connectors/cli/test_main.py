"""The command as a whole: help that teaches, exit codes, one clear message instead of a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import typer
from eventsourcing.persistence import OperationalError

from connectors.cli import failures, main
from hub.kernel.errors import (
    ConflictError,
    HubError,
    InvalidMessageError,
    NotFoundError,
    RuleViolationError,
    SettingsError,
    StoredDataError,
    UnavailableError,
)

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"


def commands() -> Iterator[tuple[str, ...]]:
    """Every command with its group."""

    def walk(app: typer.Typer, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for command in app.registered_commands:
            assert command.callback is not None
            yield (*before, command.name or command.callback.__name__.rstrip("_").replace("_", "-"))
        for group in app.registered_groups:
            assert group.typer_instance is not None
            yield from walk(group.typer_instance, (*before, str(group.name)))

    return walk(main.app, ())


COMMANDS = tuple(commands())


def run(*arguments: str) -> int:
    """The exit code of ``hub`` with *arguments*, in this process."""
    with pytest.raises(SystemExit) as left:
        main.main(arguments)
    return int(left.value.code or 0)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, "--help") == 0
    assert len(capsys.readouterr().out.split()) > 15


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_reference(command: tuple[str, ...]) -> None:
    text = REFERENCE.read_text(encoding="utf-8").replace("\\|", "|")
    rows = re.findall(r"`hub ([^`]+)`", text)
    group, name = " ".join(command[:-1]), command[-1]
    assert any(
        row.startswith(group) and name in row.removeprefix(group).split()[0].split("|") for row in rows
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("x"), 2),
        (UnavailableError("x"), 3),
        (InvalidMessageError("x", remedy="y"), 4),
        (StoredDataError("x"), 5),
        (NotFoundError("x"), 1),
        (RuleViolationError("x"), 1),
        (ConflictError("x"), 1),
        (psycopg.OperationalError("secret@host"), 3),
        (OperationalError("secret@host"), 3),
        (FileNotFoundError(2, "No such file or directory", "customers.csv"), 4),
    ],
)
def test_each_family_of_errors_has_its_exit_code(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_DEBUG", raising=False)
    assert failures.report(error) == code
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    assert "secret" not in said


def test_every_family_has_an_exit_code() -> None:
    def families(base: type[HubError]) -> Iterator[type[HubError]]:
        for family in base.__subclasses__():
            yield family
            yield from families(family)

    assert all(any(issubclass(f, base) for base, _ in failures.EXIT_CODES) for f in families(HubError))


def test_a_defect_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        failures.report(ZeroDivisionError())


def test_for_machines_an_error_is_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["hub", "migrate", "--json"])
    failures.report(NotFoundError("no such customer"))
    assert json.loads(capsys.readouterr().err)["error"] == {
        "code": "not-found",
        "message": "no such customer",
        "remedy": "",
    }


def test_wrong_usage_leaves_with_2() -> None:
    assert run("customer", "show") == 2
    assert run("nonsense") == 2


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"HUB_API_PORT": "many"}, 2, "HUB_API_PORT"),
        ({"HUB_DATABASE_URL": "postgresql://localhost:1/none"}, 2, "HUB_MASTER_KEY"),
        (
            {"HUB_DATABASE_URL": "postgresql://localhost:1/none", "HUB_MASTER_KEY": "A" * 43 + "="},
            3,
            "database",
        ),
        ({"HUB_DATA_DIR": "/dev/null/hub"}, 2, "HUB_DATA_DIR"),
    ],
)
def test_as_a_process_it_names_the_remedy_and_shows_no_traceback(
    variables: dict[str, str], code: int, said: str
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    done = subprocess.run(
        [sys.executable, "-m", "connectors.cli.main", "migrate"],
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
