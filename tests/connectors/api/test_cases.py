"""Stewards answer cases over the API: they see those of their units, and nobody else sees or answers any."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.api import keys
from connectors.api.keys import Role
from connectors.api.services import Services
from hub.resolution.four_eyes import FourEyes
from hub.resolution.steward import Steward
from projections.steward_queue.queries import held_by
from tests.connectors.api.conftest import Running
from tests.connectors.api.test_journey import observed, publish

SEEN = {"reason": "seen on paper"}
NOBODY = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def group(hub: Running) -> Running:
    """Three companies: east knows the first, both units the second, west the third; and a steward's key of each unit."""
    sent = [
        observed("crm", "1", "Nordlicht Werkzeugbau GmbH", unit="east"),
        observed("erp", "2", "沪江星桥精密仪器有限公司", unit="east", contact__phone="021-5888 1234"),
        observed("crm", "2", "沪江星桥精密仪器有限公司", unit="west", contact__phone="021-5888 1234"),
        observed("erp", "3", "Contoso Ltd", unit="west"),
    ]
    assert publish(hub, *sent).status_code == 202
    with hub.log.connection() as connection:
        for unit in ("east", "west"):
            hub.tokens[unit] = keys.create(connection, f"{unit} steward", [Role.STEWARD], units=[unit])
        hub.tokens["li.na"] = keys.create(connection, "li.na", [Role.STEWARD])
    return hub


def customer(hub: Running, record: str) -> str:
    (found,) = hub.get("/v1/customers", record=record)["items"]
    return str(found["id"])


def asked(hub: Running, left: str, right: str, role: str = "steward") -> str:
    """A case that a person wants to be looked at."""
    body = {"customers": [customer(hub, left), customer(hub, right)], **SEEN}
    case: str = hub.post("/v1/cases", body, role)["case"]
    return case


def test_a_case_is_listed_shown_and_decided(group: Running) -> None:
    case = asked(group, "crm/account/1", "erp/account/3")
    (listed,) = group.get("/v1/cases", "steward", kind="asked")["items"]
    assert (listed["id"], listed["status"], listed["kind"]) == (case, "open", "asked")
    names = {c["name"] for c in listed["customers"]}
    assert names == {"Nordlicht Werkzeugbau GmbH", "Contoso Ltd"}
    shown = group.get(f"/v1/cases/{case}", "steward")
    assert shown["explanation"]["same_customer"] is False
    done = group.post(f"/v1/cases/{case}/decision", {"verdict": "same", **SEEN}, "steward")
    assert done["status"] == "decided"
    assert customer(group, "crm/account/1") == customer(group, "erp/account/3") == done["customer"]
    assert group.get("/v1/cases", "steward", kind="asked")["items"] == []
    ended = group.get(f"/v1/cases/{case}", "steward")
    assert (ended["outcome"], ended["assertion"]) == ("same", done["assertion"])
    refused = group.post(f"/v1/cases/{case}/decision", {"verdict": "different", **SEEN}, "steward", 409)
    assert done["assertion"] in refused["detail"]


def test_a_contradiction_names_the_assertion_in_the_way(group: Running) -> None:
    body = {"verdict": "different", "left": ["crm/account/1"], "right": ["erp/account/3"], **SEEN}
    assertion = group.post("/v1/assertions", body, "steward")["assertion"]
    refused = group.post("/v1/assertions", {**body, "verdict": "same"}, "steward", 409)
    assert refused["code"] == "contradiction"
    assert all(part in refused["detail"] for part in (assertion, "steward key", "seen on paper"))


def test_who_cannot_tell_is_asked_again_later(group: Running) -> None:
    case = asked(group, "crm/account/1", "erp/account/3")
    later = {"until": "2999-01-01T00:00:00Z", **SEEN}
    assert group.post(f"/v1/cases/{case}/postponement", later, "steward")["status"] == "postponed"
    assert group.get("/v1/cases", "steward", kind="asked")["items"] == []
    (listed,) = group.get("/v1/cases", "steward", kind="asked", postponed=True)["items"]
    assert listed["postponed_until"].startswith("2999-01-01")
    past = {"until": "2001-01-01T00:00:00Z", **SEEN}
    group.post(f"/v1/cases/{case}/postponement", past, "steward", 409)


