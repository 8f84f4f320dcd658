"""The past of the fast signals, as samples for Prometheus.

A company that starts with Truegreen has raw counters in its Prometheus; the demo's Prometheus
is minutes old. So the counts per five minutes, and those of whole days, that the rules would have
recorded from such counters are drawn here, for every signal agreement of the plan, and those of the
robots' runs in `runs`; promtool takes them as OpenMetrics.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.days import LAST_DAY
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.plan import Signal
from truegreen_definitions.units import DAY_SECONDS
from truegreen_demo.history import SEED
from truegreen_demo.runs import overruns_openmetrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Agreement, Plan

__all__ = ["history_openmetrics"]

STEP_SECONDS = 300
PROBES_PER_STEP = 150
REQUESTS_PER_STEP = 2_700
SHARE_OF_BUDGET_SPENT = 0.35


def history_openmetrics(plan: Plan, *, start: int, end: int) -> Iterator[str]:
    """Yield OpenMetrics lines of good and total, then of overruns, in [start, end] Unix seconds.

    Sorted by family, series and time, as promtool wants it; the last line is `# EOF`.
    """
    signals = [one for one in plan.agreements if isinstance(one.parts, Signal)]
    first = -(-start // STEP_SECONDS) * STEP_SECONDS
    moments = range(first, end + 1, STEP_SECONDS)
    for by_day, by_step, pick in (
        (names.GOOD_SUM, names.GOOD_5M, 0),
        (names.TOTAL_SUM, names.TOTAL_5M, 1),
    ):
        for metric in (by_day, by_step):
            yield f"# TYPE {metric.name} {metric.type}\n"
            for agreement in signals:
                window = {names.WINDOW: LAST_DAY} if metric is by_day else {}
                series = _series(metric, agreement, window)
                counts = _drawn(agreement, moments, pick)
                for moment, count in _whole_days(counts) if metric is by_day else counts:
                    yield f"{series} {count} {moment}\n"
    yield from overruns_openmetrics(plan, moments)
    yield "# EOF\n"


def _series(metric: Metric, agreement: Agreement, more: dict[str, str]) -> str:
    labels = {
        names.AGREEMENT: agreement.name,
        names.KIND: agreement.kind,
        names.SERVICE: agreement.service,
        **more,
    }
    return selector(metric.name, labels)


def _drawn(agreement: Agreement, moments: range, pick: int) -> Iterator[tuple[int, int]]:
    """Yield (moment, count) of good (0) or total (1); the same for the same agreement."""
    rng = random.Random(f"{SEED}/{agreement.id}")  # noqa: S311  a story needs a seed
    for moment in moments:
        yield moment, _counts(agreement, moment, rng)[pick]


def _whole_days(counts: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield, all day long, what the whole UTC day before counted."""
    today = yesterday = None
    for moment, count in counts:
        if yesterday is not None:
            yield moment, yesterday
        today = None if today is None else today + count
        if moment % DAY_SECONDS == 0:
            yesterday, today = today, 0


def _counts(agreement: Agreement, moment: int, rng: random.Random) -> tuple[int, int]:
    """Return (good, total) of the five minutes that end at a moment."""
    daily = 0.6 + 0.4 * math.sin((moment % 86_400) / 86_400 * 2 * math.pi - math.pi / 2)
    census = agreement.sampling == "census"
    total = round(REQUESTS_PER_STEP * daily * rng.uniform(0.9, 1.1)) if census else PROBES_PER_STEP
    allowed = float(agreement.budget) * SHARE_OF_BUDGET_SPENT * total
    bad = int(allowed) + (rng.random() < allowed % 1)
    return total - bad, total
