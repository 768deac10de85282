"""Messages that can never be read, one of each kind that real publishers send."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]


def _changed(**changed: object) -> Callable[[Event], bytes]:
    return lambda event: _bytes({k: v for k, v in {**event, **changed}.items() if v is not ...})


def _data_changed(**changed: object) -> Callable[[Event], bytes]:
    return lambda event: _bytes(
        {**event, "data": {k: v for k, v in {**event["data"], **changed}.items() if v is not ...}}
    )


def _without_unit(event: Event) -> bytes:
    data = {k: v for k, v in event["data"].items() if k != "orgUnit"}
    return _bytes({**{k: v for k, v in event.items() if k != "orgunit"}, "data": data})


def _bytes(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def _deep() -> list[Any]:
    node: list[Any] = []
    for _ in range(60):
        node = [node]
    return node


DEFECTS: dict[str, Callable[[Event], bytes]] = {
    "an empty message": lambda event: b"",
    "cut off in the middle": lambda event: _bytes(event)[:180],
    "encoded as GB 18030": lambda event: json.dumps({**event, "subject": "客户"}, ensure_ascii=False).encode(
        "gb18030"
    ),
    "a NUL character in a name": _data_changed(note="a\0b"),
    "half of a surrogate pair": lambda event: json.dumps({**event, "subject": "\ud83d"}).encode(),
    "no id": _changed(id=...),
    "a time without an offset": _changed(time="2026-03-04T10:00:00"),
    "the year 9999": _changed(time="9999-12-31T00:00:00Z"),
    "CloudEvents 0.3": _changed(specversion="0.3"),
    "an event type that nobody knows": _changed(type="com.example.cdh.source.customer.spotted.v1"),
    "a source system that nobody registered": _data_changed(
        source={"system": "crm-shanghia", "object": "account", "id": "C-1"}
    ),
    "no organisational unit": _without_unit,
    "a number where a text belongs": _data_changed(values=[{"path": "contact.mobile", "value": 13800138000}]),
    "nested sixty levels deep": _data_changed(extra=_deep()),
    "larger than a mebibyte": _data_changed(note="x" * (1 << 20)),
}
"""What is wrong, and how it is done to a good observation."""