def test_the_queue_is_paged_grouped_and_counted(group: Running) -> None:
    cases = {
        asked(group, "crm/account/1", "erp/account/3"),
        asked(group, "crm/account/1", "erp/account/2"),
        asked(group, "erp/account/2", "erp/account/3"),
    }
    found: list[str] = []
    cursor = None
    while True:
        page = group.get(
            "/v1/cases", "steward", kind="asked", limit=1, **({"cursor": cursor} if cursor else {})
        )
        found += [c["id"] for c in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(found) == 3
    assert set(found) == cases
    groups = group.get("/v1/cases/customers", "steward", kind="asked")["items"]
    assert {g["customer_id"]: g["cases"] for g in groups} == {
        customer(group, record): 2 for record in ("crm/account/1", "erp/account/2", "erp/account/3")
    }
    of_one = group.get("/v1/cases", "steward", customer=customer(group, "crm/account/1"))["items"]
    assert len(of_one) == 2
    counts = {c["kind"]: c["cases"] for c in group.get("/v1/cases/counts", "steward")["items"]}
    assert counts["asked"] == 3
    assert all(c["kind"] != "asked" for c in group.get("/v1/cases/suggestions", "steward")["items"])
    for list_ in ("/v1/cases", "/v1/cases/customers"):
        nonsense = group.client.get(list_, params={"cursor": "WyJhIl0"}, headers=group.headers("steward"))
        assert nonsense.status_code == 422


def test_a_key_limited_to_units_sees_and_answers_only_cases_of_customers_that_they_know(
    group: Running,
) -> None:
    secret = asked(group, "crm/account/1", "erp/account/3")
    shared = asked(group, "crm/account/1", "erp/account/2")

    def seen(role: str, **wanted: Any) -> list[str]:
        return [c["id"] for c in group.get("/v1/cases", role, kind="asked", **wanted)["items"]]

    assert seen("east") == [shared]
    assert seen("west") == []
    assert sorted(seen("steward", unit="west")) == sorted([secret, shared])
    assert [c["cases"] for c in group.get("/v1/cases/counts", "east")["items"] if c["kind"] == "asked"] == [1]
    group.get(f"/v1/cases/{shared}", "east")
    answers: tuple[tuple[str, dict[str, str]], ...] = (
        ("decision", {"verdict": "same"}),
        ("postponement", {"until": "2999-01-01T00:00:00Z"}),
        ("refusal", {}),
    )
    for case in (secret, NOBODY):
        refused = group.client.get(f"/v1/cases/{case}", headers=group.headers("east"))
        assert (refused.status_code, refused.json()["detail"]) == (404, f"there is no case {case}")
        for route, body in answers:
            missing = group.post(f"/v1/cases/{case}/{route}", {**body, **SEEN}, "east", 404)
            assert missing["detail"] == f"there is no case {case}"
    question = {"customers": [customer(group, "crm/account/1"), customer(group, "erp/account/3")], **SEEN}
    group.post("/v1/cases", question, "east", 404)
    assert group.get(f"/v1/cases/{secret}", "steward")["status"] == "open"


def test_two_keys_have_to_agree_to_a_large_merge(group: Running) -> None:
    app: Any = group.client.app
    services: Services = app.state.services
    steward = Steward(services.resolver, FourEyes(limit=1, measure=held_by))
    app.state.services = replace(services, steward=steward)
    case = asked(group, "crm/account/1", "erp/account/3")
    same = {"verdict": "same", **SEEN}
    assert group.post(f"/v1/cases/{case}/decision", same, "steward")["status"] == "proposed"
    assert group.get(f"/v1/cases/{case}", "steward")["proposed"] == {"by": "steward key", **SEEN}
    group.post(f"/v1/cases/{case}/decision", same, "steward", 409)
    pair = [customer(group, "crm/account/1"), customer(group, "erp/account/3")]
    refused = group.post("/v1/customers/merge", {"customers": pair, **SEEN}, "li.na", 409)
    assert "second person" in refused["detail"]
    done = group.post(f"/v1/cases/{case}/decision", same, "li.na")
    assert done["status"] == "decided"
    assert done["customer"] in pair
    assert customer(group, "crm/account/1") == customer(group, "erp/account/3")
