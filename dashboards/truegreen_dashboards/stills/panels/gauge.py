"""A dial per series: where in a fixed range the value stands; number and word below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.svg import number, shortened, tag, text, width_of
from truegreen_dashboards.stills.answers import last
from truegreen_dashboards.stills.figures import band, figure, legend
from truegreen_dashboards.stills.panels.marks import nothing, pill, pill_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.panels import Gauge
    from truegreen_dashboards.stills.answers import Asking, View

__all__ = ["draw"]

_BELOW = 46.0


def draw(panel: Gauge, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a gauge."""
    dials = [
        (legend(target.legend, one.labels, view), last(one))
        for target in panel.targets
        for one in ask(target, instant=True)
        if one.points
    ]
    if not dials:
        yield nothing(width, height, panel.quiet)
        return
    each = width / len(dials)
    radius = max(min(each * 0.4, height - _BELOW - 14), 12)
    for place, (name, value) in enumerate(dials):
        middle, base = place * each + each / 2, radius + 10
        at = band(value, panel.thresholds)
        share = ((value or 0.0) - panel.minimum) / (panel.maximum - panel.minimum)
        share = min(max(share, 0.0), 1.0)
        yield tag("path", {"class": "dial ground", "d": _arc(middle, base, radius, 1)})
        if share > 0:
            role = at.colour.role if at else "fair"
            way = _arc(middle, base, radius, share)
            yield tag("path", {"class": f"dial {role}-line", "d": way})
        yield text(middle, base - 4, figure(value, panel.unit), "heading middle")
        word = at.word if at else ""
        room = each - (pill_width(word) + 8 if word else 0) - 6
        named = shortened(name, room, 12)
        wide = width_of(named, 12) + (pill_width(word) + 8 if word else 0)
        yield text(middle - wide / 2, base + 24, named, "soft")
        if at is not None and word:
            yield from pill(middle - wide / 2 + width_of(named, 12) + 8, base + 24, word, at.colour)


def _arc(x: float, y: float, radius: float, share: float) -> str:
    end = math.pi * (1 - share)
    to = f"{number(x + radius * math.cos(end))} {number(y - radius * math.sin(end))}"
    return f"M{number(x - radius)} {number(y)}A{number(radius)} {number(radius)} 0 0 1 {to}"
