"""A report: sections of sentences, tables and charts, without a word of how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour

if TYPE_CHECKING:
    from truegreen_dashboards.drawing.charts.bars import Bars
    from truegreen_dashboards.drawing.charts.columns import Columns
    from truegreen_dashboards.drawing.charts.course import Course
    from truegreen_dashboards.drawing.charts.strip import Strip

__all__ = [
    "Block",
    "Cell",
    "Charts",
    "Heading",
    "Points",
    "Report",
    "Section",
    "Sentence",
    "Table",
    "Tile",
    "Tiles",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: What it says.
        small: What is said under it, in small letters.
        word: A word in colour before the text, such as `MISSED`; empty for none.
        colour: Of the word.
        number: Whether it is a figure, set to the right.
    """

    text: str = ""
    small: str = ""
    word: str = ""
    colour: Colour = Colour.NONE
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings.

    Attributes:
        empty: What is said in place of no rows.
        receipts: Commands that give the receipts of its figures.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph; `soft` where it only explains."""

    text: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences in a list."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A headline figure: what it is, the figure, its word in colour, and what it means."""

    about: str
    figure: str
    word: str
    colour: Colour
    meaning: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """Headline figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Charts:
    """Pictures, side by side as far as there is room; `caption` says how to read them."""

    charts: tuple[Strip | Bars | Course | Columns, ...]
    caption: str


Block = Table | Sentence | Heading | Points | Tiles | Charts


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report.

    Attributes:
        key: Its anchor, unique in the report.
        fresh: Whether it begins on a new page of paper.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All of it.

    Attributes:
        about: What it is about and of when, in one line under the title.
        sections: The first one fits on the first page.
    """

    title: str
    about: str
    sections: tuple[Section, ...]
