"""What infrastructure costs less since it was tuned or moved: days since against days before.

    saved = cost of the declared time before / its days x days since - cost of the days since

over the days of a window from `since` on, up to yesterday: of today not all lines are there yet.
A negative number means that it became dearer, and is shown as that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.plan.costs import COSTS, has_costs
from truegreen_definitions.units import HOUR_SECONDS
from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.money import rounded
from truegreen_exporters.engines.volume_question import VolumeQuestion
from truegreen_exporters.intake.mapping import literal

if TYPE_CHECKING:
    from decimal import Decimal

    from truegreen_definitions.plan import Plan, Saving, Service
    from truegreen_exporters.accountability.expectations.spans import Span
    from truegreen_exporters.engines.engine import Engine

__all__ = ["Compared", "asked_of", "compared", "saved"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a saving is made of.

    Attributes:
        before: Cost of the declared time before.
        before_days: Its days.
        since: Cost of the days of the window from the change on.
        since_days: First of these days, and the day after the last.
    """

    before: Decimal
    before_days: tuple[date, date]
    since: Decimal
    since_days: tuple[date, date]
    currency: str

    @property
    def amount(self) -> Decimal:
        """What was saved; below 0 where it became dearer."""
        days = (self.before_days[1] - self.before_days[0]).days
        usual = self.before / days * (self.since_days[1] - self.since_days[0]).days
        return rounded(usual - self.since, self.currency)


def saved(
    engine: Engine,
    plan: Plan,
    service: Service,
    saving: Saving,
    *,
    days: tuple[str, str],
    today: date,
) -> Decimal | None:
    """Return what was saved in a window; None where costs are not known, or it began later.

    Args:
        engine: Adds up the cost lines.
        plan: Says whether there are any.
        service: Whose they are.
        saving: What is compared.
        days: First and last day of the window, both included.
        today: In the service's zone.

    Raises:
        CountError: The lines cannot be reached.
    """
    found = compared(engine, plan, service, saving, days=days, today=today)
    return None if found is None else found.amount


def compared(
    engine: Engine,
    plan: Plan,
    service: Service,
    saving: Saving,
    *,
    days: tuple[str, str],
    today: date,
) -> Compared | None:
    """Return what a saving in a window is made of; see `saved`."""
    if not has_costs(plan):
        return None
    first = max(date.fromisoformat(days[0]), saving.since)
    end = min(date.fromisoformat(days[1]), today - _DAY) + _DAY
    if first >= end:
        return None
    return Compared(
        before=_cost(engine, service, saving, saving.start, saving.end),
        before_days=(saving.start, saving.end),
        since=_cost(engine, service, saving, first, end),
        since_days=(first, end),
        currency=saving.currency,
    )


def asked_of(
    service: Service, saving: Saving, days: tuple[date, date]
) -> tuple[VolumeQuestion, Span]:
    """Return the question that gives the cost of days, by the hour, and their span."""
    mine = f"billing_currency = {literal(saving.currency)}"
    question = VolumeQuestion(
        service=service.name,
        zone=service.zone,
        table=COSTS,
        at="charge_period_start",
        where=f"{mine} AND ({saving.where})" if saving.where else mine,
        amount="effective_cost",
        step=HOUR_SECONDS,
    )
    return question, (_midnight(days[0], service.zone), _midnight(days[1], service.zone))


def _cost(engine: Engine, service: Service, saving: Saving, first: date, end: date) -> Decimal:
    question, span = asked_of(service, saving, (first, end))
    return Volume(engine.volume(question, span), HOUR_SECONDS).amount((span,))


def _midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
