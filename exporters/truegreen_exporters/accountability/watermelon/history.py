"""The closed periods of services, each with its verdict, from what the records hold.

Shares of good that are counted from records come from the ledger, as they were frozen (or as
corrections have made them since, where those are given). What Prometheus counts comes from the
hours that were pulled; a period with an hour missing is not known. Values are not in the ledger:
they are measured as of the moment at which the period could not change any more, from rows as
they are known now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from truegreen_definitions.names import WatermelonValue
from truegreen_definitions.plan import Agreement, Records
from truegreen_definitions.plan.closed import promised_of
from truegreen_exporters.accountability.watermelon.standing import (
    judged_share,
    judged_value,
    not_counted,
)
from truegreen_exporters.accountability.watermelon.verdict import verdict
from truegreen_exporters.asked import value_questions
from truegreen_exporters.closing.turning import WATCHED
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.windows.periods import closed_before, period_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from truegreen_definitions.plan import Measurement, Plan
    from truegreen_exporters.accountability.watermelon.standing import Judged
    from truegreen_exporters.accountability.watermelon.verdict import Verdict
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.store.ledger import Entry, Key
    from truegreen_exporters.store.signal_hours import SignalHours
    from truegreen_exporters.windows.periods import Period

    Otherwise = Callable[[Agreement, "Period"], "Counts | None"]

__all__ = ["ClosedPeriod", "Counts", "Past", "run_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Good and total events of a period; `unknown` says why they are not all there."""

    good: int
    total: int
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPeriod:
    """A service over one closed period."""

    period: Period
    verdict: Verdict


class Past:
    """Tells the closed periods of a plan's services.

    Args:
        plan: The plan.
        closed: Which revision of each closed period holds.
        engine: Measures values.
        hours: Adds up what Prometheus counted.
        otherwise: Tells what neither ledger nor hours know; None: nothing does.
    """

    def __init__(
        self,
        plan: Plan,
        closed: Mapping[Key, Entry],
        engine: Engine,
        hours: SignalHours,
        otherwise: Otherwise | None = None,
    ) -> None:
        self._plan = plan
        self._closed = closed
        self._engine = engine
        self._hours = hours
        self._otherwise = otherwise or (lambda _agreement, _period: None)
        self._values = dict(value_questions(plan))

    def of(self, service: str, unit: str, at: datetime) -> tuple[ClosedPeriod, ...]:
        """Return the closed periods of a service that are known, the oldest first.

        Args:
            service: Its name.
            unit: `week`, `month`, `quarter` or `year`.
            at: The moment it is seen from.

        Raises:
            StoreError: The hours cannot be read.
            CountError: A value cannot be measured.
        """
        promised = tuple(promised_of(self._plan, service))
        zone = self._plan.service(service).zone
        periods = self._periods(promised, unit, zone, at - self.settling(service))
        found = list(self.over(service, periods))
        while found and not any(one.share for one in found[0].verdict.judged):
            found.pop(0)  # nothing had begun
        return tuple(found)

    def last(self, service: str, unit: str, at: datetime) -> Period:
        """Return the last period that is closed for a service; arguments as of `of`."""
        zone = self._plan.service(service).zone
        (found,) = closed_before(at - self.settling(service), unit, zone, 1)
        return found

    def over(self, service: str, periods: Sequence[Period]) -> tuple[ClosedPeriod, ...]:
        """Return a service over periods, those from before it had begun among them; as `of`."""
        promised = tuple(promised_of(self._plan, service))
        zone, settling = self._plan.service(service).zone, self.settling(service)
        found = []
        for period in periods:
            judged = [self._judged(one, zone, period, settling) for one in promised]
            found.append(ClosedPeriod(period=period, verdict=verdict(judged)))
        return tuple(found)

    def settling(self, service: str) -> timedelta:
        """Return how long after its end a period of a service may still change."""
        promised = promised_of(self._plan, service)
        ripe = (getattr(one.parts, "mature_after_seconds", 0) for one in promised)
        return timedelta(seconds=max(self._plan.policy.lateness_seconds, *ripe))

    def _periods(
        self, promised: Sequence[Agreement | Measurement], unit: str, zone: str, settled: datetime
    ) -> list[Period]:
        """Return the last periods, and those before them that the ledger holds."""
        found = {
            period.index: period for period in closed_before(settled, unit, zone, WATCHED[unit])
        }
        ids = {one.id for one in promised}
        for (agreement, where, _), entry in self._closed.items():
            if agreement in ids and where == zone:
                start = datetime.fromtimestamp(entry.start / 1e6, UTC)
                period = period_at(start, unit, zone)
                if microseconds(period.end) == entry.end and period.end <= settled:
                    found[period.index] = period
        return [found[index] for index in sorted(found)]

    def _judged(
        self, one: Agreement | Measurement, zone: str, period: Period, settling: timedelta
    ) -> Judged:
        if not isinstance(one, Agreement):
            question = replace(
                self._values[one],
                windows=(),
                fixed=((period.label, (microseconds(period.start), microseconds(period.end))),),
            )
            values = self._engine.values_at(question, period.end + settling)
            return judged_value(one, values[period.label])
        if isinstance(one.parts, Records):
            entry = self._closed.get((one.id, zone, period.label))
            if entry is None:
                return self._told(one, period, "not closed, or before its first row")
            return judged_share(one, entry.good, entry.total)
        (sums,) = self._hours.between(one.id, [(period.start, period.end)])
        if sums is None:
            why = "counted by Prometheus, and no source pulls its hours"
            return self._told(one, period, why)
        hours = sums.unknown_hours
        unknown = f"{hours:,} hour{'s' if hours > 1 else ''} not known" if hours else ""
        return judged_share(one, sums.good, sums.total, unknown=unknown)

    def _told(self, one: Agreement, period: Period, why: str) -> Judged:
        """Return how an agreement stands by what is known otherwise, else why nothing is."""
        counts = self._otherwise(one, period)
        if counts is None:
            return not_counted(one, why)
        return judged_share(one, counts.good, counts.total, unknown=counts.unknown)


def run_of(periods: Sequence[ClosedPeriod]) -> int:
    """Return in how many periods up to the last one, in a row, a service was a watermelon."""
    found = 0
    for one in reversed(periods):
        if one.verdict.state is not WatermelonValue.WATERMELON:
            break
        found += 1
    return found
