"""What docs/how-to/measure-matching.md shows is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from matching.evaluate.command import register
from matching.evaluate.files import ATTRIBUTES

PAGE = (Path(__file__).parents[3] / "docs/how-to/measure-matching.md").read_text(encoding="utf-8")


def test_the_commands_of_the_page_run_on_the_files_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in re.findall(r"cat > (\S+) <<'CSV'\n(.*?)CSV\n", PAGE, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = re.findall(r"^python -m matching (evaluate .*)$", PAGE, re.MULTILINE)
    assert len(commands) == 2
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    for command in commands:
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code == 0, result.output
        assert "Joined though different" in result.output
    assert (tmp_path / "report.html").is_file()


def test_the_code_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("0.333")


def test_the_page_names_every_attribute_that_is_read() -> None:
    assert [name for name in ATTRIBUTES if not re.search(rf"\b{name}\b", PAGE)] == []
