"""One horizontal bar per series, from zero; the number and the word stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import line, rect, shortened, text
from truegreen_dashboards.stills.answers import last
from truegreen_dashboards.stills.figures import band, figure, legend
from truegreen_dashboards.stills.panels.marks import nothing, pill, pill_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.panels import BarGauge
    from truegreen_dashboards.stills.answers import Asking, View

__all__ = ["draw"]

_ROW = 28.0


def draw(panel: BarGauge, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a bar gauge."""
    bars = [
        (target, legend(target.legend, one.labels, view), last(one))
        for target in panel.targets
        for one in ask(target, instant=True)
    ]
    if not bars:
        yield nothing(width, height, panel.quiet)
        return
    words = [one.word for one in panel.thresholds if one.word]
    beside = 78 + (max(map(pill_width, words)) + 8 if words else 0)
    left, right = width * 0.32, max(width - beside, width * 0.4)
    values = [value for _, _, value in bars if value is not None]
    low = min(0.0, *values) if panel.minimum is None else min(0.0, panel.minimum)
    high = max(values, default=1.0) if panel.maximum is None else panel.maximum
    scale = Scale(low, max(high, low + 1e-12), left, right)
    each = min(_ROW, height / len(bars))
    for row, (target, name, value) in enumerate(bars):
        base = row * each + each / 2 + 5
        at = band(value, panel.thresholds)
        colour = target.style.colour if target.style else at.colour if at else Colour.FAIR
        yield text(0, base, shortened(name, left - 10))
        if value is not None:
            begin, end = sorted((scale.at(0), scale.at(value)))
            thick = max(each - 12, 3)
            middle = row * each + each / 2
            yield rect(begin, middle - thick / 2, max(end - begin, 1), thick, colour.role)
        shown = figure(value, panel.unit)
        yield text(right + 8, base, shown)
        if at is not None and at.word:
            yield from pill(right + 80, base, at.word, colour)
    zero = scale.at(0)
    yield line(((zero, 0), (zero, each * len(bars))), "rule")
