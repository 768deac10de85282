"""Reading payloads: what each family turns into, and what is refused."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contracts import (
    EVENT_TYPES,
    ActivityReported,
    Deleted,
    EventType,
    Message,
    Observed,
    Renamed,
    decode,
    encode,
    read,
)
from connectors.contracts.fields import CURRENCIES, ActivityPayload
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import RecordKey
from hub.kernel.source_record import PartyKind

GOLDEN = Path(__file__).parents[2] / "golden" / "contracts"
KEY = RecordKey("crm-shanghai", "account", "C-1001")
TIME = datetime(2026, 9, 21, 15, tzinfo=UTC)
ACTIVITIES = [t for t in EVENT_TYPES.values() if issubclass(t.model, ActivityPayload)]


def reading(name: str = "source.customer.observed", /, **changed: Any) -> Message:
    """What the type's example says, with some fields changed; ``...`` takes one away."""
    data = {**EVENT_TYPES[name, 1].example, **changed}
    return read(event(name, {k: v for k, v in data.items() if v is not ...}))


def event(name: str, data: dict[str, Any], org_unit: str | None = "SH") -> Any:
    return decode(encode(type=name, source="/crm", id="1", time=TIME, data=data, org_unit=org_unit))


def refused(name: str = "source.customer.observed", /, **changed: Any) -> InvalidMessageError:
    with pytest.raises(InvalidMessageError) as caught:
        reading(name, **changed)
    assert caught.value.remedy
    assert caught.value.source == "/crm"
    return caught.value


def observed(**changed: Any) -> Observed:
    message = reading(**changed)
    assert isinstance(message, Observed)
    return message


def test_an_observation_becomes_a_source_record() -> None:
    record = observed().record

    assert record.key == KEY
    assert record.kind is PartyKind.ORGANISATION
    assert (record.unit, record.version) == ("SH-SALES-1", "7")
    assert record.source_time == datetime(2026, 9, 21, 14, 13, 20, 321000, tzinfo=UTC)
    phone = next(v for v in record.values if v.path == "contact.phone[work]")
    assert (phone.value, phone.raw, phone.quality) == ("+862158881234", "021-5888 1234", ("normalized",))
    assert record.values_of("relation.parent") == ("crm-shanghai/account/C-1",)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("organization", PartyKind.ORGANISATION),
        ("organisation", PartyKind.ORGANISATION),
        ("person", PartyKind.PERSON),
    ],
)
def test_both_spellings_of_organisation_are_understood(said: str, kind: PartyKind) -> None:
    assert observed(partyKind=said).record.kind is kind


def test_what_the_payload_leaves_out_comes_from_the_envelope() -> None:
    record = observed(orgUnit=..., sourceTime=...).record

    assert (record.unit, record.source_time) == ("SH", TIME)


def test_an_observation_without_any_unit_is_refused() -> None:
    data = {k: v for k, v in EVENT_TYPES["source.customer.observed", 1].example.items() if k != "orgUnit"}

    with pytest.raises(InvalidMessageError, match="unit") as caught:
        read(event("source.customer.observed", data, org_unit=None))
    assert caught.value.field == "orgUnit"


def test_empty_values_say_that_there_is_none() -> None:
    values = [{"path": "name.legal", "value": v} for v in ("", "  ", None, "星桥")]

    assert [v.value for v in observed(values=values, relations=[]).record.values] == ["星桥"]


def test_a_value_can_hold_since_a_time_of_its_own() -> None:
    values = [{"path": "name.legal", "value": "星桥", "validAt": "2020-01-01T00:00:00+08:00"}]

    assert observed(values=values).record.values[0].valid_at == datetime(2019, 12, 31, 16, tzinfo=UTC)


def test_a_number_as_version_mark_is_read_as_text() -> None:
    source = {"system": "crm-shanghai", "object": "account", "id": "C-1001", "version": 1790000000321}

    assert observed(source=source).record.version == "1790000000321"


def test_the_erp_alias_reads_like_the_original() -> None:
    assert isinstance(reading("erp.customer.observed"), Observed)


def test_a_restored_record_is_read_like_an_observed_one() -> None:
    assert isinstance(reading("source.customer.restored"), Observed)


def test_an_observation_that_says_deleted_is_a_deletion() -> None:
    message = reading(deleted=True)

    assert isinstance(message, Deleted)
    assert message.deletion == "soft"


@pytest.mark.parametrize("kind", ["soft", "hard", "unknown"])
def test_a_deletion_keeps_its_kind(kind: str) -> None:
    message = reading("source.customer.deleted", kind=kind)

    assert isinstance(message, Deleted)
    assert (message.key, message.deletion, message.version, message.unit) == (KEY, kind, "7", "SH-SALES-1")


def test_a_deletion_of_no_stated_kind_is_unknown() -> None:
    message = reading("source.customer.deleted", kind=...)

    assert isinstance(message, Deleted)
    assert message.deletion == "unknown"


