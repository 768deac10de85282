"""Columns are known by their names and usual names; the pages about them say what is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matching.columns import CANONICAL, ColumnError, map_columns, usual_names
from matching.command import app

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_lists_every_column_with_its_usual_names() -> None:
    page = (DOCS / "reference/columns.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (.*?) ?\|$", page, re.MULTILINE)
    assert rows[1:] == [(name, ", ".join(usual_names(name))) for name in CANONICAL]


def test_the_commands_of_the_how_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (DOCS / "how-to/dedupe-a-table.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, text in re.findall(r"cat > (\S+) <<'CSV'\n(.*?)CSV\n", page, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = re.findall(r"^python -m matching (.*)$", page, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code == 0, result.output
    assert (tmp_path / "clusters.csv").read_text() == "record_id,cluster_id\n1,1\n2,1\n3,3\n"
    assert (tmp_path / "again.csv").read_text() == (tmp_path / "clusters.csv").read_text()


def test_a_choice_of_the_user_comes_before_a_usual_name() -> None:
    mapped = map_columns(["id", "name", "Nom"], {"name": ["Nom"]})
    assert mapped.columns == {"name": ["Nom"], "record_id": ["id"]}
    assert mapped.unused == ["name"]


@pytest.mark.parametrize("wanted", [{"name": ["gone"]}, {"shoe_size": ["id"]}])
def test_a_column_that_there_is_not_is_refused(wanted: dict[str, list[str]]) -> None:
    with pytest.raises(ColumnError, match="--map"):
        map_columns(["id"], wanted)
