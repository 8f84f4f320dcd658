"""Review: the definition of a service is to be looked at again.

The compiler has no clock, so the day is a series and an alert tells when it has come.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert, Recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.rule import Rule
    from truegreen_definitions.plan import Alerting, Service

__all__ = ["due_timestamp", "review_rules"]


def review_rules(service: Service, alerting: Alerting) -> Iterator[Rule]:
    """Yield the day of the next review and the alert on it; nothing for a service without one."""
    if service.review_due is None:
        return
    yield Recording(
        metric=names.REVIEW_DUE,
        expr=f"vector({due_timestamp(service)})",
        labels={names.SERVICE: service.name},
    )
    severity = alerting.severity("review", names.SeverityValue.TICKET)
    if severity:
        yield Alert(
            name=names.AlertName.REVIEW_DUE,
            expr=f"{series(names.REVIEW_DUE, service=service.name)} <= time()",
            labels={
                names.SERVICE: service.name,
                names.OWNER: service.owner,
                names.AlertLabel.SEVERITY: severity,
            },
            annotations=about_service(
                service, f"its definition was to be reviewed by {service.review_due.isoformat()}"
            ),
        )


def due_timestamp(service: Service) -> int:
    """Return when the review is due in Unix seconds: midnight, in the service's zone.

    Raises:
        ValueError: The service has no review.
    """
    if service.review_due is None:
        raise ValueError(f"service {service.name} has no review")
    midnight = datetime.combine(service.review_due, time(), ZoneInfo(service.zone))
    return int(midnight.timestamp())
