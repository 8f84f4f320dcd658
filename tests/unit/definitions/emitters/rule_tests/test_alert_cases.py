"""The generated tests of alerts: green however alerts are declared, red on planted faults."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.rule_tests import RULE_TESTS
from truegreen_definitions.plan import Alerting, Escalation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Plan

ONE_DAY = replace(plans.POLICY, burn=(plans.burn("1d", "2h", "3"),))
TICKETS = (Escalation(severity="ticket", after_seconds=86_400, team="checkout-team"),)


def under(alerting: Alerting) -> Plan:
    """Return a plan whose agreements all raise their alerts so."""
    agreements = tuple(replace(one, alerting=alerting) for one in plans.PLAN.agreements)
    team = replace(plans.TEAM, escalations=(*plans.TEAM.escalations, *TICKETS))
    policy = replace(ONE_DAY, alerting=alerting)
    return plans.under(policy, replace(plans.PLAN, agreements=agreements, teams=(team,)))


USUAL = under(Alerting())
NIGHTS = replace(plans.TEAM, hours="maintenance", escalations=TICKETS)
PLANS = {
    "usual": USUAL,
    "demanding": under(Alerting(min_bad=40, wilson=True)),
    "unsure": under(Alerting(min_bad=1, wilson=True)),
    "masked tickets": replace(USUAL, teams=(NIGHTS,)),
    "easy": under(Alerting(min_bad=1)),
    "masked": under(Alerting(muted=("maintenance", "release"), during="office-hours")),
    "tickets": under(Alerting(page=False, runbook="https://wiki.example.org/{{shop}}")),
    "other severities": under(
        Alerting(severities=(("absent", "none"), ("exhausted", "page"), ("forecast", "page")))
    ),
    "almost silent": under(
        Alerting(
            ticket=False,
            severities=(("burn", "none"), ("review", "none"), ("stale", "none")),
        )
    ),
}


@cache
def emitted(name: str) -> tuple[Artifact, ...]:
    """Return the layers of all services of a plan."""
    return tuple(RULE_TESTS.emit(PLANS[name], BuildInfo()))


def built(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the layers of all services; return the files of tests."""
    write_all(folder, emitted(name))
    return tuple(sorted(folder.glob("prometheus/tests/*/*_test.yml")))


@pytest.mark.parametrize("name", PLANS)
def test_they_are_green(name: str, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Whatever the definitions say of alerts, rules and tests agree on it."""
    tests = [path for path in built(name, tmp_path) if "counts" not in path.name]
    for path in tests:
        done = run_tests(tool("promtool"), path)
        assert done.returncode == 0, done.stdout + done.stderr


FAULTS = [
    pytest.param("usual", r"2592000 \*", "2592001 *", id="the forecast is a second off"),
    pytest.param("usual", r"< 259200$", "< 25920000", id="the forecast looks too far ahead"),
    pytest.param("usual", r"> 1\) - 1$", "> 1)", id="the forecast forgets what leaves"),
    pytest.param("usual", r"^ +> on \(service, agreement\) .*30d.*$", "", id="a month is no news"),
    pytest.param("unsure", r"> 1\.96 \* sqrt", "> 196 * sqrt", id="a sample is never sure"),
    pytest.param("usual", r"> 900$", "> 9000", id="a silent source is told late"),
    pytest.param("usual", r"or absent\(.*truegreen.*\)", "", id="a source that is gone is fine"),
    pytest.param("usual", r"\[1h\]\)\) > 0", "[1h])) > 7", id="a refused row is no news"),
    pytest.param("usual", r"<= time\(\)", "< time()", id="a review is told a day late"),
    pytest.param("usual", r"for: 30m", "for: 45m", id="a page escalates too late"),
    pytest.param("usual", r"for: 1d$", "for: 12h", id="a ticket escalates too soon"),
    pytest.param("usual", r"(insufficient.*\)) == 1", r"\1 == 0", id="enough is few"),
    pytest.param("masked", r"release\"} == 1", 'release"} == 2', id="maintenance does not mute"),
    pytest.param("masked", r"hours\"} == 0", 'hours"} == 1', id="hours are the wrong way round"),
    pytest.param(
        "masked tickets",
        r'maintenance"} == 0',
        'maintenance"} == 2',
        id="a ticket escalates at night",
    ),
    pytest.param("easy", r">= 0\.99$", ">= 1.99", id="one bad event is too few"),
]


@pytest.mark.parametrize(("name", "pattern", "fault"), FAULTS)
def test_a_planted_fault_turns_them_red(
    name: str, pattern: str, fault: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Each planted fault in the rules of alerts is caught by a generated test."""
    said = []
    for tests in built(name, tmp_path):
        rules = tests.with_name(tests.name.replace("_test", ""))
        broken, replaced = re.subn(pattern, fault, rules.read_text(), flags=re.MULTILINE)
        if replaced and "counts" not in tests.name:
            rules.write_text(broken)
            done = run_tests(tool("promtool"), tests)
            said.append(done.stdout + done.stderr)
    assert said, "the fault could not be planted"
    assert "got:" in "".join(said), "the rules must fail a test, not fail to load"
