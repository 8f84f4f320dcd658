"""Indicator kind journey: runs that came to their end, of all that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from companies import JOURNEY, compiled, promising
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUY = "kind: journey\njourney: buy"
STEPS = 'xla_step_outcomes_total{journey="buy",location="fra",service="shop"'


def test_runs_are_counted_where_they_end() -> None:
    """A run ends at the last step, or at an earlier one that failed."""
    found = compiled(shop=promising(BUY))
    assert found.plan is not None, found.problems
    (agreement,) = found.plan.agreements
    of = 'xla_step_outcomes_total{journey="buy",'
    at_end = 'service="shop",step="pay"}[$window])'
    assert agreement.parts == Signal(
        good=f'sum(increase({of}outcome!="failed",{at_end})',
        total=f"sum(increase({of}{at_end} or "
        f'increase({of}outcome="failed",service="shop",step=~"browse"}}[$window]))',
    )
    assert (agreement.sampling, agreement.step) == ("sample", "")


@pytest.mark.parametrize(
    ("indicator", "journey", "problem"),
    [
        ("kind: journey\njourney: by", JOURNEY, "reference/unknown"),
        (BUY, JOURNEY.replace("{step: browse,", "{step: pay,"), "journey/last-step-twice"),
    ],
)
def test_runs_that_cannot_be_told_are_refused(indicator: str, journey: str, problem: str) -> None:
    """An unknown journey, and one whose last step is not only its end."""
    found = compiled(shop=promising(indicator), journey=journey)
    assert [one.id for one in found.problems] == [problem]


def test_runs_are_counted_exactly(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Slow runs are good, those that fail at any step are bad, none is counted twice."""
    found = compiled(shop=promising(BUY))
    assert found.plan is not None
    (artifact,) = RULES.emit(found.plan, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=15,
        evaluate_seconds=150,
    )
    counted = {("browse", "satisfied"): 10, ("browse", "failed"): 2, ("pay", "satisfied"): 6}
    counted |= {("pay", "frustrated"): 1, ("pay", "failed"): 3}
    series = {
        f'{STEPS},outcome="{outcome}",step="{step}"}}': f"1000+{events}x100"
        for (step, outcome), events in counted.items()
    }
    asked = [(f'xla:{part}:sum{{window="5m"}}', 1_200) for part in ("good", "total")]
    assert bench.ask(series, asked) == pytest.approx([20 * 7, 20 * 12])
