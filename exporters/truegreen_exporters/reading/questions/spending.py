"""What is spent on a service, and what is spent less of: cost lines added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.accountability.losses.savings import asked_of, compared
from truegreen_exporters.accountability.losses.windows import days_of, today_of
from truegreen_exporters.accountability.showback.shown import COST_WINDOWS, shown_back
from truegreen_exporters.engines.question import spans_of
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.instants import text_of, text_of_microseconds
from truegreen_exporters.store.costs import CostLines

if TYPE_CHECKING:
    from datetime import date

    from truegreen_definitions.plan import Saving, Service
    from truegreen_exporters.reading.asked import Asked

__all__ = ["costs", "saving"]

WINDOWS = tuple(window.label for window in COST_WINDOWS)


def costs(asked: Asked) -> dict[str, Any]:
    """`service`, `window`, `at`: what it costs, by business unit, component and currency."""
    service, at, window = asked.service(), asked.at, _window(asked)
    plan, span = asked.loaded.plan, spans_of(COST_WINDOWS, "UTC", at)[window]
    lines = CostLines(asked.connection, plan)
    units = {one.name: one.business_unit for one in plan.services if one.business_unit}
    found = shown_back(lines.between(span), units)
    return {
        "service": service.name,
        "at": text_of(at),
        "window": window,
        "start": text_of_microseconds(span[0]),
        "end": text_of_microseconds(span[1]),
        "costs": [
            {"business_unit": unit, "component": part, "currency": currency, "amount": str(amount)}
            for (of, unit, part, currency), amount in sorted(found.items())
            if of == service.name
        ],
        "sql": lines.query(span) if lines.known else "",
    }


def saving(asked: Asked) -> dict[str, Any]:
    """`service`, `saving`, `window`, `at`: what it saved, and the costs that are compared.

    `amount` is null where costs are not known, or it began later.
    """
    service, name, window = asked.service(), asked.word("saving"), _window(asked)
    known = {one.name: one for one in (service.losses.savings if service.losses else ())}
    if name not in known:
        raise UsageError(f"{service.name} declares no saving {name!r}: {suggestion(name, known)}")
    today = today_of(asked.at, service.zone)
    days = days_of(window, today)
    one = known[name]
    found = compared(asked.engine, asked.loaded.plan, service, one, days=days, today=today)
    told = (
        ()
        if found is None
        else (
            (found.before_days, found.before),
            (found.since_days, found.since),
        )
    )
    return {
        "service": service.name,
        "saving": name,
        "at": text_of(asked.at),
        "window": window,
        "currency": one.currency,
        "amount": None if found is None else str(found.amount),
        "compared": [_part(asked, service, one, days, str(cost)) for days, cost in told],
    }


def _part(
    asked: Asked, service: Service, one: Saving, days: tuple[date, date], cost: str
) -> dict[str, Any]:
    question, span = asked_of(service, one, days)
    relation = asked.engine.local.relation(question.table)
    return {
        "from": days[0].isoformat(),
        "until": days[1].isoformat(),
        "days": (days[1] - days[0]).days,
        "cost": cost,
        "sql": volume_sql(question, relation, span),
    }


def _window(asked: Asked) -> str:
    window = asked.word("window", WINDOWS[0])
    if window not in WINDOWS:
        raise UsageError(f"costs are not added up over {window!r}: {suggestion(window, WINDOWS)}")
    return window
