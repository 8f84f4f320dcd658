"""Alerting: which alerts are raised, how severe they are, and how much evidence they need."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import Boolean, Name, Url, whole_number

__all__ = ["AgreementAlerts", "PolicyAlerts"]

AlertKind: TypeAlias = Literal[
    "burn",
    "absent",
    "exhausted",
    "forecast",
    "missed",
    "slow-burn",
    "insufficient",
]
CompanyAlertKind: TypeAlias = Literal[
    AlertKind, "stale", "rejected", "audit", "watermelon", "leading", "review", "slots", "orphans"
]
Severity: TypeAlias = Literal["page", "ticket", "none"]
LowTraffic: TypeAlias = Literal["auto", "wilson", "count"]
MinBad: TypeAlias = Annotated[int, whole_number(1, 1_000_000)]


class PolicyAlerts(Model):
    """How alerts are raised, for the whole company.

    Attributes:
        severity: Severity by alert, in place of the usual one; `none` raises it not at all.
        min_bad: Bad events that an alert on a signal needs at least.
        low_traffic: What a burn alert needs beside them. `wilson`: the lower Wilson 95 % bound of
            the error ratio above its factor. `count`: nothing. `auto`: the bound for a sample,
            nothing for a census.
    """

    severity: Mapping[CompanyAlertKind, Severity] = Field(default_factory=dict)
    min_bad: MinBad = 5
    low_traffic: LowTraffic = "auto"


class AgreementAlerts(Model):
    """Which alerts an agreement raises, and what to do then; the Policy says the rest.

    Attributes:
        page: Whether it may call a person now. Where it may not, that nothing is measured is a
            ticket; it is told nobody only where `ticket` is off too.
        ticket: Whether it may open a ticket.
        runbook: Page that says what to do; every alert links to it.
        severity: Severity by alert, in place of the usual one; `none` raises it not at all.
        min_bad: Bad events that an alert on a signal needs at least.
        low_traffic: What a burn alert needs beside them, as in the Policy.
        during: Calendar outside of which no alert is raised.
        mute: Calendars in which no alert is raised, beside those the agreement excludes.
    """

    page: Boolean = True
    ticket: Boolean = True
    runbook: Url | None = None
    severity: Mapping[AlertKind, Severity] = Field(default_factory=dict)
    min_bad: MinBad | None = None
    low_traffic: LowTraffic | None = None
    during: Name | None = None
    mute: tuple[Name, ...] = ()
