"""Counters that live through phases, and how many events they counted in a window.

What a test expects of a window is counted here event by event, not derived from a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from truegreen_definitions.emitters.rule_tests.case import SeriesValues
    from truegreen_definitions.emitters.rule_tests.counters import Counter

__all__ = ["Phase", "count_up", "events_in"]

RUNNING_STEPS = 100


@dataclass(frozen=True, slots=True)
class Phase:
    """So many steps with so many events each.

    Attributes:
        good: Good events a step; None where the counter itself does not exist.
        bad: Bad events a step; None likewise.
        scraped: Whether anybody looks; a counter that is not scraped goes on counting.
        restarts: Whether the counters begin anew at 0.
    """

    steps: int
    good: int | None
    bad: int | None
    scraped: bool = True
    restarts: bool = False


def count_up(counters: Iterable[Counter], phases: Sequence[Phase]) -> tuple[SeriesValues, ...]:
    """Return the input series of counters that live through phases."""
    return tuple((counter.series, _values(counter, phases)) for counter in counters)


def events_in(phases: Sequence[Phase], first: int, last: int) -> tuple[int, int]:
    """Return the good events and all events of the steps after `first` up to `last`.

    Steps are counted from 0, where the first phase begins.
    """
    good = total = begin = 0
    for phase in phases:
        end = begin + phase.steps
        inside = max(0, min(end, last) - max(begin, first))
        good += inside * (phase.good or 0)
        total += inside * ((phase.good or 0) + (phase.bad or 0))
        begin = end
    return good, total


def _values(counter: Counter, phases: Sequence[Phase]) -> str:
    first = _rate(counter, phases[0])
    # A counter that starts at 0 is taken for newborn, and increase() reaches back no further.
    value = RUNNING_STEPS * max(_rate(counter, phase) or 0 for phase in phases)
    out = ["_" if first is None else str(value)]
    for phase in phases:
        rate = _rate(counter, phase)
        value = 0 if phase.restarts else value
        if rate is None or not phase.scraped:
            out.append(f"_x{phase.steps}")
        else:
            out.append(f"{value + rate}+{rate}x{phase.steps - 1}")
        value += (rate or 0) * phase.steps
    return " ".join(out)


def _rate(counter: Counter, phase: Phase) -> int | None:
    counted = [phase.good] * counter.good + [phase.bad] * counter.bad
    there = [events for events in counted if events is not None]
    return sum(there) if there else None
