"""Windows under both meanings of a range: closed in Prometheus 2.x, left-open in 3.x."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from histories import DAY, HOUR, MINUTE, Life, diurnal, live, tally
from history_kinds import KINDS
from prometheus_server import started
from promql_evaluator import Evaluator
from reference import Reference
from rule_oracle import METRIC, POLICY, plan_judging
from rule_replay import read_rules

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from histories import Counter

    from truegreen_definitions.plan import Plan

START = 1_698_796_800_000  # 2023-11-01 00:00 UTC
LAG = 11 * MINUTE
LIFE = Life(
    start=START,
    end=START + 9 * DAY,
    instances=1,
    rate=lambda at: 0.0 if at < START + HOUR else diurnal(5, 0.1)(at),
    failing=lambda at: 0.3 if at % DAY < 3 * HOUR else 0.001,
)
COUNTERS = live(LIFE, 0)
INSTANTS = (
    START + 8 * DAY,  # midnight
    START + 8 * DAY + 150_000,
    START + 8 * DAY + 2 * HOUR + 17_003,  # in the middle of an incident
    START + 8 * DAY + 15 * HOUR,
)


def plan_for(version: str) -> Plan:
    """Return a plan over 7 days, which are counted by days, for a server of that version."""
    policy = replace(POLICY, prometheus_version=version)
    plan = plan_judging(plans.AVAILABILITY, policy)
    (agreement,) = plan.agreements
    return replace(plan, agreements=(plans.over(agreement, "7d", policy),))


def evaluator(plan: Plan, counters: tuple[Counter, ...], *, left_open: bool) -> Evaluator:
    """Return the rules of a plan over counters, read with one meaning of ranges."""
    (artifact,) = RULES.emit(plan, BuildInfo())
    raw = {one.series(METRIC).labels: list(one.samples) for one in counters if one.samples}
    return Evaluator(raw=raw, rules=read_rules(artifact.text), left_open=left_open)


def wrong(plan: Plan, instants: tuple[int, ...], *, left_open: bool) -> list[str]:
    """Return the sums that are none of those that the lag allows, in words."""
    found = evaluator(plan, COUNTERS, left_open=left_open)
    (agreement,) = plan.agreements
    reference = Reference(agreement, tally(COUNTERS, blind_ms=5 * MINUTE))
    said = []
    for counted in agreement.windows:
        for at in instants:
            shown = [
                found.instant(f'xla:{part}:sum{{window="{counted.label}"}}', at)
                for part in ("good", "total")
            ]
            good, total = (next(iter(one.values()), None) for one in shown)
            possible = reference.possible(counted.window, at, LAG)
            if not any(
                (good, total) == pytest.approx((one.good, one.total), rel=1e-6) for one in possible
            ):
                said.append(f"{counted.label} at {at}: {good} of {total}, {possible[0]}")
    return said


@pytest.mark.parametrize(("version", "left_open"), [("2.42", False), ("3.1", True)])
def test_windows_are_right_on_the_declared_server(version: str, *, left_open: bool) -> None:
    """Every sum is that of the events, at midnight, off every grid and in an incident."""
    assert wrong(plan_for(version), INSTANTS, left_open=left_open) == []


def test_windows_are_wrong_on_the_other_one() -> None:
    """Rules for a left-open server count too much on a closed one: the version matters."""
    assert wrong(plan_for("3.1"), INSTANTS[:1], left_open=False) != []


def test_the_evaluator_agrees_with_a_real_server(
    tool: Callable[[str], str], tmp_path: Path
) -> None:
    """Closed ranges are what Prometheus 2.42 makes of the same samples, restarts included."""
    life = KINDS["restarts"].make(START, random.Random(3))
    counters = live(replace(life, missed=0.03), 3)
    found = evaluator(plan_for("2.42"), counters, left_open=False)
    questions = (
        f"sum(increase({METRIC}[5m]))",
        f'sum(increase({METRIC}{{code!~"5.."}}[30m] offset 7m))',
        f"sum_over_time(sum(increase({METRIC}[5m]))[1h:5m])",
        f"last_over_time(sum_over_time(sum(increase({METRIC}[5m]))[2h:5m])[3h:1h] offset 30m)",
        f"sum(increase({METRIC}[1h])) > bool 100 or vector(0)",
        f"sum({METRIC}) * (time() % 7200 < bool 3600)",
    )
    with started(tool("prometheus"), tmp_path) as server:
        server.write(one.series(METRIC) for one in counters)
        for expr in questions:
            for at in (START + 5 * HOUR, START + 6 * HOUR + 150_000, START + 7 * HOUR + 17_003):
                real, ours = server.instant(expr, at / 1e3), found.instant(expr, at)
                assert ours.keys() == real.keys(), expr
                assert list(ours.values()) == pytest.approx(list(real.values())), expr
