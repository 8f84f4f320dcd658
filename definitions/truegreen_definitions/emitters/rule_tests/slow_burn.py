"""Slow burn of records, from the parts of the last seven and thirty days.

Each step is a situation of its own:

calm       the week is as good as promised
burning    the week breaks the promise, and is worse than the month
mending    the week breaks the promise, but the month was worse
few        all records of the week are bad, and they are too few
unsure     samples only: so few that the week may be as good as promised
stale      burning, but a source was last read too long ago
sure       the fewest bad records of a sample that are no chance, and one less
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels, value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import unread_seconds
from truegreen_definitions.emitters.rule_tests.wilson import surely_more, wilson
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.slow_burn import LONG, SHORT
from truegreen_definitions.names import AlertName, PartValue, SeverityValue
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["slow_burn_cases"]

STEP = Layer.VERDICT.evaluation_seconds
EVENTS, SAMPLE = 10_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class _Week:
    """Bad records and all records, of the week and of the month it ends; whether they are fresh."""

    short: tuple[int, int]
    long: tuple[int, int]
    fresh: bool = True


def slow_burn_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of an agreement's slow burn, where both windows are counted."""
    agreement = promise.agreement
    counted = {one.label for one in agreement.windows}
    if not isinstance(agreement.parts, Records) or not {SHORT, LONG} <= counted:
        return
    weeks = _weeks(promise)
    yield Case(
        about=agreement.id,
        origin=agreement.origin,
        claim="a week that breaks the promise is told, unless the month was worse",
        layer=Layer.VERDICT,
        step_seconds=STEP,
        series=tuple(_shown(promise, weeks)),
        checks=tuple(
            check
            for place, week in enumerate(weeks)
            for check in _checks(promise, week, place * STEP)
        ),
    )


def _weeks(promise: Promise) -> tuple[_Week, ...]:
    budget, few = promise.agreement.budget, promise.agreement.alerting.min_bad - 1
    allowed = int(budget * EVENTS)
    worse, worst = allowed + (EVENTS - allowed) // 10, allowed + (EVENTS - allowed) // 5
    # One bad record more than the budget allows of so few is above it by chance.
    doubtful = int((few + 1) / budget) - 1
    sure = surely_more(budget, SAMPLE)
    return (
        _Week((allowed * 9 // 10, EVENTS), (allowed // 4, EVENTS)),
        _Week((worse, EVENTS), (allowed, EVENTS)),
        _Week((worse, EVENTS), (worst, EVENTS)),
        _Week((few, max(few, 1)), (few, EVENTS)),
        _Week((few + 1, doubtful), (0, EVENTS)),
        _Week((sure, SAMPLE), (0, EVENTS)),
        _Week((sure - 1, SAMPLE), (0, EVENTS)),
        *([_Week((worse, EVENTS), (allowed, EVENTS), fresh=False)] if promise.sources else []),
    )


def _shown(promise: Promise, weeks: Sequence[_Week]) -> Iterator[SeriesValues]:
    for label in (one.label for one in promise.agreement.windows):
        counts = [week.short if label == SHORT else week.long for week in weeks]
        parts = {
            PartValue.GOOD: [total - bad for bad, total in counts],
            PartValue.TOTAL: [total for _, total in counts],
        }
        for part, values in parts.items():
            labels = {**promise.labels, names.PART: str(part), names.WINDOW: label}
            yield timeline(series(names.WINDOW_EVENTS, **labels), values)
    for source in promise.sources:
        read_at = [
            place * STEP - (0 if week.fresh else unread_seconds(promise.every_seconds) + 1)
            for place, week in enumerate(weeks)
        ]
        yield timeline(series(names.SOURCE_LAST_SUCCESS, source=source), read_at)


def _checks(promise: Promise, week: _Week, at: int) -> Iterator[Check]:
    budget, alerting = promise.agreement.budget, promise.agreement.alerting
    rates = {}
    for over, (bad, total) in ((SHORT, week.short), (LONG, week.long)):
        rates[over] = Decimal(bad) / total / budget
        yield value_of(at, promise, names.BURN_RATE, rates[over], over=over)
    bad, total = week.short
    sure = not alerting.wilson or wilson(Decimal(bad) / total, Decimal(total))[0] > budget
    severity = alerting.severity("slow-burn", SeverityValue.TICKET)
    fires = rates[SHORT] > 1 and rates[SHORT] > rates[LONG] and bad >= alerting.min_bad and sure
    fires = fires and week.fresh
    labels = alert_labels(promise, severity)
    yield alert(at, AlertName.SLOW_BURN, labels, fires=fires and bool(severity))
