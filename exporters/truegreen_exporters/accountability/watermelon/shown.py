"""The last closed period of every service, as series.

A window such as `prev_month` shows the last period that is closed for the service: late rows and
unripe ones are waited for, and until then the period before it stands. Closed periods seldom
change, so all is looked at again only when the ledger has grown, when hours of signals have come
(the first ones come after the first look, and a month without them is unknown), or, for what is
in neither, once in `AGAIN_SECONDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import WatermelonValue
from truegreen_definitions.plan.closed import closed_units, closed_window, promised_of, pulls_hours
from truegreen_exporters.accountability.watermelon.history import ClosedPeriod, run_of
from truegreen_exporters.accountability.watermelon.portfolio import portfolio
from truegreen_exporters.accountability.watermelon.revenue import by_currency
from truegreen_exporters.accountability.watermelon.score import score
from truegreen_exporters.accountability.watermelon.shown_worth import ShownWorth
from truegreen_exporters.again import Again
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.watermelon.followed import Followed
    from truegreen_exporters.accountability.watermelon.history import Past
    from truegreen_exporters.accountability.watermelon.revenue import Revenue
    from truegreen_exporters.accountability.watermelon.verdict import Verdict
    from truegreen_telemetry.samples import SampleStore

__all__ = ["AGAIN_SECONDS", "ClosedPeriods"]

AGAIN_SECONDS = 600.0


class ClosedPeriods:
    """Shows what closed periods say of services.

    Args:
        store: Holds the samples.
        past: Tells the closed periods.
        followed: Follows cases.
        revenue: Tells what services weigh.
        plan: Whose services.
    """

    def __init__(
        self, store: SampleStore, past: Past, followed: Followed, revenue: Revenue, plan: Plan
    ) -> None:
        self._states = store.gauge(names.CLOSED_WATERMELON)
        self._period = store.gauge(names.WATERMELON_PERIOD)
        self._suspected = store.gauge(names.WATERMELON_SUSPECTED)
        self._depth = store.gauge(names.WATERMELON_DEPTH)
        self._run = store.gauge(names.WATERMELON_PERIODS)
        self._first = store.gauge(names.WATERMELON_FIRST)
        self._portfolio = store.gauge(names.WATERMELON_PORTFOLIO)
        self._score = store.gauge(names.SCORE)
        self._vetoed = store.gauge(names.SCORE_VETOED)
        self._worth = ShownWorth(store)
        self._families = (
            *(self._states, self._period, self._suspected, self._depth, self._run, self._first),
            *(self._portfolio, self._score, self._vetoed, self._worth),
        )
        self._past, self._followed, self._revenue = past, followed, revenue
        self._scores = {one.name: one.score for one in plan.services if one.score is not None}
        hours = pulls_hours(plan)
        self._services = tuple(
            (one.name, units)
            for one in plan.services
            if (units := closed_units(promised_of(plan, one.name), hours=hours))
        )
        self._again = Again(AGAIN_SECONDS)
        self._failed: dict[str, tuple[str, ...]] = {}
        for family in self._families:
            family.clear()

    def show(self, at: datetime, held: int) -> dict[str, tuple[str, ...]]:
        """Show the last closed periods; return why those of a service could not be told.

        Args:
            at: The moment it is seen from.
            held: How many periods the ledger holds, and hours of signals, together: both grow.
        """
        if not self._again.due(at, held):
            return self._failed
        for family in self._families:
            family.clear()
        self._failed = {}
        last: dict[str, list[tuple[WatermelonValue, Mapping[str, Decimal]]]] = {}
        for service, units in self._services:
            self._failed[f"closed periods of {service}"] = ()
            for unit in units:
                window, periods = closed_window(unit), tuple[ClosedPeriod, ...]()
                earned: Mapping[str, Decimal] = {}
                try:
                    period = self._past.last(service, unit, at)
                    earned = by_currency(self._revenue.of(service, period))
                    periods = self._past.of(service, unit, at)
                    self._show_worth(service, unit, periods, at)
                except (CountError, StoreError, TerminalError) as error:
                    self._failed[f"closed periods of {service}"] = (str(error),)
                state = self._one(service, window, periods)
                last.setdefault(window, []).append((state, earned))
        for window, states in last.items():
            for (by, currency), weights in portfolio(states).items():
                for state, weight in weights.items():
                    self._portfolio.child(by, currency, state, window).set(float(weight))
        return self._failed

    def _show_worth(
        self, service: str, unit: str, periods: Sequence[ClosedPeriod], at: datetime
    ) -> None:
        """Show what SLAs are worth over the last period, and over all that are closed."""
        if not periods:
            return
        ends = [(one.period.start, one.period.end) for one in periods]
        spans = {closed_window(unit): ends[-1]}
        if unit == "month":
            spans["all"] = ends[0][0], ends[-1][1]
        for window, (start, end) in spans.items():
            span = (microseconds(start), microseconds(end))
            for found in self._followed.of(service, span, at):
                self._worth.show(window, found)

    def _one(self, service: str, window: str, periods: Sequence[ClosedPeriod]) -> WatermelonValue:
        """Show a service over a window; return its state."""
        found = periods[-1].verdict if periods else None
        held = found.state if found else WatermelonValue.UNKNOWN
        for state in WatermelonValue:
            self._states.child(service, window, state).set(state is held)
        self._suspected.child(service, window).set(found is not None and found.suspected)
        self._run.child(service, window).set(run_of(periods))
        if found is not None:
            self._period.child(service, window).set(periods[-1].period.start.timestamp())
            if found.depth is not None:
                self._depth.child(service, window).set(found.depth)
            self._show_score(service, window, found)
        for one in periods:
            if one.verdict.state is WatermelonValue.WATERMELON:
                self._first.child(service, window).set(one.period.start.timestamp())
                break
        return held

    def _show_score(self, service: str, window: str, found: Verdict) -> None:
        declared = self._scores.get(service)
        scored = score(declared, found.judged) if declared is not None else None
        if scored is not None and scored.points is not None:
            self._score.child(service, window).set(scored.points)
            self._vetoed.child(service, window).set(bool(scored.vetoed))
