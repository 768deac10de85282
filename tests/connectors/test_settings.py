"""Settings: where they come from, and that a wrong one is named with its remedy."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from connectors.settings import as_public, load, master_key_bytes
from hub.kernel.errors import SettingsError


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HUB_DATABASE_URL", "HUB_MASTER_KEY", "HUB_CONFIG", "HUB_UNITS", "HUB_API_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))


def test_without_settings_the_hub_is_embedded() -> None:
    settings = load()
    assert settings.embedded
    assert settings.topics == ("customer-hub.inbox",)
    assert settings.systems == frozenset()


def test_the_environment_wins_over_the_file_and_arguments_win_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hub.yaml"
    file.write_text(
        "api_port: 9001\nlog_level: error\nunits:\n  east: {topics: [crm.east, erp.east], systems: [fxiaoke-sh]}\n"
        "  west: {topics: [crm.west], systems: [sap-prod]}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("HUB_CONFIG", str(file))
    monkeypatch.setenv("HUB_API_PORT", "9002")
    settings = load(log_level="debug", api_host=None)
    assert (settings.api_port, settings.log_level, settings.api_host) == (9002, "debug", "127.0.0.1")
    assert settings.topics == ("crm.east", "erp.east", "crm.west")
    assert settings.systems == {"fxiaoke-sh", "sap-prod"}


def test_units_can_be_given_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_UNITS", '{"east": {"topics": ["crm.east"]}}')
    assert load().units["east"].topics == ("crm.east",)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HUB_DATABASE_URL", "mysql://secret@host/db", "HUB_DATABASE_URL: write it as postgresql://"),
        ("HUB_API_PORT", "eighty", "HUB_API_PORT: "),
        ("HUB_UNITS", "{", "HUB_UNITS is not valid JSON; write for example"),
        ("HUB_UNITS", '{"east": {"topics": ["with space"]}}', "HUB_UNITS (east.topics.0): a topic is named"),
        ("HUB_DATABSE_URL", "postgresql://h/db", "did you mean HUB_DATABASE_URL?"),
        ("HUB_CONFIG", "/nowhere/hub.yaml", "HUB_CONFIG names /nowhere/hub.yaml, which cannot be read"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", ["api_prt: 1", "- a list", "a: [", "api_port: many"])
def test_a_wrong_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    file = tmp_path / "hub.yaml"
    file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("HUB_CONFIG", str(file))
    with pytest.raises(SettingsError) as caught:
        load()
    assert "api_p" in str(caught.value) or str(file) in str(caught.value)


@pytest.mark.parametrize("text", ["no base64!", base64.b64encode(b"short").decode()])
def test_a_wrong_master_key_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HUB_MASTER_KEY", text)
    with pytest.raises(SettingsError, match="openssl rand -base64 32") as caught:
        master_key_bytes(load())
    assert text not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    settings = load(
        database_url="postgresql://u:hidden@h/db", master_key=base64.b64encode(b"k" * 32).decode()
    )
    assert master_key_bytes(settings) == b"k" * 32
    assert "hidden" not in str(as_public(settings))
    assert "a2tr" not in f"{settings!r}{as_public(settings)}"
