"""Indicator kind `gauge`: time, in slices, that is good while a condition holds.

`good_when` is a comparison in PromQL, such as `up{job="shop"} == 1`. It is asked at the end of
every slice; the slice is good when the comparison holds for all the series it selects. A slice in
which it selects none is no data and does not count. To ask for a whole slice rather than for its
end, write the condition so: `min_over_time(up{job="shop"}[1m]) == 1`.

Fields: `good_when`; `slice` (default 1m), which divides five minutes and is not shorter than the
Policy's scrape interval; `manual` for people. Time is a `census`: all slices count. Traffic has no
part in it, so the Policy's matcher of synthetic traffic is not added.

Passes:
    kind: gauge
    good_when: 'up{job="shop"} == 1'

Fails:
    kind: gauge
    good_when: up
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql import WINDOW
from truegreen_definitions.expressions.promql_conditions import compared, holds_for_all
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.scope import matchers_of_scope
from truegreen_definitions.models.indicator import GaugeIndicator, IndicatorSpec
from truegreen_definitions.plan import Signal
from truegreen_definitions.problems import Severity
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["GAUGE"]


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, GaugeIndicator):
        raise InvariantError(f"a gauge indicator is expected, not {spec.kind}")
    add = matchers_of_scope(asked)
    holds = asked.read(spec.good_when, "good_when", by=lambda text: holds_for_all(text, add))
    if not holds or not _is_slice(asked, spec.slice):
        return None
    if compared(holds) is None:
        asked.report(
            "promql/no-example",
            "the condition is no series compared with a number, so no generated test shows what "
            "it counts",
            "good_when",
            hint="record the left side as a series, or test it yourself and allow the warning",
            severity=Severity.WARNING,
        )
    slices = f"[{WINDOW}:{duration_label(spec.slice)}]"
    parts = Signal(
        good=f"sum_over_time({holds}{slices})",
        total=f"count_over_time({holds}{slices})",
        slice_seconds=int(spec.slice),
    )
    return Lowered(parts=parts, sampling="census")


def _is_slice(asked: Asked, seconds: Decimal) -> bool:
    scraped = asked.policy.prometheus.scrape_interval
    if scraped <= seconds and seconds % 1 == 0 and GRID_SECONDS % seconds == 0:
        return True
    fitting = (
        duration_label(one)
        for one in range(1, GRID_SECONDS + 1)
        if one >= scraped and GRID_SECONDS % one == 0
    )
    asked.report(
        "gauge/slice",
        f"a slice of {duration_label(seconds)} does not divide five minutes, or is shorter than "
        "a scrape",
        "slice",
        hint=f"allowed: {', '.join(fitting)}",
    )
    return False


GAUGE = IndicatorKind("gauge", _lower)
