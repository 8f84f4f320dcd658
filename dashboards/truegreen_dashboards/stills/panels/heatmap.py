"""Counts over time by bucket: cumulative buckets become counts of their own, dark is many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Unit
from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import number, tag, text
from truegreen_dashboards.stills.figures import figure
from truegreen_dashboards.stills.panels.marks import nothing, time_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.panels import Heatmap
    from truegreen_dashboards.stills.answers import Asking, Series, View

__all__ = ["draw"]

_LEFT, _FOOT = 96.0, 40.0
_LEAST = 1e-9


def draw(panel: Heatmap, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a heatmap."""
    (target,) = panel.targets
    buckets = sorted((_bound(one), dict(one.points)) for one in ask(target, instant=False))
    cells = [
        (at, row, own)
        for row, (_, points) in enumerate(buckets)
        for at, up_to in sorted(points.items())
        if math.isfinite(up_to)
        and (own := up_to - (buckets[row - 1][1].get(at, 0.0) if row else 0.0)) > _LEAST
    ]
    if not cells:
        yield nothing(width, height, panel.quiet)
        return
    start, end, step = view.stretch()
    across = Scale(start - step, end, _LEFT, width)
    rows = [row for _, row, _ in cells]
    low, high = min(rows), max(rows)
    each = (height - _FOOT) / (high - low + 1)
    most = max(own for _, _, own in cells)
    for row in range(low, high + 1):
        y = (high - row) * each + each / 2 + 4
        yield text(_LEFT - 6, y, _named(buckets, row, panel.unit), "soft end")
    for at, row, own in cells:
        x = across.at(at - step)
        box = {"x": x, "y": (high - row) * each, "width": across.at(at) - x, "height": each - 1}
        shade = {"class": "heat", "fill-opacity": number(0.12 + 0.88 * own / most)}
        yield tag("rect", {**shade, **box})
    yield from time_marks(_LEFT, width, height - _FOOT + 4, start, end)
    yield text(0, height - 4, f"darkest: {figure(most, Unit.COUNT)} in a cell", "soft")


def _bound(one: Series) -> float:
    text_ = one.labels.get("le", "+Inf")
    return math.inf if text_ == "+Inf" else float(text_)


def _named(buckets: list[tuple[float, dict[float, float]]], row: int, unit: Unit) -> str:
    bound = buckets[row][0]
    if bound == math.inf:
        return f"over {figure(buckets[row - 1][0] if row else 0.0, unit)}"
    return f"up to {figure(bound, unit)}"
