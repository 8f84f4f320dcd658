"""Money at risk now, and what a minute of outage costs: the rule group of what a service is worth.

A channel's share at risk is that of its worst degraded agreement, over the live window (the long
one of the fastest burn pair):

    bad share  = burn rate x budget                 of each agreement that `at_risk` names
    impact     = the greatest bad share x weight    of those that burn faster than 1
    at risk    = expected value per minute x impact x critical factor

The greatest and not the sum, because customers who are slowed down in one step are the same who
are slowed down in the next. What is within its budget puts nothing at risk: 0. With no event of
any of them in the window the impact is unknown, and so is what is at risk: absent. So it is where
history lets expect nothing. All of it is expected, never loss.

A minute of outage costs, if everything fails, each component in a series of its own:

    net_loss    expected value x (1 - recovered) x critical factor
    cash_delay  expected revenue x recovered x days / 365 x cost of capital
    production  units per hour x yield / 60 x value of a unit
    penalties   as declared
    overtime    people x cost of an hour / 60

A component that was not declared is absent. What all of them come to is told in the reporting
currency alone, each at its declared rate. There is no such sum of a service that declares one of
them in a currency without a rate, and none while one of them, or a rate, is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import base_interval
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.rule import Group, Recording
from truegreen_definitions.names import BasisValue, BoundValue, CostValue, ReputationValue
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import AtRisk, Plan, Policy, Service, TransactionValue

__all__ = [
    "basis_of",
    "critical",
    "expects",
    "money_group",
    "rated",
    "sums_outage",
    "telling",
    "tells_reputation",
]


def money_group(plan: Plan, service: Service, promises: Sequence[Promise]) -> tuple[Group, ...]:
    """Return the group of what a service is worth; none where it declares nothing."""
    rules = tuple(_rules(plan, service, promises))
    if not rules:
        return ()
    return (
        Group(
            name=f"{service.name}/money",
            interval_seconds=base_interval(plan.policy),
            comment=f"{service.name}, {service.origin}: money at risk, and what an outage costs",
            rules=rules,
        ),
    )


def expects(value: TransactionValue) -> bool:
    """Return whether anything is expected of a channel."""
    return bool(value.table and value.at)


def telling(at_risk: Sequence[AtRisk], of: Mapping[str, Promise]) -> tuple[AtRisk, ...]:
    """Return those of the agreements that are in the plan, by name in `of`."""
    return tuple(one for one in at_risk if one.agreement in of)


def critical(service: Service) -> bool:
    """Return whether a service matters more at times."""
    return any(one.factor != 1 for one in service.critical_periods)


def basis_of(value: TransactionValue) -> BasisValue:
    """Return what of a transaction counts: what is earned of it, where that was said."""
    return BasisValue.REVENUE if value.margin is None else BasisValue.MARGIN


def rated(policy: Policy, currency: str) -> bool:
    """Return whether a currency can be reported: it is the reporting one, or has a rate to it."""
    return bool(policy.reporting_currency) and (
        currency == policy.reporting_currency
        or any(one.currency == currency for one in policy.rates)
    )


def sums_outage(policy: Policy, service: Service) -> bool:
    """Return whether all components of an outage's cost of a service can be added up."""
    return _add_up(policy, tuple(_costs(service)))


def _add_up(policy: Policy, costs: tuple[Recording, ...]) -> bool:
    return bool(costs) and all(rated(policy, one.labels[names.CURRENCY]) for one in costs)


def tells_reputation(service: Service) -> bool:
    """Return whether measures tell of a service's reputation."""
    outage = service.outage
    return outage is not None and bool(outage.churned or outage.lost_conversions)


def _rules(plan: Plan, service: Service, promises: Sequence[Promise]) -> Iterator[Recording]:
    of = {one.agreement.name: one for one in promises}
    live = plan.policy.live_window
    for value in service.values:
        if expects(value) and telling(value.at_risk, of):
            labels = {names.SERVICE: service.name, names.CHANNEL: value.channel}
            told = {**labels, names.PRODUCTION: ""}
            yield _record(names.IMPACT, _impact(of, value.at_risk, live), told)
            yield from _at_risk(plan.policy, service, value, labels)
    for line in service.production:
        if telling(line.at_risk, of):
            labels = {names.SERVICE: service.name, names.PRODUCTION: line.name}
            told = {**labels, names.CHANNEL: ""}
            yield _record(names.IMPACT, _impact(of, line.at_risk, live), told)
            units = number_text(line.per_hour * line.good)
            expr = f"{series(names.IMPACT, **labels)} * {units}"
            yield _record(names.PRODUCTION_AT_RISK, expr, {**labels, names.UNIT: line.unit})
    costs = tuple(_costs(service))
    yield from costs
    yield from _all_costs(plan.policy, service, costs)
    yield from _reputation(plan, service)


def _impact(of: Mapping[str, Promise], at_risk: Sequence[AtRisk], live: str) -> str:
    shares = [_share(of[one.agreement], one, live) for one in telling(at_risk, of)]
    return "max(\n  " + "\n  or\n  ".join(shares) + "\n)"


