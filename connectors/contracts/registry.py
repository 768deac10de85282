"""Every event type that the hub reads: type and version, payload model, family, and what it turns into."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError

from connectors.contracts import customer, finance, marketing, sales, service
from connectors.contracts.fields import ActivityPayload, Payload
from connectors.contracts.instants import TIME_REMEDY
from connectors.contracts.messages import ActivityReported, IncomingEvent, Message
from hub.kernel.errors import InvalidMessageError

Reading = Callable[[IncomingEvent, Any], Message]

_REMEDIES = {
    "missing": "add the field",
    "string_type": "write it as a JSON string",
    "model_type": "write it as a JSON object",
    "dict_type": "write it as a JSON object",
    "tuple_type": "write it as a JSON array",
    "int_type": "write it as a JSON number without a fraction",
    "float_type": "write it as a JSON number",
    "bool_type": "write true or false",
    "literal_error": "write one of the values named",
    "too_long": "send less",
    "string_too_long": "shorten it",
    "string_too_short": "give it a value, or leave it out",
}
_TIME_FIELDS = ("sourceTime", "occurredAt", "validAt")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One version of one event type."""

    name: str
    version: int
    family: str
    model: type[Payload]
    reading: Reading

    @property
    def full_name(self) -> str:
        """Type and version as written in messages, without the group's prefix."""
        return f"{self.name}.v{self.version}"

    @property
    def example(self) -> dict[str, Any]:
        """A payload that is valid."""
        extra = cast(Mapping[str, Any], self.model.model_config["json_schema_extra"])
        return cast(dict[str, Any], extra["examples"][0])


def _to_activity(event: IncomingEvent, payload: ActivityPayload) -> ActivityReported:
    return ActivityReported(
        event=event,
        key=payload.customer.key,
        type=event.type,
        unit=customer.unit_of(event, payload.org_unit),
        data=event.data,
        occurred_at=payload.occurred_at or event.time,
    )


_CUSTOMER: tuple[tuple[str, type[Payload], Reading], ...] = (
    ("source.customer.observed", customer.CustomerObserved, customer.to_observed),
    ("source.customer.deleted", customer.CustomerDeleted, customer.to_deleted),
    ("source.customer.restored", customer.CustomerRestored, customer.to_observed),
    ("source.customer.merged", customer.CustomerMerged, customer.to_merged),
    ("source.customer.renamed", customer.CustomerRenamed, customer.to_renamed),
    ("erp.customer.observed", customer.CustomerObserved, customer.to_observed),
)
_ACTIVITIES: Mapping[str, type[ActivityPayload]] = {
    "sales.lead.captured": sales.LeadCaptured,
    "sales.lead.qualified": sales.LeadQualified,
    "sales.lead.converted": sales.LeadConverted,
    "sales.opportunity.changed": sales.OpportunityChanged,
    "sales.quote.issued": sales.QuoteIssued,
    "sales.order.placed": sales.OrderPlaced,
    "sales.order.cancelled": sales.OrderCancelled,
    "sales.payment.received": sales.PaymentReceived,
    "sales.return.accepted": sales.ReturnAccepted,
    "sales.contract.signed": sales.ContractSigned,
    "sales.interaction.logged": sales.InteractionLogged,
    "sales.ownership.requested": sales.OwnershipRequested,
    "sales.registration.submitted": sales.RegistrationSubmitted,
    "sales.pool.claimed": sales.PoolClaimed,
    "sales.pool.returned": sales.PoolReturned,
    "service.case.opened": service.CaseOpened,
    "service.case.updated": service.CaseUpdated,
    "service.case.resolved": service.CaseResolved,
    "service.complaint.filed": service.ComplaintFiled,
    "service.complaint.resolved": service.ComplaintResolved,
    "service.feedback.received": service.FeedbackReceived,
    "service.satisfaction.scored": service.SatisfactionScored,
    "service.visit.completed": service.VisitCompleted,
    "marketing.campaign.cost-recorded": marketing.CampaignCostRecorded,
    "marketing.touch.recorded": marketing.TouchRecorded,
    "marketing.consent.changed": marketing.ConsentChanged,
    "marketing.email.engaged": marketing.EmailEngaged,
    "marketing.event.attended": marketing.EventAttended,
    "marketing.points.changed": marketing.PointsChanged,
    "finance.invoice.issued": finance.InvoiceIssued,
    "finance.credit.changed": finance.CreditChanged,
    "finance.profit.allocated": finance.ProfitAllocated,
    "supply.delivery.completed": finance.DeliveryCompleted,
    "subsidiary.hierarchy.changed": finance.HierarchyChanged,
}


def _all_types() -> Iterator[EventType]:
    for name, model, reading in _CUSTOMER:
        yield EventType(name=name, version=1, family="customer", model=model, reading=reading)
    for name, activity in _ACTIVITIES.items():
        yield EventType(
            name=name, version=1, family=name.partition(".")[0], model=activity, reading=_to_activity
        )


EVENT_TYPES: Mapping[tuple[str, int], EventType] = {(t.name, t.version): t for t in _all_types()}
"""Every type that can be read, by name and version."""


def read(event: IncomingEvent, systems: Collection[str] | None = None) -> Message:
    """What *event* says. *systems* lists the source systems that may speak here; None or empty lets any.

    *Raises* InvalidMessageError with the field and what to change, never with a value.
    """
    known = EVENT_TYPES.get((event.type, event.version))
    if known is None:
        raise _unknown_type(event)
    try:
        payload = known.model.model_validate(event.data)
    except ValidationError as error:
        raise _not_valid(event, known, error) from None
    if systems:
        _refuse_unknown_system(event, payload, systems)
    return known.reading(event, payload)


def _refuse_unknown_system(event: IncomingEvent, payload: Payload, systems: Collection[str]) -> None:
    match payload:
        case ActivityPayload(customer=about):
            field = "customer.system"
        case customer.CustomerPayload(source=about):
            field = "source.system"
        case _:
            return
    if about.system not in systems:
        near = get_close_matches(about.system, systems, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidMessageError(
            f"the source system {about.system} is not registered{hint}",
            source=event.source,
            field=field,
            remedy="register the system with its unit in the hub's settings, or correct its name",
        )


def _unknown_type(event: IncomingEvent) -> InvalidMessageError:
    names = [t.full_name for t in EVENT_TYPES.values()]
    near = get_close_matches(f"{event.type}.v{event.version}"[:100], names, n=3, cutoff=0.5)
    return InvalidMessageError(
        "the hub does not know this event type in this version",
        source=event.source,
        field="type",
        remedy=f"use one of the known types; the nearest are {', '.join(near)}"
        if near
        else "use one of the types listed in docs/reference/events.md",
    )


def _not_valid(event: IncomingEvent, known: EventType, error: ValidationError) -> InvalidMessageError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(re.sub(r"[^\w.\[\]-]", "?", str(part))[:60] for part in first["loc"]) or "data"
    if any(field.endswith(name) for name in _TIME_FIELDS):
        remedy = TIME_REMEDY
    else:
        remedy = f"{_REMEDIES.get(first['type'], 'correct it')}; the schema is {known.full_name}.json"
    more = error.error_count() - 1
    return InvalidMessageError(
        f"{field}: {first['msg']}" + (f" (and {more} more)" if more else ""),
        source=event.source,
        field=field,
        remedy=remedy,
    )
