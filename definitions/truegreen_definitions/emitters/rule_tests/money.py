"""Money at risk from what is expected and what is bad, and each component of an outage's cost.

Each step is a situation of its own, of a channel or a production:

well       nothing is bad
in budget  exactly as much is bad as each budget allows
alone      half of what one agreement counts is bad, and nothing of the others
all        all of them are bad, each more than the one before
uncounted  nothing was counted, so nobody knows what is at risk
last one   the one that is counted is bad
unexpected half of everything is bad, and history says nothing
unrated    half of everything is bad, and the rate is not known
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import during, value
from truegreen_definitions.emitters.rule_tests.case import Case, Check, Layer, timeline
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.money import basis_of, critical, expects, rated, telling
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import CostValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rule_tests.case import SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import AtRisk, Plan, Service, TransactionValue

__all__ = ["money_cases"]

STEP = Layer.MONEY.evaluation_seconds
HALF = Decimal("0.5")
REVENUE, EARNED = Decimal(240), Decimal(75)
FACTOR, RATE = Decimal("1.5"), Decimal("0.9")
YEAR_DAYS = Decimal(365)
HOUR_MINUTES = Decimal(60)
COUNTED = Decimal(17)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Situation:
    """Bad share by agreement (None: nothing was counted), and what else is known.

    Attributes:
        impact: What must be said to be at risk; None for nothing at all.
    """

    name: str
    bad: Mapping[str, Decimal | None]
    impact: Decimal | None
    expected: bool = True
    is_rated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """A component of what a minute of outage costs, with the labels that tell it from others."""

    component: CostValue
    money: Decimal
    about: Mapping[str, str]


# What is known of channels while all is, while they have no history, and while rates are unknown.
_EXPECTED = (True, False, True)


def money_cases(plan: Plan, service: Service, promises: Sequence[Promise]) -> Iterator[Case]:
    """Yield the tests of what a service is worth: channels, productions, and costs of an outage."""
    of = {one.agreement.name: one for one in promises}
    for one in service.values:
        if expects(one) and telling(one.at_risk, of):
            yield _channel(plan, service, one, of)
    for line in service.production:
        if telling(line.at_risk, of):
            labels = {names.SERVICE: service.name, names.PRODUCTION: line.name}
            told = {**labels, names.UNIT: line.unit}
            situations = _situations(line.at_risk, of)
            checks = tuple(
                check
                for at, one in _placed(situations)
                for check in during(
                    one.name,
                    (
                        _said(at, names.IMPACT, labels, one.impact),
                        _said(
                            at,
                            names.PRODUCTION_AT_RISK,
                            told,
                            None if one.impact is None else one.impact * line.per_hour * line.good,
                        ),
                    ),
                )
            )
            claim = f"of {line.name} what its worst degraded agreement hits is at risk"
            shown = tuple(_burns(plan, line.at_risk, of, situations))
            yield _case(service, claim, shown, checks)
    yield from _costs(plan, service)


def _channel(
    plan: Plan, service: Service, one: TransactionValue, of: Mapping[str, Promise]
) -> Case:
    situations = _situations(one.at_risk, of)
    half = situations[-1]
    more = [replace(half, name="unexpected", expected=False)]
    abroad = rated(plan.policy, one.currency) and one.currency != plan.policy.reporting_currency
    more += [replace(half, name="unrated", is_rated=False)] if abroad else []
    situations = (*situations, *more)
    shown = [*_burns(plan, one.at_risk, of, situations)]
    shown += _expected(service, one, [situation.expected for situation in situations])
    if abroad:
        pair = {names.FROM: one.currency, names.TO: plan.policy.reporting_currency}
        rates = [RATE if situation.is_rated else None for situation in situations]
        shown.append(timeline(series(names.FX_RATE, **pair), rates))
    checks = tuple(
        check
        for at, situation in _placed(situations)
        for check in during(situation.name, _at_risk(plan, service, one, situation, at))
    )
    claim = f"of {one.channel} what its worst degraded agreement hits is at risk"
    return _case(service, claim, tuple(shown), checks)


def _at_risk(
    plan: Plan, service: Service, one: TransactionValue, situation: _Situation, at: int
) -> Iterator[Check]:
    labels = {names.SERVICE: service.name, names.CHANNEL: one.channel}
    yield _said(at, names.IMPACT, labels, situation.impact)
    money = None
    if situation.impact is not None and situation.expected:
        each = EARNED if one.margin is not None else REVENUE
        money = each * situation.impact * (FACTOR if critical(service) else 1)
    yield _said(at, names.VALUE_AT_RISK, {**labels, names.CURRENCY: one.currency}, money)
    to = plan.policy.reporting_currency
    if rated(plan.policy, one.currency):
        rate = Decimal(1) if one.currency == to else RATE
        reported = money * rate if money is not None and situation.is_rated else None
        told = {**labels, names.CURRENCY: to}
        yield _said(at, names.REPORTED_VALUE_AT_RISK, told, reported)


def _costs(plan: Plan, service: Service) -> Iterator[Case]:
    shown: list[SeriesValues] = []
    checks: list[Check] = []
    for one in filter(expects, service.values):
        shown += _expected(service, one, _EXPECTED)
        if one.recovered is None:
            about = {names.CHANNEL: one.channel, names.CURRENCY: one.currency}
            checks.append(
                Check(0, series(names.OUTAGE_COST, **{names.SERVICE: service.name, **about}))
            )
    costs = (*_of_channels(service), *_declared(service))
    checks += (_cost(service, one) for one in costs)
    if costs:
        rates = _rates(plan, costs)
        shown += (timeline(asked, [rate, rate, None]) for asked, rate in rates.values())
        checks += _all_costs(plan, service, costs)
    for given, check in _reputation(plan, service):
        shown.append(given)
        checks.append(check)
    if checks:
        claim = "each component of an outage's cost from what was declared, and no other"
        yield _case(service, claim, tuple(shown), tuple(checks))


def _of_channels(service: Service) -> Iterator[_Cost]:
    outage = service.outage
    for one in filter(expects, service.values):
        if one.recovered is None:
            continue
        about = {names.CHANNEL: one.channel, names.CURRENCY: one.currency}
        each = (EARNED if one.margin is not None else REVENUE) * (1 - one.recovered)
        each *= FACTOR if critical(service) else 1
        yield _Cost(component=CostValue.NET_LOSS, money=each, about=about)
        if outage and outage.delay_days is not None and outage.cost_of_capital is not None:
            years = outage.delay_days / YEAR_DAYS
            delayed = REVENUE * one.recovered * years * outage.cost_of_capital
            yield _Cost(component=CostValue.CASH_DELAY, money=delayed, about=about)


def _declared(service: Service) -> Iterator[_Cost]:
    outage = service.outage
    for line in service.production:
        if line.value is not None:
            made = line.per_hour * line.good * line.value / HOUR_MINUTES
            about = {names.PRODUCTION: line.name, names.CURRENCY: line.currency}
            yield _Cost(component=CostValue.PRODUCTION, money=made, about=about)
    if outage and outage.penalties_per_minute is not None:
        about = {names.CURRENCY: outage.penalties_currency}
        money = outage.penalties_per_minute
        yield _Cost(component=CostValue.PENALTIES, money=money, about=about)
    if outage and outage.overtime_per_hour is not None:
        about = {names.CURRENCY: outage.overtime_currency}
        money = outage.overtime_per_hour / HOUR_MINUTES
        yield _Cost(component=CostValue.OVERTIME, money=money, about=about)


def _cost(service: Service, one: _Cost) -> Check:
    labels = {names.SERVICE: service.name, names.COMPONENT: str(one.component), **one.about}
    return value(0, names.OUTAGE_COST, labels, one.money)


def _rates(plan: Plan, costs: Sequence[_Cost]) -> dict[str, tuple[str, Decimal]]:
    """Return the series of the rate of each foreign currency with a value, no two the same."""
    to = plan.policy.reporting_currency
    abroad = sorted({one.about[names.CURRENCY] for one in costs} - {to})
    return {
        currency: (
            series(names.FX_RATE, **{names.FROM: currency, names.TO: to}),
            RATE + Decimal(place) / 10,
        )
        for place, currency in enumerate(one for one in abroad if rated(plan.policy, one))
    }


def _all_costs(plan: Plan, service: Service, costs: Sequence[_Cost]) -> Iterator[Check]:
    """Yield what all of it comes to: when all is known, no channel's worth, or no rate."""
    labels = {names.SERVICE: service.name}
    if not all(rated(plan.policy, one.about[names.CURRENCY]) for one in costs):
        yield Check(0, series(names.REPORTED_OUTAGE_COST, **labels))
        return
    rates = {currency: rate for currency, (_, rate) in _rates(plan, costs).items()}
    whole = sum(
        (one.money * rates.get(one.about[names.CURRENCY], Decimal(1)) for one in costs), Decimal(0)
    )
    worth = None if any(names.CHANNEL in one.about for one in costs) else whole
    told = {**labels, names.CURRENCY: plan.policy.reporting_currency}
    for at, (situation, money) in enumerate(
        (("all known", whole), ("unexpected", worth), ("unrated", None if rates else whole))
    ):
        check = _said(at * STEP, names.REPORTED_OUTAGE_COST, told, money)
        yield from during(situation, (check,))


