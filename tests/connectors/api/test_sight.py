"""A key that is limited to units sees the customers that these units know, and nothing at all of any other."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.api import keys
from connectors.api.keys import Role
from tests.connectors.api.conftest import Running
from tests.connectors.api.test_journey import USCC, observed, publish

EVERYTHING = [Role.READER, Role.SALES, Role.STEWARD, Role.AUDITOR]


@pytest.fixture
def two_customers(hub: Running) -> Running:
    """One customer that east and west know, one that only west knows, and a key of each unit."""
    shared = [
        observed("crm", "1", "沪江星桥精密仪器（上海）有限公司", identifier__uscc=USCC, unit="east"),
        observed("erp", "9", "沪江星桥精密仪器有限公司", identifier__uscc=USCC, unit="west"),
    ]
    secret = observed("erp", "10", "Nordlicht Werkzeugbau GmbH", contact__phone="+49401234567", unit="west")
    assert publish(hub, *shared, secret).status_code == 202
    with hub.log.connection() as connection:
        for unit in ("east", "west"):
            hub.tokens[unit] = keys.create(connection, unit, EVERYTHING, units=[unit])
    return hub


def names(hub: Running, role: str, **asked: Any) -> list[str]:
    return sorted(c["name"] for c in hub.get("/v1/customers", role, **asked)["items"])


def customer_of(hub: Running, record: str) -> str:
    (customer,) = hub.get("/v1/customers", "admin", record=record)["items"]
    return str(customer["id"])


def test_lists_searches_and_the_crosswalk_hold_only_what_the_units_know(two_customers: Running) -> None:
    hub = two_customers
    assert len(names(hub, "east")) == 1
    assert len(names(hub, "west")) == 2
    assert names(hub, "east", q="nordlicht") == []
    assert names(hub, "west", q="nordlicht") == ["Nordlicht Werkzeugbau GmbH"]
    assert names(hub, "east", record="erp/account/10") == []
    assert names(hub, "east", record="erp/account/9") != []
    keys_seen = [row["record_key"] for row in hub.get("/v1/crosswalk", "east")["items"]]
    assert keys_seen == ["crm/account/1", "erp/account/9"]
    assert len(hub.get("/v1/crosswalk", "west")["items"]) == 3


def test_what_a_key_may_not_see_does_not_exist_for_it(two_customers: Running) -> None:
    hub = two_customers
    secret = customer_of(hub, "erp/account/10")
    shared = customer_of(hub, "crm/account/1")
    unknown = "01900000-0000-7000-8000-000000000001"
    reads = ("", "/crosswalk", "/history", "/ownership", "/ownership/timeline", "/audit", "/explain/value")
    for path in reads:
        asked = {"path": "name.legal"}
        refused, missing = (
            hub.client.get(f"/v1/customers/{i}{path}", params=asked, headers=hub.headers("east"))
            for i in (secret, unknown)
        )
        assert refused.status_code == missing.status_code == 404, path
        assert refused.json()["detail"].replace(secret, unknown) == missing.json()["detail"]
        hub.get(f"/v1/customers/{shared}{path}", "east", **asked)
        hub.get(f"/v1/customers/{secret}{path}", "west", **asked)
    link = {"left": "crm/account/1", "right": "erp/account/10"}
    assert hub.client.get("/v1/explain/link", params=link, headers=hub.headers("east")).status_code == 404
    hub.get("/v1/explain/link", "admin", **link)


def test_a_steward_decides_only_about_customers_of_the_own_units(two_customers: Running) -> None:
    hub = two_customers
    secret, shared = customer_of(hub, "erp/account/10"), customer_of(hub, "crm/account/1")
    reason = {"reason": "seen"}
    different = {"verdict": "different", "left": ["crm/account/1"], "right": ["erp/account/10"], **reason}
    hub.post("/v1/customers/merge", {"customers": [shared, secret], **reason}, "east", 404)
    hub.post(f"/v1/customers/{secret}/unmerge", {"records": ["erp/account/10"], **reason}, "east", 404)
    hub.post("/v1/assertions", different, "east", 404)
    for method, path, body in (
        ("PUT", f"/v1/customers/{secret}/pins/name.legal", {"value": "x", **reason}),
        ("DELETE", f"/v1/customers/{secret}/pins/name.legal?reason=x", None),
    ):
        answer = hub.client.request(method, path, json=body, headers=hub.headers("east"))
        assert answer.status_code == 404, path
    before = hub.log.head()
    assertion = hub.post("/v1/assertions", different, "admin")["assertion"]
    withdrawn = hub.client.delete(f"/v1/assertions/{assertion}?reason=x", headers=hub.headers("east"))
    assert withdrawn.status_code == 403
    assert hub.log.head() == before + 1


def test_the_duplicate_check_tells_of_others_only_how_sure_it_is_and_who_knows_them(
    two_customers: Running,
) -> None:
    hub = two_customers
    values = [
        {"path": "name.legal", "value": "Nordlicht Werkzeugbau GmbH"},
        {"path": "contact.phone", "value": "+49401234567"},
    ]
    question = {"partyKind": "organization", "values": values}
    (masked,) = hub.post("/v1/match", question, "east")["items"]
    assert masked == {"masked": True, "grade": "probable", "weight": masked["weight"], "units": ["west"]}
    (whole,) = hub.post("/v1/match", question, "west")["items"]
    assert whole["customer_id"] == customer_of(hub, "erp/account/10")


def test_the_history_does_not_tell_a_unit_who_owns_the_customer_in_another(two_customers: Running) -> None:
    hub = two_customers
    shared = customer_of(hub, "crm/account/1")
    for unit in ("east", "west"):
        body = {"scope": unit, "owner": f"{unit}.owner", "reason": "r"}
        hub.post(f"/v1/customers/{shared}/ownership/assign", body, unit)
    story = hub.client.get(f"/v1/customers/{shared}/history", headers=hub.headers("east")).text
    assert "east.owner" in story
    assert "west.owner" not in story
    owners = hub.get(f"/v1/customers/{shared}/ownership", "east")["items"]
    assert [o["owner"] for o in owners] == ["east.owner"]


def test_what_concerns_all_units_needs_a_key_for_all(two_customers: Running) -> None:
    hub = two_customers
    with hub.log.connection() as connection:
        hub.tokens["east-admin"] = keys.create(connection, "e", [Role.ADMIN], units=["east"])
    for path in ("/v1/audit", "/v1/keys"):
        assert hub.client.get(path, headers=hub.headers("east-admin")).status_code == 403
    wide = {"name": "n", "roles": ["admin"]}
    for units in ([], ["west"], ["east", "west"]):
        hub.post("/v1/keys", wide | {"units": units}, "east-admin", 403)
    hub.post("/v1/keys", wide | {"units": ["east"]}, "east-admin", 201)
