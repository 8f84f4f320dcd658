"""What infrastructure costs less since it was tuned or moved: days since against days before.

    saved = cost of the declared time before / its days x days since - cost of the days since

over the days of a window from `since` on, up to yesterday: of today not all lines are there yet.
A negative number means that it became dearer, and is shown as that.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.plan.costs import COSTS, has_costs
from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.money import rounded
from truegreen_exporters.engines.volume_question import VolumeQuestion
from truegreen_exporters.intake.mapping import literal

if TYPE_CHECKING:
    from decimal import Decimal

    from truegreen_definitions.plan import Plan, Saving, Service
    from truegreen_exporters.accountability.expectations.spans import Span
    from truegreen_exporters.engines.engine import Engine

__all__ = ["saved"]

_DAY = timedelta(days=1)
_HOUR = 3_600


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
    if not has_costs(plan):
        return None
    first = max(date.fromisoformat(days[0]), saving.since)
    end = min(date.fromisoformat(days[1]), today - _DAY) + _DAY
    if first >= end:
        return None
    before = _cost(engine, service, saving, saving.start, saving.end)
    since = _cost(engine, service, saving, first, end)
    usual = before / (saving.end - saving.start).days * (end - first).days
    return rounded(usual - since, saving.currency)


def _cost(engine: Engine, service: Service, saving: Saving, first: date, end: date) -> Decimal:
    mine = f"billing_currency = {literal(saving.currency)}"
    question = VolumeQuestion(
        service=service.name,
        zone=service.zone,
        table=COSTS,
        at="charge_period_start",
        where=f"{mine} AND ({saving.where})" if saving.where else mine,
        amount="effective_cost",
        step=_HOUR,
    )
    span: Span = (_midnight(first, service.zone), _midnight(end, service.zone))
    return Volume(engine.volume(question, span), _HOUR).amount((span,))


def _midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())
