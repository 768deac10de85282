"""Messages at and beyond the border of what can be read, each with what has to become of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.contracts import MAX_MESSAGE_BYTES
from tests.connectors.intake.messages import (
    NAME,
    OBSERVED,
    ORDER,
    PHONE,
    QUOTE,
    SOURCE,
    envelope,
    headers,
    observed,
    order,
    reading,
    source,
    structured,
    value,
)

Headers = tuple[tuple[str, bytes], ...]
PATIENT = (("name.full", "李四"), ("contact.mobile", "13800000000"))
TOO_LONG = "x" * 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """Can never be read: *field* is what its letter names as wrong, *source* who sent it ("": nobody can tell)."""

    name: str
    value: bytes | None
    field: str
    source: str = SOURCE
    headers: Headers = ()
    http: int | None = 422
    http_field: str = ""

    @property
    def field_by_http(self) -> str:
        """What the answer by HTTP names as wrong."""
        return self.http_field or self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Unusual, but valid by our contract, as *why* says: the record *local_id* then holds *values*, from *time* on."""

    name: str
    why: str
    value: bytes
    event_id: str
    local_id: str
    values: tuple[tuple[str, str], ...] = PATIENT
    time: datetime = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    headers: Headers = ()


def unreadable() -> Iterator[Dead]:
    """What is not even JSON, or JSON that nothing can be made of."""
    whole = observed("unreadable")
    chinese = json.dumps(json.loads(whole), ensure_ascii=False)
    bodies: dict[str, bytes | None] = {
        "malformed JSON": whole.replace(b'"specversion"', b"specversion"),
        "truncated JSON": whole[:-25],
        "JSON cut off within a character": chinese.encode()[: chinese.encode().index(NAME.encode()) + 2],
        "two JSON documents": whole + whole,
        "not UTF-8": chinese.encode("gb18030"),
        "UTF-16": chinese.encode("utf-16"),
        "a byte order mark before it": b"\xef\xbb\xbf" + whole,
        "a surrogate as bytes": whole.replace(b"1.0", b"\xed\xa0\x80"),
        "an array": b"[" + whole + b"]",
        "a text": json.dumps(PHONE).encode(),
        "a number": PHONE.encode(),
        "the word null": b"null",
        "blank": b" \n ",
        "an empty value": b"",
        "NaN": _with_number("NaN"),
        "infinity": _with_number("-Infinity"),
        "1e999": _with_number("1e999"),
        "a hundred thousand brackets": b"[" * 100_000,
        "brackets nested and closed fifty thousand deep": b"[" * 50_000 + b"]" * 50_000,
        "objects nested fifty thousand deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "half a surrogate pair in a value": observed("surrogate", values=[value("name.full", "\ud800")]),
        "half a surrogate pair in an id": observed("surrogate", source=source("C\udc00")),
        "half a surrogate pair in the event's id": observed("surrogate\ud800"),
    }
    for name, body in bodies.items():
        yield Dead(name=name, value=body, field="value", source="")
    yield Dead(name="a tombstone", value=None, field="value", source="", http=None)
    yield Dead(
        name="ten megabytes",
        value=observed("ten-megabytes", padding="x" * 10_000_000),
        field="value",
        source="",
        http=413,
        http_field="body",
    )
    yield Dead(
        name="a byte too much",
        value=_of_size("byte-too-much", MAX_MESSAGE_BYTES + 1),
        field="value",
        source="",
        http=413,
        http_field="body",
    )
    yield Dead(name="an empty object", value=b"{}", field="specversion", source="")


