"""From a file to a customer and back to the reasons, by the command line alone, against a real PostgreSQL."""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.cli import main
from connectors.inbox.publisher import InboxPublisher
from connectors.publishing import Outgoing

CUSTOMERS = """id,name.legal,contact.phone,address.registered.city,identifier.uscc
1001,沪江星桥精密仪器（上海）有限公司,021-5888 1234,上海,91310115MA9XK2T02R
1002,Nordlicht Werkzeugbau GmbH,+49 40 1234567,Hamburg,
1003,沪江星桥精密仪器(上海)有限公司,02158881234,上海市,91310115MA9XK2T02R
,No Id AG,,,
"""
ORDER = {
    "specversion": "1.0",
    "id": "order-1",
    "source": "/crm",
    "type": "com.example.cdh.sales.order.placed.v1",
    "time": "2026-09-22T01:00:00Z",
    "orgunit": "sales",
    "data": {
        "customer": {"system": "crm", "object": "customer", "id": "1001"},
        "orderId": "88231",
        "amount": "12800.00",
        "currency": "CNY",
    },
}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The records of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Run:
    """Runs ``hub`` in this process; keeps what the last run said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""
        self.code = 0

    def __call__(self, *arguments: str) -> str:
        """Standard output of ``hub`` with *arguments*."""
        with pytest.raises(SystemExit) as left:
            main.main(arguments)
        self.code = int(left.value.code or 0)
        shown = self._capsys.readouterr()
        self.said = shown.err
        return shown.out

    def json(self, *arguments: str) -> Any:
        """What it wrote with ``--json``."""
        return json.loads(self(*arguments, "--json"))


@pytest.fixture
def hub(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("HUB_DATABASE_URL", database)
    monkeypatch.setenv("HUB_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    return Run(capsys)


@pytest.fixture
def filled(hub: Run, tmp_path: Path) -> Run:
    """A hub that has taken in the customers and an order."""
    customers, orders = tmp_path / "customers.csv", tmp_path / "orders.jsonl"
    customers.write_text(CUSTOMERS, encoding="utf-8")
    orders.write_text(json.dumps(ORDER) + "\n{broken\n", encoding="utf-8")
    for file, options in ((customers, ["--source", "crm"]), (orders, [])):
        hub("publish", str(file), *options)
        assert hub.code == 4, hub.said
    hub("intake", "--once")
    hub("project", "--once")
    return hub


def test_refused_lines_are_named_and_kept_and_the_rest_is_sent(hub: Run, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    told = hub.json("publish", str(file), "--source", "crm")
    assert (told["published"], told["rejected"], hub.code) == (3, 1, 4)
    assert "customers.csv:5: the id is empty" in hub.said
    rejects = Path(told["rejects_file"])
    (row,) = rows_of(rejects)
    assert row["name.legal"] == "No Id AG"
    rejects.write_text(
        rejects.read_text(encoding="utf-8").replace(",No Id AG", "1004,No Id AG"), encoding="utf-8"
    )
    told = hub.json("publish", str(rejects), "--source", "crm")
    assert (told["published"], told["rejected"], hub.code) == (1, 0, 0)


def test_publishing_a_file_twice_changes_nothing(filled: Run, tmp_path: Path) -> None:
    before = filled.json("customer", "show", "crm/customer/1001")
    filled("publish", str(tmp_path / "customers.csv"), "--source", "crm")
    assert filled.json("intake", "--once")["messages"] == 3
    filled("project", "--once")
    assert filled.json("customer", "show", "crm/customer/1001") == before


def test_records_become_customers_with_reasons(filled: Run) -> None:
    lines = [json.loads(line) for line in filled("crosswalk", "export", "--json").splitlines()]
    customers = {line["local_id"]: line["customer_id"] for line in lines}
    assert customers["1001"] == customers["1003"] != customers["1002"]
    shown = filled.json("customer", "show", "crm/customer/1003")
    assert shown["customer_id"] == customers["1001"]
    assert {v["record_key"] for v in shown["values"]} <= {"crm/customer/1001", "crm/customer/1003"}
    explained = filled.json("explain", "why", "crm/customer/1001", "crm/customer/1003")
    assert explained["customer_id"] == customers["1001"]
    assert explained["comparison"]["weight"] > 0
    found = filled.json("customer", "search", "Nordlicht")
    assert [c["customer_id"] for c in found] == [customers["1002"]]
    history = filled.json("customer", "history", "crm/customer/1003")
    assert "sales.order.placed" in {entry["name"] for entry in history}
    for view in ("show", "history", "ownership"):
        assert filled("customer", view, "crm/customer/1001")


def test_the_crosswalk_goes_into_a_file(filled: Run, tmp_path: Path) -> None:
    target = tmp_path / "crosswalk.csv"
    assert filled("crosswalk", "export", "--output", str(target)) == ""
    assert [row["local_id"] for row in rows_of(target)] == ["1001", "1002", "1003"]


def test_stewards_decide_and_take_it_back(filled: Run) -> None:
    decided = filled.json(
        "steward", "unmerge", "crm/customer/1001", "crm/customer/1003", "--reason", "two firms"
    )
    filled("project", "--once")
    one, three = (filled.json("customer", "show", f"crm/customer/{n}")["customer_id"] for n in (1001, 1003))
    assert one != three == decided["customer_id"]
    filled("steward", "withdraw", decided["assertion_id"], "--reason", "one firm after all")
    filled("project", "--once")
    assert filled.json("customer", "show", three)["customer_id"] == one
    filled("steward", "merge", one, one, "--reason", "nothing to merge")
    assert filled.code == 1
    filled("steward", "merge", one)
    assert filled.code == 2


def test_doubtful_matches_are_listed_shown_and_answered(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    case = filled.json("case", "ask", "crm/customer/1001", "crm/customer/1002", "--reason", "one phone")[
        "case_id"
    ]
    filled("project", "--once")
    listed = filled.json("case", "list", "--kind", "asked")
    assert [c["case_id"] for c in listed["cases"]] == [case]
    assert [(c["kind"], c["cases"]) for c in listed["counts"]] == [("asked", 1)]
    assert "Nordlicht" in filled("case", "list")
    groups = filled.json("case", "list", "--by-customer", "--customer", "crm/customer/1001")["customers"]
    assert [g["cases"] for g in groups] == [1, 1]
    assert "Nordlicht" in filled("case", "list", "--by-customer")
    assert filled.json("case", "show", case)["case"]["status"] == "open"
    assert filled.json("case", "suggest", "--count", "5") == []
    assert filled("case", "suggest")
    assert filled.json("case", "recheck") == {"events": 0}
    filled("case", "decide", case, "later", "--reason", "ask them", "--until", "2999-01-01")
    filled("project", "--once")
    assert "2999-01-01" in filled("case", "show", case)
    assert filled.json("case", "list")["cases"] == []
    assert len(filled.json("case", "list", "--postponed")["cases"]) == 1
    monkeypatch.setenv("HUB_FOUR_EYES", "1")
    for who, status in (("li.na", "proposed"), ("wang.fang", "decided")):
        monkeypatch.setenv("LOGNAME", who)
        assert filled.json("case", "decide", case, "same", "--reason", "seen")["status"] == status
        filled("project", "--once")
        assert "same" in filled("case", "show", case)
        assert who in json.dumps(filled.json("case", "show", case)["case"])
    one, two = (filled.json("customer", "show", f"crm/customer/{n}")["customer_id"] for n in (1001, 1002))
    assert one == two
    filled("case", "decide", case, "refuse", "--reason", "too late")
    assert filled.code == 1


def test_a_replay_agrees_with_the_read_model(filled: Run) -> None:
    replayed = filled.json("replay", "ownership", "--customer", "crm/customer/1001", "--as-of", "2026-03-01")
    assert replayed["agrees"]
    assert replayed["owners"] == {}
    filled("replay", "ownership", "--customer", "crm/customer/1001", "--as-of", "yesterday")
    assert filled.code == 4


def test_read_models_can_be_rebuilt(filled: Run) -> None:
    before = filled.json("customer", "show", "crm/customer/1001")
    positions = filled.json("project", "--from-zero", "all")
    assert len(set(positions.values())) == 1
    assert filled.json("customer", "show", "crm/customer/1001") == before
    filled("project", "--from-zero", "nonsense")
    assert filled.code == 1


def test_other_rules_of_survivorship_hold_once_the_golden_records_are_rebuilt(
    filled: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: oldest-1\nstrategy: oldest\n", encoding="utf-8")
    monkeypatch.setenv("HUB_SURVIVORSHIP", str(rules))
    filled("project", "--once")
    assert filled.code == 2
    assert "hub project --from-zero golden_record" in filled.said
    filled("project", "--from-zero", "golden_record")
    assert filled.code == 0
    shown = filled.json("customer", "show", "crm/customer/1001")
    assert {v["rule"] for v in shown["values"]} == {"oldest"}
    rules.write_text("version: x\nstrategie: oldest\n", encoding="utf-8")
    filled("project", "--once")
    assert filled.code == 2
    assert "strategie" in filled.said


def test_dead_letters_are_listed_shown_and_sent_again(hub: Run, database: str, tmp_path: Path) -> None:
    with InboxPublisher(database) as publisher:
        publisher.publish([Outgoing(topic="customer-hub.inbox", key="x", value=b"{broken")])
    hub("intake", "--once")
    (letter,) = hub.json("deadletter", "list")["letters"]
    assert letter["remedy"]
    saved = tmp_path / "letter"
    assert "broken" not in hub("deadletter", "show", str(letter["id"]), "--save", str(saved))
    assert saved.read_bytes() == b"{broken"
    assert hub.json("deadletter", "show", str(letter["id"]))["content"] == "{broken"
    assert hub.json("deadletter", "retry", "--all") == {"sent": 1}
    assert hub.json("deadletter", "list")["letters"] == []
    hub("intake", "--once")
    (again,) = hub.json("deadletter", "list")["letters"]
    assert again["id"] != letter["id"]
    assert len(hub.json("deadletter", "list", "--retried")["letters"]) == 2
    hub("deadletter", "show", "99")
    assert hub.code == 1


def test_a_stopped_input_goes_on_when_it_is_resumed(
    hub: Run, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    monkeypatch.setenv("HUB_DEAD_LETTER_RUN", "2")
    with InboxPublisher(database) as publisher:
        publisher.publish([Outgoing(topic="customer-hub.inbox", key="x", value=b"{broken")] * 5)
    hub("intake", "--once")
    listed = hub.json("deadletter", "list")
    assert len(listed["letters"]) == 2
    (stopped,) = listed["stopped_inputs"]
    monkeypatch.delenv("HUB_DEAD_LETTER_RUN")
    assert hub.json("deadletter", "resume", stopped) == {"resumed": stopped}
    hub("intake", "--once")
    assert len(hub.json("deadletter", "list")["letters"]) == 5
    hub("deadletter", "resume", stopped)
    assert hub.code == 1


def test_a_key_is_shown_once_and_can_be_revoked(hub: Run) -> None:
    made = hub.json("key", "create", "--name", "me", "--role", "reader")
    assert made["key"].startswith("hub_")
    listed = hub("key", "list", "--json")
    assert made["key"].rpartition("_")[2] not in listed
    (row,) = json.loads(listed)
    hub("key", "revoke", row["id"])
    assert hub.json("key", "list")[0]["revoked_at"]
    hub("key", "revoke", "nonsense")
    assert hub.code == 1


def test_another_master_key_is_refused_before_anything_is_written(
    filled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_MASTER_KEY", base64.b64encode(b"x" * 32).decode())
    filled("customer", "show", "crm/customer/1001")
    assert filled.code == 2
    assert "HUB_MASTER_KEY" in filled.said
