"""What the exporter shows of what services are worth now: expectations, factors, rates.

An expectation stands for its hour. It is made again when the hour turns, and every five minutes
for rows that come late; while history says nothing, every fifteen seconds, because the rows may
just be coming in. What nobody can expect is absent, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.calendars.activity import is_active
from truegreen_definitions.names import BoundValue
from truegreen_exporters.accountability.expectations.prospect import look_ahead, quantised
from truegreen_exporters.engines.engine import CountError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import ExchangeRate, Plan, Policy, Service, TransactionValue
    from truegreen_exporters.accountability.expectations.prospect import Prospect
    from truegreen_exporters.engines.engine import Engine
    from truegreen_telemetry.samples import SampleStore

__all__ = ["AGAIN_SECONDS", "SOON_SECONDS", "ShownProspects", "rates_in_force"]

AGAIN_SECONDS = 300
SOON_SECONDS = 15


@dataclass(slots=True)
class _Kept:
    """What was found of a channel, and when."""

    at: int
    found: Prospect | None

    def holds(self, now: int) -> bool:
        """Return whether it need not be made again yet."""
        if self.found is None:
            return 0 <= now - self.at < SOON_SECONDS
        start, end = self.found.hour
        return start <= now < end and 0 <= now - self.at < AGAIN_SECONDS


class ShownProspects:
    """The samples of what is expected, and by how much it matters; none of an earlier plan."""

    def __init__(self, store: SampleStore) -> None:
        self._transactions = store.gauge(names.EXPECTED_TRANSACTIONS)
        self._worth = store.gauge(names.EXPECTED_VALUE)
        self._factors = store.gauge(names.CRITICAL_FACTOR)
        self._rates = store.gauge(names.FX_RATE)
        self._days = store.gauge(names.FX_RATE_DATE)
        self._kept: dict[tuple[str, str], _Kept] = {}
        for family in (self._transactions, self._worth, self._factors, self._rates, self._days):
            family.clear()

    def show(self, plan: Plan, engine: Engine, at: datetime) -> dict[str, tuple[str, ...]]:
        """Show all of it as it is at a moment; return what failed, by what it is about."""
        self._show_rates(plan.policy, at)
        self._show_factors(plan, at)
        faults: dict[str, tuple[str, ...]] = {}
        for service in plan.services:
            for value in service.values:
                if value.table and value.at:
                    about = f"expectation of {service.name}/{value.channel}"
                    faults[about] = self._show_channel(plan, engine, service, value, at)
        return faults

    def _show_channel(
        self,
        plan: Plan,
        engine: Engine,
        service: Service,
        value: TransactionValue,
        at: datetime,
    ) -> tuple[str, ...]:
        now, key = int(at.timestamp()), (service.name, value.channel)
        kept = self._kept.get(key)
        if kept is not None and kept.holds(now):
            return ()
        try:
            found = look_ahead(engine, plan, service, value, at)
        except CountError as error:
            self._hide(service, value)
            self._kept.pop(key, None)
            return (str(error).partition("\n")[0],)
        self._kept[key] = _Kept(now, found)
        self._hide(service, value)
        if found is not None:
            for bound in BoundValue:
                child = self._transactions.child(*key, bound)
                child.set(float(quantised(found.transactions(bound))))
                for basis in found.bases:
                    worth = float(quantised(found.worth(basis, bound)))
                    self._worth.child(*key, value.currency, basis, bound).set(worth)
        return ()

    def _hide(self, service: Service, value: TransactionValue) -> None:
        for bound in BoundValue:
            self._transactions.remove(service.name, value.channel, bound)
            for basis in names.BasisValue:
                self._worth.remove(service.name, value.channel, value.currency, basis, bound)

    def _show_factors(self, plan: Plan, at: datetime) -> None:
        for service in plan.services:
            if service.critical_periods:
                self._factors.child(service.name).set(float(factor_of(plan, service, at)))

    def _show_rates(self, policy: Policy, at: datetime) -> None:
        for rate in rates_in_force(policy, at):
            pair = (rate.currency, policy.reporting_currency)
            self._rates.child(*pair).set(float(rate.rate))
            day = datetime.combine(rate.on, time(), UTC)
            self._days.child(*pair).set(day.timestamp())


def factor_of(plan: Plan, service: Service, at: datetime) -> Decimal:
    """Return by how much more a service matters at a moment: 1 outside of its critical periods."""
    calendars = {calendar.name: calendar for calendar in plan.calendars}
    active = (
        one.factor for one in service.critical_periods if is_active(calendars[one.calendar], at)
    )
    return max(active, default=Decimal(1))


def rates_in_force(policy: Policy, at: datetime) -> Iterator[ExchangeRate]:
    """Yield the latest declared rate of each currency that is not of a day to come."""
    found = {rate.currency: rate for rate in policy.rates if rate.on <= at.astimezone(UTC).date()}
    yield from found.values()
