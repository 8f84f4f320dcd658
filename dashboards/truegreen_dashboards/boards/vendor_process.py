"""The row of the Vendor board about cases: whose the time is by which they came too late.

Rows of a process tell it case by case, and journeys run by run, each exactly. Where a step has a
histogram alone there are no cases, and the panel's title says that it is an estimate. What robots
waited and what customers waited stand apart: nobody may add them up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import CASES_OVER, TO_VENDOR
from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.panels import BarGauge, Panel
from truegreen_dashboards.promql import equal, select, unequal
from truegreen_dashboards.targets import Style, Target
from truegreen_definitions import names
from truegreen_definitions.emitters.rules.overruns import counted_of
from truegreen_definitions.names import MethodValue, OriginValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["process"]

_PROPORTIONAL = equal(names.METHOD, MethodValue.PROPORTIONAL)
_THEIRS = unequal(names.VENDOR, "")
_OURS = equal(names.VENDOR, "")
_STEP = f"{names.SERVICE}, {names.STEP}, {names.VENDOR}, {names.ORIGIN}"
# Overruns are told in whole microseconds: a sum below one is none, and 0 of 0 is 0.
_LEAST = 1e-6
_SHARED = {
    OriginValue.RECORDS: (
        "Whose the overrun of cases is",
        (
            f"Time above the end-to-end targets of all cases over {CASES_OVER.value}, shared case "
            "by case among the steps that were late. What no timestamps explain is shown, and "
            "never spread. 0 % everywhere: no case was late."
        ),
    ),
    OriginValue.JOURNEY: (
        "Whose the overrun of robots' runs is",
        (
            f"Time above the end-to-end targets of all runs of journeys over {CASES_OVER.value}, "
            "shared run by run among the steps that were late. What a robot waited for before it "
            "was served is nobody's. 0 % everywhere: no run was late."
        ),
    ),
    OriginValue.HISTOGRAM: (
        "Whose the overrun is, estimated from histograms",
        (
            f"Steps that have a histogram alone, over {CASES_OVER.value}. A histogram knows no "
            "cases: time above what is tolerated is estimated bucket by bucket and added up, and a "
            "quick step is not set against a slow one. 0 % everywhere: nothing was above it."
        ),
    ),
}


def process(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of overruns by vendor; none where nothing of a vendor's step is told."""
    told = tuple(one for one in OriginValue if _tells(plan, one))
    if not told:
        return ()
    width = 12 if len(told) % 2 else 8
    return (*(_shares(origin, width) for origin in told), _steps(width))


def _tells(plan: Plan, origin: OriginValue) -> bool:
    """Return whether anything of a vendor's step comes from there."""
    if origin is OriginValue.RECORDS:
        return any(step.vendor for service in plan.services for step in service.followed)
    counted = (one for service in plan.services for one in counted_of(plan, service))
    return any(one.vendor and one.origin is origin for one in counted)


def _shares(origin: OriginValue, width: int) -> Panel:
    title, description = _SHARED[origin]
    shared, where = names.OVERRUN_SHARE, (CASES_OVER, _PROPORTIONAL, equal(names.ORIGIN, origin))
    theirs = f"sum by ({names.VENDOR}) ({select(shared, *where, _THEIRS)})"
    parts = [
        ("A", theirs, f"{{{{{names.VENDOR}}}}}", Colour.AT_RISK),
        ("B", f"sum({select(shared, *where, _OURS)})", "our own", Colour.FAIR),
    ]
    if origin is not OriginValue.HISTOGRAM:
        nobodys = f"sum({select(names.OVERRUN_UNATTRIBUTED, *where)})"
        parts.append(("C", nobodys, "nobody's: no times", Colour.NO_DATA))
    whole = select(names.PROCESS_OVERRUN, CASES_OVER, equal(names.ORIGIN, origin))
    total = f"scalar(clamp_min(sum({whole}), {_LEAST}))"
    return BarGauge(
        key="overrun-share" if origin is OriginValue.RECORDS else f"overrun-share-{origin}",
        title=title,
        description=description,
        width=width,
        height=8,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"sort_desc({part} / {total})",
                legend=legend,
                instant=True,
                style=Style(colour=colour),
            )
            for ref, part, legend, colour in parts
        ),
        unit=Unit.RATIO,
        minimum=0,
        maximum=1,
    )


def _steps(width: int) -> Panel:
    over = f"max by ({_STEP}) ({select(names.STEP_OVERRUN, CASES_OVER, _THEIRS)})"
    return BarGauge(
        key="step-overrun",
        title="Time over what is tolerated, by step",
        description=(
            f"By how much vendors' steps took longer than is tolerated, added up over all cases "
            f"or runs of {CASES_OVER.value}, whether or not the whole came too late by it. Told by "
            "records of cases, by runs of journeys, or estimated from a histogram."
        ),
        width=width,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"sort_desc({over})",
                legend=f"{{{{{names.VENDOR}}}}}, {{{{{names.STEP}}}}} ({{{{{names.ORIGIN}}}}})",
                instant=True,
                style=Style(colour=Colour.AT_RISK),
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
        link=TO_VENDOR,
    )