def envelopes() -> Iterator[Dead]:
    """What is wrong with the attributes of the event."""
    for name in ("specversion", "id", "type", "time"):
        yield Dead(name=f"no {name}", value=observed("no-attribute", attributes={name: ...}), field=name)
    yield Dead(name="no source", value=observed("x", attributes={"source": ...}), field="source", source="")
    yield Dead(name="no data", value=json.dumps(envelope("no-data")).encode(), field="data")
    yield Dead(
        name="data in base64",
        value=json.dumps({**envelope("b"), "data_base64": "e30="}).encode(),
        field="data",
    )
    for what, data in (("a text", json.dumps(reading("x"))), ("an array", [reading("x")]), ("null", None)):
        yield Dead(name=f"{what} as data", value=structured(envelope("data"), data), field="data")
    attributes: tuple[tuple[str, str, Any], ...] = (
        ("an old specversion", "specversion", "0.3"),
        ("a number as specversion", "specversion", 1.0),
        ("an unknown event type", "type", "com.example.cdh.source.customer.exploded.v1"),
        ("an unknown version of a known type", "type", "com.example.cdh.source.customer.observed.v9"),
        ("a type without a version", "type", "com.example.cdh.source.customer.observed"),
        ("somebody else's type", "type", "com.github.push"),
        ("an object as type", "type", {"name": OBSERVED}),
        ("an object as event id", "id", {"id": PHONE}),
        ("a number as event id", "id", int(PHONE)),
        ("an empty event id", "id", ""),
        ("an event id of 100 kB", "id", TOO_LONG),
        ("an event id with a line break", "id", f"{PHONE}\n"),
        ("an event id with NUL", "id", f"{PHONE}\0"),
        ("a number as unit attribute", "orgunit", 7),
        ("a unit attribute with NUL", "orgunit", "nor\0th"),
        ("a subject of 100 kB", "subject", TOO_LONG),
        ("XML announced", "datacontenttype", "application/xml"),
        ("an object as extension", "tenant", {"of": PHONE}),
        ("a fraction as extension", "tenant", 1.5),
    )
    for name, field, wrong in attributes:
        yield Dead(name=name, value=observed("attribute", attributes={field: wrong}), field=field)
    for name, wrong in (("a number", 7), ("NUL", "/crm\0"), ("100 kB", TOO_LONG)):
        spoilt = observed("source", attributes={"source": wrong})
        yield Dead(name=f"{name} as event source", value=spoilt, field="source", source="")


BAD_TIMES: dict[str, object] = {
    "a number as": 1_790_000_000,
    "a name as": NAME,
    "a day as": "2026-09-21",
    "a day that does not exist as": "2026-02-30T00:00:00Z",
    "no time zone in": "2026-09-21T14:13:20",
    "the year 0 in": "0000-01-01T00:00:00Z",
    "the year 9999 in": "9999-12-31T23:59:59Z",
    "beyond the last instant by its offset": "9999-12-31T23:59:59-14:00",
    "before the first instant by its offset": "0001-01-01T00:00:00+14:00",
}


def times() -> Iterator[Dead]:
    """Times that name no instant, or none that can be kept, wherever a time stands."""
    for name, wrong in BAD_TIMES.items():
        yield Dead(name=f"{name} time", value=observed("t", attributes={"time": wrong}), field="time")
        yield Dead(name=f"{name} sourceTime", value=observed("t", sourceTime=wrong), field="sourceTime")
        values = [value("name.full", NAME), value("name.family", NAME, validAt=wrong)]
        yield Dead(name=f"{name} validAt", value=observed("t", values=values), field="values.1.validAt")
        happened = structured(envelope("t", ORDER), order("t", occurredAt=wrong))
        yield Dead(name=f"{name} occurredAt", value=happened, field="occurredAt")
    for day in ("0000-00-00", "9999-12-31", "2026-02-30", "31.12.2026", "20261231", 20261231, PHONE[:10]):
        quote = structured(envelope("q", QUOTE), order("q", quoteId="Q-1", validUntil=day))
        yield Dead(name=f"{day!r} as day", value=quote, field="validUntil")


