"""Routes of alerts, judged by Alertmanager's own tool."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
import yaml

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.alertmanager import ALERTMANAGER
from truegreen_definitions.plan import Escalation, Receiver, Smtp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

PAGE, TICKET = "http://127.0.0.1:9099/page", "http://127.0.0.1:9099/ticket"
TICKETS_ONLY = replace(plans.TEAM, name="people-team", page=None)
PAGES_ONLY = replace(plans.TEAM, name="night-team", ticket=None)
SILENT = replace(plans.TEAM, name="silent-team", page=None, ticket=None)
TEAM_PAGE = "checkout-team/page"
NIGHT = (Escalation(severity="page", after_seconds=1800, team="night-team"),)
PLAN = replace(
    plans.PLAN, teams=(replace(plans.TEAM, escalations=NIGHT), PAGES_ONLY, TICKETS_ONLY, SILENT)
)


def text_of(plan: Plan) -> str:
    """Return the configuration of a plan."""
    (artifact,) = ALERTMANAGER.emit(plan, BuildInfo())
    return artifact.text


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of four teams, as a file."""
    path = tmp_path / "alertmanager.yml"
    path.write_text(text_of(PLAN))
    return path


def test_amtool_accepts_it(config: Path, tool: Callable[[str], str]) -> None:
    """`amtool check-config` finds nothing to say."""
    command = [tool("amtool"), "check-config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


EVERY_WAY = Receiver(
    webhook="https://pages.example.org/shop",
    email="shop@example.org",
    slack_channel="#shop",
    slack_url_file="/etc/keys/slack",
    pagerduty_key_file="/etc/keys/pagerduty",
    opsgenie_key_file="/etc/keys/opsgenie",
)
SMTP = Smtp(
    smarthost="mail.example.org:587",
    sender="alerts@example.org",
    username="alerts",
    password_file="/etc/keys/mail",
)


def test_every_way_to_tell_is_accepted_and_holds_no_secret(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """`amtool` takes each kind of receiver; keys are read by Alertmanager, from files."""
    team = replace(plans.TEAM, page=EVERY_WAY)
    plan = replace(plans.PLAN, teams=(team,), policy=replace(plans.POLICY, smtp=SMTP))
    path = tmp_path / "alertmanager.yml"
    path.write_text(text_of(plan))
    command = [tool("amtool"), "check-config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (page,) = (
        one for one in yaml.safe_load(path.read_text())["receivers"] if one["name"] == TEAM_PAGE
    )
    kinds = ("webhook", "email", "slack", "pagerduty", "opsgenie")
    assert set(page) == {"name", *(f"{kind}_configs" for kind in kinds)}
    assert page["pagerduty_configs"][0]["routing_key_file"] == "/etc/keys/pagerduty"


def test_tickets_wait_for_hours_that_can_be_said(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Hours without holidays become an interval of the ticket's route, others do not."""
    plan = replace(plans.PLAN, teams=(plans.TEAM,))
    config = yaml.safe_load(text_of(plan))
    assert config["time_intervals"] == [
        {
            "name": "office-hours",
            "time_intervals": [
                {
                    "times": [{"start_time": "08:00", "end_time": "18:00"}],
                    "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                    "location": "Europe/Berlin",
                }
            ],
        }
    ]
    waiting = [
        one["receiver"] for one in config["route"]["routes"] if "active_time_intervals" in one
    ]
    assert waiting == ["checkout-team/ticket"]
    masked = replace(plan, teams=(replace(plans.TEAM, hours="maintenance"),))
    assert "active_time_intervals" not in text_of(masked)


@pytest.mark.parametrize("severity", ["page", "ticket"])
def test_what_goes_on_is_told_to_whom_the_team_says(
    severity: str, config: Path, tool: Callable[[str], str]
) -> None:
    """An escalated page reaches the other team; an escalation nobody declared reaches the owner."""
    labels = ["owner=checkout-team", f"severity={severity}", "escalation=1"]
    command = [tool("amtool"), "config", "routes", "test", f"--config.file={config}", *labels]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = {"page": "night-team/page", "ticket": "checkout-team/ticket"}
    assert done.stdout.split() == [expected[severity]]


def test_a_service_silences_its_steps() -> None:
    """A page about a whole service inhibits tickets of its steps, and no other service's."""
    rules = yaml.safe_load(text_of(PLAN))["inhibit_rules"]
    assert {
        "source_matchers": ['severity="page"', 'step=""', 'agreement!=""'],
        "target_matchers": ['severity="ticket"', 'step!=""'],
        "equal": ["service"],
    } in rules


@pytest.mark.parametrize("severity", ["page", "ticket"])
@pytest.mark.parametrize(
    ("team", "urls"),
    [
        ("checkout-team", {"page": [PAGE], "ticket": [TICKET]}),
        ("people-team", {"page": [TICKET], "ticket": [TICKET]}),
        ("night-team", {"page": [PAGE], "ticket": [PAGE]}),
        ("silent-team", {"page": [PAGE, TICKET], "ticket": [PAGE, TICKET]}),
        ("unheard-of", {"page": [PAGE, TICKET], "ticket": [PAGE, TICKET]}),
    ],
)
def test_every_alert_reaches_somebody(
    team: str, severity: str, urls: dict[str, list[str]], config: Path, tool: Callable[[str], str]
) -> None:
    """An alert goes to its owner's webhook of its severity, else to one that is there."""
    labels = [f"owner={team}", f"severity={severity}", "service=order-to-cash"]
    command = [tool("amtool"), "config", "routes", "test", f"--config.file={config}", *labels]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (receiver,) = done.stdout.split()
    assert webhooks(config.read_text())[receiver] == urls[severity]


def test_a_page_inhibits_the_tickets_of_its_agreement_alone() -> None:
    """The watermelon, which is about a service, is never inhibited by a page about one promise."""
    first = yaml.safe_load(text_of(PLAN))["inhibit_rules"][0]
    assert first == {
        "source_matchers": ['severity="page"'],
        "target_matchers": ['severity="ticket"'],
        "equal": ["service", "agreement"],
    }


def test_one_fault_is_one_page() -> None:
    """Each burn pair inhibits every slower one of its agreement, and never itself."""
    rules = yaml.safe_load(text_of(PLAN))["inhibit_rules"]
    pairs = [pair.label for pair in PLAN.policy.burn]
    inhibits = {
        rule["source_matchers"][0]: rule["target_matchers"][0]
        for rule in rules
        if rule["source_matchers"][0].startswith("burn=")
    }
    assert inhibits == {
        f'burn="{pair}"': f'burn=~"{"|".join(pairs[place + 1 :])}"'
        for place, pair in enumerate(pairs[:-1])
    }


def test_a_company_without_webhooks_is_told(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Without any webhook the file is still accepted, and says that nobody is told."""
    path = tmp_path / "alertmanager.yml"
    path.write_text(text_of(replace(plans.PLAN, teams=(SILENT,))))
    assert "nobody is told" in path.read_text()
    command = [tool("amtool"), "check-config", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def webhooks(text: str) -> dict[str, list[str]]:
    """Return the URLs of each receiver."""
    return {
        receiver["name"]: [hook["url"] for hook in receiver["webhook_configs"]]
        for receiver in yaml.safe_load(text)["receivers"]
    }
