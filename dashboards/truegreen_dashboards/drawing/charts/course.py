"""A course: a figure in each period as a point with its interval, against the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import Picture, line, rect, shortened, tag, text, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_dashboards.display import Colour

__all__ = ["Course", "Point", "draw_course"]

_WIDTH, _HEIGHT = 232.0, 150.0
_TOP, _BOTTOM, _SIDE = 46.0, 24.0, 22.0
_SPARE = 0.12


@dataclass(frozen=True, slots=True)
class Point:
    """A period's figure with the ends of its interval; None where nothing is known."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Points over periods, the oldest first.

    Attributes:
        figure: The last one, for people.
        target: Where the promise stands; None where nothing is promised.
        promised: The promise, for people.
    """

    title: str
    points: tuple[Point, ...]
    figure: str
    target: float | None
    promised: str


def draw_course(course: Course) -> Picture:
    """Return the picture of a course, 232 by 150 pixels."""
    parts = [
        text(0, 14, shortened(course.title, _WIDTH, bold=True), "strong"),
        text(0, 32, shortened(f"{course.figure}, {course.promised}", _WIDTH, 12), "soft"),
        line(((0, _HEIGHT - _BOTTOM), (_WIDTH, _HEIGHT - _BOTTOM)), "rule"),
    ]
    scale = _scale(course)
    step = (_WIDTH - 2 * _SIDE) / max(len(course.points) - 1, 1)
    if scale is not None and course.target is not None:
        at = scale.at(course.target)
        parts.append(line(((0, at), (_WIDTH, at)), "bound"))
    for place, point in enumerate(course.points):
        x = _SIDE + place * step if len(course.points) > 1 else _WIDTH / 2
        parts += _point(point, x, scale)
        if _is_labelled(place, course.points):
            parts.append(text(x, _HEIGHT - 8, point.label, "soft middle"))
    return Picture(_WIDTH, _HEIGHT, _told(course), tuple(parts))


def _point(point: Point, x: float, scale: Scale | None) -> list[str]:
    if scale is None or point.value is None:
        return [text(x, (_TOP + _HEIGHT - _BOTTOM) / 2, "?", "soft middle")]
    y = scale.at(point.value)
    parts = []
    if point.lower is not None and point.upper is not None and point.lower < point.upper:
        low, high = scale.at(point.lower), scale.at(point.upper)
        parts += [line(((x, low), (x, high)), "whisker")]
        parts += [line(((x - 4, end), (x + 4, end)), "whisker") for end in (low, high)]
    role = point.colour.role
    if role == "bad":  # a shape of its own: colour alone does not tell
        parts.append(rect(x - 5, y - 5, 10, 10, role))
    else:
        parts.append(tag("circle", {"class": role, "cx": x, "cy": y, "r": 5.5}))
    return parts


def _scale(course: Course) -> Scale | None:
    each = [(one.value, one.lower, one.upper) for one in course.points]
    known = [one for found in each for one in found if one is not None]
    if not known:
        return None
    known += [] if course.target is None else [course.target]
    low, high = min(known), max(known)
    spare = (high - low) * _SPARE or abs(high) * _SPARE or 1.0
    return Scale(low - spare, high + spare, _HEIGHT - _BOTTOM - 2, _TOP)


def _is_labelled(place: int, points: Sequence[Point]) -> bool:
    """Return whether there is room for a label: for all, or for the first and the last."""
    room = (_WIDTH - 2 * _SIDE) / max(len(points) - 1, 1)
    widest = max(width_of(one.label, 12) for one in points)
    return widest + 6 <= room or place in {0, len(points) - 1}


def _told(course: Course) -> str:
    return f"{course.title}: {course.figure}, {course.promised}"