def payloads() -> Iterator[Dead]:
    """Wrong types, and values out of bounds, in every kind of field."""
    fields: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("an object as values", "values", {"values": {"name.full": NAME}}),
        ("a text as values", "values", {"values": NAME}),
        ("null as values", "values", {"values": None}),
        ("no values field", "values", {"values": ...}),
        ("more values than allowed", "values", {"values": [value("name.full", NAME)] * 501}),
        ("a text among the values", "values.0", {"values": [NAME]}),
        ("null among the values", "values.1", {"values": [value("name.full", NAME), None]}),
        ("a number as path", "values.0.path", {"values": [value(int(PHONE), NAME)]}),
        ("an empty path", "values.0.path", {"values": [value("", NAME)]}),
        ("a path with a blank", "values.0.path", {"values": [value(f"name {NAME}", NAME)]}),
        ("a number as value", "values.0.value", {"values": [value("contact.phone", int(PHONE))]}),
        ("an object as value", "values.0.value", {"values": [value("name.full", {"family": NAME})]}),
        ("a value of 100 kB", "values.0.value", {"values": [value("name.full", TOO_LONG)]}),
        ("no value field", "values.0.value", {"values": [{"path": "name.full"}]}),
        ("a number as raw", "values.0.raw", {"values": [value("contact.phone", PHONE, raw=int(PHONE))]}),
        ("a text as quality", "values.0.quality", {"values": [value("name.full", NAME, quality="good")]}),
        ("a flag in capitals", "values.0.quality.0", {"values": [value("name.full", NAME, quality=["OK"])]}),
        ("an object as local id", "source.id", {"source": source({"id": PHONE})}),
        ("a number as local id", "source.id", {"source": source(int(PHONE))}),
        ("an empty local id", "source.id", {"source": source("")}),
        ("a blank local id", "source.id", {"source": source("  ")}),
        ("a local id of 100 kB", "source.id", {"source": source(TOO_LONG)}),
        ("a local id with a line break", "source.id", {"source": source(f"{PHONE}\n1")}),
        ("no local id", "source.id", {"source": source(...)}),
        ("a text as source", "source", {"source": f"crm/account/{PHONE}"}),
        ("an array as source", "source", {"source": [source("1")]}),
        ("null as source", "source", {"source": None}),
        ("an unknown source system", "source.system", {"source": source("1", system="crn")}),
        ("a system with a slash", "source.system", {"source": source("1", system="crm/north")}),
        ("a number as system", "source.system", {"source": source("1", system=int(PHONE))}),
        ("an object type with a slash", "source.object", {"source": source("1", object="a/b")}),
        ("an object as version", "source.version", {"source": source("1", version={"n": 1})}),
        ("a fraction as version", "source.version", {"source": source("1", version=1.5)}),
        ("an unknown kind of party", "partyKind", {"partyKind": NAME}),
        ("a number as kind of party", "partyKind", {"partyKind": 1}),
        ("no kind of party", "partyKind", {"partyKind": ...}),
        ("a text as deleted", "deleted", {"deleted": "yes"}),
        ("a number as deleted", "deleted", {"deleted": 1}),
        ("a number as unit", "orgUnit", {"orgUnit": 7}),
        ("an object as relations", "relations", {"relations": {"parent": "1"}}),
        ("a relation without a target id", "relations.0.target.id", {"relations": [{"type": "parent", "target": {"object": "account"}}]}),
        ("a number as mapping", "mapping", {"mapping": 3}),
        ("NUL in a value", "values.1.value", {"values": [value("name.full", NAME), value("name.given", f"{NAME}\0")]}),
        ("NUL in a local id", "source.id", {"source": source(f"{PHONE}\0")}),
        ("NUL in a unit", "orgUnit", {"orgUnit": "nor\0th"}),
        ("NUL in a field of the unit's own", "extra.notes.1", {"extra": {"notes": [PHONE, "\0"]}}),
        ("NUL in the name of a field", "extra", {"extra": {f"{NAME}\0": 1}}),
        ("a number of a hundred digits", "extra", {"extra": 10**100}),
        ("an integer beyond 64 bits", "extra", {"extra": 2**63}),
        ("a hundred levels of nesting", "data", {"extra": json.loads("[" * 100 + "]" * 100)}),
    )  # fmt: skip
    for name, field, wrong in fields:
        yield Dead(name=name, value=observed("payload", **wrong), field=field)
    no_unit = structured(envelope("no-unit", orgunit=...), reading("no-unit"))
    yield Dead(name="no unit at all", value=no_unit, field="orgUnit")


