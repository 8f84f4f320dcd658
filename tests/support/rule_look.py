"""What rules show at an instant, held against the reference.

What a rule says must follow from the events of a window that ends at the instant or at most the
allowed lag earlier. A lag is allowed where the layout has one: a tick of the group for windows
counted from raw samples, a grid of five minutes and the ticks of two groups above.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from histories import MINUTE
from history_kinds import HISTORY_MS

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import unlagged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from history_kinds import Kind
    from reference import Judged, Reference
    from rule_replay import Labels

    from truegreen_definitions.plan import Burn, CountedWindow, Plan
    from truegreen_definitions.units import Window

__all__ = ["Look", "Shown"]

TICK_LAG = MINUTE
GRID_LAG = 10 * MINUTE
PERIOD_LAG = 3 * MINUTE
RATIOS = {
    names.ATTAINMENT.name: "attainment",
    names.ATTAINMENT_LOWER.name: "lower",
    names.ATTAINMENT_UPPER.name: "upper",
    names.BUDGET_REMAINING.name: "budget_left",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is recorded at an instant, and which burn pairs fire."""

    at: int
    values: Mapping[tuple[str, str], list[tuple[Labels, float]]]
    firing: frozenset[str]

    @classmethod
    def of(cls, at: int, found: Mapping[Labels, float], firing: frozenset[str]) -> Shown:
        """Return what is shown, from series with their names among the labels."""
        values: dict[tuple[str, str], list[tuple[Labels, float]]] = defaultdict(list)
        for labels, value in found.items():
            told = dict(labels)
            key = told["__name__"], told.get("window") or told.get("over", "")
            values[key].append((labels, value))
        return cls(at, values, firing)

    def one(self, metric: str, window: str) -> float | None:
        """Return the one value of a metric over a window; None for no value."""
        found = self.values.get((metric, window), [])
        assert len(found) <= 1, found
        return found[0][1] if found else None

    def states(self, window: str) -> list[str]:
        """Return the states that are 1."""
        held = self.values.get((names.STATE_OF.name, window), [])
        return [dict(labels)["state"] for labels, value in held if value == 1]


@dataclass(frozen=True, slots=True)
class Look:
    """The eyes: the plan, the kind of history, and the events.

    Attributes:
        start: Where the history begins.
        reference: Counts increments between samples that are near one another.
        bridging: Counts them between any two: what a range over a gap sees of the gap.
    """

    plan: Plan
    kind: Kind
    start: int
    reference: Reference
    bridging: Reference

    def at(self, shown: Shown) -> Iterator[str]:
        """Yield what is wrong at a moment."""
        place = f"{(shown.at - self.start) // 1_000} s"
        for counted in self.reference.agreement.windows:
            for said in self._counted(counted, shown):
                yield f"{place}, {counted.label}: {said}"
        for pair in self.plan.policy.burn:
            if (pair.label in shown.firing) not in self._burning(pair, shown.at):
                yield f"{place}: {pair.label} fires: {pair.label in shown.firing}"

    def _counted(self, counted: CountedWindow, shown: Shown) -> Iterator[str]:
        window, label = counted.window, counted.label
        possible = self._possible(window, shown.at, self._lag(window))
        good = shown.one(names.GOOD_SUM.name, label)
        total = shown.one(names.TOTAL_SUM.name, label)
        slack = self._slack(possible)
        if good is None or total is None:
            if good is not total or all(one.total > slack for one in possible):
                yield f"{good} of {total}, counted {_told(possible)}"
            return
        if not any(_near((good, total), one, slack) for one in possible):
            yield f"{good} of {total}, counted {_told(possible)}"
            return
        if counted.burns:
            rate, rates = shown.one(names.BURN_RATE.name, label), [o.burn_rate for o in possible]
            budget = float(self.reference.agreement.budget)
            if not _fits(rate, rates, self._room(possible, slack) / budget):
                yield f"burn rate {rate}, counted {rates[:3]}"
        if counted.judged:
            later = self._possible(window, shown.at, self._lag(window) + PERIOD_LAG)
            room = 1e-6
            if self.kind.rough:  # what was judged a tick ago was counted as roughly as the parts
                room = self._room(later, slack) / float(self.reference.agreement.budget)
            now = self.reference.judged(good, total)
            yield from self._judgement(label, shown, [now, *later], room)

    def _judgement(
        self, window: str, shown: Shown, allowed: list[Judged], room: float
    ) -> Iterator[str]:
        """Yield what does not follow from the recorded parts, which are right by now."""
        states = shown.states(window)
        if len(states) != 1 or states[0] not in {one.state for one in allowed}:
            yield f"is {states}, counted {allowed[0]}"
        for metric, name in RATIOS.items():
            value, rightly = shown.one(metric, window), [getattr(one, name) for one in allowed]
            if not _fits(value, rightly, room):
                yield f"{metric} is {value}, counted {rightly[:3]}"
        objective = shown.one(names.OBJECTIVE.name, window)
        if objective != float(self.reference.agreement.objective):
            yield f"objective is {objective}"

    def _possible(self, window: Window, at: int, lag: int) -> list[Judged]:
        """Return what the window may hold; in a rough history also what a gap may hide."""
        found = self.reference.possible(window, at, lag)
        return found + (self.bridging.possible(window, at, lag) if self.kind.rough else [])

    def _slack(self, possible: list[Judged]) -> float:
        """Return by how many events a count may be off."""
        most = max(one.total for one in possible)
        return most * max(1e-6, self.kind.lost) + self.kind.rough * self._busiest()

    def _busiest(self) -> float:
        """Return the most events that any five minutes have seen."""
        starts = range(self.start, self.start + HISTORY_MS, 5 * MINUTE)
        counts = self.bridging.counts
        return max(counts.between(at, at + 5 * MINUTE)[1] for at in starts)

    def _room(self, possible: list[Judged], slack: float) -> float:
        """Return by how much a ratio may be off."""
        if not self.kind.rough:
            return 1e-6
        return slack / min((one.total for one in possible if one.total), default=1)

    def _lag(self, window: Window) -> int:
        return TICK_LAG if unlagged(self.plan.policy, window) else GRID_LAG

    def _burning(self, pair: Burn, at: int) -> set[bool]:
        windows = {one.label: one.window for one in self.reference.agreement.windows}
        long, short = (
            self._possible(windows[label], at, self._lag(windows[label]))
            for label in (pair.long, pair.short)
        )
        few = self.reference.agreement.alerting.min_bad
        doubts = (0.7, 1, 1.4) if self.kind.rough else (1,)
        return {
            answer
            for doubt in doubts
            for answer in self.reference.burning(long, short, pair, few, doubt)
        }


def _told(possible: list[Judged]) -> list[tuple[float, float]]:
    return [(one.good, one.total) for one in possible[:3]]


def _near(parts: tuple[float, float], one: Judged, slack: float) -> bool:
    return abs(parts[0] - one.good) <= slack and abs(parts[1] - one.total) <= slack


def _fits(value: float | None, allowed: list[float | None], room: float) -> bool:
    """Return whether a value is among what is allowed, or between; None is no value."""
    there = [one for one in allowed if one is not None]
    if value is None:
        return len(there) < len(allowed)
    return bool(there) and min(there) - room <= value <= max(there) + room
