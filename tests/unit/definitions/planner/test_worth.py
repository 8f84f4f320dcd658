"""What a service is worth, from YAML to the plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from companies import HEAD, POLICY, SERVICE, compiled

from truegreen_definitions.plan import AtRisk, CriticalPeriod, ExchangeRate, Outage

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan, Service

CALENDAR = """
kind: Calendar
metadata: {name: close}
spec: {zone: UTC, rrule: 'FREQ=MONTHLY;BYMONTHDAY=-1', times: '06:00-22:00'}
"""
WORTH = """  critical_periods: [close, {calendar: nights, factor: 2}]
  value:
    - channel: web
      currency: EUR
      per_transaction: 84.20
      of: {table: orders, at: ordered_at, where: channel = 'web' OR channel IS NULL}
      margin: 31%
    - {channel: app, currency: USD, per_transaction: 20, at_risk: [{agreement: up, weight: 25%}]}
  production:
    - {name: packing, unit: parcel, per_hour: 240, yield: 98%}
  outage:
    overtime: {people: 4, per_hour: 62.00, currency: CHF}
  slas:
    - {name: up, objective: 99.9%, window: 30d,
       indicator: {kind: promql, good: 'http_requests_total{code!~"5.."}',
                   total: http_requests_total}}
    - {name: sold, objective: 99%, window: 30d,
       indicator: {kind: records, table: orders, at: ordered_at, sampling: census,
                   total: 'true', good: due_on is not null}}
"""
MONEY = """  money:
    reporting: EUR
    rates:
      - {currency: USD, rate: 0.9215, on: 2026-11-02}
      - {currency: CHF, rate: 1.07, on: 2026-11-02}
      - {currency: USD, rate: 0.9188, on: 2026-10-01}
"""


def planned() -> tuple[Plan, Service]:
    """Return the plan, and its one service."""
    nights = CALENDAR.replace("close", "nights")
    found = compiled(
        shop=SERVICE + WORTH,
        policy=POLICY + MONEY,
        calendars=CALENDAR + "---\n" + HEAD + nights.lstrip(),
    )
    assert found.plan is not None, found.problems
    return found.plan, found.plan.services[0]


def test_rows_of_a_channel_leave_robots_out() -> None:
    """The condition is kept whole beside the Policy's mark, and knows where it is defined."""
    _, service = planned()
    web, app = service.values
    assert web.where == (
        "(channel = 'web' OR channel IS NULL) AND NOT COALESCE(is_synthetic, FALSE)"
    )
    assert (web.at, web.amount, web.per_transaction) == ("ordered_at", "", Decimal("84.20"))
    assert (app.table, app.at) == ("", "")
    assert web.origin is not None
    assert app.origin is not None
    assert app.origin.line == web.origin.line + 5


def test_all_that_is_live_tells_what_is_at_risk() -> None:
    """Unless agreements are named, every one that Prometheus counts does, and none of records."""
    _, service = planned()
    web, app = service.values
    assert web.at_risk == (AtRisk(agreement="up", weight=Decimal(1)),)
    assert app.at_risk == (AtRisk(agreement="up", weight=Decimal("0.25")),)
    (line,) = service.production
    assert line.at_risk == web.at_risk
    assert (line.good, line.value, line.currency) == (Decimal("0.98"), None, "")


def test_what_was_not_said_stays_unsaid() -> None:
    """Of an outage only overtime was declared; a calendar by name alone has the factor 1."""
    _, service = planned()
    assert service.outage == Outage(overtime_per_hour=Decimal(248), overtime_currency="CHF")
    assert service.critical_periods == (
        CriticalPeriod(calendar="close", factor=Decimal(1)),
        CriticalPeriod(calendar="nights", factor=Decimal(2)),
    )


def test_rates_are_in_order() -> None:
    """By currency, then by day, however they are written."""
    plan, _ = planned()
    assert plan.policy.reporting_currency == "EUR"
    assert plan.policy.rates == (
        ExchangeRate(currency="CHF", rate=Decimal("1.07"), on=date(2026, 11, 2)),
        ExchangeRate(currency="USD", rate=Decimal("0.9188"), on=date(2026, 10, 1)),
        ExchangeRate(currency="USD", rate=Decimal("0.9215"), on=date(2026, 11, 2)),
    )
