"""Lines over time, with bounds as broken lines and their words."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from truegreen_dashboards.drawing.scale import Scale, round_ticks
from truegreen_dashboards.drawing.svg import line, rect, shortened, tag, text, width_of
from truegreen_dashboards.stills.figures import figure, legend
from truegreen_dashboards.stills.panels.marks import PALETTE, nothing, time_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_dashboards.panels import TimeSeries
    from truegreen_dashboards.stills.answers import Asking, View
    from truegreen_dashboards.targets import Target

__all__ = ["draw"]

_LEFT, _FOOT = 62.0, 44.0
_GAP = 1.5  # steps without a point after which a line is broken


class _Line(NamedTuple):
    name: str
    target: Target
    points: tuple[tuple[float, float], ...]


def draw(panel: TimeSeries, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a time series."""
    lines = sorted(
        (
            _Line(legend(target.legend, one.labels, view), target, _finite(one.points))
            for target in panel.targets
            for one in ask(target, instant=False)
        ),
        key=lambda one: (one.target.ref, one.name),
    )
    if not any(one.points for one in lines):
        yield nothing(width, height, panel.quiet)
        return
    lines = _stacked(lines) if panel.stacked else lines
    start, end, step = view.stretch()
    across, up = Scale(start, end, _LEFT, width), _upwards(panel, lines, height)
    for value in round_ticks(up.low, up.high, 4):
        y = up.at(value)
        yield line(((_LEFT, y), (width, y)), "rule")
        yield text(_LEFT - 6, y + 4, figure(value, panel.unit), "soft end")
    yield from time_marks(_LEFT, width, height - _FOOT, start, end)
    for bound in panel.thresholds:
        if bound.value is not None and bound.word:
            y = up.at(bound.value)
            yield line(((_LEFT, y), (width, y)), "bound")
            yield text(_LEFT + 4, y - 4, f"{bound.word} {figure(bound.value, panel.unit)}", "soft")
    for place, one in enumerate(lines):
        yield from _drawn(one, PALETTE[place % len(PALETTE)], across, up, step)
    yield from _names(lines, width, height)


def _finite(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple(point for point in points if math.isfinite(point[1]))


def _stacked(lines: Sequence[_Line]) -> list[_Line]:
    """Return lines on top of each other."""
    below: dict[float, float] = defaultdict(float)
    found = []
    for one in lines:
        points = []
        for at, value in one.points:
            below[at] += value
            points.append((at, below[at]))
        found.append(one._replace(points=tuple(points)))
    return found


def _upwards(panel: TimeSeries, lines: Sequence[_Line], height: float) -> Scale:
    values = [value for one in lines for _, value in one.points]
    values += [one.value for one in panel.thresholds if one.value is not None and one.word]
    values += [] if panel.minimum is None else [panel.minimum]
    values += [0.0] if panel.stacked else []
    low, high = min(values), max(values)
    room = (high - low) * 0.05 or 0.05
    bottom = low if low == panel.minimum or (panel.stacked and not low) else low - room
    return Scale(bottom, high + room, height - _FOOT, 6)


def _drawn(one: _Line, role: str, across: Scale, up: Scale, step: int) -> Iterator[str]:
    style = one.target.style
    shade = style.colour.role if style else role
    broken = " dashed" if style and style.dashed else ""
    part: list[tuple[float, float]] = []
    before = None
    for at, value in one.points:
        if before is not None and at - before > step * _GAP:
            yield from _part(part, shade, broken)
            part = []
        part.append((across.at(at), up.at(value)))
        before = at
    yield from _part(part, shade, broken)


def _part(points: Sequence[tuple[float, float]], shade: str, broken: str) -> Iterator[str]:
    if len(points) == 1:
        yield tag("circle", {"class": shade, "cx": points[0][0], "cy": points[0][1], "r": 3})
    elif points:
        yield line(points, f"line {shade}-line{broken}")


def _names(lines: Sequence[_Line], width: float, height: float) -> Iterator[str]:
    x = 0.0
    for place, one in enumerate(lines):
        style = one.target.style
        role = style.colour.role if style else PALETTE[place % len(PALETTE)]
        name = shortened(one.name, width / 2, 12)
        wide = width_of(name, 12) + 30
        if x + wide > width:
            yield text(x, height - 4, f"and {len(lines) - place} more", "soft")
            return
        yield rect(x, height - 12, 12, 4, role)
        yield text(x + 17, height - 4, name, "soft")
        x += wide