def other_types() -> Iterator[Dead]:
    """Wrong payloads of the other types."""
    about: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("a merger into itself", "survivor", "source.customer.merged", {"survivor": source("1")}),
        ("a merger into nobody", "survivor", "source.customer.merged", {}),
        ("a renaming to itself", "renamedTo", "source.customer.renamed", {"renamedTo": source("1")}),
        ("a deletion of an unknown kind", "kind", "source.customer.deleted", {"kind": "vanished"}),
    )
    for name, field, kind, payload in about:
        event = envelope("other", f"com.example.cdh.{kind}.v1")
        yield Dead(name=name, value=structured(event, {"source": source("1"), **payload}), field=field)
    orders: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("an order of nobody", "customer", {"customer": ...}),
        ("an order of an unregistered system's customer", "customer.system", {"customer": source("1", system="desk")}),
        ("an order of a customer with NUL", "customer.id", {"customer": source("C\0")}),
        ("a number as amount", "amount", {"amount": 10.5}),
        ("1e999 as amount", "amount", {"amount": "1e999"}),
        ("NaN as amount", "amount", {"amount": "NaN"}),
        ("a currency that is none", "currency", {"currency": "RMB"}),
        ("an object as order number", "orderId", {"orderId": {"no": 1}}),
    )  # fmt: skip
    for name, field, wrong in orders:
        yield Dead(name=name, value=structured(envelope("order", ORDER), order("1", **wrong)), field=field)
    changed = envelope("stage", "com.example.cdh.sales.opportunity.changed.v1")
    stage = order("1", opportunityId="O-1", stage="won", currency=...)
    yield Dead(name="an amount without a currency", value=structured(changed, stage), field="data")


def binary() -> Iterator[Dead]:
    """Binary mode, with headers missing or broken."""
    body = json.dumps(reading("binary")).encode()
    attributes = envelope("binary")
    for name in ("specversion", "id", "type", "time"):
        broken = headers({n: a for n, a in attributes.items() if n != name})
        yield Dead(name=f"binary without {name}", value=body, headers=broken, field=name)
    lost = headers({n: a for n, a in attributes.items() if n != "source"})
    yield Dead(name="binary without source", value=body, headers=lost, field="source", source="")
    twice = (*headers(attributes), ("ce_id", b"again"))
    yield Dead(name="a header twice", value=body, headers=twice, field="ce_id", source="")
    yield Dead(
        name="a header that is not UTF-8",
        value=body,
        headers=headers({**attributes, "subject": b"\xff\xfe"}),
        field="ce_subject",
        source="",
        http=None,  # the test client writes headers as UTF-8
    )
    yield Dead(
        name="a header with NUL",
        value=body,
        headers=headers({**attributes, "id": b"a\0b"}),
        field="id",
        http=None,  # no HTTP server lets it through
    )
    yield Dead(name="an empty header", value=body, headers=headers({**attributes, "id": b""}), field="id")
    avro = headers(attributes, b"application/avro")
    yield Dead(name="Avro in binary mode", value=body, headers=avro, field="datacontenttype")
    yield Dead(
        name="a batch in one message",
        value=b"[]",
        headers=headers(attributes, b"application/cloudevents-batch+json"),
        field="content-type",
        source="",
        http=None,  # by HTTP this is a batch, and an empty one is right
    )
    yield Dead(
        name="binary with truncated JSON",
        value=body[:-9],
        headers=headers(attributes),
        field="value",
        source="",
    )
    yield Dead(
        name="binary with a wrong payload",
        value=b'{"source": 1}',
        headers=headers(attributes),
        field="source",
    )
    yield Dead(name="binary with an array", value=b"[]", headers=headers(attributes), field="data")


def _with_number(number: str) -> bytes:
    return observed("number", extra="NUMBER").replace(b'"NUMBER"', number.encode())


def _of_size(event_id: str, size: int) -> bytes:
    """A reading that nothing is wrong with, of exactly *size* bytes."""
    bare = len(observed(event_id, values=_values(PATIENT), padding=""))
    return observed(event_id, values=_values(PATIENT), padding="x" * (size - bare))