def test_a_merger_at_the_source_is_a_deletion_that_names_the_survivor() -> None:
    message = reading("source.customer.merged")

    assert isinstance(message, Deleted)
    assert message.deletion == "merged"
    assert message.survivor == RecordKey("crm-shanghai", "account", "C-1000")


def test_a_renaming_names_both_ids() -> None:
    message = reading("source.customer.renamed")

    assert isinstance(message, Renamed)
    assert (message.old, message.new) == (KEY, RecordKey("crm-shanghai", "account", "SH-1001"))


@pytest.mark.parametrize(
    ("name", "field"), [("source.customer.merged", "survivor"), ("source.customer.renamed", "renamedTo")]
)
def test_a_record_cannot_become_itself(name: str, field: str) -> None:
    assert refused(name, **{field: {"object": "account", "id": "C-1001"}}).field == field


@pytest.mark.parametrize("kind", ACTIVITIES, ids=lambda t: t.name)
def test_every_activity_is_reported_with_its_payload_as_sent(kind: EventType) -> None:
    data = {**kind.example, "unitsOwnField": {"kept": [1, "二"]}}
    message = read(event(kind.name, data))

    assert isinstance(message, ActivityReported)
    assert (message.key, message.type, message.unit) == (KEY, kind.name, "SH")
    assert message.occurred_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert message.data == data


@pytest.mark.parametrize("kind", ACTIVITIES, ids=lambda t: t.name)
def test_every_activity_needs_a_customer_and_a_unit(kind: EventType) -> None:
    assert refused(kind.name, customer=...).field == "customer"
    with pytest.raises(InvalidMessageError, match="unit"):
        read(event(kind.name, kind.example, org_unit=None))


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda t: t.full_name)
def test_required_fields_are_required(kind: EventType) -> None:
    for name, field in kind.model.model_fields.items():
        if field.is_required():
            alias = field.alias or name
            error = refused(kind.name, **{alias: ...})
            assert error.field == alias
            assert f"{kind.full_name}.json" in error.remedy


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("source.system", {"source": {"system": "CRM Shanghai", "object": "a", "id": "1"}}),
        ("source.system", {"source": {"system": "crm/sh", "object": "a", "id": "1"}}),
        ("source.object", {"source": {"system": "crm", "object": "a/b", "id": "1"}}),
        ("source.id", {"source": {"system": "crm", "object": "a", "id": ""}}),
        ("source.id", {"source": {"system": "crm", "object": "a", "id": 17}}),
        ("source.id", {"source": {"system": "crm", "object": "a", "id": "x\ny"}}),
        ("source", {"source": "crm/a/1"}),
        ("partyKind", {"partyKind": "customer"}),
        ("partyKind", {"partyKind": ["person"]}),
        ("sourceTime", {"sourceTime": "2026-09-21 14:13"}),
        ("sourceTime", {"sourceTime": 1790000000}),
        ("sourceTime", {"sourceTime": "9999-12-31T00:00:00Z"}),
        ("deleted", {"deleted": "no"}),
        ("values", {"values": {"name.legal": "x"}}),
        ("values", {"values": [{"path": "a.b", "value": "x"}] * 501}),
        ("values.0", {"values": ["x"]}),
        ("values.0.path", {"values": [{"path": "name legal", "value": "x"}]}),
        ("values.0.path", {"values": [{"path": "", "value": "x"}]}),
        ("values.0.path", {"values": [{"path": "名称", "value": "x"}]}),
        ("values.0.path", {"values": [{"path": "contact.phone[a][b]", "value": "x"}]}),
        ("values.0.value", {"values": [{"path": "a.b", "value": 7}]}),
        ("values.0.value", {"values": [{"path": "a.b"}]}),
        ("values.0.value", {"values": [{"path": "a.b", "value": "x" * 10_001}]}),
        ("values.0.quality", {"values": [{"path": "a.b", "value": "x", "quality": "ok"}]}),
        ("values.0.validAt", {"values": [{"path": "a.b", "value": "x", "validAt": "2026-09-21"}]}),
        ("relations.0.target", {"relations": [{"type": "parent"}]}),
        ("orgUnit", {"orgUnit": "  "}),
    ],
)
def test_a_wrong_field_of_an_observation_is_named(field: str, changed: dict[str, Any]) -> None:
    assert refused(**changed).field == field


