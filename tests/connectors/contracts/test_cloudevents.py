"""Decoding CloudEvents: both modes, and every way in which a message can be unreadable."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contracts.cloudevents import MAX_DEPTH, decode, encode
from connectors.contracts.messages import IncomingEvent
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import event_uid

EVENT: Mapping[str, Any] = {
    "specversion": "1.0",
    "id": "17",
    "source": "/crm/shanghai",
    "type": "com.acme.cdh.sales.order.placed.v1",
    "time": "2026-09-21T22:13:20.321+08:00",
    "subject": "account/C-1001",
    "orgunit": "SH-SALES-1",
    "datacontenttype": "application/json",
    "correlationid": "abc",
    "sequence": 4,
    "data": {"orderId": "SO-4711"},
}
HEADERS = tuple(
    (f"ce_{name}", str(value).encode())
    for name, value in EVENT.items()
    if name not in ("data", "datacontenttype")
)


def message(**changed: object) -> bytes:
    """The event with some attributes changed; ``...`` takes one away."""
    return json.dumps({k: v for k, v in {**EVENT, **changed}.items() if v is not ...}).encode()


def refused(value: bytes | None, headers: tuple[tuple[str, bytes], ...] = ()) -> InvalidMessageError:
    with pytest.raises(InvalidMessageError) as caught:
        decode(value, headers)
    assert caught.value.field
    assert caught.value.remedy
    return caught.value


def test_a_structured_event_is_read_with_type_and_version_apart_and_time_in_utc() -> None:
    event = decode(message())

    assert (event.type, event.version) == ("sales.order.placed", 1)
    assert event.time == datetime(2026, 9, 21, 14, 13, 20, 321000, tzinfo=UTC)
    assert event.time.tzinfo is UTC
    assert event.uid == event_uid("/crm/shanghai", "17")
    assert (event.subject, event.org_unit) == ("account/C-1001", "SH-SALES-1")
    assert event.data == {"orderId": "SO-4711"}
    assert event.extensions == {"correlationid": "abc", "sequence": 4}


def test_binary_mode_means_the_same_as_structured_mode() -> None:
    binary = decode(
        b'{"orderId": "SO-4711"}', (*HEADERS, ("content-type", b"application/json; charset=utf-8"))
    )
    structured = decode(message(sequence="4"))

    assert binary == structured


def test_a_structured_content_type_wins_over_attributes_that_are_repeated_in_headers() -> None:
    headers = (("content-type", b"application/cloudevents+json; charset=UTF-8"), ("ce_id", b"other"))

    assert decode(message(), headers).id == "17"


def test_headers_of_other_tools_are_no_attributes() -> None:
    assert decode(message(), (("traceparent", b"\xff"), ("retries", b"3"))).id == "17"


def test_null_attributes_count_as_absent() -> None:
    event = decode(message(subject=None, tenant=None))

    assert event.subject is None
    assert "tenant" not in event.extensions


def test_encoding_then_decoding_gives_the_event_back() -> None:
    event = decode(
        encode(
            type="service.case.opened",
            version=2,
            source="/desk",
            id="9",
            time=datetime(2026, 1, 2, tzinfo=UTC),
            data={"名": "王"},
            subject="contact/9",
            org_unit="SERVICE",
            extensions={"correlationid": "x"},
        )
    )

    assert (event.type, event.version, event.subject) == ("service.case.opened", 2, "contact/9")
    assert event.data == {"名": "王"}
    assert event.extensions == {"correlationid": "x"}


def test_encoding_refuses_a_time_without_an_offset() -> None:
    with pytest.raises(ValueError, match="time zone"):
        encode(type="a.b", source="s", id="1", time=datetime(2026, 1, 1), data={})  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(None, "tombstone", id="tombstone"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"   ", "not JSON", id="blank"),
        pytest.param(b"{", "not JSON", id="cut off"),
        pytest.param(b"hello", "not JSON", id="text"),
        pytest.param(b"[]", "not a JSON object", id="array"),
        pytest.param(b"null", "not a JSON object", id="null"),
        pytest.param(b"\x80\x02}q\x00.", "not UTF-8", id="pickle"),
        pytest.param(message().decode().encode("utf-16"), "not UTF-8", id="utf-16"),
        pytest.param('{"id": "沪江"}'.encode("gb18030"), "not UTF-8", id="gb18030"),
        pytest.param(b'{"id": "\xed\xa0\x80"}', "not UTF-8", id="surrogate as bytes"),
        pytest.param(b'{"id": "\\ud800"}', "surrogate", id="high surrogate escaped"),
        pytest.param(b'{"id": "\\udc00"}', "surrogate", id="low surrogate escaped"),
        pytest.param(b'{"id": "a\x00b"}', "not JSON", id="raw NUL"),
        pytest.param(message(data={"deep": {"a": ["x\0"]}}), "NUL", id="escaped NUL in data"),
        pytest.param(message(data={"k\0": 1}), "NUL", id="escaped NUL in a name"),
        pytest.param(b'{"data": NaN}', "not JSON", id="NaN"),
        pytest.param(b'{"data": Infinity}', "not JSON", id="infinity"),
        pytest.param(b'{"data": 1e999}', "not JSON", id="a number beyond floats"),
        pytest.param(message(data={"n": 10**20}), "too large", id="a huge integer"),
        pytest.param(message(data={"n": 2**63}), "64 bits", id="an integer of 64 bits"),
        pytest.param(message(data={"n": [-(10**400)]}), "", id="an integer beyond floats"),
        pytest.param(b'{"data": 1e17}', "too large", id="a float that has lost digits"),
        pytest.param(b"[" * 100_000, "not JSON", id="opening brackets without end"),
        pytest.param(b"[" * 1100 + b"]" * 1100, "not JSON", id="nested beyond the parser"),
        pytest.param(b"[" * 200 + b"]" * 200, "nested", id="nested deeply"),
        pytest.param(b"x" * 10_000_000, "10,000,000 bytes", id="ten megabytes"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(value: bytes | None, reason: str) -> None:
    assert reason in refused(value).reason


def test_an_escaped_backslash_before_u0000_is_text_and_not_a_nul_character() -> None:
    assert decode(message(data={"path": "C:\\u0000"})).data == {"path": "C:\\u0000"}


def test_large_identifiers_of_64_bits_are_kept_exactly() -> None:
    assert decode(message(data={"snowflake": 2**63 - 1})).data == {"snowflake": 2**63 - 1}


def nested(levels: int) -> object:
    node: object = 1
    for _ in range(levels):
        node = [node]
    return node


def test_nesting_is_accepted_up_to_the_limit_and_refused_beyond_it() -> None:
    within = {"a": nested(MAX_DEPTH - 2)}

    assert decode(message(data=within)).data == within
    assert "nested" in refused(message(data={"a": nested(MAX_DEPTH - 1)})).reason


def test_a_message_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InvalidMessageError, match="1,000"):
        decode(b"{" * 1001, max_bytes=1000)
    with pytest.raises(InvalidMessageError, match="bytes"):
        decode(b"{}", (("ce_id", b"x" * 2000),), max_bytes=1000)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "data"])
def test_a_missing_attribute_is_named(name: str) -> None:
    assert refused(message(**{name: ...})).field == name
    assert refused(message(**{name: None})).field == name


@pytest.mark.parametrize("name", ["id", "source", "type", "time", "subject", "orgunit"])
@pytest.mark.parametrize(
    "wrong", [7, True, 1.5, [], {}, "", "  ", "a\nb", "x" * 1001, "\x7f"], ids=lambda w: repr(w)[:9]
)
def test_an_attribute_that_is_no_plain_text_is_refused(name: str, wrong: object) -> None:
    assert refused(message(**{name: wrong})).field == name


@pytest.mark.parametrize("wrong", ["0.3", "1.1", 1.0, 1, "", []])
def test_other_versions_of_cloudevents_are_refused(wrong: object) -> None:
    assert refused(message(specversion=wrong)).field == "specversion"


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-09-21T14:13:20",
        "2026-09-21",
        "yesterday",
        "1790000000321",
        "0000-01-01T00:00:00Z",
        "-0044-03-15T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1599-12-31T23:59:59Z",
        "1600-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59Z",
        "9998-12-31T23:59:59-08:00",
        "10000-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-09-21T25:00:00Z",
        "2026-09-21T14:13:20+25:00",
        "٢٠٢٦-09-21T14:13:20Z",
    ],
)
def test_a_time_that_names_no_usable_instant_is_refused(wrong: str) -> None:
    error = refused(message(time=wrong))

    assert error.field == "time"
    assert "RFC 3339" in error.remedy


@pytest.mark.parametrize(
    "right", ["1600-01-01T00:00:00Z", "9998-12-31T23:59:59Z", "2026-09-21T14:13:20.123456789Z"]
)
def test_times_are_accepted_up_to_the_borders(right: str) -> None:
    assert decode(message(time=right)).time.isoformat()[:19] == right[:19]


@pytest.mark.parametrize(
    "wrong",
    ["sales.order.placed", "sales.order.placed.v0", "com.acme.cdh.order.v1x", "order.v1", "v1", "a.b.v1\n"],
)
def test_a_type_that_is_not_the_hubs_is_refused(wrong: str) -> None:
    assert refused(message(type=wrong)).field == "type"


@pytest.mark.parametrize("wrong", [[], "text", 7, True])
def test_a_payload_that_is_no_object_is_refused(wrong: object) -> None:
    assert refused(message(data=wrong)).field == "data"


@pytest.mark.parametrize("wrong", ["application/xml", "text/plain", 7])
def test_a_payload_that_is_not_json_is_refused(wrong: object) -> None:
    assert refused(message(datacontenttype=wrong)).field == "datacontenttype"


@pytest.mark.parametrize("wrong", [[], {}, 1.5, "x\ny", "x" * 1001])
def test_an_extension_that_is_no_plain_value_is_refused(wrong: object) -> None:
    assert refused(message(tenant=wrong)).field == "tenant"


def test_binary_headers_are_checked_like_attributes() -> None:
    assert refused(b"{}", (*HEADERS, ("ce_id", b"18"))).field == "ce_id"
    assert refused(b"{}", (*HEADERS, ("ce_tenant", b"\xff"))).field == "ce_tenant"
    assert refused(b"{}", (*HEADERS, ("content-type", b"application/avro"))).field == "datacontenttype"
    assert refused(b"[]", (("content-type", b"application/cloudevents-batch+json"),)).field == "content-type"
    assert refused(b"[]", HEADERS).field == "data"
    assert refused(b"", HEADERS).field == "value"
    assert refused(b"{}", HEADERS[1:]).field == "specversion"


def test_an_error_never_repeats_what_was_sent() -> None:
    for bad in (message(time="13912345678"), message(id="13912345678\n"), message(type="13912345678")):
        error = refused(bad)
        assert "13912345678" not in f"{error} {error.field} {error.remedy}"


def outcome(value: bytes, headers: Sequence[tuple[str, bytes]] = ()) -> IncomingEvent | InvalidMessageError:
    try:
        return decode(value, headers)
    except InvalidMessageError as error:
        return error


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
attribute_names = st.sampled_from(list(EVENT)) | st.text(max_size=12)


@given(st.binary(max_size=300), st.lists(st.tuples(st.text(max_size=15), st.binary(max_size=30)), max_size=4))
def test_any_bytes_are_decoded_or_refused_in_order(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    result = outcome(value, headers)
    assert isinstance(result, IncomingEvent) or result.remedy


@given(st.dictionaries(attribute_names, json_values, max_size=4), st.sets(attribute_names, max_size=1))
def test_any_change_to_an_event_is_decoded_or_refused_in_order(
    changed: dict[str, object], removed: set[str]
) -> None:
    value = json.dumps({k: v for k, v in {**EVENT, **changed}.items() if k not in removed}).encode()
    result = outcome(value)
    if isinstance(result, InvalidMessageError):
        assert result.remedy
    else:
        assert 1600 <= result.time.year <= 9998
        assert "\\u0000" not in json.dumps(result.data).replace("\\\\", "")


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_any_damaged_byte_is_decoded_or_refused_in_order(at: int, damage: bytes) -> None:
    whole = message()
    result = outcome(whole[:at] + damage + whole[at + 1 :])
    assert isinstance(result, IncomingEvent) or result.remedy
