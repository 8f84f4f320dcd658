"""Routes of alerts, judged by Alertmanager's own tool."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
import yaml
from alertmanager_server import alertmanager, states

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
OURS = ['service!=""', 'agreement!=""']
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
    slow = Escalation(severity="ticket", after_seconds=7200, team="checkout-team")
    escalated = replace(plan, teams=(replace(plans.TEAM, escalations=(*NIGHT, slow)),))
    waiting_routes = [
        (one["matchers"], one["active_time_intervals"])
        for one in yaml.safe_load(text_of(escalated))["route"]["routes"]
        if "active_time_intervals" in one
    ]
    own = ['owner="checkout-team"', 'severity="ticket"']
    assert waiting_routes == [
        ([*own, 'escalation="1"'], ["office-hours/after-1h"]),
        (own, ["office-hours"]),
    ]
    masked = replace(plan, teams=(replace(plans.TEAM, hours="maintenance"),))
    assert "active_time_intervals" not in text_of(masked)


@pytest.mark.parametrize(
    ("after", "name", "begins"),
    [(600, "10m", "08:10"), (7_200, "1h", "09:00"), (86_400, "1h", "09:00")],
)
def test_a_ticket_of_the_night_is_its_teams_first(
    after: int, name: str, begins: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """What has gone on is told once the hours have lasted as long as it waits, at most an hour."""
    slow = Escalation(severity="ticket", after_seconds=after, team="checkout-team")
    plan = replace(plans.PLAN, teams=(replace(plans.TEAM, escalations=(slow,)),))
    config = yaml.safe_load(text_of(plan))
    times = {
        one["name"]: one["time_intervals"][0]["times"][0]["start_time"]
        for one in config["time_intervals"]
    }
    assert times == {"office-hours": "08:00", f"office-hours/after-{name}": begins}
    path = tmp_path / "alertmanager.yml"
    path.write_text(text_of(plan))
    command = [tool("amtool"), "check-config", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


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
        "source_matchers": ['severity="page"', 'step=""', *OURS],
        "target_matchers": ['severity="ticket"', 'step!=""', *OURS],
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
        "source_matchers": ['severity="page"', *OURS],
        "target_matchers": ['severity="ticket"', *OURS],
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


BURNING = {"service": "shop", "agreement": "paid", "alertname": "XlaBurn"}
INHIBITED = [
    pytest.param({"burn": "1h/5m"}, {"burn": "6h/30m"}, "page", "page", True, id="slower page"),
    pytest.param({"burn": "1h/5m"}, {"burn": "1d/2h"}, "page", "ticket", True, id="its ticket"),
    pytest.param({"burn": "1h/5m"}, {"burn": "1d/2h"}, "ticket", "page", False, id="ticket first"),
    pytest.param({"burn": "1d/2h"}, {"burn": "1h/5m"}, "page", "page", False, id="faster page"),
    pytest.param({}, {"alertname": "XlaForecast"}, "ticket", "ticket", True, id="forecast"),
    pytest.param({}, {"alertname": "XlaForecast"}, "ticket", "page", False, id="forecast pages"),
    pytest.param({}, {"agreement": "felt"}, "page", "ticket", False, id="other promise"),
    pytest.param({}, {"agreement": "felt", "step": "pay"}, "page", "ticket", True, id="a step"),
    pytest.param({}, {"agreement": "", "step": "pay"}, "page", "ticket", False, id="no promise"),
]


@pytest.mark.parametrize(("first", "then", "source", "target", "inhibited"), INHIBITED)
def test_no_ticket_silences_a_page(
    first: dict[str, str], then: dict[str, str], source: str, target: str, *, inhibited: bool
) -> None:
    """An alert is inhibited by what says more about the same, and is at least as severe."""
    one = {**BURNING, **first, "severity": source}
    other = {**BURNING, **then, "severity": target}
    assert inhibits(one, other) is inhibited


@pytest.mark.parametrize("step", [{}, {"step": "pay"}])
def test_alerts_of_others_are_left_alone(step: dict[str, str]) -> None:
    """A page without service and agreement inhibits no ticket that has neither or one of them."""
    foreign = {"alertname": "DiskFull", "severity": "page"}
    slow = {"alertname": "DiskSlow", "severity": "ticket"}
    shop = {"service": "shop"}
    assert not inhibits(foreign, slow | step)
    assert not inhibits(foreign | shop, slow | shop | step)
    assert not inhibits(BURNING | {"severity": "page"}, slow | shop | step)
    assert not inhibits(foreign | shop, BURNING | step | {"severity": "ticket"})


def test_a_running_alertmanager_inhibits_the_same(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Alertmanager inhibits slower tickets, no page below a ticket, and no alert of others."""
    page, ticket = BURNING | {"severity": "page"}, BURNING | {"severity": "ticket"}
    alerts = {
        "a faster ticket": ("suppressed", ticket | {"agreement": "a", "burn": "1h/5m"}),
        "a slower page": ("active", page | {"agreement": "a", "burn": "6h/30m"}),
        "their page": ("active", {"alertname": "DiskFull", "severity": "page"}),
        "their ticket": ("active", {"alertname": "DiskSlow", "severity": "ticket"}),
        "a faster page": ("active", page | {"agreement": "b", "burn": "1h/5m"}),
        "a slower ticket": ("suppressed", ticket | {"agreement": "b", "burn": "1d/2h"}),
    }
    path = tmp_path / "alertmanager.yml"
    path.write_text(text_of(replace(plans.PLAN, teams=(SILENT,))))
    with alertmanager(tool("prometheus-alertmanager"), path, tmp_path) as url:
        found = states(url, [labels for _, labels in alerts.values()])
    expected = {name: state for name, (state, _) in alerts.items()}
    assert dict(zip(alerts, found, strict=True)) == expected


def inhibits(source: dict[str, str], target: dict[str, str]) -> bool:
    """Return whether a rule says so, read as Alertmanager's documentation says: the oracle."""
    return any(
        all(_matches(one, source) for one in rule["source_matchers"])
        and all(_matches(one, target) for one in rule["target_matchers"])
        and all(source.get(label, "") == target.get(label, "") for label in rule["equal"])
        for rule in yaml.safe_load(text_of(PLAN))["inhibit_rules"]
    )


def _matches(matcher: str, labels: dict[str, str]) -> bool:
    label, operator, text = re.fullmatch(r'(\w+)(=~|!=|=)"(.*)"', matcher).groups()  # type: ignore[union-attr]
    found = labels.get(label, "")
    if operator == "=~":
        return re.fullmatch(text, found) is not None
    return (found == text) is (operator == "=")


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
