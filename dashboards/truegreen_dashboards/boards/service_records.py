"""The row of the Service board about business records: the parts behind every ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import HERE, records_behind
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Target, lettered
from truegreen_dashboards.titles import window_title
from truegreen_definitions import names
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from truegreen_dashboards.targets import RecordsLink
    from truegreen_definitions.plan import Plan

__all__ = ["records"]


def records(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the agreements that are counted from rows."""
    windows = {
        counted.label
        for agreement in plan.agreements
        if isinstance(agreement.parts, Records)
        for counted in agreement.windows
    }
    return (_parts(records_behind(plan.policy, "agreement")), _windows(tuple(sorted(windows))))


def _parts(behind: RecordsLink) -> Panel:
    by = f"{names.AGREEMENT}, {names.KIND}, {names.WINDOW}"

    def rows(part: names.PartValue) -> str:
        return f"max by ({by}) ({select(names.WINDOW_EVENTS, HERE, equal(names.PART, part))})"

    return Table(
        key="parts",
        title="Rows counted",
        description=(
            "Rows of each agreement by event time and window. Pending rows are too young to be "
            "judged; excluded ones lie in agreed exclusions and are counted, never dropped. Rows "
            "of each part: a click, where the address of the records is known, or `truegreen "
            "explain SERVICE/AGREEMENT --state FILE`."
        ),
        records=behind,
        width=12,
        height=11,
        targets=tuple(
            Target(ref=ref, expr=rows(part), legend=part.capitalize(), instant=True)
            for ref, part in lettered(names.PartValue)
        ),
        columns=(
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source=names.KIND, title="Kind", width=70),
            Column(source=names.WINDOW, title="Window"),
            *(
                Column(source=ref, title=part.capitalize(), unit=Unit.COUNT)
                for ref, part in lettered(names.PartValue)
            ),
        ),
        sort_by="Agreement",
    )


def _windows(windows: tuple[str, ...]) -> Panel:
    by = f"{names.AGREEMENT}, {names.KIND}"
    counted = f"on ({names.SERVICE}, {names.AGREEMENT}, {names.WINDOW}) {names.WINDOW_EVENTS.name}"

    def kept(window: str) -> str:
        share = select(names.ATTAINMENT, HERE, equal(names.WINDOW, window))
        return f"max by ({by}) ({share} and {counted})"

    refs = lettered(windows)
    return Table(
        key="windows",
        title="Attainment by window",
        description="Good over total in each window; an empty cell had no rows to judge.",
        width=12,
        height=11,
        targets=tuple(
            Target(ref=ref, expr=kept(window), legend=window, instant=True) for ref, window in refs
        ),
        columns=(
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source=names.KIND, title="Kind", width=70),
            *(
                Column(source=ref, title=window_title(window), unit=Unit.RATIO)
                for ref, window in refs
            ),
        ),
        sort_by="Agreement",
    )
