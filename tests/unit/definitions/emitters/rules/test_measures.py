"""Rules about values: promtool agrees with every state, and every rule is asserted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import run_tests

from truegreen_definitions.artifacts import write_all
from truegreen_definitions.emitters.rule_tests import suites_of
from truegreen_definitions.emitters.rule_tests.case import Layer
from truegreen_definitions.emitters.rules.measures import edge
from truegreen_definitions.emitters.rules.promise import value_promises_of
from truegreen_definitions.plan import Bound, Measurement
from truegreen_definitions.proof.coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

COSTS = replace(
    plans.QUICK,
    id="order-to-cash/costs",
    name="costs",
    kind="sla",
    bound=Bound(direction="at_most", target=Decimal("1000.50")),
    parts=replace(plans.LIKED.parts, aggregate="sum", unit="EUR", currency="EUR", min_sample=0),
)
NONE_AT_ALL = replace(
    COSTS,
    id="order-to-cash/severe",
    name="severe",
    bound=Bound(direction="at_most", target=Decimal(0)),
    parts=replace(plans.BACKLOG.parts, until=""),
)
MOSTLY = replace(
    COSTS,
    id="order-to-cash/mostly",
    name="mostly",
    bound=Bound(direction="at_least", target=Decimal(95)),
    parts=replace(COSTS.parts, aggregate="mean", unit="percent", currency=""),
)


def company(*measurements: Measurement) -> Plan:
    """Return the small plan with measures."""
    ordered = tuple(sorted(measurements, key=lambda one: one.id))
    return replace(plans.PLAN, measurements=ordered)


ALL = company(plans.QUICK, plans.LIKED, plans.BACKLOG, COSTS, NONE_AT_ALL, MOSTLY)


def test_promtool_agrees_with_every_state(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """What the generated tests expect of values is what Prometheus makes of the rules."""
    (suite,) = (one for one in suites_of(ALL, plans.SERVICE) if one.layer is Layer.VERDICT)
    write_all(tmp_path, suite.artifacts())
    done = run_tests(tool("promtool"), tmp_path / suite.tests_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {case.about for case in suite.cases} >= {"order-to-cash/liked", "order-to-cash/severe"}


def test_every_rule_about_a_value_is_asserted() -> None:
    """No recording and no alert of a measure is without a test that would miss it."""
    found = coverage(ALL)
    assert [one for one in found.uncovered if one.group.partition("/")[2]] == []


def test_what_is_only_watched_has_no_rules() -> None:
    """Nobody promised anything, so there is nothing to judge and nobody to tell."""
    names = [one.agreement.name for one in value_promises_of(ALL, plans.SERVICE)]
    assert names == ["costs", "liked", "mostly", "quick", "severe"]


@pytest.mark.parametrize(
    ("measurement", "expected"),
    [(plans.QUICK, 259_200 * 9 / 10), (MOSTLY, 95.5), (NONE_AT_ALL, 0), (COSTS, 900.45)],
)
def test_a_census_is_near_its_target_within_a_tenth(
    measurement: Measurement, expected: float
) -> None:
    """A tenth of the target, or of what is left to a hundred percent."""
    (promise,) = value_promises_of(company(measurement), plans.SERVICE)
    assert float(edge(promise)) == expected
