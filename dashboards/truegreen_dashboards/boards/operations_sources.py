"""The row of the Operations board about sources: what comes in, how old it is, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import table_height
from truegreen_dashboards.display import Colour, Unit, ValueMapping
from truegreen_dashboards.panels import Column, Panel, Table, TimeSeries
from truegreen_dashboards.promql import select
from truegreen_dashboards.targets import Target
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan

__all__ = ["sources"]

_UP = (
    ValueMapping(value=0, text="DOWN", colour=Colour.BAD),
    ValueMapping(value=1, text="UP", colour=Colour.GOOD),
)


def sources(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the sources."""
    return (_sources(plan), _lag(), _refused())


def _sources(plan: Plan) -> Panel:
    read = f"time() - ({_by_source(select(names.SOURCE_LAST_SUCCESS))})"
    asked = (
        ("A", "State", _by_source(select(names.SOURCE_UP))),
        ("B", "Last read", read),
        ("C", "Newest row", _by_source(select(names.SOURCE_LAG))),
        ("D", "Rows", _increase(names.SOURCE_ROWS)),
        ("E", "Refused", _increase(names.SOURCE_REJECTED)),
        ("F", "No service", _increase(names.SOURCE_UNMATCHED)),
    )
    return Table(
        key="sources",
        title="Sources",
        description=(
            "Each source now: whether its last reading went well, how long ago that was, the age "
            "of its newest row, and the rows of the time range: kept, refused, of no service."
        ),
        width=24,
        height=table_height(len(plan.sources), lines=1),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, title, expr in asked
        ),
        columns=(
            Column(source=names.SOURCE, title="Source"),
            Column(source="A", title="State", mappings=_UP, width=110),
            Column(source="B", title="Last read", unit=Unit.SECONDS, width=130),
            Column(
                source="C",
                title="Newest row",
                unit=Unit.SECONDS,
                width=130,
                missing="no time declared",
            ),
            *(
                Column(source=ref, title=title, unit=Unit.COUNT, width=110)
                for ref, title, _ in asked[3:]
            ),
        ),
        sort_by="Source",
    )


def _lag() -> Panel:
    return TimeSeries(
        key="lag",
        title="Age of the newest row",
        description="How old the newest row of each source is; a line that rises has stopped.",
        width=12,
        height=8,
        targets=(
            Target(
                ref="A", expr=_by_source(select(names.SOURCE_LAG)), legend=f"{{{{{names.SOURCE}}}}}"
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
    )


def _refused() -> Panel:
    by = f"{names.SOURCE}, {names.REASON}"
    refused = f"rate({select(names.SOURCE_REJECTED, over='$__rate_interval')})"
    # Each source has a series for every reason, nearly all of them 0 for ever.
    every = f'label_replace(sum({refused}), "{names.SOURCE}", "all sources", "", "")'
    every = f'label_replace({every}, "{names.REASON}", "any reason", "", "")'
    return TimeSeries(
        key="refused",
        title="Refused rows",
        description=(
            "Rows that could not be taken in, by source and reason where there are any; the rest "
            "of their batch was taken in."
        ),
        width=12,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"(sum by ({by}) ({refused}) > 0) or {every}",
                legend=f"{{{{{names.SOURCE}}}}}, {{{{{names.REASON}}}}}",
            ),
        ),
        unit=Unit.PER_SECOND,
        minimum=0,
    )


def _by_source(selector: str) -> str:
    return f"max by ({names.SOURCE}) ({selector})"


def _increase(metric: Metric) -> str:
    return f"round(sum by ({names.SOURCE}) (increase({select(metric, over='$__range')})))"
