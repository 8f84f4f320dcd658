"""The rows of the Vendor board about one vendor: lines of its contract, and its agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import (
    CLOSED,
    RUNNING,
    TO_SERVICE,
    per_agreement,
    state_codes,
    table_height,
)
from truegreen_dashboards.boards.vendor_overview import LINES, MISS_BANDS, attained
from truegreen_dashboards.display import BUDGET_BANDS, Colour, Threshold, Unit
from truegreen_dashboards.panels import BarGauge, Column, Panel, StatusHistory, Table, TimeSeries
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Style, Target
from truegreen_dashboards.verdicts import STATES, mappings
from truegreen_definitions import names
from truegreen_definitions.names import BoundValue, LineValue, PartValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["THIS", "agreements", "contract"]

THIS = equal(names.VENDOR, "$vendor")
"""The chosen vendor."""

_ON = ", ".join(LINES)
_NAMED = f"{{{{{names.SERVICE}}}}} / {{{{{names.AGREEMENT}}}}}"
_HEADROOM = (
    Threshold(value=None, colour=Colour.BAD, word="BELOW"),
    Threshold(value=0, colour=Colour.AT_RISK, word="CLOSE"),
    Threshold(value=0.01, colour=Colour.GOOD, word="ABOVE"),
)


def contract(plan: Plan) -> tuple[Panel, ...]:
    """Return the lines of the chosen vendor's contract, its dilution and its exposure."""
    lines = max(
        len(one.measures) + len(one.significant_minimums) for one in plan.contracts if one.vendor
    )
    return (_lines(lines), _moved(lines), _dilution(), _exposure())


def _lines(lines: int) -> Panel:
    bound = f"max by ({_ON}) ({select(names.CONTRACT_BOUND, THIS)})"
    miss = f"max by ({_ON}) ({select(names.CONTRACT_MISS, THIS, RUNNING)})"
    now = attained(RUNNING, THIS)
    asked = (
        ("A", "Attained so far", now),
        ("B", "Credit below", bound),
        ("C", "Headroom", f"({now}) - on ({_ON}) {bound}"),
        ("D", "Chance of a miss", miss),
    )
    return Table(
        key="lines",
        title="What it is judged by",
        description=(
            "Each line of the contract in the running period: what is attained, below what a "
            "credit is due, the room between the two, and the chance that it is missed by the end."
        ),
        width=15,
        height=table_height(lines),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, title, expr in asked
        ),
        columns=(
            Column(source=names.LINE, title="Line"),
            Column(source=names.SERVICE, title="Service", link=TO_SERVICE),
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source="A", title="Attained so far", unit=Unit.RATIO),
            Column(source="B", title="Credit below", unit=Unit.RATIO),
            Column(source="C", title="Headroom", unit=Unit.RATIO, thresholds=_HEADROOM),
            Column(source="D", title="Chance of a miss", unit=Unit.RATIO, thresholds=MISS_BANDS),
        ),
        sort_by="Headroom",
    )


def _moved(lines: int) -> Panel:
    by = f"{names.LINE}, {names.SERVICE}, {names.AGREEMENT}, {names.CURRENCY}"
    moved = f"sum by ({by}) ({select(names.CONTRACT_LINE, THIS, CLOSED)})"
    return Table(
        key="moved",
        title="What moved in the last period",
        description=(
            "Each line of the last statement: what the vendor owes by it, less what comes back; "
            "a reward is what it earns."
        ),
        width=9,
        height=table_height(lines),
        targets=(Target(ref="A", expr=moved, legend="Amount", instant=True),),
        columns=(
            Column(source=names.LINE, title="Line"),
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source=names.CURRENCY, title="Currency", width=80),
            Column(source="A", title="Amount", unit=Unit.MONEY),
        ),
        sort_by="Amount",
        descending=True,
    )


