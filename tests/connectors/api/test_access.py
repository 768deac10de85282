"""Nobody gets in without a key, nobody does what their role or unit does not allow; errors say no more than they should."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from connectors.api import keys
from connectors.api.access import declared_roles
from connectors.api.app import api_routes, refuse_open_routes
from connectors.api.keys import Role
from connectors.api.problems import STATUS, problem_of, status_of
from hub.kernel.errors import HubError, InvalidMessageError, SettingsError
from tests.connectors.api.conftest import Running

ID = "01900000-0000-7000-8000-000000000001"


def routes(app: object) -> Iterator[tuple[APIRoute, str, str]]:
    assert isinstance(app, FastAPI)
    for route in api_routes(app.routes):
        if route.path.startswith("/v1"):
            for method in route.methods or ():
                path = route.path.format(
                    customer_id=ID, assertion_id=ID, case_id=ID, path="name.legal", key_id="x"
                )
                yield route, method, path


def test_every_route_needs_a_key_and_a_role_that_it_names(hub: Running) -> None:
    seen = 0
    for route, method, path in routes(hub.client.app):
        seen += 1
        anonymous = hub.client.request(method, path)
        assert anonymous.status_code == 401, (method, path)
        assert anonymous.headers["www-authenticate"].startswith("Bearer")
        wrong = hub.client.request(method, path, headers={"Authorization": "Bearer hub_x_y"})
        assert wrong.status_code == 401, (method, path)
        allowed = {role for needs in declared_roles(route.dependant) for role in needs.roles} | {Role.ADMIN}
        for role in Role:
            answer = hub.client.request(method, path, headers=hub.headers(role))
            assert (answer.status_code == 403) == (role not in allowed), (method, path, role, answer.text)
            if answer.status_code == 403:
                assert answer.json()["code"] == "forbidden"
            assert answer.status_code != 500, (method, path, role, answer.text)
    assert seen > 25


def test_a_route_without_a_role_keeps_the_application_from_starting() -> None:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.get("/v1/open")(lambda: "oops")
    with pytest.raises(SettingsError, match="/v1/open"):
        refuse_open_routes(app)
    outer, router = FastAPI(docs_url=None, redoc_url=None), APIRouter()
    router.get("/v1/hidden")(lambda: "oops")
    outer.include_router(router)
    with pytest.raises(SettingsError, match="/v1/hidden"):
        refuse_open_routes(outer)


def test_a_revoked_or_expired_key_no_longer_works(hub: Running) -> None:
    with hub.log.connection() as connection:
        expired = keys.create(connection, "old", [Role.READER], expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert hub.client.get("/v1/customers", headers={"Authorization": f"Bearer {expired}"}).status_code == 401
    key_id = hub.tokens["reader"].split("_")[1]
    assert hub.client.delete(f"/v1/keys/{key_id}", headers=hub.headers("admin")).status_code == 204
    assert hub.client.get("/v1/customers", headers=hub.headers("reader")).status_code == 401


def test_a_key_is_shown_once_and_kept_as_a_hash(hub: Running) -> None:
    key = hub.post("/v1/keys", {"name": "n", "roles": ["reader"]}, "admin", 201)["key"]
    secret = key.split("_", 2)[2]
    assert secret not in hub.client.get("/v1/keys", headers=hub.headers("admin")).text
    with hub.log.connection() as connection:
        rows = connection.execute("SELECT hash, name FROM hub_api_key").fetchall()
    assert all(secret.encode() not in bytes(row["hash"]) for row in rows)


def test_units_limit_what_a_key_may_own_and_publish(hub: Running) -> None:
    body = {"scope": "sales-de", "owner": "x", "reason": "r"}
    url = f"/v1/customers/{ID}/ownership/assign"
    refused = hub.client.post(url, json=body, headers=hub.headers("limited-sales"))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    passed = hub.client.post(url, json=body | {"scope": "sales-cn"}, headers=hub.headers("limited-sales"))
    assert passed.status_code == 404


def _families(base: type[HubError]) -> Iterator[type[HubError]]:
    for sub in base.__subclasses__():
        yield sub
        yield from _families(sub)


def test_every_error_of_the_hub_has_a_status_and_a_code() -> None:
    for kind in _families(HubError):
        assert any(family in STATUS for family in kind.__mro__), kind
        assert kind.code != HubError.code, kind
        error = kind("value-of-a-person")
        body = problem_of(error)
        assert body["status"] == status_of(error)
        if body["status"] == 500:
            assert "value-of-a-person" not in body["detail"]


def test_an_invalid_message_names_field_and_remedy() -> None:
    body = problem_of(InvalidMessageError("no", field="time", remedy="add an offset"))
    assert (body["field"], body["remedy"], body["status"]) == ("time", "add an offset", 422)


def test_health_needs_no_key_and_tells_how_far_the_read_models_are(hub: Running) -> None:
    assert hub.client.get("/healthz").json() == {"status": "ok"}
    assert hub.client.get("/readyz").status_code == 200
    assert "hub_intake_messages" in hub.client.get("/metrics").text
    described = hub.client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1") and "requestBody" in operation:
                assert "example" in str(operation["requestBody"]) or "$ref" in str(
                    operation["requestBody"]
                ), (path, method)
