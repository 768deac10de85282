"""Messages of one business unit as bytes, right ones and ones that a test spoils."""

from __future__ import annotations

import json
from typing import Any

SOURCE = "/crm/north"
SYSTEM = "crm"
UNIT = "north"
SYSTEMS = frozenset({"crm", "erp"})
TIME = "2026-09-21T14:13:20Z"

NAME = "欧阳慕容"
PHONE = "13912345678"
PERSONAL = (NAME, "慕容", PHONE)
"""What must not appear in a reason: every reading below holds it unless the test says otherwise."""

OBSERVED = "com.example.cdh.source.customer.observed.v1"
ORDER = "com.example.cdh.sales.order.placed.v1"
QUOTE = "com.example.cdh.sales.quote.issued.v1"


def envelope(event_id: str, kind: str = OBSERVED, /, **changed: Any) -> dict[str, Any]:
    """The attributes of a CloudEvent, with some changed; ``...`` takes one away."""
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": SOURCE,
        "type": kind,
        "time": TIME,
        "orgunit": UNIT,
        **changed,
    }
    return _without_gaps(attributes)


def reading(event_id: str, /, **changed: Any) -> dict[str, Any]:
    """The payload of a reading of the record named *event_id*, with some fields changed."""
    payload = {
        "source": source(event_id),
        "partyKind": "person",
        "values": [value("name.full", NAME), value("contact.mobile", PHONE)],
        **changed,
    }
    return _without_gaps(payload)


def source(local_id: Any, **changed: Any) -> dict[str, Any]:
    """A reference to a source record."""
    return _without_gaps({"system": SYSTEM, "object": "account", "id": local_id, "version": "1", **changed})


def value(path: Any, text: Any, **more: Any) -> dict[str, Any]:
    """One observed value."""
    return {"path": path, "value": text, **more}


def order(local_id: str, /, **changed: Any) -> dict[str, Any]:
    """The payload of an order of the customer that the unit knows as *local_id*."""
    payload = {
        "customer": {"system": SYSTEM, "object": "account", "id": local_id},
        "orderId": "SO-1",
        "amount": "10.00",
        "currency": "CNY",
        "note": PHONE,
        **changed,
    }
    return _without_gaps(payload)


def structured(attributes: dict[str, Any], data: Any) -> bytes:
    """A CloudEvent in structured mode, with every character beyond ASCII escaped."""
    return json.dumps({**attributes, "data": data}).encode()


def observed(event_id: str, /, *, attributes: dict[str, Any] | None = None, **changed: Any) -> bytes:
    """A reading in structured mode, with some *attributes* and some fields of the payload changed."""
    return structured(envelope(event_id, **(attributes or {})), reading(event_id, **changed))


def plain(event_id: str, name: str) -> bytes:
    """A reading of a company that nothing is wrong with."""
    return observed(event_id, partyKind="organization", values=[value("name.legal", name)])


def headers(
    attributes: dict[str, Any], content_type: bytes = b"application/json"
) -> tuple[tuple[str, bytes], ...]:
    """The attributes in binary mode."""
    return (
        *(
            (f"ce_{name}", content if isinstance(content, bytes) else str(content).encode())
            for name, content in attributes.items()
        ),
        ("content-type", content_type),
    )


def _without_gaps(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: content for name, content in fields.items() if content is not ...}
