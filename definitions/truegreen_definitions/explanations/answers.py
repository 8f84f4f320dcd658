"""Who answers: the team that is told, by which way, and the vendor that is accountable."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from truegreen_definitions.explanations.explanation import Fact, fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan, Receiver, Team

__all__ = ["answers", "routes"]


def answers(plan: Plan, owner: str, vendor: str = "") -> tuple[Fact, ...]:
    """Return the team with its routes, and the vendor where one is accountable."""
    team = next((one for one in plan.teams if one.name == owner), None)
    party = next((one for one in plan.vendors if one.name == vendor), None)
    told = f"{team.title} ({team.name}), {team.contact}" if team else owner
    return (
        *fact("who answers", told),
        *fact("told by", routes(team) if team else ""),
        *fact("accountable", f"{party.title} ({party.name}), {party.contact}" if party else ""),
    )


def routes(team: Team) -> tuple[str, ...]:
    """Return where a team's pages and tickets go; hosts alone, for a path may hold a secret."""
    told = {"page": team.page or team.ticket, "ticket": team.ticket or team.page}
    found = (f"{severity}: {', '.join(_ways(way))}" for severity, way in told.items() if way)
    return tuple(found) or ("nobody: the team has neither page nor ticket",)


def _ways(receiver: Receiver) -> Iterator[str]:
    if receiver.webhook:
        yield _host(receiver.webhook)
    if receiver.email:
        yield receiver.email
    if receiver.slack_channel:
        yield f"Slack {receiver.slack_channel}"
    if receiver.pagerduty_key_file:
        yield "PagerDuty"
    if receiver.opsgenie_key_file:
        yield "Opsgenie"


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}/…"
