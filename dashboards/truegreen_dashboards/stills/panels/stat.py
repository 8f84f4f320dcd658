"""Big values: one alone, `x of y`, or a tile a series; always a word where one is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import line, rect, shortened, text, width_of
from truegreen_dashboards.stills.answers import last
from truegreen_dashboards.stills.figures import band, figure, legend, mapped
from truegreen_dashboards.stills.panels.marks import nothing, pill, pill_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.panels import Stat
    from truegreen_dashboards.stills.answers import Asking, Series, View

__all__ = ["draw"]

_BIG, _LESS = 30, 22


def draw(panel: Stat, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a stat."""
    found = [
        (target, one) for target in panel.targets for one in ask(target, instant=True) if one.points
    ]
    if not found:
        yield nothing(width, height, panel.quiet)
        return
    if panel.of is not None:
        yield from _whole(panel, ask, found[0][1])
    elif len(found) > 1 or panel.named:
        named = sorted(
            (legend(target.legend, one.labels, view), last(one)) for target, one in found
        )
        yield from _tiles(panel, named, width, height)
    else:
        yield from _value(panel, last(found[0][1]), width)
    if panel.sparkline and len(found) == 1:
        yield from _sparkline(panel, ask, width, height)


def _value(panel: Stat, value: float | None, width: float) -> Iterator[str]:
    word = mapped(value, panel.mappings)
    if word is not None:
        fits = width_of(word.text, _BIG, bold=True) + 24 <= width
        size, role = (_BIG, "big") if fits else (_LESS, "large")
        wide = min(width_of(word.text, size, bold=True) + 24, width)
        yield rect(0, 2, wide, 40, f"{word.colour.role}-tint")
        yield rect(0, 2, 6, 40, word.colour.role)
        yield text(14, 33, shortened(word.text, width - 14, size, bold=True), role)
        return
    shown, at = figure(value, panel.unit), band(value, panel.thresholds)
    yield text(0, 33, shown, "big")
    if at is not None and at.word:
        yield from pill(width_of(shown, _BIG, bold=True) + 12, 30, at.word, at.colour)


def _whole(panel: Stat, ask: Asking, part: Series) -> Iterator[str]:
    every = ask(panel.of, instant=True) if panel.of else ()
    whole, value = last(every[0]) if every else None, last(part)
    shown = figure(value, Unit.NUMBER)
    yield text(0, 33, shown, "big")
    after = width_of(shown, _BIG, bold=True) + 8
    of = f"of {figure(whole, Unit.NUMBER)}"
    yield text(after, 33, of, "soft")
    missing = (whole or 0) - (value or 0)
    word = f"{figure(missing, Unit.NUMBER)} NOT {panel.counted}" if missing > 0 else ""
    colour = Colour.AT_RISK if word else Colour.GOOD
    yield from pill(after + width_of(of, 12) + 10, 30, word or f"ALL {panel.counted}", colour)


def _tiles(
    panel: Stat, named: list[tuple[str, float | None]], width: float, height: float
) -> Iterator[str]:
    lines = max(1, int(height // 24))
    columns = -(-len(named) // lines)
    each = width / columns
    for place, (name, value) in enumerate(named):
        x, y = place // lines * each, place % lines * 24 + 16
        word, said = mapped(value, panel.mappings), figure(value, panel.unit)
        if word is None:
            yield text(x + each - 8, y, said, "strong end")
            room = each - width_of(said, bold=True) - 20
        else:
            room = each - pill_width(word.text) - 20
            yield from pill(x + each - pill_width(word.text) - 8, y, word.text, word.colour)
        yield text(x, y, shortened(name, room))


def _sparkline(panel: Stat, ask: Asking, width: float, height: float) -> Iterator[str]:
    course = ask(panel.targets[0], instant=False)
    points = [point for one in course[:1] for point in one.points if math.isfinite(point[1])]
    if len(points) < 2 or height < 80:  # noqa: PLR2004  a line has two points, and needs room
        return
    values = [value for _, value in points]
    across = Scale(points[0][0], points[-1][0], 0, width)
    up = Scale(min(values), max(values), height - 4, 56)
    middle = (height + 52) / 2
    flat = min(values) == max(values)
    yield line(((across.at(at), middle if flat else up.at(value)) for at, value in points), "spark")
