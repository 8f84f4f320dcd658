"""Stacked horizontal bars; a part without colour only moves the next one along (a waterfall)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.drawing.scale import Scale, round_ticks
from truegreen_dashboards.drawing.svg import line, placed, rect, shortened, text, width_of
from truegreen_dashboards.stills.answers import last
from truegreen_dashboards.stills.figures import figure, titled
from truegreen_dashboards.stills.panels.marks import PALETTE, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_dashboards.panels import BarChart
    from truegreen_dashboards.stills.answers import Asking, View
    from truegreen_dashboards.targets import Target

__all__ = ["draw"]

_NAMES, _FOOT, _ROW = 0.24, 44.0, 36.0


class _Bar(NamedTuple):
    name: str
    parts: dict[str, float]


def draw(panel: BarChart, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a bar chart."""
    bars = _bars(panel, ask, view)
    if not bars:
        yield nothing(width, height, panel.quiet)
        return
    left, foot = width * _NAMES, height - _FOOT
    unit = Unit.RATIO if panel.share else panel.unit
    longest = max(sum(max(part, 0) for part in one.parts.values()) for one in bars)
    scale = Scale(0, 1.0 if panel.share else longest or 1.0, left, width - 60)
    for value in round_ticks(scale.low, scale.high, 4):
        x = scale.at(value)
        yield line(((x, 0), (x, foot)), "rule")
        yield text(x, foot + 14, figure(value, unit), "soft middle")
    each = min(_ROW, foot / len(bars))
    for row, bar in enumerate(bars):
        yield text(0, row * each + each / 2 + 4, shortened(bar.name, left - 8))
        parts = tuple(_parts(panel, bar, scale, each - 8, unit))
        yield placed(0, row * each + 4, *parts)
    yield from _names(panel, width, height)


def _bars(panel: BarChart, ask: Asking, view: View) -> list[_Bar]:
    found: dict[str, _Bar] = {}
    for target in panel.targets:
        for one in ask(target, instant=True):
            key, value = one.labels.get(panel.category, ""), last(one)
            bar = found.setdefault(key, _Bar(titled(panel.category, one.labels, view), {}))
            if value is not None:
                bar.parts[target.ref] = value
    seen = [target.ref for target in panel.targets if _is_seen(target)]
    bars = [bar for bar in found.values() if any(ref in bar.parts for ref in seen)]
    if panel.share:
        bars = [_Bar(bar.name, _shares(bar.parts)) for bar in bars]
    by = panel.sort_by
    return sorted(bars, key=lambda bar: (bar.parts.get(by, 0.0) if by else 0.0, bar.name))


def _shares(parts: dict[str, float]) -> dict[str, float]:
    whole = sum(parts.values())
    return {ref: part / whole for ref, part in parts.items()} if whole > 0 else {}


def _is_seen(target: Target) -> bool:
    return target.style is None or target.style.colour is not Colour.NONE


def _role(panel: BarChart, target: Target) -> str:
    if target.style is not None:
        return target.style.colour.role
    return PALETTE[panel.targets.index(target) % len(PALETTE)]


def _parts(panel: BarChart, bar: _Bar, scale: Scale, thick: float, unit: Unit) -> Iterator[str]:
    at, told = 0.0, ""
    for target in panel.targets:
        value = bar.parts.get(target.ref, 0.0)
        begin, end = scale.at(at), scale.at(at + value)
        at += value
        if not value or not _is_seen(target):
            continue
        yield rect(begin, 0, end - begin, thick, _role(panel, target))
        told, middle = figure(value, unit), (begin + end) / 2
        wide = width_of(told, 12) + 6
        if panel.share and wide + 2 < end - begin:
            yield rect(middle - wide / 2, 3, wide, thick - 6, "page")
            yield text(middle, thick / 2 + 4, told, "soft middle")
    if told and not panel.share:
        yield text(scale.at(at) + 6, thick / 2 + 4, told, "soft")


def _names(panel: BarChart, width: float, height: float) -> Iterator[str]:
    x = 0.0
    seen: Sequence[Target] = [target for target in panel.targets if _is_seen(target)]
    for target in seen:
        name = shortened(target.legend, width / 2, 12)
        yield rect(x, height - 12, 12, 8, _role(panel, target))
        yield text(x + 17, height - 4, name, "soft")
        x += width_of(name, 12) + 34
