"""The rows of the Service board by family of indicators: shares and values, and what is promised.

A family's row has a table of the shares that are promised, and one for each unit of values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Row
from truegreen_dashboards.boards.families import Family, by_family
from truegreen_dashboards.boards.frame import HERE, state_codes, table_height
from truegreen_dashboards.display import BUDGET_BANDS, Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import equal, like, of_own_window, select
from truegreen_dashboards.targets import Target, lettered
from truegreen_dashboards.verdicts import STATES, mappings
from truegreen_definitions import names
from truegreen_definitions.plan import Agreement, Measurement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan

__all__ = ["measures"]

_MISSING = {"Target": "not promised", "Value": "no rows"}
_IN_WORDS = {"": "", "count": " as a count", "seconds": " as a length of time"}


def measures(plan: Plan) -> tuple[Row, ...]:
    """Return a row for each family of indicators over records that the plan has."""
    return tuple(
        Row(key=f"measures-{family.key}", title=family.title, panels=_tables(family, found))
        for family, found in by_family((*plan.agreements, *plan.measurements))
    )


def _tables(family: Family, indicated: Sequence[Agreement | Measurement]) -> tuple[Panel, ...]:
    """Return a table of shares, and one for each unit of what is promised or only watched."""
    shares = sorted({one.name for one in indicated if isinstance(one, Agreement)})
    found: dict[tuple[bool, str], set[str]] = {}
    for one in indicated:
        if isinstance(one, Measurement):
            found.setdefault((one.bound is None, one.parts.unit), set()).add(one.name)
    width = 12 if len(found) + bool(shares) > 1 else 24
    values = (
        _table(family, unit, sorted(called), watched=watched, width=width)
        for (watched, unit), called in sorted(found.items())
    )
    return (*((_shares(family, shares, width),) if shares else ()), *values)


def _shares(family: Family, called: Sequence[str], width: int) -> Panel:
    by = f"{names.AGREEMENT}, {names.KIND}, {names.WINDOW}"
    chosen = (HERE, like(names.AGREEMENT, *called))

    def own(metric: Metric) -> str:
        return f"max by ({by}) ({of_own_window(select(metric, *chosen))})"

    return Table(
        key=f"{family.key}-shares",
        title="Promised as a share",
        description=(
            "What was kept of each promise of this family over its own window, and what is left "
            "of its error budget."
        ),
        width=width,
        height=table_height(len(called)),
        targets=(
            Target(
                ref="A",
                expr=f"max by ({by}) ({state_codes(*chosen)})",
                legend="State",
                instant=True,
            ),
            Target(ref="B", expr=own(names.ATTAINMENT), legend="Attainment", instant=True),
            Target(ref="C", expr=own(names.OBJECTIVE), legend="Objective", instant=True),
            Target(ref="D", expr=own(names.BUDGET_REMAINING), legend="Budget left", instant=True),
        ),
        columns=(
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source="A", title="State", mappings=mappings(STATES), width=120),
            Column(source="B", title="Attainment", unit=Unit.RATIO),
            Column(source="C", title="Objective", unit=Unit.RATIO),
            Column(source="D", title="Budget left", unit=Unit.RATIO, thresholds=BUDGET_BANDS),
            Column(source=names.WINDOW, title="Window", width=80),
        ),
        sort_by="State",
        descending=True,
    )


def _table(family: Family, unit: str, called: Sequence[str], *, watched: bool, width: int) -> Panel:
    who = names.MEASURE if watched else names.AGREEMENT
    chosen = (HERE, like(who, *called))
    rows = select(names.WINDOW_SAMPLE, *chosen, equal(names.PART, names.SampleValue.TOTAL))
    asked = [("Value", select(names.WINDOW_VALUE, *chosen))]
    asked += [] if watched else [("Target", select(names.TARGET, *chosen))]
    targets = lettered((*asked, ("Rows", rows)))
    shown = Unit.SECONDS if unit == "seconds" else Unit.COUNT
    said = _IN_WORDS.get(unit, f" in {unit}")
    return Table(
        key=f"{family.key}-{'watched' if watched else 'promised'}-{unit or 'plain'}".lower(),
        title=f"{'Watched' if watched else 'Promised'}{said}",
        description=(
            f"Values{said} by event time and window, what was promised of them, and from how many "
            "rows they are. A value that is missing has no rows behind it."
        ),
        width=width,
        height=table_height(3 * len(called)),
        targets=tuple(
            Target(
                ref=ref,
                expr=f"max by ({who}, {names.WINDOW}) ({expr})",
                legend=legend,
                instant=True,
            )
            for ref, (legend, expr) in targets
        ),
        columns=(
            Column(source=who, title="Measure" if watched else "Agreement"),
            Column(source=names.WINDOW, title="Window"),
            *(
                Column(
                    source=ref,
                    title=legend,
                    unit=Unit.COUNT if legend == "Rows" else shown,
                    missing=_MISSING.get(legend, ""),
                )
                for ref, (legend, _) in targets
            ),
        ),
        sort_by="Measure" if watched else "Agreement",
    )
