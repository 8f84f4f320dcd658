"""The rule group of an agreement over records: the exporter counts, the rules judge.

The parts come as gauges, from every exporter that runs: the greatest is taken, so a second
exporter changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.alerts import record_alerts
from truegreen_definitions.emitters.rules.cadence import period_interval
from truegreen_definitions.emitters.rules.judgement import judgement, ratios
from truegreen_definitions.emitters.rules.rule import Group
from truegreen_definitions.emitters.rules.state import states
from truegreen_definitions.emitters.rules.windows import at_most

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording, Rule

__all__ = ["record_groups"]


def record_groups(promise: Promise) -> tuple[Group]:
    """Return the one group: sums and ratios of every window, states and alerts of the judged."""
    return (
        Group(
            name=promise.agreement.id,
            interval_seconds=period_interval(promise.policy),
            comment=f"{promise.origin}: {promise.words}",
            rules=tuple(_rules(promise)),
        ),
    )


def _rules(promise: Promise) -> Iterator[Rule]:
    for counted in promise.agreement.windows:
        yield from _sums(promise, counted.label)
        yield from ratios(promise, counted.label)
        if counted.judged:
            yield from judgement(promise, counted.label)
            yield from states(promise, counted.label)
    yield from record_alerts(promise)


def _sums(promise: Promise, window: str) -> Iterator[Recording]:
    total = promise.series(names.TOTAL_SUM, window=window)
    parts = {
        part: f"max({promise.series(names.WINDOW_EVENTS, part=part, window=window)})"
        for part in (names.PartValue.GOOD, names.PartValue.TOTAL)
    }
    yield promise.record(names.TOTAL_SUM, parts[names.PartValue.TOTAL], window=window)
    yield promise.record(names.GOOD_SUM, at_most(parts[names.PartValue.GOOD], total), window=window)
