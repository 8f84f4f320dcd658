"""Rules about what people read: titles, words beside colours, contrast."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from truegreen_dashboards.lint.fault import Finding, Rule
from truegreen_dashboards.panels import (
    BarGauge,
    Gauge,
    Stat,
    StateTimeline,
    StatusHistory,
    Table,
    TimeSeries,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.display import Colour, Threshold, ValueMapping
    from truegreen_dashboards.panels import Panel

__all__ = ["RULES", "contrast"]

_LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3 (AA, text of any size)
_INK = ("#ffffff", "#000000")


def _said(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    if not board.title or not board.description:
        yield Finding("", "the board has no title or no description")
    for panel in board.panels:
        if not panel.title:
            yield Finding(panel.key, "no title")
        if not panel.description.endswith("."):
            yield Finding(panel.key, "no description in whole sentences")


def _worded(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for panel in board.panels:
        if any(not one.text for one in _mappings(panel)):
            yield Finding(panel.key, "a value is mapped to a colour without a word")
        if not _speaks(panel):
            yield Finding(panel.key, "colours mean something, and no word says what")


def _contrast(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for panel in board.panels:
        mapped, banded = _mappings(panel), _thresholds(panel)
        colours = {*(one.colour for one in mapped), *(one.colour for one in banded)}
        for colour in sorted(colours, key=lambda one: one.name):
            best = max(contrast(ink, colour.value) for ink in _INK) if _solid(colour) else 0.0
            if best < _LEAST_CONTRAST:
                yield Finding(
                    panel.key,
                    f"neither black nor white text can be read on {colour.name} ({best:.1f} to 1)",
                )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  sRGB


def _solid(colour: Colour) -> bool:
    return colour.value.startswith("#")


def _speaks(panel: Panel) -> bool:
    match panel:
        case Stat():
            worded = bool(panel.mappings) or all(band.word for band in panel.thresholds)
            return worded and (panel.of is None or bool(panel.counted))
        case BarGauge() | Gauge():
            return all(band.word for band in panel.thresholds)
        case TimeSeries():
            return all(band.word for band in panel.thresholds[1:])
        case StateTimeline() | StatusHistory():
            return bool(panel.mappings)
    return True


def _mappings(panel: Panel) -> tuple[ValueMapping, ...]:
    if isinstance(panel, Table):
        return tuple(chain.from_iterable(column.mappings for column in panel.columns))
    return panel.mappings if isinstance(panel, Stat | StateTimeline | StatusHistory) else ()


def _thresholds(panel: Panel) -> tuple[Threshold, ...]:
    if isinstance(panel, Table):
        return tuple(chain.from_iterable(column.thresholds for column in panel.columns))
    return panel.thresholds if isinstance(panel, Stat | BarGauge | Gauge | TimeSeries) else ()


RULES = (
    Rule("text/said", "a title and a description in whole sentences", _said),
    Rule("colour/word", "a word beside every colour that means something", _worded),
    Rule("colour/contrast", "text that can be read on every colour", _contrast),
)
