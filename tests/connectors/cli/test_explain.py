"""``hub explain`` by the command line alone: tables for people in two languages, JSON for machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.cli.test_journey import Run, hub

__all__ = ["hub"]

CUSTOMERS = """id,name.legal,contact.phone,address.registered.city,identifier.uscc
1,沪江星桥精密仪器（上海）有限公司,021-5888 1234,上海,91310115MA9XK2T02R
2,Nordlicht Werkzeugbau GmbH,+49 40 1234567,Hamburg,
3,沪江星桥精密仪器(上海)有限公司,02158881234,上海市,91310115MA9XK2T02R
"""
ONE, TWO, THREE = (f"crm/customer/{n}" for n in (1, 2, 3))


@pytest.fixture
def told(hub: Run, tmp_path: Path) -> Run:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    hub("publish", str(file), "--source", "crm")
    hub("intake", "--once")
    hub("project", "--once")
    return hub


def test_why_shows_what_agrees_and_what_it_means(told: Run) -> None:
    text = told("explain", "why", ONE, THREE)
    for words in (
        "linked directly at",
        "phone number",
        "128 times as likely",
        "start at -18.5 bits",
        "+35.0",
    ):
        assert words in text
    data = told.json("explain", "why", ONE, THREE)
    assert data["comparison"]["weight"] == sum(f["weight"] for f in data["comparison"]["features"]) + data["model"]["prior"]  # fmt: skip
    assert (data["asked"], data["more"]) == ("pair", False)
    chinese = told("explain", "why", ONE, "--language", "zh")
    assert "电话号码" in chinese
    assert "phone number" not in chinese
    whole = told.json("explain", "why", data["customer_id"])
    assert [(link["left"], link["right"]) for link in whole["items"]] == [(ONE, THREE)]


def test_why_not_shows_what_would_change_it(told: Run) -> None:
    text = told("explain", "why-not", ONE, TWO)
    assert "They were never compared" in text
    assert "would meet if they agreed in" in text
    assert "An equal official identifier would be enough" in text
    codes = [reason["code"] for reason in told.json("explain", "why-not", ONE, TWO)["reasons"]]
    assert codes == ["never-compared", "below-threshold"]


def test_how_shows_the_steps_and_goes_on_where_it_stopped(told: Run) -> None:
    told("steward", "unmerge", ONE, THREE, "--reason", "two firms")
    text = told("explain", "how", ONE)
    for words in ("step by step", "because it matches", "person:"):
        assert words in text
    first = told.json("explain", "how", ONE, "--limit", "2")
    rest = told.json("explain", "how", ONE, "--after", str(first["next_position"]))
    whole = told.json("explain", "how", ONE)
    assert first["items"] + rest["items"] == whole["items"]
    (split,) = [step for step in whole["items"] if step["what"] == "split-off"]
    assert split["words"].endswith(f"is split off with {THREE}")
    assert split["reason"] == "two firms"
    assert f"--after {first['next_position']}" in told("explain", "how", ONE, "--limit", "2")
    assert (rest["next_position"], whole["next_position"]) == (None, None)
    assert "two firms" in told("explain", "why-not", ONE, THREE)


def test_what_cannot_be_explained_says_what_to_do(told: Run) -> None:
    for arguments, said in (
        (("why", "crm/customer/9"), "hub crosswalk export"),
        (("how", "01900000-0000-7000-8000-000000000001"), "hub customer search"),
        (("why", ONE, TWO), "ask why-not"),
        (("why-not", ONE, THREE), "ask why instead"),
    ):
        assert told("explain", *arguments) == ""
        assert told.code == 1
        assert said in told.said