def _reputation(plan: Plan, service: Service) -> Iterator[tuple[SeriesValues, Check]]:
    told = service.outage
    named = {"churned": told.churned, "lost_conversions": told.lost_conversions} if told else {}
    for indicator, measure in named.items():
        for one in plan.measurements:
            if one.id != f"{service.name}/{measure}":
                continue
            for counted in one.windows:
                of = {names.SERVICE: service.name, names.WINDOW: counted.label}
                given = series(names.WINDOW_VALUE, **of, **{names.MEASURE: measure})
                labels = {**of, names.INDICATOR: indicator}
                yield timeline(given, [COUNTED]), value(0, names.REPUTATION, labels, COUNTED)


def _situations(at_risk: Sequence[AtRisk], of: Mapping[str, Promise]) -> tuple[_Situation, ...]:
    weights = {one.agreement: one.weight for one in telling(at_risk, of)}
    nothing = dict.fromkeys(weights, Decimal(0))
    budgets = {name: of[name].agreement.budget for name in weights}
    found = [
        _Situation(name="well", bad=nothing, impact=Decimal(0)),
        _Situation(name="in budget", bad=budgets, impact=Decimal(0)),
    ]
    for name, weight in weights.items():
        found.append(
            _Situation(name=f"{name} alone", bad={**nothing, name: HALF}, impact=HALF * weight)
        )
    unknown: dict[str, Decimal | None] = dict.fromkeys(weights)
    found.append(_Situation(name="uncounted", bad=unknown, impact=None))
    last = list(weights)[-1]
    bad = {**unknown, last: HALF}
    found.append(_Situation(name="last one", bad=bad, impact=HALF * weights[last]))
    growing = {
        name: HALF + HALF * place / len(weights) for place, name in enumerate(weights, start=1)
    }
    worst = max(growing[name] * weight for name, weight in weights.items())
    found.append(_Situation(name="all", bad=growing, impact=worst))
    return tuple(found)


