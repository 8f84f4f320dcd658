"""Coloured words over time: a line per series, in stretches or in cells of equal length."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from truegreen_dashboards.display import Colour, ValueMapping
from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import rect, shortened, text, width_of
from truegreen_dashboards.stills.figures import legend, mapped
from truegreen_dashboards.stills.panels.marks import nothing, time_marks
from truegreen_definitions.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_dashboards.panels import StateTimeline, StatusHistory
    from truegreen_dashboards.stills.answers import Asking, View

__all__ = ["draw_history", "draw_timeline"]

_NO_DATA = ValueMapping(value=0, text="NO DATA", colour=Colour.NO_DATA)
_NAMES, _FOOT, _ROW = 0.2, 24.0, 34.0
_GAP = 1.5  # steps without a point after which nothing is known


class _Piece(NamedTuple):
    start: float
    end: float
    value: float | None


class _Row(NamedTuple):
    name: str
    points: tuple[tuple[float, float], ...]


def draw_timeline(
    panel: StateTimeline, ask: Asking, view: View, width: float, height: float
) -> Iterator[str]:
    """Yield the elements of a state timeline."""
    start, end, step = view.stretch()
    rows = [
        (one.name, _stretches(one.points, start, end, step))
        for one in _rows(panel, ask, view, None)
    ]
    yield from _drawn(rows, panel, (start, end), width, height)


def draw_history(
    panel: StatusHistory, ask: Asking, view: View, width: float, height: float
) -> Iterator[str]:
    """Yield the elements of a status history."""
    step = int(parse_duration(panel.every))
    start, end, _ = view.stretch(step)
    rows = []
    for one in _rows(panel, ask, view, step):
        known = {round(at): value for at, value in one.points}
        cells = [_Piece(at - step, at, known.get(at)) for at in range(start, end + step, step)]
        rows.append((one.name, cells))
    yield from _drawn(rows, panel, (start - step, end), width, height)


def _rows(
    panel: StateTimeline | StatusHistory, ask: Asking, view: View, step: int | None
) -> list[_Row]:
    return sorted(
        _Row(legend(target.legend, one.labels, view), one.points)
        for target in panel.targets
        for one in ask(target, instant=False, step=step)
    )


def _stretches(
    points: Sequence[tuple[float, float]], start: float, end: float, step: int
) -> list[_Piece]:
    """Return stretches of equal value; a point speaks for the step before it, a gap for None."""
    found: list[_Piece] = []

    def put(begin: float, until: float, value: float | None) -> None:
        if until <= begin:
            return
        if found and found[-1].value == value:
            found[-1] = found[-1]._replace(end=until)
        else:
            found.append(_Piece(begin, until, value))

    at = start
    for time, value in points:
        begin = time - step if time - at > step * _GAP else at
        put(at, begin, None)
        put(begin, time, value)
        at = time
    if end - at > step * _GAP:
        put(at, end, None)
    elif found:
        found[-1] = found[-1]._replace(end=end)
    return found


def _drawn(
    rows: Sequence[tuple[str, Sequence[_Piece]]],
    panel: StateTimeline | StatusHistory,
    time: tuple[float, float],
    width: float,
    height: float,
) -> Iterator[str]:
    if not rows:
        yield nothing(width, height, panel.quiet)
        return
    left = width * _NAMES
    across = Scale(*time, left, width)
    each = min(_ROW, (height - _FOOT) / len(rows))
    for place, (name, pieces) in enumerate(rows):
        top = place * each
        yield text(0, top + each / 2 + 4, shortened(name, left - 8))
        for piece in pieces:
            word = (
                mapped(piece.value, panel.mappings) if piece.value is not None else None
            ) or _NO_DATA
            begin, end = across.at(piece.start), across.at(piece.end)
            role = word.colour.role
            yield rect(begin, top + 2, end - begin - 1, each - 4, f"{role}-tint")
            yield rect(begin, top + each - 7, end - begin - 1, 5, role)
            if width_of(word.text, 11, bold=True) + 6 < end - begin:
                yield text((begin + end) / 2, top + each / 2 + 3, word.text, "word middle")
    yield from time_marks(left, width, len(rows) * each + 4, *time)
