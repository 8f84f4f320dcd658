"""Burn alerts: when they fire, when they cannot, and that few events do not page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.emitters.rules.burn import can_fire, unreachable
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

PROBE = 2
FELT = replace(
    plans.PAY_FELT,
    parts=Signal(
        good='sum(increase(steps_total{outcome="satisfied"}[$window]))',
        total="sum(increase(steps_total[$window]))",
    ),
)
SHORT = replace(plans.POLICY, burn=plans.POLICY.burn[:1])
PLAN = plans.under(SHORT, replace(plans.PLAN, agreements=(FELT,)))
FIRING = 'ALERTS{alertname="XlaBurn",alertstate="firing",burn="2m/30s"}'


def bench_of(plan: Plan, folder: Path, promtool: str) -> Bench:
    """Return the rules of a plan with one service, probed every two seconds."""
    (artifact,) = RULES.emit(plan, BuildInfo())
    return Bench(
        promtool=promtool,
        folder=folder,
        rules=artifact.text,
        step_seconds=PROBE,
        evaluate_seconds=PROBE,
    )


def first(bench: Bench, series: dict[str, str], moments: range) -> int | None:
    """Return the first moment at which the alert is firing."""
    got = bench.ask(series, [(FIRING, moment) for moment in moments])
    return next((at for at, value in zip(moments, got, strict=True) if value), None)


def test_a_broken_step_pages_within_half_a_minute(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """With a probe every 2 s and the pair 2m/30s, total breakage fires after the ninth failure."""
    bench = bench_of(PLAN, tmp_path, tool("promtool"))
    series = {
        'steps_total{outcome="satisfied"}': "1000+1x100 1100x40",
        'steps_total{outcome="failed"}': "0x100 1+1x40",
    }
    broken_at = 100 * PROBE
    # 14.4 times 1 % of the 60 slots in two minutes are 8.64 failures.
    assert first(bench, series, range(broken_at, broken_at + 60, PROBE)) == broken_at + 9 * PROBE


def test_it_resolves_when_the_short_window_is_clean(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """After repair the alert ends while the long window still burns."""
    bench = bench_of(PLAN, tmp_path, tool("promtool"))
    series = {
        'steps_total{outcome="satisfied"}': "1000+1x60 1060x20 1061+1x40",
        'steps_total{outcome="failed"}': "0x60 1+1x19 20x40",
    }
    repaired = 81 * PROBE
    long = 'xla:burn_rate:ratio{over="2m"}'
    bare = FIRING.replace("}", ',over="",window=""}')  # labels that tell nothing about the alert
    got = bench.ask(series, [(bare, repaired), (FIRING, repaired + 30), (long, repaired + 30)])
    assert got[:2] == [1, None]
    assert got[2] is not None
    assert got[2] > 14.4


def test_few_bad_events_do_not_page(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Four failures of four are no page, the fifth is one."""
    bench = bench_of(PLAN, tmp_path, tool("promtool"))
    failed = {'steps_total{outcome="failed"}': "10x9 11+1x10"}
    assert first(bench, failed, range(0, 60, PROBE)) == 14 * PROBE


@pytest.mark.parametrize(
    ("objective", "expected"),
    [("0.999", ()), ("0.93", ("2m/30s", "1h/5m")), ("0.8", ("2m/30s", "1h/5m", "6h/30m"))],
)
def test_a_pair_that_cannot_fire_has_no_alert_but_a_remark(
    objective: str, expected: tuple[str, ...]
) -> None:
    """Where factor times budget reaches 1, the pair is left out and the file says so."""
    felt = replace(FELT, objective=Decimal(objective))
    assert unreachable(felt, plans.POLICY) == expected
    (artifact,) = RULES.emit(replace(plans.PLAN, agreements=(felt,)), BuildInfo())
    for burn in plans.POLICY.burn:
        label = burn.label
        assert (f"burn: '{label}'" in artifact.text) == (label not in expected)
    assert ("no alert for" in artifact.text) == bool(expected)


def test_the_edge_of_reach_is_exact() -> None:
    """A factor times budget of exactly 1 cannot be exceeded."""
    burn = plans.burn("1h", "5m", "14.4")
    edge = 1 - 1 / Decimal("14.4")
    just_above = replace(FELT, objective=edge + Decimal("0.0001"))
    just_below = replace(FELT, objective=edge - Decimal("0.0001"))
    assert (can_fire(just_above, burn), can_fire(just_below, burn)) == (True, False)
    assert not can_fire(replace(FELT, objective=Decimal("0.5")), replace(burn, factor=Decimal(2)))
