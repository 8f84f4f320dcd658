"""Good and total that come from two metrics, which are never scraped at one moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
from promtool import Bench

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEP = 15


def test_good_never_exceeds_total(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Where two scrapes say that more was good than there was, all of it was good."""
    parts = Signal(
        good="sum(increase(fine_total[$window]))", total="sum(increase(hits_total[$window]))"
    )
    policy = replace(
        plans.POLICY, scrape_interval_seconds=STEP, burn=(plans.burn("1h", "5m", "14.4"),)
    )
    agreement = plans.over(replace(plans.AVAILABILITY, parts=parts), "1d", policy)
    plan = plans.under(policy, replace(plans.PLAN, agreements=(agreement,)))
    (artifact,) = RULES.emit(plan, BuildInfo())
    bench = Bench(
        promtool=tool("promtool"),
        folder=tmp_path,
        rules=artifact.text,
        step_seconds=STEP,
        evaluate_seconds=STEP,
    )
    asked = [(f"xla:{part}:increase5m", 900) for part in ("good", "total")]
    good, total = bench.ask({"hits_total": "5000+10x80", "fine_total": "5000+12x80"}, asked)
    assert good == total
    assert total is not None
    assert round(total) == 200
