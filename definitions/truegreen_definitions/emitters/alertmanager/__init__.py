"""`alertmanager.yml`: every alert to the team that owns it, by severity.

routes      which receiver gets an alert, and when     inhibition  what says nothing new
receivers   how a team is told                         intervals   calendars in its words
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.alertmanager.inhibition import inhibit_rules
from truegreen_definitions.emitters.alertmanager.intervals import intervals_of
from truegreen_definitions.emitters.alertmanager.receivers import EVERYBODY, receivers_of
from truegreen_definitions.emitters.alertmanager.routes import route_of
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.yaml_text import Value, dumps

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan, Policy

__all__ = ["ALERTMANAGER", "EVERYBODY", "PATH"]

PATH = "alertmanager/alertmanager.yml"


class _Alertmanager:
    """Writes one file for the whole company."""

    name = "alertmanager"

    def emit(self, plan: Plan, info: BuildInfo) -> tuple[Artifact, ...]:  # noqa: ARG002  an emitter's shape
        made_from = ", ".join(sorted({team.origin.path for team in plan.teams}))
        body = dumps(_config(plan))
        text = with_head(body, made_from=made_from or "the teams of the definitions")
        return (Artifact(path=PATH, text=text),)


ALERTMANAGER: Emitter = _Alertmanager()


def _config(plan: Plan) -> dict[str, Value]:
    intervals = intervals_of(plan)
    return {
        **_global(plan.policy),
        "route": route_of(plan, frozenset(intervals)),
        "receivers": receivers_of(plan.teams),
        "inhibit_rules": inhibit_rules(plan.policy.burn),
        **({"time_intervals": list(intervals.values())} if intervals else {}),
    }


def _global(policy: Policy) -> dict[str, Value]:
    smtp = policy.smtp
    if smtp is None:
        return {}
    server: dict[str, Value] = {"smtp_smarthost": smtp.smarthost, "smtp_from": smtp.sender}
    if smtp.username:
        server["smtp_auth_username"] = smtp.username
    if smtp.password_file:
        server["smtp_auth_password_file"] = smtp.password_file
    return {"global": server}
