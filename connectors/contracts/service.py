"""What service desks report: cases, complaints, feedback, satisfaction, visits."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.contracts.fields import ActivityPayload, Code, Measure, Text, example


class CaseOpened(ActivityPayload):
    """The customer asked for help."""

    model_config = example(caseId="T-9", subject="pump does not start", priority="high", channel="hotline")

    case_id: Code
    subject: Text | None = None
    priority: Code | None = None
    channel: Code | None = None


class CaseUpdated(ActivityPayload):
    """A case changed its status."""

    model_config = example(caseId="T-9", status="waiting-for-parts")

    case_id: Code
    status: Code
    note: Text | None = None


class CaseResolved(ActivityPayload):
    """A case was settled."""

    model_config = example(caseId="T-9", resolution="replaced the seal")

    case_id: Code
    resolution: Text | None = None


class ComplaintFiled(ActivityPayload):
    """The customer complained."""

    model_config = example(complaintId="X-3", category="delivery", severity="major", text="arrived late")

    complaint_id: Code
    category: Code | None = None
    severity: Literal["minor", "major", "critical"] | None = None
    text: Text | None = None


class ComplaintResolved(ActivityPayload):
    """A complaint was settled."""

    model_config = example(complaintId="X-3", resolution="refunded the freight")

    complaint_id: Code
    resolution: Text | None = None


class FeedbackReceived(ActivityPayload):
    """The customer made a suggestion or gave an opinion."""

    model_config = example(feedbackId="F-21", category="product", text="a quieter fan would help")

    feedback_id: Code
    category: Code | None = None
    text: Text | None = None


class SatisfactionScored(ActivityPayload):
    """The customer gave a score between *lowest* and *highest*."""

    model_config = example(measure="nps", score=9, lowest=0, highest=10)

    measure: Literal["csat", "nps", "ces"]
    score: Measure
    lowest: Measure = Field(0, description="the worst score that can be given")
    highest: Measure = Field(description="the best score that can be given")

    @model_validator(mode="after")
    def _score_is_on_the_scale(self) -> Self:
        if not self.lowest <= self.score <= self.highest or self.lowest == self.highest:
            raise ValueError("the score has to lie between lowest and highest")
        return self


class VisitCompleted(ActivityPayload):
    """Somebody visited the customer."""

    model_config = example(visitId="V-40", person="zhou.min", purpose="yearly inspection")

    visit_id: Code
    person: Code | None = Field(None, description="the employee")
    purpose: Text | None = None
