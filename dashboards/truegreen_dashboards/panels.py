"""The panels: what is shown, without a word of how Grafana or the preview draws it.

Every kind is a frozen `Panel`. A panel's `key` is unique on its board and never changes:
Grafana's panel id comes from it, so links to a panel survive a new layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Threshold, Unit, ValueMapping

if TYPE_CHECKING:
    from truegreen_dashboards.targets import BoardLink, RecordsLink, Target

__all__ = [
    "BarChart",
    "BarGauge",
    "Column",
    "Gauge",
    "Heatmap",
    "Panel",
    "Section",
    "Stat",
    "StateTimeline",
    "StatusHistory",
    "Table",
    "Text",
    "TimeSeries",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What all panels have.

    Attributes:
        key: Stable name within the board.
        description: What it means and how to read it, for people.
        width: In columns, 1 to 24.
        height: In grid rows, at least 2.
        link: Where a click on a series or a row leads; on the title where it sets no variable.
        quiet: What it means when there is nothing to show, in capitals; empty for NO DATA.
        records: Where the records behind it are; None where it is about none.
    """

    key: str
    title: str
    description: str
    width: int
    height: int
    targets: tuple[Target, ...] = ()
    link: BoardLink | None = None
    quiet: str = ""
    records: RecordsLink | None = None

    @property
    def asked(self) -> tuple[Target, ...]:
        """Every query of the panel."""
        return self.targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat(Panel):
    """Big values, one per series; a word where a mapping or a threshold has one.

    Attributes:
        of: Target whose value is the whole that the first one is a part of (`3 of 5`).
        counted: What the part has in common, in capitals: `MET` reads `ALL MET` or `2 NOT MET`.
        sparkline: Draw the course over the time range under the value.
        named: Say the series' name beside a single value too, such as a currency.
    """

    unit: Unit = Unit.NUMBER
    thresholds: tuple[Threshold, ...] = ()
    mappings: tuple[ValueMapping, ...] = ()
    of: Target | None = None
    counted: str = ""
    sparkline: bool = False
    named: bool = False

    @property
    def asked(self) -> tuple[Target, ...]:
        """Every query of the panel, that of the whole last."""
        return (*self.targets, self.of) if self.of else self.targets


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSeries(Panel):
    """Lines over time.

    Attributes:
        thresholds: Drawn as lines across, the lowest band excepted.
        stacked: Areas on top of each other.
        minimum: Lower end of the axis; None to fit.
    """

    unit: Unit = Unit.NUMBER
    thresholds: tuple[Threshold, ...] = ()
    stacked: bool = False
    minimum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarGauge(Panel):
    """One horizontal bar per series, coloured by thresholds.

    Attributes:
        minimum: Value at the left end; None to fit.
        maximum: Value at the right end; None to fit.
    """

    unit: Unit = Unit.NUMBER
    thresholds: tuple[Threshold, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge(Panel):
    """A dial per series: where in a fixed range a value stands, in bands that have words."""

    minimum: float
    maximum: float
    unit: Unit = Unit.NUMBER
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap(Panel):
    """Counts over time by bucket; the one target keeps `le`, cumulative as histograms are.

    Attributes:
        unit: Of the buckets' bounds.
    """

    unit: Unit = Unit.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart(Panel):
    """Stacked horizontal bars: one bar per value of a label, one part per target.

    Attributes:
        category: The label; every target must keep it and nothing else.
        sort_by: `ref` of the target by whose value the bars are sorted, ascending; empty for
            the order of the label.
        share: Draw parts as shares of the whole.
    """

    category: str
    unit: Unit = Unit.NUMBER
    sort_by: str = ""
    share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTimeline(Panel):
    """One line of coloured words over time per series."""

    mappings: tuple[ValueMapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusHistory(Panel):
    """One row of coloured words per series, a cell for each stretch of time.

    Attributes:
        every: Length of the time of a cell, such as `1d`; it shows how it stood at its end.
    """

    every: str
    mappings: tuple[ValueMapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        source: `ref` of a target, for its value, or the name of a label.
        width: In pixels; None to fit.
        link: Where a click on a cell leads; None for the panel's own link, on the column it names.
        missing: What it means when a row has nothing there; empty for no data, or none of a label.
    """

    source: str
    title: str
    unit: Unit = Unit.NUMBER
    thresholds: tuple[Threshold, ...] = ()
    mappings: tuple[ValueMapping, ...] = ()
    width: int | None = None
    link: BoardLink | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Panel):
    """Rows that share their labels over all targets, which are asked at one instant.

    Attributes:
        sort_by: Title of the column by which the rows are sorted.
        descending: The greatest value first.
    """

    columns: tuple[Column, ...] = ()
    sort_by: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a text that is about one value of the board's variable, such as a service."""

    value: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Panel):
    """Words in Markdown.

    Attributes:
        sections: Parts about one value each; where one is chosen and the page can tell, only
            its part is shown.
    """

    body: str = ""
    sections: tuple[Section, ...] = ()
