"""What the emitters write, byte for byte, and that the real tools accept it.

`UPDATE_GOLDEN=1` writes the expectations anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from companies import SERVICE, compiled
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.built_in import BUILT_IN
from truegreen_definitions.plan import ExcludedTime, Forms, GrafanaForm, MimirForm, OperatorForm
from truegreen_definitions.proof.coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Plan


def kinds() -> Plan:
    """Return a company with an agreement of each kind that counts in Prometheus by itself."""
    found = compiled(
        shop=SERVICE.replace("zone: Europe/Berlin", "zone: UTC") + KINDS, nights=NIGHTS
    )
    assert found.plan is not None, found.problems
    return replace(found.plan, tables=(), sources=())


def shared() -> Plan:
    """Return a company with two agreements over one total, in maintenance neither."""
    known = ExcludedTime(calendar="maintenance", reason="agreed with everybody")
    found = replace(
        plans.COUNTERS,
        good='sum(increase(shop_requests_total{code!~"4..",synthetic!="true"}[$window]))',
    )
    agreements = tuple(
        plans.over(
            replace(
                plans.AVAILABILITY,
                id=f"order-to-cash/{name}",
                name=name,
                title=title,
                parts=replace(parts, exclusions=(known,)),
            ),
            "7d",
        )
        for name, title, parts in (
            ("availability", "Requests answered without a server error", plans.COUNTERS),
            ("found", "Requests for what there is", found),
        )
    )
    return replace(plans.PLAN, agreements=agreements, journeys=(), tables=(), sources=())


NIGHTS = """
kind: Calendar
metadata: {name: nights}
spec: {zone: UTC, rrule: FREQ=DAILY, times: '22:00-24:00'}
"""
KINDS = """  slas:
    - {name: answered, objective: 99.9%, window: month,
       indicator: {kind: promql, good: 'http_requests_total{code!~"5.."}',
                   total: http_requests_total},
       exclusions: [{calendar: nights, reason: nobody is there}]}
    - {name: queued, objective: 99%, window: 30d, scope: {matcher: 'queue="orders"'},
       indicator: {kind: promql, bad: jobs_failed_total, total: jobs_total}}
    - {name: held, objective: 99.5%, window: 7d,
       indicator: {kind: gauge, good_when: 'up{job="shop"} == 1'},
       exclusions: [{calendar: nights, reason: nobody is there}]}
    - {name: sold, objective: 99%, window: 30d,
       indicator: {kind: promql,
                   good: 'sum(increase(web_sold_total[$window]))
                         + sum(increase(app_sold_total[$window]))',
                   total: 'sum(increase(web_tried_total[$window]))
                         + sum(increase(app_tried_total[$window]))'}}
    - {name: served, objective: 99%, window: 30d,
       indicator: {kind: composite, weights: {answered: 1, queued: 2.5, quick: 0.5}}}
    - {name: together, objective: 99%, window: month,
       indicator: {kind: composite, every: [answered, held, bought]},
       exclusions: [{calendar: nights, reason: nobody is there}]}
  xlas:
    - {name: quick, objective: 99%, window: week,
       indicator: {kind: latency, step: pay,
                   source: {metric: http_seconds, success: 'code!~"5.."', bounds: [250ms, 700ms]}}}
    - {name: bought, objective: 95%, window: 30d, indicator: {kind: journey, journey: buy}}
"""

CASES: dict[str, Plan] = {
    "spine": plans.PLAN,
    "kinds": kinds(),
    "left-open": plans.under(
        replace(
            plans.POLICY,
            prometheus_version="3.1",
            scrape_interval_seconds=15,
            burn=plans.POLICY.burn[1:],
        ),
        replace(
            plans.PLAN,
            teams=(replace(plans.TEAM, page=None, ticket=None),),
            agreements=(replace(plans.PAY_FELT, objective=Decimal("0.9")),),
            journeys=(),
            tables=(),
            sources=(),
        ),
    ),
    "shared": shared(),
    "worth": plans.under(
        replace(plans.WORTH.policy, burn=plans.POLICY.burn[:2]),
        replace(plans.WORTH, journeys=(), tables=(plans.ORDERS,), sources=()),
    ),
    "every-form": plans.under(
        replace(
            plans.POLICY,
            forms=Forms(
                operator=OperatorForm(
                    namespace="monitoring", labels=(("release", "kube-prometheus-stack"),)
                ),
                mimir=MimirForm(prefix="truegreen"),
                grafana=GrafanaForm(datasource="prometheus", folder="Truegreen"),
            ),
        ),
        replace(
            plans.PLAN,
            agreements=(plans.AVAILABILITY, plans.CSAT),
            journeys=(),
        ),
    ),
}


def built(plan: Plan) -> tuple[Artifact, ...]:
    """Return what all emitters of this package write."""
    info = BuildInfo(revision="4f2a9c1")
    return tuple(artifact for emitter in BUILT_IN for artifact in emitter.emit(plan, info))


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest, root: Path) -> tuple[Plan, Path]:
    """A plan and the folder of what it becomes."""
    expected = root / "tests" / "golden" / "emitters" / request.param / "expected"
    if os.environ.get("UPDATE_GOLDEN"):
        shutil.rmtree(expected, ignore_errors=True)
        write_all(expected, built(CASES[request.param]))
    return CASES[request.param], expected


def test_bytes_are_as_expected(case: tuple[Plan, Path]) -> None:
    """The files are the expected ones, no more and no fewer, byte for byte."""
    plan, folder = case
    found = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert {artifact.path: artifact.text for artifact in built(plan)} == found


def test_every_case_says_why_it_exists(root: Path) -> None:
    """Each case has a README, and no folder lies there without a case."""
    folders = {path.name for path in (root / "tests" / "golden" / "emitters").iterdir()}
    assert folders == set(CASES)
    for name in folders:
        assert (root / "tests" / "golden" / "emitters" / name / "README.md").read_text().strip()


def test_the_tools_accept_what_is_expected(
    case: tuple[Plan, Path], tool: Callable[[str], str]
) -> None:
    """Real promtool and amtool accept the files, and the rules pass their tests."""
    plan, folder = case
    for command in (
        [tool("promtool"), "check", "rules", *map(str, (folder / "prometheus/rules").iterdir())],
        [tool("amtool"), "check-config", str(folder / "alertmanager/alertmanager.yml")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    if plan.policy.prometheus_version.startswith("2."):
        for tests in (folder / "prometheus/tests").glob("*/*_test.yml"):
            done = run_tests(tool("promtool"), tests)
            assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_is_covered_by_a_test(case: tuple[Plan, Path]) -> None:
    """No rule of any case is left without a test that asserts it."""
    plan, _ = case
    assert coverage(plan).uncovered == ()
