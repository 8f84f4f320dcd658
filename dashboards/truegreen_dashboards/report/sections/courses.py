"""How figures of a service went over the periods: small charts side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.drawing.charts.course import Course, Point
from truegreen_dashboards.promised import attained, promised_as
from truegreen_dashboards.report.model import Charts, Heading, Sentence
from truegreen_dashboards.report.subject import promise_in
from truegreen_dashboards.report.words import count_of, short_label, standing_of
from truegreen_definitions.plan import Agreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.model import Block
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Measurement
    from truegreen_definitions.reviews import ReviewedPeriod, ReviewedService

__all__ = ["courses", "watched"]

_COURSE_CAPTION = (
    "Each period, the oldest first, with its 95 % interval where a sample was asked; squares are "
    "missed, the broken line is the promise, a question mark is a period without figures."
)


def courses(subject: Subject, found: ReviewedService, period: ReviewedPeriod) -> Iterator[Block]:
    """Yield a chart for each promise of a period."""
    yield Heading("How it went")
    charts = tuple(_courses(subject, found, period))
    if charts:
        yield Charts(charts, _COURSE_CAPTION)
    if len(charts) < len(period.promises):
        left = count_of(len(period.promises) - len(charts), "promise has", "promises have")
        yield Sentence(f"{left} no figure in any of these periods.", soft=True)


def _courses(subject: Subject, found: ReviewedService, period: ReviewedPeriod) -> Iterator[Course]:
    labels = [one.label for one in found.periods]
    for one in period.promises:
        promised = subject.promised(one.agreement)
        points = tuple(_point(one.agreement, each, labels) for each in found.periods)
        if all(point.value is None for point in points):
            continue
        yield Course(
            title=promised.title,
            points=points,
            figure=attained(one.value, promised),
            target=_target(promised),
            promised=f"promised {promised_as(promised)}",
        )


def _point(agreement: str, period: ReviewedPeriod, labels: list[str]) -> Point:
    label = short_label(period.label, labels)
    one = promise_in(period, agreement)
    if one is None:
        return Point(label, None, None, None, Colour.NO_DATA)
    return Point(label, one.value, one.lower, one.upper, standing_of(one)[1])


def _target(promised: Agreement | Measurement) -> float | None:
    if isinstance(promised, Agreement):
        return float(promised.objective)
    return None if promised.bound is None else float(promised.bound.target)


def watched(subject: Subject, found: ReviewedService) -> Iterator[Block]:
    """Yield what is measured and not promised, over the periods."""
    by_measure: dict[str, list[Point]] = {}
    labels = [one.label for one in found.periods]
    for one in found.watched:
        label = short_label(one.period, labels)
        point = Point(label, one.value, one.lower, one.upper, Colour.NO_DATA)
        by_measure.setdefault(one.measure, []).append(point)
    charts = tuple(
        Course(
            title=subject.promised(name).title,
            points=tuple(points),
            figure=attained(points[-1].value, subject.promised(name)),
            target=None,
            promised="nothing promised",
        )
        for name, points in by_measure.items()
    )
    if charts:
        yield Heading("What is watched beside")
        yield Charts(charts, "Measures that nothing is promised of.")
