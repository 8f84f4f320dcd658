"""Burn pairs, from the sums of their windows: when each fires, and when it must not.

Each step is a situation of its own:

quiet       nothing is bad
burning     both windows burn just above the factor
recovered   the long window still burns, the short one does not any more
below       both burn just below the factor
blip        the short window burns, the long one just below the factor
too few     all events are bad, but they are one too few
just enough all events are bad, and they are enough
sure        samples only: the fewest bad events that are no chance
unsure      samples only: one bad event less, and it may be chance
nothing     no window has a count
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import (
    alert,
    alert_labels,
    during,
    missing,
    value_of,
)
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import is_reachable
from truegreen_definitions.emitters.rule_tests.wilson import surely_more, wilson
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.names import AlertName
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Burn

__all__ = ["burn_cases"]

STEP = Layer.BURN.evaluation_seconds
EVENTS = 1_000_000_000
SAMPLE = 1_000_000  # so few that hundreds of them are chance, so many that one is not much
ABOVE, BELOW = Decimal("1.01"), Decimal("0.99")


@dataclass(frozen=True, slots=True)
class _Situation:
    """Bad events and all events of the long and the short window; None where there is no count."""

    name: str
    long: tuple[int, int] | None
    short: tuple[int, int] | None
    fires: bool = False


def burn_cases(promise: Promise) -> Iterator[Case]:
    """Yield a test for each burn pair that can fire, and one for the others' rates."""
    if not isinstance(promise.agreement.parts, Signal):
        return
    for burn in promise.policy.burn:
        yield _case(promise, burn)


def _case(promise: Promise, burn: Burn) -> Case:
    agreement = promise.agreement
    situations = _situations(promise, burn)
    fires = "fires above its factor, not below, recovers, and needs events enough"
    claim = fires if is_reachable(agreement, burn) else "has its rate"
    return Case(
        about=agreement.id,
        origin=agreement.origin,
        claim=f"{burn.label} {claim}",
        layer=Layer.BURN,
        step_seconds=STEP,
        series=(
            *_sums(promise, burn.long, [one.long for one in situations]),
            *_sums(promise, burn.short, [one.short for one in situations]),
        ),
        checks=tuple(
            check
            for place, situation in enumerate(situations)
            for check in during(situation.name, _checks(promise, burn, place * STEP, situation))
        ),
    )


def _situations(promise: Promise, burn: Burn) -> tuple[_Situation, ...]:
    alerting = promise.agreement.alerting
    quiet, enough = (0, EVENTS), (alerting.min_bad,) * 2
    few = (alerting.min_bad - 1, max(1, alerting.min_bad - 1))
    severity = alerting.severity("burn", burn.severity)
    can = is_reachable(promise.agreement, burn) and bool(severity)
    ratio = burn.factor * promise.agreement.budget
    threshold = ratio * EVENTS
    sure = not alerting.wilson or wilson(Decimal(1), Decimal(enough[1]))[0] > ratio
    above = (min(EVENTS, int((threshold * ABOVE).to_integral_value(ROUND_CEILING))), EVENTS)
    below = (min(EVENTS, int((threshold * BELOW).to_integral_value(ROUND_FLOOR))), EVENTS)
    return (
        _Situation("quiet", quiet, quiet),
        _Situation("burning", above, above, fires=can),
        _Situation("recovered", above, below),
        _Situation("below", below, below),
        _Situation("blip", below, above),
        _Situation("too few", few, few),
        _Situation("just enough", enough, enough, fires=can and sure),
        *_about_chance(promise, burn, above, fires=can),
        _Situation("nothing", None, None),
    )


def _about_chance(
    promise: Promise, burn: Burn, short: tuple[int, int], *, fires: bool
) -> Iterator[_Situation]:
    """Yield what is just evidence enough, and just not: both burn faster than the factor."""
    ratio = burn.factor * promise.agreement.budget
    if not promise.agreement.alerting.wilson or ratio >= 1:
        return
    few = max(promise.agreement.alerting.min_bad, surely_more(ratio, SAMPLE))
    yield _Situation("sure", (few, SAMPLE), short, fires=fires)
    if few > promise.agreement.alerting.min_bad:
        yield _Situation("unsure", (few - 1, SAMPLE), short)


def _sums(
    promise: Promise, window: str, counts: list[tuple[int, int] | None]
) -> tuple[SeriesValues, ...]:
    labels = {**promise.labels, names.WINDOW: window}
    total = [count and count[1] for count in counts]
    good = [count and count[1] - count[0] for count in counts]
    return (
        timeline(series(names.TOTAL_SUM, **labels), total),
        timeline(series(names.GOOD_SUM, **labels), good),
    )


def _checks(promise: Promise, burn: Burn, at: int, situation: _Situation) -> Iterator[Check]:
    for window, count in ((burn.long, situation.long), (burn.short, situation.short)):
        if count is None:
            yield missing(at, promise, names.BURN_RATE, over=window)
        else:
            rate = Decimal(count[0]) / count[1] / promise.agreement.budget
            yield value_of(at, promise, names.BURN_RATE, rate, over=window)
    severity = promise.agreement.alerting.severity("burn", burn.severity)
    labels = alert_labels(promise, severity, **{names.AlertLabel.BURN: burn.label})
    yield alert(at, AlertName.BURN, labels, fires=situation.fires)
