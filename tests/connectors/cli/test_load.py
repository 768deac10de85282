"""``hub load`` by the command line: files and folders, bad rows, a kill in the middle; against a real PostgreSQL."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.cli import main
from connectors.cli.stock import FileOptions, FileStock, listed, stock_file
from connectors.deadletters.limits import Limits
from connectors.intake.reading import read_message
from connectors.intake.transport import RawMessage
from hub.kernel.errors import InvalidMessageError, SettingsError
from hub.log.store import EventLog
from hub.resolution.items import Item, Observe
from tests.hub.resolution.universe import KEY_BYTES, Truth, logged_customers, stored_customers
from tests.journeys.group import about_customers, messages

CUSTOMERS = """id,name.legal,contact.phone,identifier.uscc
1001,沪江星桥精密仪器（上海）有限公司,021-5888 1234,91310115MA9XK2T02R
,No Id AG,,
1002,Nordlicht Werkzeugbau GmbH,+49 40 1234567,
1003,too,many,fields,here
1004,沪江星桥精密仪器(上海)有限公司,02158881234,91310115MA9XK2T02R
"""


@pytest.fixture
def hub(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings of a hub in a database of its own."""
    monkeypatch.setenv("HUB_DATABASE_URL", database)
    monkeypatch.setenv("HUB_MASTER_KEY", base64.b64encode(KEY_BYTES).decode())
    return database


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``hub`` with *arguments*."""
    with pytest.raises(SystemExit) as left:
        main.main(arguments)
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


def dead_letters(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT input, message_no, value, reason FROM hub_dead_letter ORDER BY id"
        ).fetchall()


def test_a_csv_is_loaded_and_its_bad_rows_are_dead_letters_with_their_bytes(
    hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sap.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    code, out, _ = run(capsys, "load", str(file), "--source", "sap-prod", "--json")
    assert code == 0
    said = json.loads(out)
    assert (said["records"], said["customers"], said["dead_letters"]) == (3, 2, 2)
    lines = CUSTOMERS.splitlines(keepends=True)
    assert [(i, n, bytes(v)) for i, n, v, _ in dead_letters(hub)] == [
        ("load:sap.csv:0", 3, lines[2].encode()),
        ("load:sap.csv:0", 5, lines[4].encode()),
    ]
    assert run(capsys, "project", "--once")[0] == 0
    _, shown, _ = run(capsys, "customer", "show", "sap-prod/customer/1004", "--json")
    assert "sap-prod/customer/1001" in shown
    code, _, err = run(capsys, "load", str(file), "--source", "sap-prod")
    assert code == 0
    assert "were there from before" in err
    assert len(dead_letters(hub)) == 2


def test_a_hub_with_records_says_to_stream_instead(
    hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del hub
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"id,name.legal\n{name},Nordlicht GmbH\n")
    assert run(capsys, "load", str(tmp_path / "a.csv"), "--source", "sap-prod")[0] == 0
    code, _, err = run(capsys, "load", str(tmp_path / "b.csv"), "--source", "sap-prod")
    assert code == 1
    assert "hub publish" in err


def test_a_folder_is_loaded_as_its_listing_says(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text("KUNNR,NAME1\n1,Nordlicht GmbH\n")
    (tmp_path / "events.jsonl").write_bytes(about_customers(messages(0.01))[0].value + b"\n")
    (tmp_path / "load.yaml").write_text(
        "files:\n"
        "  - {file: k.csv, unit: sales, source: sap-prod, id_column: KUNNR, map: {name.legal: NAME1}}\n"
        "  - {file: events.jsonl, unit: service}\n"
    )
    found = [stock_file(o, ["sales", "service"], lambda unit: f"t.{unit}") for o in listed([tmp_path], {})]
    stock = FileStock(found)
    first, second = stock.read()
    assert isinstance(first, Observe)
    assert str(first.key) == "sap-prod/customer/1"
    assert first.via == "load:k.csv"
    assert stock.fetch([1, 0]) == [second, first]
    assert [f.topic for f in found] == ["t.sales", "t.service"]
    stock.close()


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        ("files: [{file: a.csv, sauce: x}]", "files.0.sauce"),
        ("files: [", "valid YAML"),
        ("[]", "load.yaml"),
    ],
)
def test_a_listing_that_cannot_be_used_is_refused_by_name(tmp_path: Path, listing: str, said: str) -> None:
    (tmp_path / "load.yaml").write_text(listing)
    with pytest.raises(SettingsError, match=said):
        listed([tmp_path], {})


def test_a_file_of_which_too_much_cannot_be_read_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text("{}\n" * 20)
    options = FileOptions(file=file)
    stock = FileStock([stock_file(options, ["group"], str)], limits=Limits(consecutive=10))
    with pytest.raises(InvalidMessageError, match="in a row"):
        list(stock.read())
    stock.close()


def test_the_digest_stands_for_content_and_options(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,name.legal,city\n1,Nordlicht GmbH,Hamburg\n")

    def digest(**options: Any) -> str:
        stock = FileStock([stock_file(FileOptions(file=file, source="s", **options), ["group"], str)])
        stock.close()
        return stock.digest

    assert digest() == digest()
    assert digest() != digest(map={"name.full": "name.legal"})
    before = digest()
    file.write_text("id,name.legal,city\n1,Nordlicht AG,Hamburg\n")
    assert digest() != before


def told_of_customers() -> tuple[list[Item], list[bytes]]:
    """What the demo's group says of its customers line by line: what can be read, and what cannot."""
    readable: list[Item] = []
    broken: list[bytes] = []
    for line in lines_of_customers():
        raw = RawMessage(input="load:x:0", stream="x", offset=1, key=None, value=line)
        try:
            readable.append(read_message(raw, ()))
        except InvalidMessageError:
            broken.append(line)
    return readable, broken


def lines_of_customers() -> list[bytes]:
    """One line a message; empty ones are none."""
    sent = (m.value.replace(b"\n", b" ").strip() for m in messages(0.1) if m.topic.startswith("customers."))
    return [line for line in sent if line]


def test_killed_again_and_again_it_ends_as_if_nothing_had_been(
    hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """kill -9 at any point; then the same command once more."""
    stock = tmp_path / "stock.jsonl"
    stock.write_bytes(b"\n".join(lines_of_customers()))
    readable, broken = told_of_customers()
    command = [sys.executable, "-m", "connectors.cli.main", "load", str(stock), "--batch", "100"]
    standings: list[int] = []
    for number in range(1, 5):
        process = subprocess.Popen(
            command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while process.poll() is None and done(hub) < number * 300 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.kill()
        process.wait()
        standings.append(done(hub))
    assert standings == sorted(standings)
    assert 0 < standings[0] < standings[-1] < len(readable)
    code, out, _ = run(capsys, "load", str(stock), "--batch", "100", "--json")
    assert code == 0
    assert json.loads(out)["already_there"] == standings[-1]
    truth = Truth()
    truth.take(readable)
    assert stored_customers(hub) == truth.customers()
    log = EventLog(hub, KEY_BYTES, pool_size=1)
    assert set(logged_customers(log).values()) == truth.customers()
    log.close()
    assert broken
    assert sorted(bytes(value) for _, _, value, _ in dead_letters(hub)) == sorted(broken)


def done(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT done FROM hub_load").fetchone()
    return int(row[0]) if row else 0
