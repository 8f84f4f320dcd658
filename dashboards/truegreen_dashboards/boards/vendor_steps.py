"""The row of the Vendor board about its steps: how long they take, and how much that varies.

Which vendor a step belongs to is in the plan and in no series of durations, so the steps of each
vendor are written out and labelled. All vendors stand side by side, in one unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.panels import BarGauge, Panel, TimeSeries
from truegreen_dashboards.promql import equal, like, select
from truegreen_dashboards.targets import Style, Target
from truegreen_definitions import names
from truegreen_definitions.names import ClockValue, LevelValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["steps"]

_FELT = equal(names.CLOCK, ClockValue.INTENDED)
_BY = f"{names.SERVICE}, {names.STEP}"
_NAMED = f"{{{{{names.VENDOR}}}}}, {{{{{names.STEP}}}}}"


def steps(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the steps that vendors answer for and journeys walk."""
    owned: dict[tuple[str, str], set[str]] = {}
    for journey in plan.journeys:
        for walked in journey.steps:
            if walked.vendor:
                owned.setdefault((walked.vendor, journey.service), set()).add(walked.step)
    if not owned:
        return ()
    return (_p95(owned), _spread(owned), _over(owned))


Owned = dict[tuple[str, str], set[str]]


def _quantile(owned: Owned, share: str, over: str) -> str:
    """Return a quantile of the duration of each step, by the vendor who answers for it."""
    parts = []
    for (vendor, service), found in sorted(owned.items()):
        chosen = (equal(names.SERVICE, service), like(names.STEP, *sorted(found)), _FELT)
        buckets = select(names.STEP_DURATION, *chosen, part="_bucket", over=over)
        quantile = f"histogram_quantile({share}, sum by (le, {_BY}) (rate({buckets})))"
        parts.append(f'label_replace({quantile}, "{names.VENDOR}", "{vendor}", "", "")')
    return " or ".join(parts)


def _tolerated(owned: Owned) -> str:
    bounds = select(names.STEP_TOLERANCE, equal(names.LEVEL, LevelValue.TOLERATED))
    drawn = _quantile(owned, "0.95", "$__rate_interval")
    return f"max by ({_BY}) ({bounds}) and on ({_BY}) ({drawn})"


def _p95(owned: Owned) -> Panel:
    return TimeSeries(
        key="vendor-p95",
        title="95th percentile by step",
        description=(
            "How long the slowest 5 of 100 customers wait at least in vendors' steps, from the "
            "intended start; dashed: what is tolerated."
        ),
        width=9,
        height=8,
        targets=(
            Target(ref="A", expr=_quantile(owned, "0.95", "$__rate_interval"), legend=_NAMED),
            Target(
                ref="B",
                expr=_tolerated(owned),
                legend=f"{{{{{names.STEP}}}}} tolerated",
                style=Style(colour=Colour.AT_RISK, dashed=True),
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
    )


def _spread(owned: Owned) -> Panel:
    slow, usual = (_quantile(owned, share, "$__rate_interval") for share in ("0.95", "0.5"))
    return TimeSeries(
        key="vendor-spread",
        title="How much it varies",
        description=(
            "95th percentile less median of each step: two vendors with one average differ in "
            "this, and customers feel the difference."
        ),
        width=9,
        height=8,
        targets=(Target(ref="A", expr=f"({slow}) - ({usual})", legend=_NAMED),),
        unit=Unit.SECONDS,
        minimum=0,
    )


def _over(owned: Owned) -> Panel:
    bounds = select(names.STEP_TOLERANCE, equal(names.LEVEL, LevelValue.TOLERATED))
    slow = _quantile(owned, "0.95", "$__range")
    over = f"clamp_min(({slow}) - on ({_BY}) group_left () max by ({_BY}) ({bounds}), 0)"
    return BarGauge(
        key="vendor-over",
        title="Over what is tolerated",
        description=(
            "By how much the 95th percentile of each step lay above what is tolerated, over the "
            "time range. 0 s is within it."
        ),
        width=6,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"sort_desc({over})",
                legend=_NAMED,
                instant=True,
                style=Style(colour=Colour.AT_RISK),
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
    )
