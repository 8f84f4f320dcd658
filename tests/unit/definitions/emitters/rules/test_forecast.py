"""Forecasts of calendar periods: when they end, and that generated tests prove them."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import plans
import pytest
from prometheus_server import started
from promtool import run_tests

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.burn import workbook_pairs
from truegreen_definitions.emitters.rule_tests import RULE_TESTS
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.forecast import pace_window
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_definitions.names import BUDGET_EXHAUSTION
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

UNITS = ("week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
PACES = {"week": "6h", "month": "1d", "quarter": "3d", "year": "3d"}
FAULTS = (
    (r"days_in_month", "day_of_month"),
    (r"604800 - ", "691200 - "),
    (r"90 \+ 91", "91 + 91"),
    (r"365 \+", "366 +"),
)


def promised() -> Plan:
    """Return a plan with a promise over each calendar period, under the workbook's pairs."""
    pairs = tuple(
        plans.burn(
            duration_label(one.long), duration_label(one.short), str(one.factor), one.severity
        )
        for one in workbook_pairs()
    )
    policy = replace(plans.POLICY, burn=pairs)
    agreements = tuple(
        plans.over(
            replace(plans.AVAILABILITY, id=f"order-to-cash/a-{unit}", name=f"a-{unit}"),
            unit,
            policy,
        )
        for unit in sorted(UNITS)
    )
    return plans.under(policy, replace(plans.PLAN, agreements=agreements))


def ends(unit: str, now: datetime) -> datetime:
    """Return when the period that an instant is in ends, by the calendar."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day + timedelta(days=7 - day.weekday())
    first = (day.month - 1) // MONTHS[unit] * MONTHS[unit] + MONTHS[unit]
    return day.replace(year=day.year + first // 12, month=first % 12 + 1, day=1)


def test_a_period_ends_when_the_calendar_says(tool: Callable[[str], str], tmp_path: Path) -> None:
    """What an expression holds of the rest of a period is what the calendar says, in any year."""
    plan, rng = promised(), random.Random(4)
    with started(tool("prometheus"), tmp_path) as server:
        for promise in promises_of(plan, plan.services[0]):
            unit = promise.agreement.window.unit
            (rule,) = (
                rule
                for group in rule_groups(plan, plan.services[0])
                for rule in group.rules
                if isinstance(rule, Recording)
                and rule.metric is BUDGET_EXHAUSTION
                and rule.labels["window"] == unit
            )
            left = rule.expr.rpartition("\n< ")[2]
            starts = (datetime(year, 1, 1, tzinfo=UTC) for year in (2003, 2024, 2028, 2090))
            for start in starts:
                for day in (0, 58, 59, 60, 364, *rng.sample(range(366), 5)):
                    now = start + timedelta(days=day, seconds=rng.randrange(86_400))
                    seconds = (ends(unit, now) - now).total_seconds()
                    assert server.value(f"vector({left})", now.timestamp()) == seconds, (unit, now)


def test_a_period_has_a_pace_of_its_own() -> None:
    """The pace is a small part of the period: hours of a week, days of a year."""
    plan = promised()
    found = {
        one.agreement.window.unit: pace_window(one) for one in promises_of(plan, plan.services[0])
    }
    assert found == PACES


@pytest.mark.parametrize("fault", [None, *FAULTS], ids=lambda one: one[0] if one else "none")
def test_generated_tests_prove_forecasts_of_periods(
    fault: tuple[str, str] | None, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """The generated tests are green, and a fault in one period's forecast turns them red."""
    write_all(tmp_path, RULE_TESTS.emit(promised(), BuildInfo()))
    folder = tmp_path / "prometheus" / "tests" / "order-to-cash"
    rules = folder / "verdict.yml"
    if fault:
        broken, planted = re.subn(*fault, rules.read_text())
        assert planted
        rules.write_text(broken)
    done = run_tests(tool("promtool"), folder / "verdict_test.yml")
    assert (done.returncode == 0) == (fault is None), done.stdout + done.stderr