def _dilution() -> Panel:
    judged = equal(names.LINE, LineValue.CREDIT)

    def all_of(part: PartValue) -> str:
        chosen = (THIS, RUNNING, judged, equal(names.PART, part))
        return f"sum({select(names.CONTRACT_EVENTS, *chosen)})"

    return BarGauge(
        key="dilution",
        title="What the average hides",
        description=(
            "Attainment of each agreement in the running period, and of all of them together. "
            "The further the worst one is from the average, the more the average hides."
        ),
        width=12,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"{all_of(PartValue.GOOD)} / {all_of(PartValue.TOTAL)}",
                legend="all together",
                instant=True,
                style=Style(colour=Colour.NO_DATA),
            ),
            Target(
                ref="B",
                expr=f"sort(max by ({names.SERVICE}, {names.AGREEMENT}) "
                f"({attained(RUNNING, THIS)}))",
                legend=_NAMED,
                instant=True,
                style=Style(colour=Colour.FAIR),
            ),
        ),
        unit=Unit.RATIO,
        minimum=0,
        maximum=1,
    )


def _exposure() -> Panel:
    drawn = (
        ("A", BoundValue.UPPER, "at most", Style(colour=Colour.AT_RISK, dashed=True)),
        ("B", BoundValue.POINT, "expected", Style(colour=Colour.BAD)),
        ("C", BoundValue.LOWER, "at least", Style(colour=Colour.NO_DATA, dashed=True)),
    )
    by = f"{names.CONTRACT}, {names.CURRENCY}"
    return TimeSeries(
        key="exposure",
        title="Credit of the running period",
        description=(
            "What this vendor will owe us for the running period, as it could be expected at each "
            "moment; dashed: the least and the most that its remaining days allow."
        ),
        width=12,
        height=8,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"sum by ({by}) "
                f"({select(names.PENALTY, THIS, RUNNING, equal(names.BOUND, bound))})",
                legend=f"{{{{{names.CURRENCY}}}}} {word}",
                style=style,
            )
            for ref, bound, word, style in drawn
        ),
        unit=Unit.MONEY,
        minimum=0,
    )


def agreements(plan: Plan) -> tuple[Panel, ...]:
    """Return how the chosen vendor's agreements stand, and how they stood day by day."""
    most = max(len(_answered(plan, vendor.name)) for vendor in plan.vendors)
    return (_states(most), _history(most))


def _answered(plan: Plan, vendor: str) -> set[str]:
    """Return the ids of the agreements a vendor answers for, or is judged by."""
    judged = {
        agreement for one in plan.contracts if one.vendor == vendor for agreement in one.agreements
    }
    return judged | {one.id for one in plan.agreements if one.vendor == vendor}


def _mine(expr: str) -> str:
    """Return what of an expression is about agreements the vendor answers for, or is judged by."""
    on = f"{names.SERVICE}, {names.AGREEMENT}"
    found = (select(names.AGREEMENT_INFO, THIS), select(names.CONTRACT_BOUND, THIS))
    theirs = " or ".join(f"max by ({on}) ({series})" for series in found)
    return f"({expr}) and on ({on}) ({theirs})"


def _states(most: int) -> Panel:
    asked = (
        ("A", "State", _mine(per_agreement(state_codes()))),
        ("B", "Attainment", _mine(per_agreement(select(names.ATTAINMENT)))),
        ("C", "Objective", _mine(per_agreement(select(names.OBJECTIVE)))),
        ("D", "Budget left", _mine(per_agreement(select(names.BUDGET_REMAINING)))),
    )
    return Table(
        key="vendor-agreements",
        title="Attainment against objective",
        description="Every agreement this vendor answers for, over its own window, worst first.",
        width=12,
        height=max(8, table_height(most)),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, title, expr in asked
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source="A", title="State", mappings=mappings(STATES), width=120),
            Column(source="B", title="Attainment", unit=Unit.RATIO),
            Column(source="C", title="Objective", unit=Unit.RATIO),
            Column(source="D", title="Budget left", unit=Unit.RATIO, thresholds=BUDGET_BANDS),
        ),
        sort_by="State",
        descending=True,
        link=TO_SERVICE,
    )


def _history(most: int) -> Panel:
    return StatusHistory(
        key="vendor-history",
        title="How it stood, day by day",
        description="State of each agreement over its own window, as it was at the end of a day.",
        width=12,
        height=max(8, table_height(most)),
        targets=(Target(ref="A", expr=_mine(state_codes()), legend=_NAMED),),
        every="1d",
        mappings=mappings(STATES),
        link=TO_SERVICE,
    )
