"""Alerts on the journeys of a service: slots that do not add up, records that are left behind.

Both are about the robot and not about the service: a probe that loses slots shows too good a
figure, and a record that a robot made and nobody took back stands in the business. They go to the
service's owner, one alert for each location.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Alerting, Journey, Plan, Service

__all__ = ["ORPHAN_SECONDS", "journey_alerts"]

ORPHAN_SECONDS = 900  # the next probe takes back at its start, and tries again within minutes


def journey_alerts(plan: Plan, service: Service) -> Iterator[Alert]:
    """Yield the alerts on every journey through a service."""
    alerting = plan.policy.alerting
    for journey in plan.journeys_of(service.name):
        yield from _alerts(service, journey, alerting)


def _alerts(service: Service, journey: Journey, alerting: Alerting) -> Iterator[Alert]:
    if severity := alerting.severity("slots", names.SeverityValue.TICKET):
        yield _unaccounted(service, journey.name, severity)
    severity = alerting.severity("orphans", names.SeverityValue.TICKET)
    if severity and journey.cleanup:
        yield _orphans(service, journey.name, severity)


def _unaccounted(service: Service, journey: str, severity: str) -> Alert:
    ended, scheduled = _sum(names.JOURNEY_SLOTS, journey), _sum(names.SCHEDULED_SLOTS, journey)
    return Alert(
        name=names.AlertName.SLOTS_UNACCOUNTED,
        expr=f"abs({ended}\n- {scheduled}) > 0",
        labels=_labels(service, severity),
        annotations=about_service(
            service,
            '{{ $value | printf "%.0f" }} slots of the journey '
            f"{journey} from {{{{ $labels.{names.LOCATION} }}}} ended in no known way, "
            "so what it shows may be too good",
        ),
    )


def _orphans(service: Service, journey: str, severity: str) -> Alert:
    age = series(names.ORPHAN_AGE, journey=journey)
    return Alert(
        name=names.AlertName.ORPHANS,
        expr=f"max by ({names.JOURNEY}, {names.LOCATION}) ({age}) > {ORPHAN_SECONDS}",
        labels=_labels(service, severity),
        annotations=about_service(
            service,
            f"what the journey {journey} made from {{{{ $labels.{names.LOCATION} }}}} could not be "
            f"taken back within {duration_label(ORPHAN_SECONDS)}, and stands in the business",
        ),
    )


def _sum(metric: Metric, journey: str) -> str:
    return f"sum by ({names.JOURNEY}, {names.LOCATION}) ({series(metric, journey=journey)})"


def _labels(service: Service, severity: str) -> dict[str, str]:
    return {
        names.SERVICE: service.name,
        names.OWNER: service.owner,
        names.AlertLabel.SEVERITY: severity,
    }
