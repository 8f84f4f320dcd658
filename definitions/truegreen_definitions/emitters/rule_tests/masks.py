"""Calendars that mask an agreement's alerts, shown on its absence or its broken promise.

Each step is a situation of its own: the calendars that mute it are active or not, the one it is
raised during is active or not, and at last nobody exports them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.names import AlertName, SeverityValue
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["mask_cases"]

STEP = Layer.VERDICT.evaluation_seconds
EVENTS = 1_000_000
# Whether muting calendars are active, and the one an alert is raised during; None: not exported.
_SITUATIONS = ((0, 1), (1, 1), (0, 0), (1, 0), (None, None))


def mask_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of a signal's masks, where it has any and may say that its budget is spent."""
    alerting = promise.agreement.alerting
    severity = alerting.severity("exhausted", SeverityValue.TICKET)
    masked = alerting.muted or alerting.during
    if not masked or not severity or not isinstance(promise.agreement.parts, Signal):
        return
    labels = alert_labels(promise, severity, window=promise.window)
    yield Case(
        about=promise.agreement.id,
        origin=promise.agreement.origin,
        claim="calendars mask its alerts",
        layer=Layer.VERDICT,
        step_seconds=STEP,
        series=(*_broken(promise), *_calendars(promise)),
        checks=tuple(
            alert(
                place * STEP,
                AlertName.BUDGET_EXHAUSTED,
                labels,
                fires=not (mute and alerting.muted) and not (during == 0 and alerting.during),
            )
            for place, (mute, during) in enumerate(_SITUATIONS)
        ),
    )


def _broken(promise: Promise) -> Iterator[SeriesValues]:
    """Yield sums of which everything is bad."""
    own = {**promise.labels, names.WINDOW: promise.window}
    steps = len(_SITUATIONS)
    yield timeline(series(names.TOTAL_SUM, **own), [EVENTS] * steps)
    yield timeline(series(names.GOOD_SUM, **own), [0] * steps)


def _calendars(promise: Promise) -> Iterator[SeriesValues]:
    alerting = promise.agreement.alerting
    for name in alerting.muted:
        active = [mute for mute, _ in _SITUATIONS]
        yield timeline(series(names.CALENDAR_ACTIVE, calendar=name), active)
    if alerting.during and alerting.during not in alerting.muted:
        active = [during for _, during in _SITUATIONS]
        yield timeline(series(names.CALENDAR_ACTIVE, calendar=alerting.during), active)