@pytest.mark.parametrize(
    ("name", "field", "wrong"),
    [
        ("sales.order.placed", "amount", 176400),
        ("sales.order.placed", "amount", "1,764.00"),
        ("sales.order.placed", "amount", "NaN"),
        ("sales.order.placed", "amount", "1e5"),
        ("sales.order.placed", "amount", "1.00\n"),
        ("sales.order.placed", "currency", "RMB"),
        ("sales.order.placed", "currency", "cny"),
        ("sales.order.placed", "occurredAt", "2026-09-21T14:13:20"),
        ("sales.quote.issued", "validUntil", "2026-02-30"),
        ("sales.quote.issued", "validUntil", 20260101),
        ("sales.interaction.logged", "channel", "telepathy"),
        ("sales.pool.returned", "reason", " "),
        ("service.satisfaction.scored", "score", "9"),
        ("service.satisfaction.scored", "score", True),
        ("marketing.points.changed", "points", 1.5),
        ("marketing.touch.recorded", "utm", ["x"]),
        ("marketing.consent.changed", "status", "maybe"),
        ("finance.profit.allocated", "period", "2026-13"),
    ],
)
def test_a_wrong_field_of_an_activity_is_named(name: str, field: str, wrong: object) -> None:
    assert refused(name, **{field: wrong}).field == field


def test_an_amount_without_its_currency_is_refused() -> None:
    assert "currency" in refused("sales.opportunity.changed", currency=...).reason


def test_a_score_off_its_scale_is_refused() -> None:
    assert "between" in refused("service.satisfaction.scored", score=11).reason


def test_a_customer_cannot_be_its_own_parent() -> None:
    parent = {"system": KEY.system, "object": KEY.object, "id": KEY.local_id}

    assert "parent" in refused("subsidiary.hierarchy.changed", parent=parent).reason


def test_a_customer_may_lose_its_parent() -> None:
    assert isinstance(reading("subsidiary.hierarchy.changed", parent=...), ActivityReported)


def test_an_unknown_type_names_the_nearest_known_ones() -> None:
    with pytest.raises(InvalidMessageError) as caught:
        read(event("sales.order.place", {}))
    assert caught.value.field == "type"
    assert "sales.order.placed.v1" in caught.value.remedy


def test_an_unknown_version_is_refused() -> None:
    newer = encode(type="sales.order.placed", version=9, source="/crm", id="1", time=TIME, data={})

    with pytest.raises(InvalidMessageError) as caught:
        read(decode(newer))
    assert "sales.order.placed.v1" in caught.value.remedy


@pytest.mark.parametrize(
    "name", ["source.customer.observed", "source.customer.deleted", "sales.order.placed"]
)
def test_a_source_system_that_nobody_registered_is_refused(name: str) -> None:
    incoming = event(name, EVENT_TYPES[name, 1].example)

    assert read(incoming, {"crm-shanghai", "erp"}) == read(incoming, ()) == read(incoming)
    with pytest.raises(InvalidMessageError, match="did you mean crm-shanghai-2") as caught:
        read(incoming, {"crm-shanghai-2"})
    assert caught.value.field.endswith(".system")
    assert caught.value.remedy


def test_an_error_never_repeats_a_value() -> None:
    secret = "13912345678"
    for changed in (
        {"partyKind": secret},
        {"values": [{"path": f"x {secret}", "value": "x"}]},
        {"values": [{"path": "a.b", "value": int(secret)}]},
        {"sourceTime": secret},
        {"source": {"system": f"A{secret}", "object": "a", "id": "1"}},
    ):
        error = refused(**changed)
        assert secret not in f"{error} {error.field} {error.remedy}"


def test_currencies_are_three_capital_letters() -> None:
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in CURRENCIES)
    assert {"CNY", "HKD", "EUR", "USD", "GBP", "JPY"} <= CURRENCIES


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda t: t.full_name)
def test_every_message_ever_published_is_still_read(kind: EventType) -> None:
    golden = json.loads((GOLDEN / f"{kind.full_name}.json").read_bytes())
    message = read(decode(json.dumps(golden["message"]).encode()), {"crm-shanghai"})

    assert type(message).__name__ == golden["reads_as"]
    assert json.loads(json.dumps(plain(message))) == golden["reading"]


def plain(message: Message) -> dict[str, Any]:
    """The parts of a message that later code must still find in it."""
    match message:
        case Observed(record=record):
            values = [[v.path, v.value, v.raw, list(v.quality)] for v in record.values]
            return {"key": str(record.key), "kind": record.kind, "unit": record.unit, "values": values}
        case Deleted():
            survivor = str(message.survivor) if message.survivor else None
            return {"key": str(message.key), "deletion": message.deletion, "survivor": survivor}
        case Renamed():
            return {"old": str(message.old), "new": str(message.new)}
        case ActivityReported():
            at = message.occurred_at.isoformat()
            return {"key": str(message.key), "type": message.type, "unit": message.unit, "at": at}


def outcome(name: str, data: dict[str, Any]) -> Message | InvalidMessageError:
    try:
        return read(event(name, data))
    except InvalidMessageError as error:
        return error


json_values: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=8)
    | st.just([])
    | st.just({})
)


@given(st.sampled_from(list(EVENT_TYPES.values())), st.data())
def test_any_change_to_a_payload_is_read_or_refused_in_order(kind: EventType, data: st.DataObject) -> None:
    body = copy.deepcopy(kind.example)
    place: Any = body
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(json_values)
    result = outcome(kind.name, body)
    assert not isinstance(result, InvalidMessageError) or (result.remedy and result.field)
