"""The first row of the Vendor board: every vendor at a glance, in minimums and in money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import CLOSED, RUNNING, TO_VENDOR, table_height
from truegreen_dashboards.display import Colour, Threshold, Unit, ValueMapping
from truegreen_dashboards.panels import Column, Panel, Stat, Table
from truegreen_dashboards.promql import equal, select, unequal
from truegreen_dashboards.targets import Target
from truegreen_definitions import names
from truegreen_definitions.names import BoundValue, LineValue, PartValue, StateValue

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan

__all__ = ["LINES", "MISS_BANDS", "attained", "overview"]

OURS = unequal(names.VENDOR, "")
"""What a vendor owes us; what we owe a client has no vendor."""
EXACT = equal(names.BOUND, "")
LINES = (names.VENDOR, names.CONTRACT, names.LINE, names.SERVICE, names.AGREEMENT)
"""What tells the lines of contracts apart."""

MISS_BANDS = (
    Threshold(value=None, colour=Colour.GOOD, word="UNLIKELY"),
    Threshold(value=0.2, colour=Colour.AT_RISK, word="POSSIBLE"),
    Threshold(value=0.5, colour=Colour.BAD, word="LIKELY"),
)
"""Bands of the chance that a line is missed by the end of the period."""

_ROW = f"{names.VENDOR}, {names.CONTRACT}, {names.CURRENCY}"
_FINAL = (
    ValueMapping(value=0, text="SETTLING", colour=Colour.AT_RISK),
    ValueMapping(value=1, text="FINAL", colour=Colour.GOOD),
)


def attained(window: Matcher, *more: Matcher) -> str:
    """Return good over total of each line of the vendors' contracts."""

    def counted(part: PartValue) -> str:
        chosen = (OURS, window, *more, equal(names.PART, part))
        return f"sum by ({', '.join(LINES)}) ({select(names.CONTRACT_EVENTS, *chosen)})"

    return f"{counted(PartValue.GOOD)} / ({counted(PartValue.TOTAL)} > 0)"


def overview(plan: Plan) -> tuple[Panel, ...]:
    """Return the headlines, and a row per contract."""
    contracts = [one for one in plan.contracts if one.vendor]
    panels: list[Panel] = []
    if any(one.significant_minimums for one in contracts):
        panels.append(_minimums())
    if any(one.vendor for one in plan.agreements):
        panels.append(_kept())
    if contracts:
        panels += [
            _money("credits-expected", "Credits expected", names.PENALTY, running=True),
            _money("credits-last", "Credits of the last period", names.PENALTY, running=False),
            _money("rewards-expected", "Rewards they earn", names.REWARD, running=True),
            _scorecard(len(contracts)),
        ]
    return tuple(panels)


def _minimums() -> Panel:
    of = equal(names.LINE, LineValue.MINIMUM)
    on = ", ".join(LINES)
    bound = f"max by ({on}) ({select(names.CONTRACT_BOUND, OURS, of)})"
    ratio = attained(RUNNING, of)
    return Stat(
        key="minimums",
        title="Significant minimums kept",
        description=(
            "Floors under single agreements that are kept so far in the running period, of all "
            "that had something to be judged by."
        ),
        width=5,
        height=5,
        targets=(
            Target(ref="A", expr=f"sum(({ratio}) >= bool on ({on}) ({bound}))", legend="kept"),
        ),
        of=Target(ref="B", expr=f"count({ratio})", legend="of"),
        counted="KEPT",
    )


def _kept() -> Panel:
    on = f"on ({names.SERVICE}, {names.AGREEMENT}, {names.WINDOW})"
    theirs = select(names.AGREEMENT_INFO, OURS)
    met = select(names.STATE_OF, equal(names.STATE, StateValue.OK))
    return Stat(
        key="vendors-met",
        title="Promises on their steps met",
        description=(
            "Agreements on steps that vendors walk, met over their own window, of all. What "
            "contracts count beside them stands with the contract."
        ),
        width=5,
        height=5,
        targets=(Target(ref="A", expr=f"sum({met} and {on} {theirs})", legend="met"),),
        of=Target(ref="B", expr=f"count({theirs})", legend="of"),
        counted="MET",
        sparkline=True,
    )


def _money(key: str, title: str, metric: Metric, *, running: bool) -> Panel:
    chosen = (RUNNING, equal(names.BOUND, BoundValue.POINT)) if running else (CLOSED, EXACT)
    amount = f"sum by ({names.CURRENCY}) ({select(metric, OURS, *chosen)})"
    said = (
        "for the running period by its end, as its days so far let expect"
        if running
        else "for the last closed period"
    )
    what = "What vendors will owe us" if metric is names.PENALTY else "What vendors will earn"
    return Stat(
        key=key,
        title=title,
        description=f"{what} {said}, by currency; currencies are never added up.",
        width=5 if metric is names.PENALTY else 4,
        height=5,
        targets=(Target(ref="A", expr=amount, legend=f"{{{{{names.CURRENCY}}}}}"),),
        unit=Unit.MONEY,
        named=True,
    )


def _scorecard(contracts: int) -> Panel:
    def money(metric: Metric, *matches: Matcher) -> str:
        return f"max by ({_ROW}) ({select(metric, OURS, *matches)})"

    def expected(bound: BoundValue) -> str:
        return money(names.PENALTY, RUNNING, equal(names.BOUND, bound))

    def told(metric: Metric, *matches: Matcher) -> str:
        on = f"{names.VENDOR}, {names.CONTRACT}"
        row = f"(0 * {money(names.CONTRACT_AT_RISK, RUNNING)} + 1)"
        worst = f"max by ({on}) ({select(metric, OURS, *matches)})"
        return f"{row} * on ({on}) group_left () {worst}"

    asked = (
        ("A", "Credit expected", expected(BoundValue.POINT)),
        ("B", "at least", expected(BoundValue.LOWER)),
        ("C", "at most", expected(BoundValue.UPPER)),
        ("D", "At risk", money(names.CONTRACT_AT_RISK, RUNNING)),
        ("E", "Reward", money(names.REWARD, RUNNING, equal(names.BOUND, BoundValue.POINT))),
        ("F", "Last credit", money(names.PENALTY, CLOSED, EXACT)),
        ("G", "Last period", told(names.CONTRACT_CLOSED, CLOSED)),
        ("H", "Worst chance of a miss", told(names.CONTRACT_MISS, RUNNING)),
    )
    columns = {
        ref: Column(source=ref, title=title, unit=Unit.MONEY) for ref, title, _ in asked[:6]
    } | {
        "G": Column(source="G", title="Last period", mappings=_FINAL, width=110),
        "H": Column(
            source="H",
            title="Worst chance of a miss",
            unit=Unit.RATIO,
            thresholds=MISS_BANDS,
            missing="by time, not by lines",
        ),
    }
    return Table(
        key="scorecard",
        title="Every contract",
        description=(
            "What each contract will move for its running period, with the bounds that its "
            "remaining days allow, what moved in the last one, and the chance that its worst "
            "line is missed. A click leads to the vendor."
        ),
        width=24,
        height=table_height(contracts, lines=1),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, title, expr in asked
        ),
        columns=(
            Column(source=names.VENDOR, title="Vendor"),
            Column(source=names.CONTRACT, title="Contract"),
            Column(source=names.CURRENCY, title="Currency", width=90),
            *(columns[ref] for ref in "HABCDEFG"),
        ),
        sort_by="Credit expected",
        descending=True,
        link=TO_VENDOR,
    )
