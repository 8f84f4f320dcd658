"""The row of the Finance board about its own figures: is the estimate of losses any good?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import TO_SERVICE
from truegreen_dashboards.display import Colour, Threshold, Unit, ValueMapping
from truegreen_dashboards.panels import Column, Gauge, Panel, Table
from truegreen_dashboards.promql import select
from truegreen_dashboards.targets import Target
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric

__all__ = ["trust"]

_BY = f"{names.SERVICE}, {names.CHANNEL}"
_COVERAGE = (
    Threshold(value=None, colour=Colour.BAD, word="DO NOT BELIEVE"),
    Threshold(value=0.85, colour=Colour.GOOD, word="CAN BE BELIEVED"),
)
_BOOKING = (
    ValueMapping(value=0, text="STOPPED", colour=Colour.BAD),
    ValueMapping(value=1, text="BOOKED", colour=Colour.GOOD),
)


def trust() -> tuple[Panel, ...]:
    """Return the panels of the row."""
    return (_coverage(), _channels())


def _coverage() -> Panel:
    return Gauge(
        key="coverage",
        title="True number inside the interval",
        description=(
            "Of windows in which nothing happened, the share whose true number lay inside the "
            "95 % interval; the worst channel of all."
        ),
        width=7,
        height=8,
        targets=(
            Target(ref="A", expr=f"min({select(names.PLACEBO_COVERAGE)})", legend="worst channel"),
        ),
        minimum=0,
        maximum=1,
        unit=Unit.RATIO,
        thresholds=_COVERAGE,
    )


def _channels() -> Panel:
    def of(metric: Metric) -> str:
        return f"max by ({_BY}) ({select(metric)})"

    return Table(
        key="placebo",
        title="Tried on windows without an outage",
        description=(
            "What the estimate says of windows in which nothing happened: how many, how often the "
            "true number lay inside the interval, by how much it is off on the whole, and how "
            "often a loss would have been booked where there was none."
        ),
        width=17,
        height=8,
        targets=tuple(
            Target(ref=ref, expr=of(metric), legend=title, instant=True)
            for ref, title, metric in (
                ("A", "Losses", names.LOSS_BOOKING),
                ("B", "Windows", names.PLACEBO_WINDOWS),
                ("C", "Inside the interval", names.PLACEBO_COVERAGE),
                ("D", "Off by", names.PLACEBO_BIAS),
                ("E", "Booked falsely", names.PLACEBO_BOOKED),
            )
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.CHANNEL, title="Channel"),
            Column(source="A", title="Losses", mappings=_BOOKING, width=110),
            Column(source="B", title="Windows", unit=Unit.COUNT),
            Column(source="C", title="Inside the interval", unit=Unit.RATIO, thresholds=_COVERAGE),
            Column(source="D", title="Off by", unit=Unit.RATIO),
            Column(source="E", title="Booked falsely", unit=Unit.RATIO),
        ),
        sort_by="Service",
        link=TO_SERVICE,
    )
