"""What users do with the API: publish, find, decide, look back; and what happens when they send nonsense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from connectors.contracts.cloudevents import encode
from tests.connectors.api.conftest import Running

T0 = datetime(2026, 3, 1, 9, tzinfo=UTC)
USCC = "91310115MA9XK2T02R"


def observed(
    system: str, local_id: str, name: str, *, minute: int = 0, unit: str = "SH-SALES-1", **values: str
) -> bytes:
    given = {"name__legal": name, **values}
    data = {
        "source": {"system": system, "object": "account", "id": local_id, "version": str(minute)},
        "partyKind": "organization",
        "orgUnit": unit,
        "values": [{"path": path.replace("__", "."), "value": value} for path, value in given.items()],
    }
    moment = T0 + timedelta(minutes=minute)
    return encode(
        type="source.customer.observed",
        source=f"/{system}",
        id=f"{local_id}-{minute}",
        time=moment,
        data=data,
        org_unit=unit,
    )


def publish(hub: Running, *events: bytes, role: str = "publisher") -> Any:
    answer = hub.client.post(
        "/v1/events",
        content=b"[" + b",".join(events) + b"]",
        headers={**hub.headers(role), "Content-Type": "application/cloudevents-batch+json"},
    )
    hub.settle()
    return answer


@pytest.fixture
def two_units(hub: Running) -> Running:
    first = observed(
        "crm", "1", "沪江星桥精密仪器（上海）有限公司", identifier__uscc=USCC, contact__phone="021-5888 1234"
    )
    second = observed("erp", "K9", "沪江星桥精密仪器有限公司", identifier__uscc=USCC, unit="ERP-EAST")
    assert publish(hub, first, second).status_code == 202
    return hub


def test_records_of_two_units_become_one_golden_record(two_units: Running) -> None:
    hub = two_units
    (customer,) = hub.get("/v1/customers", record="erp/account/K9")["items"]
    assert sorted(customer["records"]) == ["crm/account/1", "erp/account/K9"]
    assert {v["path"] for v in customer["values"]} >= {"name.legal", "identifier.uscc", "contact.phone"}
    assert all(v["event"] and v["rule"] for v in customer["values"])
    assert hub.get("/v1/customers", q="星桥")["items"][0]["id"] == customer["id"]
    why = hub.get("/v1/explain/link", left="crm/account/1", right="erp/account/K9")
    assert why["same_customer"]
    assert {f["feature"] for f in why["features"]} >= {"strong", "name"}
    value = hub.get(f"/v1/customers/{customer['id']}/explain/value", path="name.legal")
    assert len(value["contributions"]) == 2
    assert hub.get("/v1/events/status", "publisher", source="/erp", id="K9-0")["outcome"] == "linked"


def test_an_activity_shows_in_the_history_of_its_customer(two_units: Running) -> None:
    hub = two_units
    data = {
        "customer": {"system": "erp", "object": "account", "id": "K9"},
        "orderId": "A-1",
        "amount": "12.50",
        "currency": "CNY",
    }
    event = encode(type="sales.order.placed", source="/erp", id="o1", time=T0, data=data, org_unit="ERP-EAST")
    answer = hub.client.post("/v1/events", content=event, headers=hub.headers("publisher"))
    if answer.status_code == 422:
        pytest.fail(answer.text)
    hub.settle()
    (customer,) = hub.get("/v1/customers", record="crm/account/1")["items"]
    names = [e["name"] for e in hub.get(f"/v1/customers/{customer['id']}/history")["items"]]
    assert "sales.order.placed" in names
    first = hub.get(f"/v1/customers/{customer['id']}/history", limit=1)
    second = hub.get(f"/v1/customers/{customer['id']}/history", limit=200, cursor=first["next_cursor"])
    assert len(first["items"]) + len(second["items"]) == len(names)


def test_an_owner_is_assigned_transferred_and_looked_up_in_time(two_units: Running) -> None:
    hub = two_units
    (customer,) = hub.get("/v1/customers", record="crm/account/1")["items"]
    base = f"/v1/customers/{customer['id']}/ownership"
    lane = {"scope": "sales-cn", "role": "account-manager", "reason": "territory"}
    hub.post(f"{base}/assign", lane | {"owner": "li.na", "valid_from": "2026-03-01T00:00:00+08:00"}, "sales")
    clash = hub.post(f"{base}/assign", lane | {"owner": "wang.fang"}, "sales", 409)
    assert "li.na" in clash["detail"]
    hub.post(
        f"{base}/transfer", lane | {"owner": "wang.fang", "valid_from": "2026-04-01T00:00:00+08:00"}, "sales"
    )
    known = datetime.now(UTC).isoformat()

    def owner(day: str, **more: str) -> list[str]:
        return [o["owner"] for o in hub.get(base, as_of=day, scope="sales-cn", **more)["items"]]

    assert owner("2026-03-15T00:00:00Z") == ["li.na"]
    assert owner("2026-03-31T16:00:00Z") == ["wang.fang"]
    assert owner("2026-02-01T00:00:00Z") == []
    correction = lane | {
        "owner": "zhao.lei",
        "valid_from": "2026-03-10T00:00:00Z",
        "valid_to": "2026-03-20T00:00:00Z",
    }
    hub.post(f"{base}/correct", correction, "sales", 403)
    hub.post(f"{base}/correct", correction, "steward")
    assert owner("2026-03-15T00:00:00Z") == ["zhao.lei"]
    assert owner("2026-03-15T00:00:00Z", known_at=known) == ["li.na"]
    trail = hub.get(f"/v1/customers/{customer['id']}/audit", "auditor")["items"]
    assert "customer.ownership-corrected.v1" in [e["name"] for e in trail]
    naive = hub.client.get(base, params={"as_of": "2026-03-15T00:00:00"}, headers=hub.headers("reader"))
    assert (naive.status_code, naive.json()["field"]) == (422, "as_of")


def test_a_steward_merges_and_unmerges_and_every_id_keeps_resolving(hub: Running) -> None:
    publish(
        hub,
        observed("crm", "1", "北京海河化工有限公司"),
        observed("erp", "2", "Contoso Trading Ltd", unit="ERP-EAST"),
    )
    (one,) = hub.get("/v1/customers", record="crm/account/1")["items"]
    (two,) = hub.get("/v1/customers", record="erp/account/2")["items"]
    assert one["id"] != two["id"]
    merged = hub.post(
        "/v1/customers/merge", {"customers": [one["id"], two["id"]], "reason": "same"}, "steward"
    )
    for former in (one["id"], two["id"]):
        assert hub.get(f"/v1/customers/{former}")["id"] == merged["customer"]
    again = hub.client.post(
        f"/v1/customers/{merged['customer']}/unmerge",
        json={"records": ["erp/account/2"], "reason": "not the same"},
        headers=hub.headers("steward"),
    )
    hub.settle()
    assert again.json()["customer"] == two["id"]
    assert int(again.headers["hub-position"]) > 0
    for before in (one, two):
        now = hub.get(f"/v1/customers/{before['id']}")
        assert (now["records"], [v["value"] for v in now["values"]]) == (
            before["records"],
            [v["value"] for v in before["values"]],
        )
    contrary = {"verdict": "same", "left": ["crm/account/1"], "right": ["erp/account/2"], "reason": "r"}
    assert "withdraw" in hub.post("/v1/assertions", contrary, "steward", 409)["detail"]


def test_a_pin_wins_and_an_old_etag_is_refused(two_units: Running) -> None:
    hub = two_units
    (customer,) = hub.get("/v1/customers", record="crm/account/1")["items"]
    url = f"/v1/customers/{customer['id']}"
    etag = hub.client.get(url, headers=hub.headers("reader")).headers["etag"]
    assert hub.client.get(url, headers=hub.headers("reader") | {"If-None-Match": etag}).status_code == 304
    body = {"value": "星桥", "reason": "licence"}
    pinned = hub.client.put(
        f"{url}/pins/name.legal", json=body, headers=hub.headers("steward") | {"If-Match": etag}
    )
    assert pinned.status_code == 200, pinned.text
    hub.runner.run_until(hub.log.head())
    after = pinned.headers["hub-position"]
    values = {v["path"]: v for v in hub.get(url, after=after)["values"]}
    assert (values["name.legal"]["value"], values["name.legal"]["rule"], values["name.legal"]["record"]) == (
        "星桥",
        "pin",
        None,
    )
    stale = hub.client.put(
        f"{url}/pins/name.legal",
        json=body | {"value": "x"},
        headers=hub.headers("steward") | {"If-Match": etag},
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "conflict")
    late = hub.client.get(url, params={"after": int(after) + 1000}, headers=hub.headers("reader"))
    assert (late.status_code, "retry-after" in late.headers) == (503, True)


def test_a_duplicate_is_found_before_it_is_registered(two_units: Running) -> None:
    hub = two_units
    head = hub.log.head()
    question = {"partyKind": "organization", "values": [
        {"path": "name.legal", "value": "沪江星桥精密仪器（上海）有限公司"}, {"path": "contact.phone", "value": "+86 21 58881234"}]}  # fmt: skip
    found = hub.post("/v1/match", question, "sales")["items"]
    assert found
    assert found[0]["grade"] in {"certain", "probable"}
    assert found[0]["evidence"]["features"]
    assert hub.log.head() == head


BAD: dict[str, bytes] = {
    "not json": b'{"specversion": "1.0"',
    "empty": b"",
    "not utf-8": b"\xff\xfe",
    "wrong type": orjson.dumps([1, 2]),
    "unknown type": encode(type="sales.dance.danced", source="/crm", id="b1", time=T0, data={}),
    "nul": observed("crm", "b2", "a\x00b"),
    "surrogate": observed("crm", "b3", "x").replace(b'"x"', b'"\\ud800"'),
    "year 0": observed("crm", "b4", "x").replace(b"2026-03-01", b"0000-03-01"),
    "year 9999": observed("crm", "b5", "x").replace(b"2026-03-01", b"9999-12-31"),
    "naive time": observed("crm", "b6", "x").replace(b'09:00:00Z"', b'09:00:00"'),
    "unknown source": observed("nobody", "b7", "x"),
    "values wrong": observed("crm", "b8", "x").replace(b'"x"', b"7"),
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_nonsense_is_refused_with_a_reason_and_a_remedy(hub: Running, what: str) -> None:
    answer = hub.client.post("/v1/events", content=BAD[what], headers=hub.headers("publisher"))
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "invalid-message"
    assert problem["detail"]
    assert problem["remedy"]
    assert problem["field"]


def test_the_good_events_of_a_batch_get_through(hub: Running) -> None:
    embeddable = [
        BAD[k]
        for k in (
            "unknown type",
            "nul",
            "year 0",
            "year 9999",
            "naive time",
            "unknown source",
            "values wrong",
        )
    ]
    good = [observed("crm", str(n), f"公司{n}号贸易有限公司") for n in range(3)]
    answer = publish(hub, good[0], *embeddable[:4], good[1], *embeddable[4:], good[2])
    assert answer.status_code == 207
    items = answer.json()["items"]
    assert [i["index"] for i in items if i["status"] == 202] == [0, 5, 9]
    assert all(i["problem"]["detail"] for i in items if i["status"] != 202)
    assert len(hub.get("/v1/customers")["items"]) == 3


def test_too_large_a_body_is_refused_before_it_is_read(hub: Running) -> None:
    answer = hub.client.post("/v1/events", content=b" " * 10_500_000, headers=hub.headers("publisher"))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_sending_twice_changes_nothing(two_units: Running) -> None:
    hub = two_units
    head = hub.log.head()
    again = observed("erp", "K9", "沪江星桥精密仪器有限公司", identifier__uscc=USCC, unit="ERP-EAST")
    assert publish(hub, again).status_code == 202
    assert hub.log.head() == head


def test_binary_mode_is_understood(hub: Running) -> None:
    event = orjson.loads(observed("crm", "77", "二进制贸易有限公司"))
    headers = {f"ce-{k}": v for k, v in event.items() if k not in {"data", "datacontenttype"}}
    answer = hub.client.post(
        "/v1/events",
        content=orjson.dumps(event["data"]),
        headers={**hub.headers("publisher"), **headers, "Content-Type": "application/json"},
    )
    assert answer.status_code == 202, answer.text
    hub.settle()
    assert hub.get("/v1/customers", record="crm/account/77")["items"]


def test_lists_are_paged_without_skipping_or_repeating(hub: Running) -> None:
    publish(hub, *[observed("crm", str(n), f"第{n}贸易有限公司") for n in range(7)])
    for path, key in (("/v1/customers", "id"), ("/v1/crosswalk", "record_key")):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = hub.get(path, limit=3, **({"cursor": cursor} if cursor else {}))
            seen += [item[key] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7
    bad = hub.client.get("/v1/customers", params={"cursor": "!!"}, headers=hub.headers("reader"))
    assert (bad.status_code, bad.json()["field"]) == (422, "cursor")