def _share(promise: Promise, one: AtRisk, live: str) -> str:
    """Return the share that an agreement puts at risk; 0 while it burns no faster than it may."""
    burn = promise.series(names.BURN_RATE, over=live)
    weight = "" if one.weight == 1 else f" * {number_text(one.weight)}"
    return f"{burn} * {promise.budget}{weight} * ({burn} > bool 1)"


def _at_risk(
    policy: Policy, service: Service, value: TransactionValue, labels: dict[str, str]
) -> Iterator[Recording]:
    impact = series(names.IMPACT, **labels)
    expected = _expected(service, value, basis_of(value))
    expr = f"{expected}\n* on () {impact}{_times_critical(service)}"
    paid = {**labels, names.CURRENCY: value.currency}
    yield _record(names.VALUE_AT_RISK, expr, paid)
    if rated(policy, value.currency):
        own = series(names.VALUE_AT_RISK, **paid)
        to = policy.reporting_currency
        expr = own if value.currency == to else f"{own}\n* on () {_rate(policy, value.currency)}"
        yield _record(names.REPORTED_VALUE_AT_RISK, expr, {**labels, names.CURRENCY: to})


def _rate(policy: Policy, currency: str) -> str:
    pair = {names.FROM: currency, names.TO: policy.reporting_currency}
    return f"max({series(names.FX_RATE, **pair)})"


def _costs(service: Service) -> Iterator[Recording]:
    outage = service.outage
    for value in service.values:
        if not expects(value) or value.recovered is None:
            continue
        lost, later = number_text(1 - value.recovered), number_text(value.recovered)
        expected = _expected(service, value, basis_of(value))
        expr = f"{expected} * {lost}{_times_critical(service)}"
        about = {names.CHANNEL: value.channel, names.CURRENCY: value.currency}
        yield _cost(service, CostValue.NET_LOSS, expr, about)
        if outage and outage.delay_days is not None and outage.cost_of_capital is not None:
            days, cost = number_text(outage.delay_days), number_text(outage.cost_of_capital)
            revenue = _expected(service, value, BasisValue.REVENUE)
            expr = f"{revenue} * {later} * {days} / 365 * {cost}"
            yield _cost(service, CostValue.CASH_DELAY, expr, about)
    for line in service.production:
        if line.value is not None:
            expr = f"vector({number_text(line.per_hour * line.good * line.value)}) / 60"
            about = {names.PRODUCTION: line.name, names.CURRENCY: line.currency}
            yield _cost(service, CostValue.PRODUCTION, expr, about)
    if outage and outage.penalties_per_minute is not None:
        expr = f"vector({number_text(outage.penalties_per_minute)})"
        about = {names.CURRENCY: outage.penalties_currency}
        yield _cost(service, CostValue.PENALTIES, expr, about)
    if outage and outage.overtime_per_hour is not None:
        expr = f"vector({number_text(outage.overtime_per_hour)}) / 60"
        about = {names.CURRENCY: outage.overtime_currency}
        yield _cost(service, CostValue.OVERTIME, expr, about)


def _cost(service: Service, component: CostValue, expr: str, about: dict[str, str]) -> Recording:
    whole = {names.SERVICE: service.name, names.CHANNEL: "", names.PRODUCTION: ""}
    return _record(names.OUTAGE_COST, expr, {**whole, **about, names.COMPONENT: str(component)})


def _all_costs(
    policy: Policy, service: Service, costs: tuple[Recording, ...]
) -> Iterator[Recording]:
    if not _add_up(policy, costs):
        return
    shares = []
    for one in costs:
        currency = one.labels[names.CURRENCY]
        times = "" if currency == policy.reporting_currency else f" * {_rate(policy, currency)}"
        shares.append(f"sum({series(names.OUTAGE_COST, **one.labels)}){times}")
    labels = {names.SERVICE: service.name, names.CURRENCY: policy.reporting_currency}
    yield _record(names.REPORTED_OUTAGE_COST, "\n+ ".join(shares), labels)


def _reputation(plan: Plan, service: Service) -> Iterator[Recording]:
    if service.outage is None:
        return
    told = {
        ReputationValue.CHURNED: service.outage.churned,
        ReputationValue.LOST_CONVERSIONS: service.outage.lost_conversions,
    }
    for indicator, measure in told.items():
        measured = (one for one in plan.measurements if one.id == f"{service.name}/{measure}")
        for window in (counted.label for one in measured for counted in one.windows):
            of = {names.SERVICE: service.name, names.MEASURE: measure, names.WINDOW: window}
            shown = f"max({series(names.WINDOW_VALUE, **of)})"
            del of[names.MEASURE]
            yield _record(names.REPUTATION, shown, {**of, names.INDICATOR: str(indicator)})


def _expected(service: Service, value: TransactionValue, basis: BasisValue) -> str:
    labels = {
        names.SERVICE: service.name,
        names.CHANNEL: value.channel,
        names.CURRENCY: value.currency,
        names.BASIS: str(basis),
        names.BOUND: str(BoundValue.POINT),
    }
    return f"max({series(names.EXPECTED_VALUE, **labels)})"


def _times_critical(service: Service) -> str:
    if not critical(service):
        return ""
    return f"\n* on () max({series(names.CRITICAL_FACTOR, service=service.name)})"


def _record(metric: Metric, expr: str, labels: dict[str, str]) -> Recording:
    return Recording(metric=metric, expr=expr, labels=labels)
