"""A flow as a picture: boxes and arrows in SVG, the same bytes for the same steps.

Colours come from the page's style sheet by class, so one picture does for light, dark and paper.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_dashboards.catalogue.flow import Flow, Placed

__all__ = ["svg"]

_WIDTH, _HEIGHT = 190, 92
_GAP, _LANE_GAP, _EDGE = 46, 22, 2
_LONGEST = 24  # characters of a line that fit into a box
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
)


def svg(flow: Flow, parties: Mapping[str, str]) -> str:
    """Return the picture of a flow.

    Args:
        flow: The steps in their places.
        parties: By step: the title of the vendor or team that is accountable.
    """
    width = flow.columns * (_WIDTH + _GAP) - _GAP + 2 * _EDGE
    height = flow.lanes * (_HEIGHT + _LANE_GAP) - _LANE_GAP + 2 * _EDGE
    names = ", ".join(one.step.title for one in flow.placed)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = (
        f'<svg class="flow" role="img" {size} xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(f'Steps of the process: {names}')}</title>",
        _TIP,
        *(_arrow(before, after) for before, after in flow.follows),
        *(_box(one, parties[one.step.name]) for one in flow.placed),
        "</svg>",
    )
    return "\n".join(parts)


def _arrow(before: Placed, after: Placed) -> str:
    x, y = _corner(before)
    to_x, to_y = _corner(after)
    start, end = (x + _WIDTH, y + _HEIGHT // 2), (to_x - 1, to_y + _HEIGHT // 2)
    middle = end[0] - _GAP // 2  # in the gap, where no box stands
    way = f"M{start[0]} {start[1]}H{middle}V{end[1]}H{end[0]}"
    return f'<path class="way" d="{way}" marker-end="url(#tip)"/>'


def _box(placed: Placed, party: str) -> str:
    x, y = _corner(placed)
    kind = "vendor" if placed.step.vendor else "own"
    lines = "".join(
        f'<text class="{role}" x="{x + 12}" y="{y + at}">{escape(_short(text))}</text>'
        for role, at, text in _lines(placed, party)
    )
    return (
        f'<g class="step {kind}"><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
        f"{lines}</g>"
    )


def _lines(placed: Placed, party: str) -> Iterator[tuple[str, int, str]]:
    step = placed.step
    yield "name", 26, step.title
    yield "party", 48, party
    if step.satisfied_seconds is not None and step.tolerated_seconds is not None:
        satisfied, tolerated = map(duration_label, (step.satisfied_seconds, step.tolerated_seconds))
        yield "bounds", 72, f"{satisfied}, at most {tolerated}"


def _corner(placed: Placed) -> tuple[int, int]:
    return _EDGE + placed.column * (_WIDTH + _GAP), _EDGE + placed.lane * (_HEIGHT + _LANE_GAP)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
