"""A channel explained: what its transactions are worth, and how money at risk comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.money import basis_of, expects, rated
from truegreen_definitions.explanations.answers import answers
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.explanations.series import group_lines, rules_about, series_lines
from truegreen_definitions.units import number_text, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Plan, Policy, Service, TransactionValue

__all__ = ["explain_channel"]

_EXPORTED = (names.EXPECTED_TRANSACTIONS.name, names.EXPECTED_VALUE.name)


def explain_channel(
    plan: Plan, service: Service, value: TransactionValue, artifacts: Sequence[Artifact]
) -> Explanation:
    """Return what follows from what a service says of a channel."""
    labels = {names.SERVICE: service.name, names.CHANNEL: value.channel}
    rules = rules_about(plan, service.name, labels)
    exported = _EXPORTED if expects(value) else ()
    metrics = [*(line.partition(" ")[0] for line in series_lines(rules)), *exported]
    return Explanation(
        id=f"{service.name}/{value.channel}",
        what="channel",
        title=f"{service.title}, {value.channel}",
        origin=value.origin or service.origin,
        facts=(
            *fact("worth", _worth(value)),
            *fact("margin", percent(value.margin) if value.margin is not None else ""),
            *fact("comes back", percent(value.recovered) if value.recovered is not None else ""),
            *fact("transactions", _rows(value)),
            *fact("expected", _expected(value)),
            *fact("value at risk", _at_risk(plan, service, value)),
            *fact("reported in", _reported(plan.policy, value)),
            *fact("rules", group_lines(plan, service.name, rules) if rules else ()),
            *fact("series", series_lines(rules)),
            *fact("exported", exported),
            *fact("boards", board_lines(artifacts, metrics, labels)),
            *answers(plan, service.owner),
        ),
    )


def _worth(value: TransactionValue) -> Iterator[str]:
    declared = value.per_transaction is not None
    if value.amount:
        until = ", as soon as 30 of them have said it" if declared else ""
        yield f"mean `{value.amount}` of the same hours of earlier weeks, {value.currency}{until}"
    if declared:
        before = " before" if value.amount else ""
        yield f"{value.per_transaction} {value.currency} a transaction{before}"


def _rows(value: TransactionValue) -> str:
    if not expects(value):
        return ""
    where = f", where {value.where}" if value.where else ""
    return f"rows of table `{value.table}` by the time `{value.at}`{where}"


def _expected(value: TransactionValue) -> Iterator[str]:
    if expects(value):
        yield "transactions of this hour = mean of the same hour of earlier weeks, each times how"
        yield "  the present compares with it; bounds by Student's t, 95 %"
        yield "value per minute = transactions / 60 x worth of one (x margin)"
        yield "the figures of now: `truegreen explain ID --state FILE`"


def _at_risk(plan: Plan, service: Service, value: TransactionValue) -> Iterator[str]:
    if not (expects(value) and value.at_risk):
        return
    factors = [one for one in service.critical_periods if one.factor != 1]
    times = " x critical factor" if factors else ""
    yield f"expected value per minute ({basis_of(value)}) x impact{times}"
    yield f"impact = the greatest of these over {plan.policy.live_window}, 0 within its budget:"
    budgets = {one.id: one.budget for one in plan.agreements}
    for one in value.at_risk:
        budget = budgets.get(f"{service.name}/{one.agreement}")
        if budget is not None:
            weight = "" if one.weight == 1 else f" x {percent(one.weight)}"
            yield f"  {one.agreement}: bad share{weight}; its budget is {percent(budget)}"
    for period in factors:
        yield f"critical factor = {number_text(period.factor)} in {period.calendar}, else 1"


def _reported(policy: Policy, value: TransactionValue) -> Iterator[str]:
    if rated(policy, value.currency):
        to = policy.reporting_currency
        yield f"{to}, as it is" if value.currency == to else to
        for one in policy.rates:
            if one.currency == value.currency:
                yield f"1 {one.currency} = {number_text(one.rate)} {to} from {one.on} on"
