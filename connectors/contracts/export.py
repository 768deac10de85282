"""The contracts as documents for publishers: JSON Schema 2020-12 files and the reference page."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from connectors.contracts.registry import EVENT_TYPES, EventType

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FAMILIES = {
    "customer": "Customers as the sources know them",
    "sales": "Sales",
    "service": "Service",
    "marketing": "Marketing",
    "finance": "Finance",
    "supply": "Supply chain",
    "subsidiary": "Group structure",
}


def schema(event_type: EventType) -> dict[str, Any]:
    """The JSON Schema of the type's payload (``data``)."""
    body = event_type.model.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": f"{event_type.full_name}.json", **body, "title": event_type.full_name}


def export(folder: Path) -> list[Path]:
    """Write one schema a type into *folder*; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / f"{t.full_name}.json", schema(t)) for t in EVENT_TYPES.values()]


def _write(path: Path, body: dict[str, Any]) -> Path:
    path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def reference() -> str:
    """The reference page of all families with an example each, in Markdown."""
    parts = [_HEAD]
    for family, types in groupby(EVENT_TYPES.values(), key=lambda t: t.family):
        parts.append(f"## {_FAMILIES[family]}\n")
        parts.extend(_section(t) for t in types)
    return "\n".join(parts)


def _section(event_type: EventType) -> str:
    purpose = " ".join((event_type.model.__doc__ or "").split())
    example = json.dumps(event_type.example, ensure_ascii=False, indent=2)
    return (
        f"### {event_type.full_name}\n\n{purpose}\n\n{_field_table(schema(event_type))}\n\n"
        f"```json\n{example}\n```\n"
    )


def _field_table(body: dict[str, Any]) -> str:
    required = set(body.get("required", ()))
    names = [f"**{n}**" if n in required else n for n in body["properties"]]
    return f"Fields (required ones in bold): {', '.join(names)}."


_HEAD = """\
# Events that the hub reads

<!-- Made by `python -m connectors.contracts describe`; change the models in connectors/contracts/ instead. -->

Publish CloudEvents 1.0, either *structured* (the whole event is the message's JSON value) or *binary* (the value is the
payload, the attributes are Kafka headers `ce_id`, `ce_source`, `ce_type` …). At most 1 MiB a message, 32 levels deep, UTF-8.

| attribute | | meaning |
|---|---|---|
| `specversion` | required | `1.0` |
| `id`, `source` | required | together unique: the same pair is taken once, however often it is sent |
| `type` | required | `com.<group>.cdh.` and one of the names below, for example `com.acme.cdh.sales.order.placed.v1` |
| `time` | required | business time in the source, RFC 3339 with an offset, in the years 1600 to 9998 |
| `orgunit` | required unless the payload has `orgUnit` | the organisational unit that publishes |
| `subject` | optional | `{object}/{id}` of the record concerned |
| `datacontenttype` | optional | `application/json` |
| any other | optional | kept: `correlationid`, `traceparent`, `partitionkey`, `tenant` … |

A source record is named by `system` (lower-case letters, digits, `.`, `_`, `-`), `object` (no slash, no blanks) and `id`.
Fields that a payload has beyond those listed are kept and shown. Amounts are strings (`"1200.00"`) with an ISO 4217 currency.
A message that cannot be read goes to the dead letters with the field that is wrong and what to change.
JSON Schemas of all payloads are in `connectors/contracts/schemas/`.

```json
{
  "specversion": "1.0",
  "id": "8f1c-000017",
  "source": "/crm/shanghai",
  "type": "com.acme.cdh.sales.order.placed.v1",
  "time": "2026-09-21T14:13:20Z",
  "orgunit": "SH-SALES-1",
  "datacontenttype": "application/json",
  "data": {
    "customer": {"system": "crm-shanghai", "object": "account", "id": "C-1001"},
    "orderId": "SO-4711",
    "amount": "176400.00",
    "currency": "CNY"
  }
}
```
"""
