"""`alertmanager.yml`: every alert to the team that owns it, by severity.

Routes:
    A team's pages go to its `page` webhook and its tickets to its `ticket` webhook; a team that
    has only one of them gets both there. What belongs to no team, or to a team without a
    webhook, goes to every webhook there is: an alert that nobody was meant to get is a mistake
    that somebody must see.

Inhibition:
    While a page about an agreement is firing, its tickets say nothing new, and while a burn pair
    fires, neither do the slower ones: one fault is one page. An objective that is missed says
    more than its spent budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.yaml_text import Commented, Value, dumps
from truegreen_definitions.expressions.promql import quote
from truegreen_definitions.names import SeverityValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Burn, Plan, Team

__all__ = ["ALERTMANAGER"]

PATH = "alertmanager/alertmanager.yml"
EVERYBODY = "everybody"

# (group_wait, group_interval, repeat_interval) by severity: a page within seconds, a ticket in
# one message with what follows it, and a reminder by the next shift or the next day.
PACE = {
    SeverityValue.PAGE: ("10s", "1m", "1h"),
    SeverityValue.TICKET: ("1m", "5m", "1d"),
}


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
    routed = [team for team in plan.teams if team.page or team.ticket]
    receivers = [_everybody(plan.teams)]
    receivers += [receiver for team in routed for receiver in _receivers(team)]
    return {
        "route": {
            "receiver": EVERYBODY,
            "group_by": [names.SERVICE],
            **_pace(SeverityValue.PAGE),
            "routes": [route for team in routed for route in _routes(team)],
        },
        "receivers": receivers,
        "inhibit_rules": _inhibit_rules(plan.policy.burn),
    }


def _routes(team: Team) -> Iterator[Value]:
    for severity in PACE:
        route: dict[str, Value] = {
            "receiver": _receiver_name(team, severity),
            "matchers": [
                f"{names.OWNER}={quote(team.name)}",
                f"{names.AlertLabel.SEVERITY}={quote(severity)}",
            ],
            **_pace(severity),
        }
        yield (
            Commented(route, f"{team.title}: {team.origin}")
            if severity is SeverityValue.PAGE
            else route
        )


def _receivers(team: Team) -> Iterator[Value]:
    urls = {
        SeverityValue.PAGE: team.page or team.ticket,
        SeverityValue.TICKET: team.ticket or team.page,
    }
    for severity in PACE:
        yield {
            "name": _receiver_name(team, severity),
            "webhook_configs": [_webhook(urls[severity])],
        }


def _everybody(teams: tuple[Team, ...]) -> Value:
    urls = sorted({url for team in teams for url in (team.page, team.ticket) if url})
    if not urls:
        return Commented({"name": EVERYBODY}, "no team declares a webhook: nobody is told")
    return {"name": EVERYBODY, "webhook_configs": [_webhook(url) for url in urls]}


def _webhook(url: str) -> dict[str, Value]:
    return {"url": url, "send_resolved": True}


def _receiver_name(team: Team, severity: str) -> str:
    return f"{team.name}/{severity}"


def _pace(severity: SeverityValue) -> dict[str, Value]:
    wait, interval, repeat = PACE[severity]
    return {"group_wait": wait, "group_interval": interval, "repeat_interval": repeat}


def _inhibit_rules(burn: tuple[Burn, ...]) -> list[Value]:
    severity = names.AlertLabel.SEVERITY
    same: list[Value] = [names.SERVICE, names.AGREEMENT]
    missed, exhausted = names.AlertName.OBJECTIVE_MISSED, names.AlertName.BUDGET_EXHAUSTED
    return [
        {
            "source_matchers": [f"{severity}={quote(SeverityValue.PAGE)}"],
            "target_matchers": [f"{severity}={quote(SeverityValue.TICKET)}"],
            "equal": same,
        },
        {
            "source_matchers": [f"alertname={quote(missed)}"],
            "target_matchers": [f"alertname={quote(exhausted)}"],
            "equal": same,
        },
        *(_inhibits_slower(pair, burn[place:]) for place, pair in enumerate(burn[:-1], start=1)),
    ]


def _inhibits_slower(pair: Burn, slower: tuple[Burn, ...]) -> Value:
    label = names.AlertLabel.BURN
    return {
        "source_matchers": [f"{label}={quote(pair.label)}"],
        "target_matchers": [f"{label}=~{quote('|'.join(one.label for one in slower))}"],
        "equal": [names.SERVICE, names.AGREEMENT],
    }
