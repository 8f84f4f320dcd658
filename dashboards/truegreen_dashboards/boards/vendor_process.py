"""The row of the Vendor board about cases: whose the time is by which they came too late.

Rows of a process tell it case by case; journeys beside it tell how quick robots find the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import CASES_OVER, TO_VENDOR
from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.panels import BarGauge, Panel
from truegreen_dashboards.promql import equal, select, unequal
from truegreen_dashboards.targets import Style, Target
from truegreen_definitions import names
from truegreen_definitions.names import MethodValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["process"]

_PROPORTIONAL = equal(names.METHOD, MethodValue.PROPORTIONAL)
_THEIRS = unequal(names.VENDOR, "")
_OURS = equal(names.VENDOR, "")
_STEP = f"{names.SERVICE}, {names.STEP}, {names.VENDOR}"
# Overruns are told in whole microseconds: a sum below one is none, and 0 of 0 is 0.
_LEAST = 1e-6


def process(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of overruns by vendor; none where cases meet no vendor's step."""
    if not any(step.vendor for service in plan.services for step in service.followed):
        return ()
    return (_shares(), _steps())


def _shares() -> Panel:
    shared = names.OVERRUN_SHARE
    theirs = f"sum by ({names.VENDOR}) ({select(shared, CASES_OVER, _PROPORTIONAL, _THEIRS)})"
    parts = (
        ("A", theirs, f"{{{{{names.VENDOR}}}}}", Colour.AT_RISK),
        ("B", f"sum({select(shared, CASES_OVER, _PROPORTIONAL, _OURS)})", "our own", Colour.FAIR),
        (
            "C",
            f"sum({select(names.OVERRUN_UNATTRIBUTED, CASES_OVER, _PROPORTIONAL)})",
            "nobody's: no times",
            Colour.NO_DATA,
        ),
    )
    total = f"scalar(clamp_min(sum({select(names.PROCESS_OVERRUN, CASES_OVER)}), {_LEAST}))"
    return BarGauge(
        key="overrun-share",
        title="Whose the overrun of cases is",
        description=(
            f"Time above the end-to-end targets of all cases over {CASES_OVER.value}, shared case "
            "by case among the steps that were late. What no timestamps explain is shown, and "
            "never spread. 0 % everywhere: no case was late."
        ),
        width=12,
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


def _steps() -> Panel:
    over = f"max by ({_STEP}) ({select(names.STEP_OVERRUN, CASES_OVER, _THEIRS)})"
    return BarGauge(
        key="step-overrun",
        title="Time over what is tolerated, by step",
        description=(
            f"By how much vendors' steps took longer than is tolerated, added up over all cases "
            f"of {CASES_OVER.value}, whether or not the case came too late by it."
        ),
        width=12,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"sort_desc({over})",
                legend=f"{{{{{names.VENDOR}}}}}, {{{{{names.STEP}}}}}",
                instant=True,
                style=Style(colour=Colour.AT_RISK),
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
        link=TO_VENDOR,
    )
