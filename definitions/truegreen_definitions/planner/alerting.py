"""How alerts are raised, in the plan: the Policy's word, and the agreement's over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from truegreen_definitions.models.alerting import AgreementAlerts
from truegreen_definitions.plan import Alerting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.models.policy import PolicySpec

__all__ = ["alerting_of", "company_alerting"]


def company_alerting(policy: PolicySpec) -> Alerting:
    """Return how alerts that are about no agreement are raised."""
    return Alerting(
        severities=_ordered(policy.alerts.severity.items()), min_bad=policy.alerts.min_bad
    )


def alerting_of(
    agreement: Agreement, policy: PolicySpec, sampling: Literal["census", "sample"]
) -> Alerting:
    """Return how the alerts of an agreement are raised.

    A calendar that the agreement excludes from its counts mutes its alerts too.
    """
    own, company = agreement.alerts or AgreementAlerts(), policy.alerts
    excluded = [one.calendar for one in agreement.exclusions if one.calendar is not None]
    low_traffic = own.low_traffic or company.low_traffic
    return Alerting(
        severities=_ordered((*company.severity.items(), *own.severity.items())),
        page=own.page,
        ticket=own.ticket,
        min_bad=own.min_bad or company.min_bad,
        wilson=low_traffic == "wilson" or (low_traffic == "auto" and sampling == "sample"),
        during=own.during or "",
        muted=tuple(sorted({*excluded, *own.mute})),
        runbook=own.runbook or "",
    )


def _ordered(severities: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return severities by alert, each once: the last word holds."""
    return tuple(sorted(dict(severities).items()))
