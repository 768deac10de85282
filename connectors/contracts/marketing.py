"""What marketing reports: costs, touches, consent, e-mail, events, points."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from connectors.contracts.fields import ActivityPayload, Code, Number, PricedActivity, Text, example


class CampaignCostRecorded(PricedActivity):
    """The part of a campaign's cost that falls upon this customer."""

    model_config = example(campaign="expo-2026", channel="trade-fair", amount="35.50", currency="CNY")

    campaign: Code
    channel: Code | None = None


class TouchRecorded(ActivityPayload):
    """The customer met our marketing somewhere."""

    model_config = example(
        channel="web", campaign="autumn-2026", utm={"source": "newsletter", "medium": "email"}
    )

    channel: Code
    campaign: Code | None = None
    utm: Annotated[dict[str, Text], Field(max_length=20)] | None = None


class ConsentChanged(ActivityPayload):
    """The customer gave, refused or withdrew consent to a purpose."""

    model_config = example(
        purpose="newsletter",
        channel="email",
        status="withdrawn",
        basis="pipl-13-1",
        evidence="preference page",
    )

    purpose: Code
    status: Literal["given", "refused", "withdrawn", "expired"]
    channel: Code | None = None
    basis: Code | None = None
    evidence: Text | None = None
    notice_version: Code | None = None


class EmailEngaged(ActivityPayload):
    """What became of an e-mail to the customer."""

    model_config = example(campaign="autumn-2026", engagement="clicked")

    campaign: Code
    engagement: Literal["sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "complained"]


class EventAttended(ActivityPayload):
    """The customer took part in an event or a training."""

    model_config = example(eventName="user day Hangzhou", role="speaker")

    event_name: Code
    role: Code | None = None


class PointsChanged(ActivityPayload):
    """Loyalty points were earned (positive) or spent (negative)."""

    model_config = example(points=-200, balance=1350, reason="voucher")

    points: Number
    balance: Number | None = None
    reason: Text | None = None
