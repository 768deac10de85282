"""What happens with customers: short chains of activities such as lead, quote, order, delivery, invoice, payment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

PEOPLE = (
    "li.na", "wang.lei", "zhou.min", "chen.jie", "sun.hao", "xu.ting", "gao.peng", "lin.yue", "he.rui", "tang.bo",
    "ma.xin", "feng.lan", "deng.kai", "cai.wen", "pan.yu", "su.qing", "amy.clark", "tom.becker", "julie.moreau", "paul.reid",
)  # fmt: skip
CAMPAIGNS = ("expo-2024", "spring-2024", "autumn-2025", "expo-2026", "newsletter", "double-eleven")
CHANNELS = ("web", "trade-fair", "wechat", "email", "referral", "search")
REASONS = (
    "damaged",
    "ordered twice",
    "arrived late",
    "wrong size",
    "does not start",
    "noise",
    "invoice unclear",
)

Step = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One activity of one record at a time."""

    at: datetime
    type: str
    fields: dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """Draws chains of activities; *serial* numbers the documents in them."""

    rng: Random
    serial: int = 0

    def chain(self, unit: str, currency: str, start: datetime, end: datetime) -> Iterator[Doing]:
        """One chain that begins between *start* and *end*; what would lie after *end* has not happened yet."""
        self.serial += 1
        at = start + (end - start) * self.rng.random()
        for kind, fields in self._steps(unit, f"{self.serial:06d}", currency):
            if at > end:
                return
            yield Doing(at=at, type=kind, fields=fields)
            at += timedelta(minutes=self.rng.randrange(30, 60 * 24 * 12))

    def _steps(self, unit: str, n: str, currency: str) -> list[Step]:
        money = {"amount": f"{self.rng.lognormvariate(8.2, 1.3):.2f}", "currency": currency}
        if unit == "crm-shanghai":
            return self._sales(n, money)
        if unit == "erp-east":
            return self._erp(n, money)
        return self._service(n) if unit == "service-desk" else self._web(n, money)

    def _sales(self, n: str, money: dict[str, Any]) -> list[Step]:
        rng, person = self.rng, self.rng.choice(PEOPLE)
        draw = rng.random()
        if draw < 0.5:
            channel = rng.choice(("call", "email", "meeting", "visit", "chat"))
            return [
                ("sales.interaction.logged", {"channel": channel, "direction": "outbound", "person": person})
            ]
        if draw < 0.6:
            scope = rng.choice(("industrial", "consumer"))
            return [
                (
                    "sales.registration.submitted",
                    {"registrationId": f"B-{n}", "scope": scope, "person": person, "route": "direct"},
                )
            ]
        if draw < 0.7:
            return [("sales.contract.signed", {"contractId": f"K-{n}", **money})]
        steps: list[Step] = [
            ("sales.lead.captured", {"leadId": f"L-{n}", "channel": rng.choice(CHANNELS)}),
            ("sales.lead.qualified", {"leadId": f"L-{n}", "score": rng.randrange(20, 100)}),
            ("sales.opportunity.changed", {"opportunityId": f"O-{n}", "stage": "proposal", **money}),
            ("sales.quote.issued", {"quoteId": f"Q-{n}", **money}),
            ("sales.order.placed", {"orderId": f"SO-{n}", "channel": "direct", **money}),
        ]
        return steps[: rng.randrange(1, 6)]

    def _erp(self, n: str, money: dict[str, Any]) -> list[Step]:
        rng, order = self.rng, f"E-{n}"
        draw = rng.random()
        if draw < 0.08:
            return [("finance.credit.changed", {"limit": money["amount"], "currency": money["currency"]})]
        if draw < 0.16:
            revenue = float(money["amount"])
            figures = {"revenue": f"{revenue:.2f}", "cost": f"{revenue * rng.uniform(0.5, 1.05):.2f}"}
            return [
                ("finance.profit.allocated", {**figures, "currency": money["currency"], "period": "2026-Q2"})
            ]
        if draw < 0.22:
            return [
                ("sales.order.placed", {"orderId": order, **money}),
                ("sales.order.cancelled", {"orderId": order}),
            ]
        steps: list[Step] = [
            ("sales.order.placed", {"orderId": order, **money}),
            ("supply.delivery.completed", {"deliveryId": f"D-{n}", "orderId": order}),
            ("finance.invoice.issued", {"invoiceId": f"R-{n}", "orderId": order, **money}),
            ("sales.payment.received", {"paymentId": f"P-{n}", "orderId": order, **money}),
        ]
        if rng.random() < 0.05:
            steps.append(
                (
                    "sales.return.accepted",
                    {"returnId": f"T-{n}", "orderId": order, "reason": rng.choice(REASONS), **money},
                )
            )
        return steps

    def _service(self, n: str) -> list[Step]:
        rng, person = self.rng, self.rng.choice(PEOPLE)
        draw = rng.random()
        if draw < 0.18:
            score = {"measure": "nps", "score": min(10, rng.randrange(3, 13)), "lowest": 0, "highest": 10}
            return [("service.satisfaction.scored", score)]
        if draw < 0.30:
            return [("service.visit.completed", {"visitId": f"V-{n}", "person": person})]
        if draw < 0.38:
            return [("service.feedback.received", {"feedbackId": f"F-{n}", "category": "product"})]
        if draw < 0.52:
            complaint = {"complaintId": f"X-{n}", "severity": rng.choice(("minor", "major"))}
            filed = ("service.complaint.filed", {**complaint, "category": rng.choice(REASONS)})
            return [filed, ("service.complaint.resolved", complaint)]
        opened = {"caseId": f"T-{n}", "subject": rng.choice(REASONS), "channel": "hotline"}
        return [("service.case.opened", opened), ("service.case.resolved", {"caseId": f"T-{n}"})]

    def _web(self, n: str, money: dict[str, Any]) -> list[Step]:
        rng, campaign = self.rng, self.rng.choice(CAMPAIGNS)
        draw = rng.random()
        touch = ("marketing.touch.recorded", {"channel": rng.choice(CHANNELS), "campaign": campaign})
        if draw < 0.30:
            cost = {
                "amount": f"{rng.uniform(0.2, 9):.2f}",
                "currency": money["currency"],
                "campaign": campaign,
            }
            return [touch, ("marketing.campaign.cost-recorded", cost)]
        if draw < 0.55:
            what = rng.choice(("opened", "opened", "clicked", "bounced"))
            return [("marketing.email.engaged", {"campaign": campaign, "engagement": what})]
        if draw < 0.65:
            status = rng.choice(("given", "given", "withdrawn"))
            return [
                ("marketing.consent.changed", {"purpose": "newsletter", "channel": "email", "status": status})
            ]
        if draw < 0.72:
            return [("marketing.event.attended", {"eventName": f"user day {n[-2:]}"})]
        points = {"points": rng.randrange(-200, 900), "reason": "purchase"}
        return [
            touch,
            ("sales.order.placed", {"orderId": f"W-{n}", "channel": "web-shop", **money}),
            ("sales.payment.received", {"paymentId": f"WP-{n}", "orderId": f"W-{n}", **money}),
            ("marketing.points.changed", points),
        ]
