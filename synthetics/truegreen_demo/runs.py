"""The past of the robots' runs: whose their overruns were, as the rules would have counted it.

Few runs are over their target, and when one is, it is paying that took long: most of the time is
the payment vendor's, some of the steps before it, and a little was waited for, which is nobody's.
Parts are whole milliseconds, so that shares and what is nobody's are the whole, every five minutes.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.overruns import Counted, counted_of
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import OriginValue, OverrunValue
from truegreen_demo.history import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.plan import Plan

__all__ = ["overruns_openmetrics"]

RUNS_PER_STEP = 150
SHARE_OVER = 0.3
"""Of five minutes in which any run is over its target."""

LATE_MILLISECONDS = (200, 2_400)
LAST_STEP, WAITED = 0.8, 0.05


def overruns_openmetrics(plan: Plan, moments: range) -> Iterator[str]:
    """Yield OpenMetrics lines of overruns by runs of journeys, at moments in Unix seconds."""
    yield f"# TYPE {names.OVERRUN_5M.name} {names.OVERRUN_5M.type}\n"
    for service in plan.services:
        told = [one for one in counted_of(plan, service) if one.origin is OriginValue.JOURNEY]
        steps = [one.step for one in told if one.part is OverrunValue.STEP]
        rng = random.Random(f"{SEED}/{service.name}/runs")  # noqa: S311  a story needs a seed
        late = [_late(rng) for _ in moments]
        for one in told:
            series = selector(names.OVERRUN_5M.name, {names.SERVICE: service.name, **one.labels})
            for moment, by in zip(moments, late, strict=True):
                yield f"{series} {_value(one, steps, by):g} {moment}\n"


def _late(rng: random.Random) -> int:
    """Return by how many milliseconds the run of five minutes that was over was late; 0: none."""
    over, late = rng.random() < SHARE_OVER, rng.randint(*LATE_MILLISECONDS)
    return late if over else 0


def _value(one: Counted, steps: Sequence[str], late: int) -> float:
    if one.part is OverrunValue.RUNS:
        return RUNS_PER_STEP
    if one.part is OverrunValue.OVER:
        return float(late > 0)
    last, waited = round(late * LAST_STEP), round(late * WAITED)
    before = late - last - waited
    parts = {OverrunValue.WHOLE: late, OverrunValue.NOBODY: waited}
    if one.part in parts:
        return parts[one.part] / 1_000
    each, rest = divmod(before, max(len(steps) - 1, 1))
    if one.step == steps[-1]:
        return (last if len(steps) > 1 else last + before) / 1_000
    return (each + (rest if one.step == steps[0] else 0)) / 1_000
