"""Escalation: an alert that has gone on for too long is told to somebody else.

Alertmanager knows no acknowledgement, so time decides: while anything of an owner's fires about an
agreement, whichever alert it is, an alert of its own is pending; when it has been for as long as
the team says, it fires with `escalation="1"`. A silence on `service` and `agreement` is the
acknowledgement: it covers both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.alertmanager.routes import ESCALATED
from truegreen_definitions.emitters.rules.notes import about_service
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Escalation, Service, Team

__all__ = ["escalation_alerts", "escalations_of"]


def escalations_of(
    service: Service, promises: Sequence[Promised], teams: Sequence[Team]
) -> Iterator[tuple[str, Escalation]]:
    """Yield (owner, escalation) of every team that owns alerts of a service, in order."""
    owners = {service.owner, *(promise.agreement.owner for promise in promises)}
    for team in teams:
        if team.name in owners:
            for escalation in team.escalations:
                yield team.name, escalation


def escalation_alerts(
    service: Service, promises: Sequence[Promised], teams: Sequence[Team]
) -> Iterator[Alert]:
    """Yield an alert for each owner's escalation of each severity."""
    for owner, escalation in escalations_of(service, promises, teams):
        labels = {
            names.SERVICE: service.name,
            names.OWNER: owner,
            str(names.AlertLabel.SEVERITY): str(escalation.severity),
        }
        firing = selector(
            "ALERTS", {**labels, "alertstate": "firing", names.AlertLabel.ESCALATION: ""}
        )
        kept = f"{names.SERVICE}, {names.AGREEMENT}, {names.KIND}, {names.STEP}"
        after = duration_label(escalation.after_seconds)
        yield Alert(
            name=names.AlertName.ESCALATED,
            expr=f"max by ({kept}) ({firing})",
            pending=after,
            labels={**labels, str(names.AlertLabel.ESCALATION): ESCALATED},
            annotations=about_service(
                service,
                f"{{{{ with $labels.{names.AGREEMENT} }}}}{{{{ . }}}}, {{{{ end }}}}"
                f"alerts of {owner} have been firing for {after}",
            ),
        )
