"""Good and total that come from two metrics, which are never scraped at one moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEP = 15


SHARE = "sum(increase(quick_total[$window])) / sum(increase(quick_total[$window])) * "


def _bench(good: str, folder: Path, promtool: str) -> Bench:
    parts = Signal(good=good, total="sum(increase(hits_total[$window]))")
    policy = replace(
        plans.POLICY, scrape_interval_seconds=STEP, burn=(plans.burn("1h", "5m", "14.4"),)
    )
    agreement = plans.over(replace(plans.AVAILABILITY, parts=parts), "1d", policy)
    plan = plans.under(policy, replace(plans.PLAN, agreements=(agreement,)))
    (artifact,) = RULES.emit(plan, BuildInfo())
    return Bench(
        promtool=promtool,
        folder=folder,
        rules=artifact.text,
        step_seconds=STEP,
        evaluate_seconds=STEP,
    )


def test_good_never_exceeds_total(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Where two scrapes say that more was good than there was, all of it was good."""
    bench = _bench("sum(increase(fine_total[$window]))", tmp_path, tool("promtool"))
    asked = [(f"xla:{part}:increase5m", 900) for part in ("good", "total")]
    good, total = bench.ask({"hits_total": "5000+10x80", "fine_total": "5000+12x80"}, asked)
    assert good == total
    assert total is not None
    assert round(total) == 200


@pytest.mark.parametrize("quick", ["0x80", "9x80"])
@pytest.mark.parametrize("window", ["5m", "1h", "1d"])
def test_a_good_that_is_no_number_counts_nothing(
    quick: str, window: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A share of no successes at all is 0/0: an outage, which no window takes for all good."""
    bench = _bench(SHARE + "sum(increase(quick_total[$window]))", tmp_path, tool("promtool"))
    asked = [(f'xla:{part}:sum{{window="{window}"}}', 1_200) for part in ("good", "total")]
    good, total = bench.ask({"hits_total": "5000+10x80", "quick_total": quick}, asked)
    assert good == 0
    assert total


def test_a_good_below_nothing_is_nothing(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Where two scrapes say that more was bad than there was, none of it was good."""
    good = "sum(increase(hits_total[$window])) - (sum(increase(lost_total[$window])) or vector(0))"
    bench = _bench(good, tmp_path, tool("promtool"))
    series = {"hits_total": "5000+10x80", "lost_total": "5000+12x80"}
    assert bench.ask(series, [("xla:good:increase5m", 900)]) == [0]
