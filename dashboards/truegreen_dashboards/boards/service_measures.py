"""The rows of the Service board about measures: values against their targets, by window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Row
from truegreen_dashboards.boards.families import Family, by_family
from truegreen_dashboards.boards.frame import HERE, table_height
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import equal, like, select
from truegreen_dashboards.targets import Target, lettered
from truegreen_definitions import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Measurement, Plan

__all__ = ["measures"]

_MISSING = {"Target": "not promised", "Value": "no rows"}
_IN_WORDS = {"": "", "count": " as a count", "seconds": " as a length of time"}


def measures(plan: Plan) -> tuple[Row, ...]:
    """Return a row for each family of measures that the plan has."""
    return tuple(
        Row(key=f"measures-{family.key}", title=family.title, panels=_tables(family, found))
        for family, found in by_family(plan.measurements)
    )


def _tables(family: Family, measured: Sequence[Measurement]) -> tuple[Panel, ...]:
    """Return a table for each unit, of what is promised and of what is only watched."""
    found: dict[tuple[bool, str], set[str]] = {}
    for one in measured:
        found.setdefault((one.bound is None, one.parts.unit), set()).add(one.name)
    width = 12 if len(found) > 1 else 24
    return tuple(
        _table(family, unit, sorted(called), watched=watched, width=width)
        for (watched, unit), called in sorted(found.items())
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
