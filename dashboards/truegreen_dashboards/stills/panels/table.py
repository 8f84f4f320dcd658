"""Rows of all targets, joined where their labels are equal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.svg import line, placed, shortened, text
from truegreen_dashboards.stills.answers import last
from truegreen_dashboards.stills.figures import band, figure, mapped, titled
from truegreen_dashboards.stills.panels.marks import nothing, pill, pill_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_dashboards.panels import Column, Table
    from truegreen_dashboards.stills.answers import Asking, View

__all__ = ["draw"]

_ROW, _HEAD = 26.0, 22.0
_PLAIN = 120.0  # relative width of a column that asks for none


@dataclass
class _Joined:
    labels: Mapping[str, str]
    values: dict[str, float | None] = field(default_factory=dict)


def draw(panel: Table, ask: Asking, view: View, width: float, height: float) -> Iterator[str]:
    """Yield the elements of a table; rows that do not fit are counted at its end."""
    rows = _rows(panel, ask)
    if not rows:
        yield nothing(width, height, panel.quiet)
        return
    wanted = [float(one.width or _PLAIN) for one in panel.columns]
    widths = [one * width / sum(wanted) for one in wanted]
    room = max(1, int((height - _HEAD) // _ROW))
    shown = rows if len(rows) <= room else rows[: room - 1]
    x = 0.0
    for column, wide in zip(panel.columns, widths, strict=True):
        yield text(x, 13, shortened(column.title, wide - 8, 12), "soft")
        for place, row in enumerate(shown):
            cell = tuple(_cell(panel, column, row, view, wide - 10))
            y = _HEAD + place * _ROW + 17
            yield placed(x, y, *cell)
        x += wide
    for place in range(len(shown)):
        y = _HEAD + place * _ROW
        yield line(((0, y), (width, y)), "rule")
    if len(shown) < len(rows):
        yield text(0, _HEAD + len(shown) * _ROW + 17, f"and {len(rows) - len(shown)} more", "soft")


def _rows(panel: Table, ask: Asking) -> list[_Joined]:
    found: dict[tuple[tuple[str, str], ...], _Joined] = {}
    for target in panel.targets:
        for one in ask(target, instant=True):
            key = tuple(sorted(one.labels.items()))
            found.setdefault(key, _Joined(one.labels)).values[target.ref] = last(one)
    ordered = [found[key] for key in sorted(found)]
    by = next((one.source for one in panel.columns if one.title == panel.sort_by), "")
    return sorted(ordered, key=lambda row: _order(row, by), reverse=panel.descending)


def _order(row: _Joined, by: str) -> tuple[float, str]:
    value = row.values.get(by)
    return (0.0 if value is None else value), row.labels.get(by, "")


def _cell(panel: Table, column: Column, row: _Joined, view: View, width: float) -> Iterator[str]:
    if all(target.ref != column.source for target in panel.targets):
        told = titled(column.source, row.labels, view) or column.missing or "none"
        told = told.upper() if column.source == "kind" else told
        yield text(0, 0, shortened(told, width))
        return
    value = row.values.get(column.source)
    if value is None:
        yield text(0, 0, shortened(column.missing or "no data", width), "soft")
        return
    word = mapped(value, column.mappings)
    if word is not None:
        yield from pill(0, 0, word.text, word.colour)
        return
    at = band(value, column.thresholds)
    shown = figure(value, column.unit)
    if at is not None and at.word:
        whole = f"{shown} {at.word}"
        yield from pill(0, 0, whole if pill_width(whole) <= width else shown, at.colour)
    else:
        yield text(0, 0, shortened(shown, width))
