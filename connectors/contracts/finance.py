"""What subsidiaries' ERP, finance and supply systems report: invoices, credit, profit, deliveries, group structure."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.contracts.fields import (
    ActivityPayload,
    Amount,
    Code,
    Currency,
    Day,
    Measure,
    PricedActivity,
    RecordReference,
    example,
)


class InvoiceIssued(PricedActivity):
    """An invoice was sent."""

    model_config = example(invoiceId="RE-2026-118", amount="176400.00", currency="CNY", dueOn="2026-10-21")

    invoice_id: Code
    order_id: Code | None = None
    due_on: Day | None = None


class CreditChanged(ActivityPayload):
    """The customer's credit limit or rating changed."""

    model_config = example(limit="500000", currency="CNY", rating="BBB")

    limit: Amount
    currency: Currency
    rating: Code | None = None


class ProfitAllocated(ActivityPayload):
    """Revenue and cost of a period (a year, quarter or month) were allocated to the customer."""

    model_config = example(revenue="920000.00", cost="610500.00", currency="CNY", period="2026-Q3")

    revenue: Amount
    cost: Amount
    currency: Currency
    period: Annotated[str, Field(pattern="^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$")]


class DeliveryCompleted(ActivityPayload):
    """Goods arrived at the customer."""

    model_config = example(deliveryId="D-612", orderId="SO-4711", carrier="SF")

    delivery_id: Code
    order_id: Code | None = None
    carrier: Code | None = None


class HierarchyChanged(ActivityPayload):
    """The customer has another parent in a hierarchy; without *parent* it stands alone from *validFrom* on."""

    model_config = example(
        parent={"system": "crm-shanghai", "object": "account", "id": "C-1"},
        hierarchy="legal",
        percent=51.0,
        validFrom="2026-01-01",
    )

    hierarchy: Literal["legal", "sales", "billing"]
    parent: RecordReference | None = None
    percent: Measure | None = None
    valid_from: Day | None = None

    @model_validator(mode="after")
    def _nobody_is_their_own_parent(self) -> Self:
        if self.parent is not None and self.parent.key == self.customer.key:
            raise ValueError("a customer cannot be its own parent")
        return self
