"""What sales units report: leads, opportunities, quotes, orders, payments, contracts, contacts, claims on customers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from connectors.contracts.fields import (
    ActivityPayload,
    Code,
    Day,
    Number,
    PerhapsPricedActivity,
    PricedActivity,
    Reason,
    Text,
    example,
)


class LeadCaptured(ActivityPayload):
    """A lead came in."""

    model_config = example(leadId="L-17", channel="trade-fair", campaign="expo-2026")

    lead_id: Code
    channel: Code | None = None
    campaign: Code | None = None


class LeadQualified(ActivityPayload):
    """A lead was found worth pursuing."""

    model_config = example(leadId="L-17", score=80)

    lead_id: Code
    score: Number | None = None


class LeadConverted(ActivityPayload):
    """A lead became an opportunity or a customer."""

    model_config = example(leadId="L-17", opportunityId="O-5")

    lead_id: Code
    opportunity_id: Code | None = None


class OpportunityChanged(PerhapsPricedActivity):
    """An opportunity was opened, moved to another stage, won or lost."""

    model_config = example(
        opportunityId="O-5",
        stage="proposal",
        amount="180000.00",
        currency="CNY",
        expectedCloseOn="2026-12-01",
    )

    opportunity_id: Code
    stage: Code
    expected_close_on: Day | None = None


class QuoteIssued(PricedActivity):
    """A quote was sent to the customer."""

    model_config = example(quoteId="Q-88", amount="180000.00", currency="CNY", validUntil="2026-10-21")

    quote_id: Code
    valid_until: Day | None = None


class OrderPlaced(PricedActivity):
    """The customer ordered."""

    model_config = example(orderId="SO-4711", amount="176400.00", currency="CNY", channel="direct")

    order_id: Code
    channel: Code | None = None


class OrderCancelled(ActivityPayload):
    """An order was cancelled."""

    model_config = example(orderId="SO-4711", reason="ordered twice")

    order_id: Code
    reason: Text | None = None


class PaymentReceived(PricedActivity):
    """The customer paid."""

    model_config = example(paymentId="P-310", amount="88200.00", currency="CNY", orderId="SO-4711")

    payment_id: Code
    order_id: Code | None = None
    invoice_id: Code | None = None


class ReturnAccepted(PricedActivity):
    """Goods were taken back; *amount* is what the customer is credited."""

    model_config = example(
        returnId="R-12", orderId="SO-4711", amount="4200.00", currency="CNY", reason="damaged"
    )

    return_id: Code
    order_id: Code
    reason: Text | None = None


class ContractSigned(PerhapsPricedActivity):
    """A contract was signed; it holds from *validFrom* to *validTo*."""

    model_config = example(
        contractId="K-2026-9", signedOn="2026-09-20", validFrom="2026-10-01", amount="900000", currency="CNY"
    )

    contract_id: Code
    signed_on: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class InteractionLogged(ActivityPayload):
    """Somebody spoke with the customer, or wrote, met or visited."""

    model_config = example(
        channel="call", direction="outbound", person="li.na", summary="asked for the delivery date"
    )

    channel: Literal["call", "email", "meeting", "visit", "chat", "social", "letter", "other"]
    direction: Literal["inbound", "outbound"] | None = None
    person: Code | None = Field(None, description="the employee")
    summary: Text | None = None


class OwnershipRequested(ActivityPayload):
    """Somebody asked to own the customer in a lane."""

    model_config = example(scope="industrial", role="account-manager", person="li.na", reason="first contact")

    scope: Code
    role: Code
    person: Code
    reason: Text | None = None


class RegistrationSubmitted(ActivityPayload):
    """A customer was registered as one's prospect (报备)."""

    model_config = example(
        registrationId="B-77", scope="industrial", person="li.na", project="line 3", route="partner"
    )

    registration_id: Code
    scope: Code
    person: Code
    project: Text | None = None
    route: Code | None = None


class PoolClaimed(ActivityPayload):
    """Somebody took the customer from the pool (公海)."""

    model_config = example(scope="industrial", person="li.na")

    scope: Code
    person: Code


class PoolReturned(ActivityPayload):
    """Somebody gave the customer back to the pool; a reason is required."""

    model_config = example(scope="industrial", person="li.na", reason="moved to another region")

    scope: Code
    person: Code
    reason: Reason
