"""Leading indicators: a ticket before the outcome suffers, where history shows that it follows.

The exporter validates an indicator on its own history and says when it is as bad as it seldom
was; without the one it never says the other. So the alert asks for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Alerting, Service

__all__ = ["leading_alerts"]


def leading_alerts(service: Service, alerting: Alerting) -> Iterator[Alert]:
    """Yield the alert of each declared leading indicator of a service."""
    severity = alerting.severity("leading", names.SeverityValue.TICKET)
    if service.outcome is None or not severity:
        return
    for name in service.outcome.leading:
        warning = series(names.LEADING_WARNING, service=service.name, measure=name)
        validated = series(names.LEADING_VALIDATED, service=service.name, measure=name)
        yield Alert(
            name=names.AlertName.LEADING,
            expr=f"max({warning}) == 1\nand on () max({validated}) == 1",
            labels={
                names.SERVICE: service.name,
                names.MEASURE: name,
                names.OWNER: service.owner,
                names.AlertLabel.SEVERITY: severity,
            },
            annotations=about_service(
                service,
                f"{name} is as bad as in the worst tenth of its history, "
                f"and {service.outcome.measure} has followed it",
            ),
        )
