"""CloudEvents 1.0 from and to bytes: structured JSON, and binary mode with Kafka headers ``ce_*``.

Source: CloudEvents specification 1.0.2, its JSON format and its Kafka protocol binding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isinf
from typing import Any, cast

import orjson

from connectors.contracts.instants import TIME_REMEDY, parse_instant
from connectors.contracts.messages import AttributeValue, IncomingEvent
from hub.kernel.errors import InvalidMessageError
from hub.kernel.ids import event_uid
from hub.kernel.time import as_utc

MAX_MESSAGE_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_ATTRIBUTE_LENGTH = 1000
LARGEST_INTEGER = (1 << 63) - 1
EXACT_IN_FLOAT = float(1 << 53)

_TYPE = re.compile(r"(?:com\.[a-z0-9-]+\.cdh\.)?([a-z]+(?:\.[a-z-]+)+)\.v([1-9][0-9]{0,2})")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SUSPECT = re.compile(rb"\\u0000|[0-9]{16}|[0-9][eE][+]?[0-9]{2}")
_NAMED = frozenset(
    ("specversion", "id", "source", "type", "time", "subject", "orgunit", "data", "datacontenttype")
)


def decode(
    value: bytes | None,
    headers: Sequence[tuple[str, bytes]] = (),
    *,
    max_bytes: int = MAX_MESSAGE_BYTES,
) -> IncomingEvent:
    """The event in a message's *value* and *headers*. Binary mode is recognised by its ``ce_*`` headers.

    *Raises* InvalidMessageError, and nothing else, with the field and what to change; never with a value.
    """
    if value is None:
        raise _invalid("the message has no value (a tombstone)", "value", "report deletions as an event")
    if not value:
        raise _invalid("the message is empty", "value", "send a CloudEvent")
    size = len(value) + sum(len(name) + len(content or b"") for name, content in headers)
    if size > max_bytes:
        raise _invalid(
            f"the message has {size:,} bytes, more than {max_bytes:,}",
            "value",
            "send less at a time; keep documents elsewhere and send a reference",
        )
    in_headers = _attributes_in_headers(headers) if headers else None
    body = _parse(value)
    attributes = in_headers if in_headers is not None else body if isinstance(body, dict) else {}
    try:
        if _SUSPECT.search(value) or value.count(b"{") + value.count(b"[") > MAX_DEPTH:
            _check_tree(body)
        if in_headers is not None:
            return _event(attributes, body)
        if not isinstance(body, dict):
            raise _invalid("the message is not a JSON object", "value", "send a CloudEvent as a JSON object")
        return _event(attributes, body.get("data"))
    except InvalidMessageError as error:
        error.source = error.source or _readable_source(attributes)
        raise


def _parse(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise _unparsable(value, error) from None


def _unparsable(value: bytes, error: orjson.JSONDecodeError) -> InvalidMessageError:
    try:
        value.decode()
    except UnicodeDecodeError as wrong:
        return _invalid(f"not UTF-8 at byte {wrong.start}", "value", "encode the message as UTF-8")
    if "surrogate" in error.msg:
        return _invalid(
            f"half a surrogate pair at character {error.pos}",
            "value",
            "escape a character beyond U+FFFF as two \\u escapes, or do not escape it",
        )
    return _invalid(f"not JSON: {error.msg} at character {error.pos}", "value", "send well-formed JSON")


def _check_tree(body: Any) -> None:
    """Refuse what JSON can say but the hub cannot keep: deep nesting, NUL characters, numbers that lose digits."""
    level, depth = [body], 0
    while level:
        if depth > MAX_DEPTH:
            raise _invalid(f"nested deeper than {MAX_DEPTH} levels", "data", "send a flatter payload")
        deeper: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                deeper.extend(node)
                deeper.extend(node.values())
            elif isinstance(node, list):
                deeper.extend(node)
            elif fault := _fault_of(node):
                raise _invalid(fault[0], _field_of(body, node), fault[1])
        level, depth = deeper, depth + 1


def _fault_of(node: object) -> tuple[str, str] | None:
    """Reason and remedy, None when all is well."""
    if isinstance(node, str):
        if "\x00" in node:
            return "a text contains a NUL character", "remove \\u0000 at the source"
    elif isinstance(node, int):
        if abs(node) > LARGEST_INTEGER:
            return "an integer needs more than 64 bits", "send large numbers as strings"
    elif isinstance(node, float) and (isinf(node) or (abs(node) > EXACT_IN_FLOAT)):
        return "a number is too large to be kept exactly", "send large numbers as strings"
    return None


def _field_of(body: object, wanted: object) -> str:
    """The path of a text or number in *body*, inside the payload from there on; of a name that of its object."""
    level = [("", body)]
    while level:
        deeper: list[tuple[str, Any]] = []
        for path, node in level:
            named = list(
                node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
            )
            if node is wanted or any(name is wanted for name, _ in named):
                return path.removeprefix(".data").removeprefix(".") or "data"
            deeper.extend((f"{path}.{_printable(str(name))}", inner) for name, inner in named)
        level = deeper
    return "data"


def _attributes_in_headers(headers: Sequence[tuple[str, bytes]]) -> dict[str, Any] | None:
    """The attributes in binary mode; None when the message is in structured mode."""
    attributes: dict[str, Any] = {}
    content_type = b""
    for name, content in headers:
        lowered = name.lower()
        if lowered == "content-type":
            content_type = content or b""
        elif lowered.startswith("ce_"):
            if lowered[3:] in attributes:
                raise _invalid("a header occurs twice", _printable(name), "send each attribute once")
            attributes[lowered[3:]] = _header_text(name, content)
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type.startswith(b"application/cloudevents-batch"):
        raise _invalid("batches are not accepted here", "content-type", "send one event a message")
    if media_type.startswith(b"application/cloudevents") or not attributes:
        return None
    if media_type:
        attributes["datacontenttype"] = media_type.decode("ascii", "replace")
    return attributes


def _header_text(name: str, content: bytes | None) -> str | None:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise _invalid("a header is not UTF-8", _printable(name), "encode headers as UTF-8") from None


def _event(attributes: Mapping[str, Any], data: object) -> IncomingEvent:
    if attributes.get("specversion") != "1.0":
        raise _invalid("not a CloudEvent of version 1.0", "specversion", 'set specversion to "1.0"')
    source = _text(attributes, "source")
    event_id = _text(attributes, "id")
    named = _TYPE.fullmatch(_text(attributes, "type"))
    if named is None:
        raise _invalid(
            "the type is not one of the hub's", "type", "name it com.<group>.cdh.<family>.<event>.v<version>"
        )
    try:
        time = parse_instant(_text(attributes, "time"))
    except ValueError as error:
        raise _invalid(str(error), "time", TIME_REMEDY) from None
    content_type = attributes.get("datacontenttype")
    if content_type is not None and not (isinstance(content_type, str) and _is_json(content_type)):
        raise _invalid("the payload is not JSON", "datacontenttype", "send application/json")
    if not isinstance(data, dict):
        raise _invalid("the payload is not a JSON object", "data", "send data as a JSON object")
    return IncomingEvent(
        uid=event_uid(source, event_id),
        source=source,
        id=event_id,
        type=named[1],
        version=int(named[2]),
        time=time,
        subject=_optional_text(attributes, "subject"),
        org_unit=_optional_text(attributes, "orgunit"),
        data=cast(dict[str, Any], data),
        extensions=_extensions(attributes),
    )


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def _text(attributes: Mapping[str, Any], name: str) -> str:
    text = attributes.get(name)
    if text is None:
        raise _invalid(f"the attribute {name} is missing", name, f"add {name}")
    if not isinstance(text, str):
        raise _invalid(f"the attribute {name} is not a string", name, f"send {name} as a string")
    if not text.strip():
        raise _invalid(f"the attribute {name} is blank", name, f"give {name} a value")
    if len(text) > MAX_ATTRIBUTE_LENGTH:
        raise _invalid(f"longer than {MAX_ATTRIBUTE_LENGTH} characters", name, f"shorten {name}")
    if _CONTROL.search(text):
        raise _invalid(f"the attribute {name} has control characters", name, f"remove them from {name}")
    return text


def _optional_text(attributes: Mapping[str, Any], name: str) -> str | None:
    return None if attributes.get(name) is None else _text(attributes, name)


def _extensions(attributes: Mapping[str, Any]) -> dict[str, AttributeValue]:
    extensions: dict[str, AttributeValue] = {}
    for name, value in attributes.items():
        if name in _NAMED or value is None:
            continue
        if not name or len(name) > MAX_ATTRIBUTE_LENGTH or _CONTROL.search(name):
            raise _invalid("an attribute's name is not usable", "attributes", "name it with a-z and 0-9")
        if isinstance(value, str):
            if len(value) > MAX_ATTRIBUTE_LENGTH or _CONTROL.search(value):
                raise _invalid("an attribute is too long or has control characters", name, "shorten it")
        elif not isinstance(value, int):
            raise _invalid("an attribute is no string, integer or boolean", name, f"move {name} into data")
        extensions[name] = value
    return extensions


def _printable(name: str) -> str:
    return _CONTROL.sub("?", name)[:100]


def _readable_source(attributes: Mapping[str, Any]) -> str:
    """Who sent it, as far as that can be read, whatever else is wrong."""
    try:
        return _text(attributes, "source")
    except InvalidMessageError:
        return ""


def _invalid(reason: str, field: str, remedy: str) -> InvalidMessageError:
    return InvalidMessageError(reason, field=field, remedy=remedy)


def encode(
    *,
    type: str,
    source: str,
    id: str,
    time: datetime,
    data: Mapping[str, Any],
    version: int = 1,
    subject: str | None = None,
    org_unit: str | None = None,
    extensions: Mapping[str, AttributeValue] | None = None,
    group: str = "example",
) -> bytes:
    """A structured CloudEvent as UTF-8 JSON; *type* is given without prefix and version, *time* with an offset."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"com.{group}.cdh.{type}.v{version}",
        "time": as_utc(time).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
    }
    if subject is not None:
        event["subject"] = subject
    if org_unit is not None:
        event["orgunit"] = org_unit
    return orjson.dumps({**event, **(extensions or {}), "data": data})
