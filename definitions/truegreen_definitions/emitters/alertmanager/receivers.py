"""Receivers: how a team is told of its pages and of its tickets.

No secret is ever written here: keys are in files that Alertmanager reads itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.yaml_text import Commented, Value
from truegreen_definitions.names import AnnotationName, SeverityValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.plan import Receiver, Team

__all__ = ["EVERYBODY", "receiver_name", "receivers_of"]

EVERYBODY = "everybody"

# A message per service, and in it a line per alert in business words.
TITLE = "{{ .Status | toUpper }} {{ .GroupLabels.service }} ({{ .Alerts.Firing | len }} firing)"
TEXT = "{{ range .Alerts }}- {{ .Annotations." + AnnotationName.SUMMARY + " }}\n{{ end }}"


def receivers_of(teams: tuple[Team, ...]) -> list[Value]:
    """Return everybody, then two receivers for each team that is told of anything."""
    return [_everybody(teams), *(one for team in teams for one in _of_team(team))]


def receiver_name(team: Team, severity: str) -> str:
    """Return the name of a team's receiver."""
    return f"{team.name}/{severity}"


def _of_team(team: Team) -> Iterator[Value]:
    ways = {
        SeverityValue.PAGE: team.page or team.ticket,
        SeverityValue.TICKET: team.ticket or team.page,
    }
    for severity, receiver in ways.items():
        if receiver is not None:
            yield {"name": receiver_name(team, severity), **_configs([receiver])}


def _everybody(teams: tuple[Team, ...]) -> Value:
    ways = [way for team in teams for way in (team.page, team.ticket) if way is not None]
    if not ways:
        return Commented({"name": EVERYBODY}, "no team says how to tell it: nobody is told")
    return {"name": EVERYBODY, **_configs(ways)}


def _configs(ways: Iterable[Receiver]) -> dict[str, Value]:
    """Return the configurations of several receivers by their kind, each once and in order."""
    every = list(ways)
    found: dict[str, list[Value]] = {
        "webhook_configs": [
            {"url": url, "send_resolved": True} for url in sorted({w.webhook for w in every} - {""})
        ],
        "email_configs": [
            {"to": to, "send_resolved": True} for to in sorted({w.email for w in every} - {""})
        ],
        "slack_configs": [
            _slack(channel, url_file)
            for channel, url_file in sorted({(w.slack_channel, w.slack_url_file) for w in every})
            if channel
        ],
        "pagerduty_configs": [
            {"routing_key_file": key, "description": TITLE, "send_resolved": True}
            for key in sorted({w.pagerduty_key_file for w in every} - {""})
        ],
        "opsgenie_configs": [
            {"api_key_file": key, "message": TITLE, "send_resolved": True}
            for key in sorted({w.opsgenie_key_file for w in every} - {""})
        ],
    }
    return {kind: configs for kind, configs in found.items() if configs}


def _slack(channel: str, url_file: str) -> Value:
    return {
        "api_url_file": url_file,
        "channel": channel,
        "title": TITLE,
        "text": TEXT,
        "send_resolved": True,
    }
