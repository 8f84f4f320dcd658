"""Panels of the Service board about closed periods: what was frozen, and what is known now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import HERE
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import equal, like, select
from truegreen_dashboards.targets import Target
from truegreen_definitions import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Measurement, Plan

__all__ = ["restated"]

_SHARES = (
    "Attainment of the last closed period as it was frozen, which contracts go by, and of the same "
    "period with what rows said since. Where the two differ, rows came or were corrected after the "
    "period had closed."
)
_VALUES = "Values of the last closed period as they were frozen, and as rows say today."


def restated(plan: Plan) -> tuple[Panel, ...]:
    """Return a panel of what is counted, and one for each way in which measures are shown."""
    timed = [one for one in plan.measurements if one.parts.unit == "seconds"]
    others = [one for one in plan.measurements if one.parts.unit != "seconds"]
    return (
        _shares(),
        *((_values("restated-values", "values", others, Unit.COUNT),) if others else ()),
        *((_values("restated-times", "lengths of time", timed, Unit.SECONDS),) if timed else ()),
    )


def _shares() -> Panel:
    by = f"{names.AGREEMENT}, {names.KIND}, {names.WINDOW}"

    def share(of: names.Metric) -> str:
        good, total = (
            f"max by ({by}) ({select(of, HERE, equal(names.PART, part))})"
            for part in (names.PartValue.GOOD, names.PartValue.TOTAL)
        )
        return f"{good} / {total}"

    now = share(names.WINDOW_RESTATED)
    frozen = f"{share(names.WINDOW_EVENTS)} and on ({by}) {select(names.WINDOW_RESTATED, HERE)}"
    return _beside(
        "restated",
        ("Closed periods as known now", _SHARES),
        (frozen, now),
        (names.AGREEMENT, names.KIND, names.WINDOW),
        Unit.RATIO,
    )


def _values(key: str, called: str, measured: Sequence[Measurement], unit: Unit) -> Panel:
    by = f"{names.AGREEMENT}, {names.MEASURE}, {names.WINDOW}, {names.CURRENCY}"
    named = sorted({one.name for one in measured})
    # What is promised has its name in one label, what is only watched in the other.
    those = (HERE, like(names.AGREEMENT, "", *named), like(names.MEASURE, "", *named))
    now = select(names.WINDOW_VALUE_RESTATED, *those)
    frozen = f"{select(names.WINDOW_VALUE, *those)} and on ({by}) {now}"
    return _beside(
        key,
        (f"Closed {called} as known now", _VALUES),
        (f"max by ({by}) ({frozen})", f"max by ({by}) ({now})"),
        (names.AGREEMENT, names.MEASURE, names.WINDOW, names.CURRENCY),
        unit,
    )


def _beside(
    key: str, said: tuple[str, str], asked: tuple[str, str], about: Sequence[str], unit: Unit
) -> Panel:
    """Return a table of what was frozen beside what is known now."""
    columns = tuple(zip(("A", "B"), ("Frozen", "Known now"), asked, strict=True))
    return Table(
        key=key,
        title=said[0],
        description=said[1],
        width=12,
        height=9,
        targets=tuple(
            Target(ref=ref, expr=expr, legend=legend, instant=True) for ref, legend, expr in columns
        ),
        columns=(
            *(Column(source=one, title=one.capitalize()) for one in about),
            *(Column(source=ref, title=legend, unit=unit) for ref, legend, _ in columns),
        ),
        sort_by="Agreement",
    )
