"""The result of a stress run: a table, JSON and a picture of the usability curve."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from html import escape

from truegreen_synthetics.bars import milliseconds
from truegreen_synthetics.stress.usability import KNEE_METHOD, Point, capacity, knee

__all__ = ["StressReport"]

WIDTH, HEIGHT, MARGIN = 640, 320, 48
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#666666"


@dataclass(frozen=True, slots=True, kw_only=True)
class StressReport:
    """Points of a run and what they were measured with.

    Attributes:
        journeys: Names of the journeys that arrived in turn.
        points: One a stage, the baseline first.
        goal: Apdex up to which the service is called usable.
        workers: Processes that made the load.
        orphans: Cleanups that failed: records that may have been left behind.
    """

    journeys: tuple[str, ...]
    target: str
    points: tuple[Point, ...]
    goal: float
    workers: int
    orphans: int

    @property
    def capacity(self) -> float | None:
        """The highest rate up to which every stage reached the goal."""
        return capacity(self.points, self.goal)

    @property
    def knee(self) -> float | None:
        """The rate at which the curve bends."""
        return knee(self.points)

    def table(self) -> str:
        """Return the result in words."""
        head = ("rate/s", "offered/s", "dropped", "apdex", "p50", "p95", "probe apdex")
        rows = [head, *(_row(point) for point in self.points)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = [f"{', '.join(self.journeys)} at {self.target}, {self.workers} workers"]
        for row in rows:
            cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            lines.append(f"  {'  '.join(cells)}")
        lines.append(f"capacity (apdex at least {self.goal:g}): {_rate(self.capacity)}")
        lines.append(f"knee ({KNEE_METHOD}): {_rate(self.knee)}")
        if self.orphans:
            lines.append(f"{self.orphans} cleanups failed and may have left records behind")
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """Return the result as a JSON document."""
        points = [
            {**asdict(one), "apdex": one.apdex, "probe_apdex": one.probe_apdex}
            for one in self.points
        ]
        found = {
            "journeys": self.journeys,
            "target": self.target,
            "workers": self.workers,
            "goal": self.goal,
            "capacity_per_second": self.capacity,
            "knee": {"method": KNEE_METHOD, "per_second": self.knee},
            "orphans": self.orphans,
            "stages": points,
        }
        return json.dumps(found, indent=2, sort_keys=True) + "\n"

    def svg(self) -> str:
        """Return a picture of the curve, the same bytes for the same result."""
        most = max(point.rate for point in self.points) or 1.0
        title = escape(f"{', '.join(self.journeys)}: Apdex against arrival rate")
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" ',
            f'font-family="sans-serif" font-size="12"><title>{title}</title>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<text x="{MARGIN}" y="20" font-size="14">{title}</text>',
            *_axes(most),
        ]
        y = _y(self.goal)
        parts.append(
            f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{GREY}" stroke-dasharray="4 4"/>'
        )
        load = [(one.rate, one.apdex) for one in self.points]
        probe = [(one.rate, one.probe_apdex) for one in self.points]
        for label, colour, values in (("load", BLUE, load), ("probe", ORANGE, probe)):
            line = [(_x(rate, most), _y(value)) for rate, value in values if value is not None]
            parts += _line(line, colour, label)
        if self.knee is not None:
            x = _x(self.knee, most)
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{MARGIN}" y2="{HEIGHT - MARGIN}" '
                f'stroke="{GREY}"/><text x="{x + 4:.1f}" y="{HEIGHT - MARGIN - 6}">'
                f"knee {self.knee:g}/s</text>"
            )
        return "\n".join([*parts, "</svg>", ""])


def _row(point: Point) -> tuple[str, ...]:
    return (
        f"{point.rate:g}" if point.rate else "baseline",
        f"{point.offered:.1f}",
        str(point.dropped),
        _share(point.apdex),
        _time(point.median_seconds),
        _time(point.slow_seconds),
        _share(point.probe_apdex),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _time(value: float | None) -> str:
    return "-" if value is None else milliseconds(value)


def _rate(value: float | None) -> str:
    return "none" if value is None else f"{value:g} journeys a second"


def _x(rate: float, most: float) -> float:
    return MARGIN + rate / most * (WIDTH - 2 * MARGIN)


def _y(apdex: float) -> float:
    return HEIGHT - MARGIN - apdex * (HEIGHT - 2 * MARGIN)


def _axes(most: float) -> list[str]:
    """Return the axes with their words."""
    parts = []
    for quarter in range(5):
        y, x = _y(quarter / 4), _x(quarter / 4 * most, most)
        parts.append(
            f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{quarter / 4}</text>'
        )
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">'
            f"{quarter / 4 * most:g}</text>"
        )
    parts.append(
        f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" '
        f'stroke="{GREY}"/><text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
        "journeys per second</text>"
    )
    return parts


def _line(points: list[tuple[float, float]], colour: str, label: str) -> list[str]:
    if not points:
        return []
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    x, y = points[-1]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{label}</text>',
    ]
