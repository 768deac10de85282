"""The hub finds a folder for its data whoever runs it, and whatever their home folder is like."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.postgres import default_data_folder

AN_ORDINARY_USER = 54321


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: AN_ORDINARY_USER)


def test_the_setting_wins(tmp_path: Path) -> None:
    assert default_data_folder({"HUB_DATA_DIR": str(tmp_path), "HOME": "/home/a"}) == tmp_path


def test_root_uses_a_folder_that_does_not_depend_on_its_closed_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_folder({"HOME": "/root"}) == Path("/var/lib/customer-hub")


@pytest.mark.usefixtures("ordinary")
def test_an_ordinary_user_keeps_the_data_below_the_home_folder(tmp_path: Path) -> None:
    assert default_data_folder({"HOME": str(tmp_path)}) == tmp_path / ".local/share/customer-hub"


@pytest.mark.usefixtures("ordinary")
def test_the_xdg_folder_goes_before_the_home_folder(tmp_path: Path) -> None:
    environment = {"HOME": "/home/a", "XDG_DATA_HOME": str(tmp_path / "data")}
    assert default_data_folder(environment) == tmp_path / "data" / "customer-hub"


@pytest.mark.usefixtures("ordinary")
@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "/dev/null"}, {"HOME": "/etc/hostname"}])
def test_without_a_home_to_write_into_it_falls_back_to_a_lasting_temporary_folder(
    environment: dict[str, str],
) -> None:
    expected = Path("/var", "tmp", f"customer-hub-{AN_ORDINARY_USER}")
    assert default_data_folder(environment) == expected
