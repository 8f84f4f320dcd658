"""Who is told of each alert: the routes of Alertmanager, asked with amtool.

Every alert that the rules of a plan can raise must reach the team that owns it, by its
severity. What is expected is taken from the alert's labels and the teams, not from the routes.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.alertmanager import EVERYBODY
from truegreen_definitions.emitters.alertmanager import PATH as ROUTES_PATH
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.proof.outcome import CaseOutcome, Failure, FileOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from truegreen_definitions.plan import Plan, Team

__all__ = ["ROUTES_PATH", "Routed", "expected_routes", "run_routes"]


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Routed:
    """An alert, and the receivers that must be told, sorted.

    Attributes:
        about: Whose alerts these are: a team, or `nobody`.
        place: Where that team is defined.
        labels: Label and value of the alert, sorted.
    """

    about: str
    place: str
    labels: tuple[tuple[str, str], ...]
    receivers: tuple[str, ...]


def expected_routes(plan: Plan) -> tuple[Routed, ...]:
    """Return where the alerts of a plan must go: one of each owner, name and severity."""
    return tuple(sorted({*_of_alerts(plan), *_of_nobody()}))


def run_routes(amtool: str, folder: Path, routes: tuple[Routed, ...]) -> FileOutcome:
    """Ask amtool for each of them, with the configuration of a build folder."""
    begun = time.perf_counter()
    config = folder / ROUTES_PATH
    cases = tuple(_asked(amtool, config, routed) for routed in routes)
    return FileOutcome(name="alertmanager", cases=cases, seconds=time.perf_counter() - begun)


def _of_alerts(plan: Plan) -> Iterator[Routed]:
    teams = {team.name: team for team in plan.teams}
    for service in plan.services:
        for group in rule_groups(plan, service):
            for rule in group.rules:
                if isinstance(rule, Alert):
                    owner = rule.labels.get(names.OWNER, "")
                    severity = rule.labels.get(names.AlertLabel.SEVERITY, "")
                    escalated = rule.labels.get(names.AlertLabel.ESCALATION, "")
                    team = teams.get(owner)
                    yield Routed(
                        about=owner,
                        place=str(team.origin) if team else "",
                        labels=_labels(str(rule.name), owner, severity, escalated),
                        receivers=(_told(teams, owner, severity, escalated=bool(escalated)),),
                    )


def _told(teams: Mapping[str, Team], owner: str, severity: str, *, escalated: bool) -> str:
    """Return the receiver of an owner's alerts, or of those that have gone on for too long."""
    team = teams.get(owner)
    if escalated and team is not None:
        named = (one.team for one in team.escalations if one.severity == severity)
        team = teams.get(next(named, ""))
    return f"{team.name}/{severity}" if team is not None and team.is_told else EVERYBODY


def _of_nobody() -> Iterator[Routed]:
    for severity in names.SeverityValue:
        yield Routed(
            about="nobody",
            place="",
            labels=_labels("SomebodyElses", "", severity),
            receivers=(EVERYBODY,),
        )


def _labels(
    name: str, owner: str, severity: str, escalated: str = ""
) -> tuple[tuple[str, str], ...]:
    labels = {
        "alertname": name,
        str(names.OWNER): owner,
        str(names.AlertLabel.SEVERITY): str(severity),
        str(names.AlertLabel.ESCALATION): escalated,
    }
    return tuple(sorted((label, text) for label, text in labels.items() if text))


def _asked(amtool: str, config: Path, routed: Routed) -> CaseOutcome:
    labels = [f"{label}={text}" for label, text in routed.labels]
    command = [amtool, "config", "routes", "test", f"--config.file={config}", *labels]
    try:
        done = subprocess.run(  # noqa: S603  a program the user has installed, and no shell
            command, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TerminalError(f"{amtool} does not run: {error}") from error
    said = (done.stdout or done.stderr).strip()
    found = tuple(sorted(said.replace("\n", ",").split(",")))
    asked = ", ".join(labels)
    failure = Failure(
        after="", asked=asked, expected=", ".join(routed.receivers), got=", ".join(found)
    )
    return CaseOutcome(
        about=routed.about,
        claim=f"{asked} goes to {', '.join(routed.receivers)}",
        place=routed.place,
        failures=() if found == routed.receivers else (failure,),
    )