def _values(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [value(path, text) for path, text in pairs]


def unusual() -> Iterator[Taken]:
    """What looks wrong, but is not."""

    def case(
        event_id: str,
        why: str,
        *,
        values: tuple[tuple[str, str], ...] = PATIENT,
        local_id: str | None = None,
        attributes: dict[str, Any] | None = None,
        time: datetime = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
        **changed: Any,
    ) -> Taken:
        payload = {"values": _values(values), "source": source(local_id or event_id), **changed}
        return Taken(
            name=event_id.replace("-", " "),
            why=why,
            value=observed(event_id, attributes=attributes, **payload),
            event_id=event_id,
            local_id=local_id or event_id,
            values=values,
            time=time,
        )

    yield case(
        "separator-in-email",
        "a value is any text",
        values=(("contact.email", "a\u001fb@example.com"), ("identifier.club", "1\u001f2")),
    )
    yield case(
        "han-without-reading",
        "some Chinese characters have no pinyin",
        values=(("name.full", "㐂伟"), ("contact.mobile", "13800001234")),
    )
    yield case(
        "pinyin-beside-it",
        "it meets the one before by the phone",
        values=(("name.full", "Wei X"), ("contact.mobile", "13800001234")),
    )
    yield case("slash-in-id", "a local id may contain slashes", local_id="2026/09/C-1")
    yield case("unicode-id", "a local id is any text of one line", local_id="客户 №1 – 🐉 \u202e")
    yield case("id-of-200", "200 characters are the longest id", local_id="客" * 200)
    yield case(
        "version-as-number",
        "a version mark may be an integer",
        source=source("version-as-number", version=2**63 - 1),
    )
    yield case("own-fields", "further fields are kept and not looked at", extra={"深": [1, None, {"a": 1.5}]})
    yield case(
        "extensions",
        "CloudEvents may carry further attributes",
        attributes={"traceparent": "00-1", "seq": 4, "on": True},
    )
    yield case("no-values", "a record may have nothing but its key", values=())
    yield case(
        "unit-in-payload",
        "the payload's unit goes before the envelope's",
        orgUnit="north",
        attributes={"orgunit": "elsewhere"},
    )
    yield case(
        "first-instant",
        "1600 is the first year",
        sourceTime="1600-01-01T00:00:00Z",
        time=datetime(1600, 1, 1, tzinfo=UTC),
    )
    yield case(
        "last-instant",
        "9998 is the last year",
        sourceTime="9998-12-31T23:59:59Z",
        time=datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC),
    )
    yield case("far-offset", "any offset will do", sourceTime="2026-09-22T04:13:20+14:00")
    odd = (
        ("name.full", "a\u0001\n\t\u202e\u200b\ufeff"),
        ("name.native", "\U0001f409\U00020bb7"),
        ("unit.own", "\\u0000 \\ud800"),
    )
    yield case(
        "odd-characters",
        "a value may hold all that PostgreSQL can keep in a text, pairs of surrogates included",
        values=odd,
    )
    longest = tuple((f"name.x{n}", "客" * 10_000) for n in range(15))
    yield case("long-values", "10,000 characters are the longest value", values=longest)
    many = tuple((f"unit.field{n}", str(n)) for n in range(500))
    yield case("many-values", "500 values are the most", values=many)
    yield Taken(
        name="empty values",
        why="a value that is empty, blank or null says that there is none",
        value=observed(
            "empty-values", values=[value("name.full", t) for t in ("", "  ", None)] + _values(PATIENT)
        ),
        event_id="empty-values",
        local_id="empty-values",
    )
    yield Taken(
        name="duplicate keys",
        why="JSON leaves open what they mean; of several the last counts, as in most parsers",
        value=observed("duplicate", values=_values(PATIENT)).replace(
            b'"id": "duplicate"', b'"id": "not-this", "id": "duplicate-keys"', 1
        ),
        event_id="duplicate-keys",
        local_id="duplicate",
    )
    yield Taken(
        name="as large as allowed",
        why="one mebibyte is the largest message",
        value=_of_size("as-large-as-allowed", MAX_MESSAGE_BYTES),
        event_id="as-large-as-allowed",
        local_id="as-large-as-allowed",
    )
    yield Taken(
        name="binary mode",
        why="attributes may come as headers, beside headers of other tools",
        value=json.dumps(reading("binary-mode", values=_values(PATIENT))).encode(),
        headers=(("X-Trace", b"1"), *headers(envelope("binary-mode"), b"application/json; charset=utf-8")),
        event_id="binary-mode",
        local_id="binary-mode",
    )


DEAD = (*unreadable(), *envelopes(), *times(), *payloads(), *other_types(), *binary())
TAKEN = tuple(unusual())
