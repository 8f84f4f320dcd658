"""Every window that can be promised over is proven, from a day to ninety, and by the calendar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans

from truegreen_definitions.emitters.rule_tests import suites_of
from truegreen_definitions.proof.build import write_proof
from truegreen_definitions.proof.coverage import coverage
from truegreen_definitions.proof.promtool import run_suite
from truegreen_definitions.units import CALENDAR_UNITS, ROLLING_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ELSEWHERE = {"7d", "30d", "week", "month"}  # in the golden case `kinds`, whose tests are run
WINDOWS = {*(f"{days}d" for days in ROLLING_DAYS), *CALENDAR_UNITS} - ELSEWHERE
COUNTED = {"counts", "burn"}  # layers that are the same for all of them, and proven elsewhere


def test_every_window_is_proven(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Generated tests of an agreement over each window pass, and leave no rule out."""
    policy = replace(plans.POLICY, burn=plans.POLICY.burn[1:2], retention_seconds=800 * 86_400)
    agreements = tuple(
        replace(
            plans.over(plans.AVAILABILITY, window, policy),
            id=f"order-to-cash/over-{window}",
            name=f"over-{window}",
        )
        for window in sorted(WINDOWS)
    )
    plan = replace(plans.PLAN, policy=policy, agreements=agreements)
    plan = replace(plan, journeys=(), tables=(), sources=())
    judged = {one.label for agreement in agreements for one in agreement.windows if one.judged}
    assert WINDOWS | {"prev_quarter"} <= judged
    found = coverage(plan)
    assert found.uncovered == ()
    write_proof(tmp_path, plan)
    for service in plan.services:
        for suite in suites_of(plan, service):
            if suite.tests_path.rpartition("/")[2].partition("_")[0] in COUNTED:
                continue
            assert not run_suite(tool("promtool"), tmp_path, suite).failed
