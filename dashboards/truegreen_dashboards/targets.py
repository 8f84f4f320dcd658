"""What a panel asks for and where it leads: queries, variables, annotations, links."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, product
from string import ascii_uppercase
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_dashboards.display import Colour

__all__ = [
    "Annotation",
    "BoardLink",
    "Choice",
    "Noted",
    "PageLink",
    "RecordsLink",
    "Style",
    "Target",
    "Variable",
    "lettered",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the series of one target are drawn, where the panel's own way does not do.

    Attributes:
        dashed: A line that is a bound and not a measurement.
    """

    colour: Colour
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A query.

    Attributes:
        ref: Letters that name it within its panel, see `lettered`.
        expr: PromQL; may hold `$service` and other variables of the board, `$__range` and
            `$__rate_interval`.
        legend: Name of a series, with labels as `{{service}}`.
        instant: One value, of the end of the time range, in place of a series over it.
        style: How its series are drawn; None for the palette.
        traced: Its histogram keeps traces of single cases, which stand on the line as dots.
    """

    ref: str
    expr: str
    legend: str
    instant: bool = False
    style: Style | None = None
    traced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLink:
    """A way down: to another board, with one variable set from a label of what was clicked.

    Attributes:
        board: `uid` of the board.
        variable: Name of its variable; empty where the board is only opened.
        label: Label of the series or column of the row that gives the value; empty likewise.
    """

    title: str
    board: str
    variable: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link at the head of a board; its URL may hold variables of the board, as `${service}`."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsLink:
    """A way down to the records behind the figures of the chosen service.

    The live page has it of itself; Grafana by the address of that page, and where none is known
    to the service's page in the catalogue, which says by what the figures are counted.

    Attributes:
        of: What of the service the figures are about; the label that names it.
        window: Over which they are counted; empty for each one's own.
        page: Address of the live page; empty where it is not known.
        catalogue: Address of the catalogue; empty likewise.
    """

    of: Literal["step", "agreement"]
    window: str = ""
    page: str = ""
    catalogue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a variable, and how people read it."""

    value: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A choice at the head of a board, of what the plan has.

    The choices do not come from series: what has no series yet, or none of that label, could
    not be chosen.

    Attributes:
        name: As in queries, without the dollar sign.
        title: As people read it.
        choices: In the order in which they are offered.
        default: Value when nothing is chosen; empty where there is nothing to choose.
    """

    name: str
    title: str
    choices: tuple[Choice, ...]
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Marks on the time axis wherever the query has a value."""

    name: str
    expr: str
    title: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Marks on the time axis for what people or pipelines have noted in Grafana under a tag."""

    name: str
    tag: str
    colour: Colour


def lettered(values: Iterable[T]) -> tuple[tuple[str, T], ...]:
    """Return values in order, each with the `ref` of its target: A to Z, then AA and on."""
    letters = (
        "".join(word) for length in count(1) for word in product(ascii_uppercase, repeat=length)
    )
    return tuple((next(letters), value) for value in values)
