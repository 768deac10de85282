"""The kinds of fields that payloads are made of: references to source records, times, days, amounts, currencies."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from connectors.contracts.instants import EARLIEST_YEAR, LATEST_YEAR, parse_instant
from hub.kernel.ids import RecordKey

# ISO 4217, currencies in use, and those withdrawn since 2020 that older documents still name.
CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HRK",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SLL",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VED",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XCG",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
        "ZWL",
    ]
)
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("not an ISO 4217 currency code; the renminbi is CNY")
    return code


def _day(text: object) -> date:
    if not isinstance(text, str) or len(text) != len("2026-09-21"):
        raise ValueError("write days as in 2026-09-21")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("not a day; write days as in 2026-09-21") from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError("the year is out of range")
    return day


def _plain(text: str) -> str:
    if not text.strip() or _CONTROL.search(text):
        raise ValueError("blank, or with control characters")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("blank")
    return text


Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339 with an offset, years 1600 to 9998",
        }
    ),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Amount = Annotated[
    str,
    Field(
        pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$",
        description="a decimal number as a string, in units of the currency",
    ),
]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217"), AfterValidator(_currency)]
Code = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Text = Annotated[str, Field(max_length=10_000)]
Reason = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(_not_blank)]
Number = Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]
Measure = Annotated[float, Field(strict=True, ge=-1e9, le=1e9, allow_inf_nan=False, description="a number")]
SystemName = Annotated[
    str, Field(pattern=r"^[a-z0-9._-]{1,100}$", description="the source system, as configured in the hub")
]
ObjectName = Annotated[
    str, Field(pattern=r"^[^/\s\x00-\x1f\x7f]{1,100}$", description="the type of object in the source system")
]


class Payload(BaseModel):
    """What every payload is: read once, camel case outside, further fields welcome and kept."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel)


class RecordReference(Payload):
    """A source record: which system, which object type in it, which local id."""

    system: SystemName
    object: ObjectName
    id: Code

    @property
    def key(self) -> RecordKey:
        """The hub's key of this record."""
        return RecordKey(self.system, self.object, self.id)


class ActivityPayload(Payload):
    """What every activity says: whom it concerns, as the unit itself knows the customer, and when it happened."""

    customer: RecordReference
    occurred_at: Instant | None = Field(None, description="when it happened; else the event's time")
    org_unit: Code | None = Field(None, description="the publishing unit; else the attribute orgunit")


class PricedActivity(ActivityPayload):
    """An activity with a sum of money."""

    amount: Amount
    currency: Currency

    @property
    def decimal_amount(self) -> Decimal:
        """The amount as an exact number."""
        return Decimal(self.amount)


class PerhapsPricedActivity(ActivityPayload):
    """An activity that may name a sum of money; an amount needs its currency."""

    amount: Amount | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _an_amount_has_a_currency(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("amount and currency are given together")
        return self


def example(customer_id: str = "C-1001", **fields: Any) -> ConfigDict:
    """The model configuration that carries an example of an activity, for the schema, the documentation and tests."""
    customer = {"system": "crm-shanghai", "object": "account", "id": customer_id}
    body = {"customer": customer, "occurredAt": "2026-09-21T14:13:20Z", **fields}
    return ConfigDict(json_schema_extra={"examples": [body]})
