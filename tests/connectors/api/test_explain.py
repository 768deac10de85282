"""Explanations through the API: in words and as data, page by page, and no more than the key's units know."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.api import keys
from connectors.api.keys import Role
from tests.connectors.api.conftest import Running
from tests.connectors.api.test_journey import USCC, observed, publish

NAME = "沪江星桥精密仪器（上海）有限公司"
SECRET = "Nordlicht Werkzeugbau GmbH"
ONE, TWO, THREE = "crm/account/1", "erp/account/2", "erp/account/3"


@pytest.fixture
def units(hub: Running) -> Running:
    """One customer that east and west know, one that west alone knows, and a key of each unit."""
    events = [
        observed("crm", "1", NAME, identifier__uscc=USCC, contact__phone="021-5888 1234", unit="east"),
        observed("erp", "2", NAME, identifier__uscc=USCC, unit="west"),
        observed("erp", "3", SECRET, contact__phone="+49401234567", unit="west"),
    ]
    assert publish(hub, *events).status_code == 202
    with hub.log.connection() as connection:
        for unit in ("east", "west"):
            roles = [Role.READER, Role.STEWARD]
            hub.tokens[unit] = keys.create(connection, unit, roles, units=[unit])
    return hub


def customer_of(hub: Running, record: str) -> str:
    (customer,) = hub.get("/v1/customers", "admin", record=record)["items"]
    return str(customer["id"])


def refused(hub: Running, path: str, role: str = "reader", **asked: Any) -> tuple[int, str]:
    answer = hub.client.get(f"/v1/explain/{path}", params=asked, headers=hub.headers(role))
    return answer.status_code, str(answer.json()["detail"])


def test_why_says_in_plain_words_what_each_feature_means(units: Running) -> None:
    told = units.get("/v1/explain/why", left=ONE, right=TWO)
    assert told["words"][0].startswith("The same customer: crm/account/1 and erp/account/2 are linked")
    name = next(f for f in told["comparison"]["features"] if f["feature"] == "name")
    assert (name["left"], name["right"]) != ("", "")
    assert "times as likely if they are the same" in name["words"]
    assert told["model"]["prior"] + sum(f["weight"] for f in told["comparison"]["features"]) == told["comparison"]["weight"]  # fmt: skip
    assert any("Two records start at" in sentence for sentence in told["model"]["words"])
    (link,) = told["items"]
    assert (link["kind"], link["left"], link["right"], told["next_cursor"]) == ("match", ONE, TWO, None)


def test_the_plain_words_come_in_chinese_too_and_the_data_stay_the_same(units: Running) -> None:
    english, chinese = (
        units.get("/v1/explain/why-not", left=ONE, right=THREE, lang=lang) for lang in ("en", "zh")
    )
    assert chinese["reasons"][0]["words"][0].startswith("两者从未比较过")
    assert english["reasons"][0]["words"][0].startswith("They were never compared")
    assert [r["code"] for r in english["reasons"]] == [r["code"] for r in chinese["reasons"]]
    wrong = units.client.get(
        "/v1/explain/why", params={"left": ONE, "lang": "fr"}, headers=units.headers("reader")
    )
    assert (wrong.status_code, wrong.json()["field"]) == (422, "lang")


def test_why_not_says_what_is_missing_and_what_would_be_enough(hub: Running) -> None:
    publish(
        hub,
        observed("crm", "1", "Acme Tools Ltd", contact__phone="+442079460958", contact__email="a@acme.com"),
        observed("erp", "2", "Globex Ltd", contact__phone="+442079460999", contact__email="a@acme.com"),
    )
    told = hub.get("/v1/explain/why-not", left=ONE, right=TWO)
    (reason,) = told["reasons"]
    assert reason["code"] == "below-threshold"
    assert "are missing" in reason["words"][0]
    assert "name -" in reason["words"][1]
    assert any(words.startswith("An equal name would be enough") for words in reason["words"])


def test_a_decision_that_keeps_two_apart_is_told_with_actor_and_reason(units: Running) -> None:
    customer = customer_of(units, ONE)
    units.post(f"/v1/customers/{customer}/unmerge", {"records": [TWO], "reason": "another branch"}, "steward")
    (reason,) = units.get("/v1/explain/why-not", left=ONE, right=TWO)["reasons"]
    assert reason["code"] == "different"
    assert "steward key said on" in reason["words"][0]
    assert "another branch" in reason["words"][0]
    assert reason["assertions"][0]["assertion_id"] in reason["words"][0]


def test_how_replays_the_steps_page_by_page(units: Running) -> None:
    body = {"customers": [customer_of(units, ONE), customer_of(units, THREE)], "reason": "one group"}
    merged = units.post("/v1/customers/merge", body, "steward")["customer"]
    whole = units.get("/v1/explain/how", customer=THREE, limit=200)
    assert (whole["customer_id"], whole["next_cursor"]) == (merged, None)
    steps: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = units.get(
            "/v1/explain/how", customer=merged, limit=2, **({"cursor": cursor} if cursor else {})
        )
        steps += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert steps == whole["items"]
    whats = [step["what"] for step in steps]
    assert {"registered", "linked", "asserted-same", "absorbed", "moved", "merged"} <= set(whats)
    (said,) = [step for step in steps if step["what"] == "asserted-same"]
    (founding,) = said["records"]
    assert founding in {ONE, TWO}
    assert said["words"] == f"a person says that {founding} is the same customer as {THREE}"
    absorbed = steps[whats.index("absorbed")]
    assert (absorbed["actor"], absorbed["reason"]) == ("steward key", "one group")
    linked = next(step for step in steps if step["what"] == "linked" and step["because"])
    other = TWO if linked["records"] == [ONE] else ONE
    assert linked["because"][0].startswith(f"because it matches {other} at +")
    assert "official identifier +35.0" in linked["because"][0]
    assert linked["evidence"][0]["features"][0]["words"]
    assert linked["valid_at"] < linked["recorded_at"]
    assert refused(units, "how", customer=merged, cursor="!!")[0] == 422


def test_the_links_of_a_customer_are_paged(units: Running) -> None:
    publish(units, *[observed("crm", str(n), NAME, identifier__uscc=USCC, unit="east") for n in (11, 12, 13)])
    customer = customer_of(units, ONE)
    whole = units.get("/v1/explain/why", left=customer)["items"]
    first = units.get("/v1/explain/why", left=customer, limit=3)
    rest = units.get("/v1/explain/why", left=customer, limit=3, cursor=first["next_cursor"])
    assert [*first["items"], *rest["items"]] == whole
    assert len(whole) == 4
    assert rest["next_cursor"] is None


def test_what_a_key_may_not_see_is_as_unknown_as_what_never_was(units: Running) -> None:
    secret, unknown = customer_of(units, THREE), "01900000-0000-7000-8000-000000000001"
    for path, asked in (
        ("why", {"left": "{}"}),
        ("why", {"left": ONE, "right": "{}"}),
        ("why-not", {"left": ONE, "right": "{}"}),
        ("how", {"customer": "{}"}),
    ):
        for hidden, never in ((THREE, "erp/account/99"), (secret, unknown)):
            told, missing = (
                refused(units, path, "east", **{k: v.format(name) for k, v in asked.items()})
                for name in (hidden, never)
            )
            assert told[0] == missing[0] == 404, (path, asked)
            assert told[1].replace(hidden, never) == missing[1]
    units.get("/v1/explain/why-not", "west", left=ONE, right=THREE)
    units.get("/v1/explain/why", "east", left=ONE, right=TWO)


def test_steps_about_records_that_others_have_now_tell_a_limited_key_only_when_they_were(
    units: Running,
) -> None:
    one, secret = customer_of(units, ONE), customer_of(units, THREE)
    merged = units.post("/v1/customers/merge", {"customers": [one, secret], "reason": "r"}, "steward")
    open_to_east = units.get("/v1/explain/how", "east", customer=one)["items"]
    assert not any(step.get("masked") for step in open_to_east)
    answer = units.client.delete(
        f"/v1/assertions/{merged['assertion']}?reason=no", headers=units.headers("steward")
    )
    assert answer.status_code == 200, answer.text
    different = {"verdict": "different", "left": [ONE], "right": [THREE], "reason": "r"}
    units.post("/v1/assertions", different, "steward")
    shown = units.client.get("/v1/explain/how", params={"customer": one}, headers=units.headers("east"))
    for word in (THREE, secret, SECRET, "Nordlicht", "49401234567"):
        assert word.casefold() not in shown.text.casefold()
    hidden = [step for step in shown.json()["items"] if step.get("masked")]
    assert {"position", "valid_at", "recorded_at", "masked", "words"} == set().union(*hidden)
    everything = units.get("/v1/explain/how", "admin", customer=one)["items"]
    assert [s["position"] for s in everything] == [s["position"] for s in shown.json()["items"]]
    assert {s["what"] for s in everything if s["position"] in {h["position"] for h in hidden}} == {
        "absorbed",
        "moved",
        "split-off",
        "asserted-different",
    }


def test_errors_say_what_to_do_next(units: Running) -> None:
    assert refused(units, "why", left="erp/account/99") == (
        404,
        "there is no source record erp/account/99; look for its key with hub crosswalk export or GET /v1/crosswalk",
    )
    assert "ask why-not" in refused(units, "why", left=ONE, right=THREE)[1]
    assert "ask why instead" in refused(units, "why-not", left=ONE, right=TWO)[1]
    assert refused(units, "why", left="nonsense")[0] == 409