def _burns(
    plan: Plan, at_risk: Sequence[AtRisk], of: Mapping[str, Promise], found: Sequence[_Situation]
) -> Iterator[SeriesValues]:
    """Yield burn rates over the live window, as the rules of agreements record them."""
    for one in telling(at_risk, of):
        promise = of[one.agreement]
        labels = {**promise.labels, names.OVER: plan.policy.live_window}
        bad = [situation.bad[one.agreement] for situation in found]
        burns = [None if share is None else share / promise.agreement.budget for share in bad]
        yield timeline(series(names.BURN_RATE, **labels), burns)


def _expected(
    service: Service, one: TransactionValue, known: Sequence[bool]
) -> Iterator[SeriesValues]:
    """Yield what two exporters show of a channel, the same, and how much the service matters."""
    worth = {names.BasisValue.REVENUE: REVENUE, names.BasisValue.MARGIN: EARNED}
    for basis in sorted({names.BasisValue.REVENUE, basis_of(one)}):
        for bound, factor in (("lower", HALF), ("point", Decimal(1)), ("upper", Decimal(2))):
            labels = {
                names.SERVICE: service.name,
                names.CHANNEL: one.channel,
                names.CURRENCY: one.currency,
                names.BASIS: str(basis),
                names.BOUND: bound,
            }
            values = [worth[basis] * factor if there else None for there in known]
            yield timeline(series(names.EXPECTED_VALUE, **labels), values)
            another = selector(names.EXPECTED_VALUE.name, {**labels, "instance": "another"})
            yield timeline(another, values)
    if critical(service):
        factors = [FACTOR] * len(known)
        yield timeline(series(names.CRITICAL_FACTOR, service=service.name), factors)


def _placed(situations: Sequence[_Situation]) -> Iterator[tuple[int, _Situation]]:
    for place, one in enumerate(situations):
        yield place * STEP, one


def _said(at: int, metric: Metric, labels: dict[str, str], expected: Decimal | None) -> Check:
    """Check the value of a series, or that there is none."""
    if expected is None:
        return Check(at, series(metric, **labels))
    return value(at, metric, labels, expected)


def _case(
    service: Service, claim: str, shown: tuple[SeriesValues, ...], checks: tuple[Check, ...]
) -> Case:
    # Two of them may give the same series, such as the factor of the service.
    return Case(
        about=service.name,
        origin=service.origin,
        claim=claim,
        layer=Layer.MONEY,
        step_seconds=STEP,
        series=tuple(dict(shown).items()),
        checks=checks,
    )
