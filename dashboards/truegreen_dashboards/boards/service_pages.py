"""The panel of the Service board about pages that journeys open in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import HERE
from truegreen_dashboards.display import Colour, Threshold, Unit
from truegreen_dashboards.panels import Panel, TimeSeries
from truegreen_dashboards.promql import select
from truegreen_dashboards.targets import Style, Target
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan

__all__ = ["pages"]

# Source: web.dev, "Largest Contentful Paint": good up to 2.5 s, poor above 4 s, at the 75th
# percentile of visits.
SHARE, GOOD_SECONDS, POOR_SECONDS = 0.75, 2.5, 4.0
_LEGEND = f"{{{{{names.STEP}}}}}"


def pages(plan: Plan) -> tuple[Panel, ...]:
    """Return the panel where a journey has a browser step; nothing else measures pages."""
    return (_pages(),) if any(journey.browses for journey in plan.journeys) else ()


def _pages() -> Panel:
    return TimeSeries(
        key="pages",
        title="Pages in a browser",
        description=(
            "How long at most three of four visits wait until a page's main content is painted "
            "(Largest Contentful Paint: good up to 2.5 s, poor above 4 s); dashed: until the end "
            "of its load event."
        ),
        width=24,
        height=8,
        targets=(
            Target(ref="A", expr=_quantile(names.LARGEST_PAINT), legend=f"{_LEGEND} main content"),
            Target(
                ref="B",
                expr=_quantile(names.PAGE_LOAD),
                legend=f"{_LEGEND} loaded",
                style=Style(colour=Colour.NO_DATA, dashed=True),
            ),
        ),
        unit=Unit.SECONDS,
        thresholds=(
            Threshold(value=None, colour=Colour.GOOD, word="GOOD"),
            Threshold(value=GOOD_SECONDS, colour=Colour.AT_RISK, word="NEEDS WORK"),
            Threshold(value=POOR_SECONDS, colour=Colour.BAD, word="POOR"),
        ),
        minimum=0,
    )


def _quantile(metric: Metric) -> str:
    buckets = select(metric, HERE, part="_bucket", over="$__rate_interval")
    return f"histogram_quantile({SHARE}, sum by (le, {names.STEP}) (rate({buckets})))"
