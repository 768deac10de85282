"""``hub model`` by the command line: look at the model, try another one out, put it in force."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.cli import main
from tests.hub.resolution.universe import KEY_BYTES, run, stored_customers, story


class Command:
    """Runs ``hub model`` in this process; keeps what the last run said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""
        self.code = 0

    def __call__(self, *arguments: str) -> str:
        """Standard output of ``hub model`` with *arguments*."""
        with pytest.raises(SystemExit) as left:
            main.main(("model", *arguments))
        self.code = int(left.value.code or 0)
        shown = self._capsys.readouterr()
        self.said = shown.err
        return shown.out

    def json(self, *arguments: str) -> Any:
        """What it wrote with ``--json``."""
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def hub(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("HUB_DATABASE_URL", database)
    monkeypatch.setenv("HUB_MASTER_KEY", base64.b64encode(KEY_BYTES).decode())
    return Command(capsys)


@pytest.fixture
def stricter(hub: Command, tmp_path: Path) -> Path:
    """The active model, made stricter, as a file."""
    file = tmp_path / "stricter.yaml"
    data = yaml.safe_load(hub("show", "--text"))
    data |= {"version": "stricter-1", "link_threshold": 400, "trained": {"pairs": 12_345}}
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return file


def test_a_model_is_compared_activated_and_listed(hub: Command, database: str, stricter: Path) -> None:
    run(database, story(21, 120), 40).log.close()
    before = stored_customers(database)
    assert "no model was ever activated" in (hub("list"), hub.said)[1]
    told = hub.json("compare", str(stricter))
    assert told["customers"][0] == len(before) < told["customers"][1]
    assert sum(told["changes"].values()) > 0
    assert "stricter-1" in hub("compare", str(stricter))
    assert stored_customers(database) == before
    done = hub.json("activate", str(stricter), "--reason", "fewer wrong merges")
    assert done["version"].startswith("stricter-1")
    assert done["events"] > 1
    assert len(stored_customers(database)) == told["customers"][1]
    assert hub.json("compare", str(stricter))["unchanged"] == told["customers"][1]
    (listed,) = hub.json("list")["activations"]
    assert (listed["version"], listed["reason"]) == (done["version"], "fewer wrong merges")
    assert "fewer wrong merges" in hub("list")
    assert hub.json("activate", str(stricter), "--reason", "again")["was_active"]
    assert hub("show", "--number", "1", "--text") == hub("show", "--text")
    assert (hub("show", "--number", "2"), hub.code) == ("", 1)
    assert hub("show", "--text") == stricter.read_text(encoding="utf-8")


def test_a_model_is_shown_with_its_weights_and_what_it_was_trained_on(hub: Command, stricter: Path) -> None:
    shown = hub("show", str(stricter))
    assert "stricter-1" in shown
    assert "12345" in shown
    assert "400" in shown
    assert "homophone" in shown
    assert hub.json("show")["model"]["weights"]["person"]["birth"]["equal"]


def test_two_files_are_held_against_each_other(hub: Command, database: str, stricter: Path) -> None:
    run(database, story(22, 80), 40).log.close()
    told = hub.json("compare", str(stricter), str(stricter))
    assert told["changes"] == {"merged": 0, "split": 0, "regrouped": 0}
    assert told["unchanged"] == told["customers"][0] == told["customers"][1]


def test_what_is_no_model_is_refused_with_the_remedy(hub: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("version: x\n")
    hub("activate", str(file), "--reason", "x")
    assert hub.code == 4
    assert "hub model show --text" in hub.said
    hub("show", str(tmp_path / "none.yaml"))
    assert hub.code == 4


def test_a_model_is_trained_on_the_hubs_own_records(hub: Command, database: str, tmp_path: Path) -> None:
    run(database, story(23, 400), 100).log.close()
    file = tmp_path / "trained.yaml"
    hub("train", "--output", str(file), "--version", "spring-1")
    assert "next: hub model compare" in hub.said
    trained = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert trained["version"] == "spring-1"
    assert trained["trained"]["person"]["pairs that agree"] > 0
    assert hub.json("compare", str(file))["customers"][0] == len(stored_customers(database))
