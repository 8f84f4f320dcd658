"""The receipt of what a channel is expected to be worth, and of how money at risk comes of it.

It has the line of the definition, the SQL of the buckets that history is counted in, what each
compared week says of the hour, the worth of a transaction and where that is from, the figures by
the minute, the rules that make value at risk and the price of a minute of outage of them, and the
rates to the reporting currency that are in force. Estimates are decimals in texts,
rounded once, to millionths. Whoever has the rows can do it again: see `expectation` and
`losses.worth` for the formulas that `method` names.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from truegreen_definitions import names
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_exporters.accountability.expectations.shown import factor_of, rates_in_force
from truegreen_exporters.engines.sql_terms import in_zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan, Service, TransactionValue
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["FORMAT", "channel_receipt", "channel_text", "is_channel"]

FORMAT = 1


def is_channel(plan: Plan, name: str) -> bool:
    """Return whether something is expected of a channel of that id, and it is no agreement."""
    return name in {f"{s.name}/{v.channel}" for s, v in _channels(plan)} and not any(
        one.id == name for one in plan.agreements
    )


def channel_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of a channel as plain data."""
    plan = asked.loaded.plan
    found = asked.reader.ask("channel", {"channel": asked.name, **asked.moment})
    service, value = next(
        (s, v) for s, v in _channels(plan) if f"{s.name}/{v.channel}" == asked.name
    )
    recorded = _recordings(plan, service)
    return {
        "format": FORMAT,
        "channel": asked.name,
        "definition": str(value.origin or service.origin),
        "plan": found["plan"],
        "at": found["at"],
        "expected": found["expected"],
        "sql": f"{in_zone(service.zone)}\n{found['sql']}",
        "critical_factor": str(factor_of(plan, service, datetime.fromisoformat(found["at"]))),
        "value_at_risk": dict(_rules(recorded, value)),
        "outage_cost": [*_costs(recorded, value)],
        "rates": [*_rates(plan, datetime.fromisoformat(found["at"]))],
    }


def channel_text(document: dict[str, Any]) -> str:
    """Return the receipt of a channel to be read."""
    out = [f"Receipt of channel {document['channel']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  seen from: {document['at']}"]
    expected = document["expected"]
    if expected is None:
        out.append("  expected: nothing, too few ordinary weeks say what this hour has")
    else:
        out += _expected(expected)
    out += ["  counted by:", *(f"    {line}" for line in document["sql"].splitlines())]
    out.append(f"  critical factor: {document['critical_factor']}")
    for metric, expr in document["value_at_risk"].items():
        out += [f"  {metric} =", *(f"    {line}" for line in expr.splitlines())]
    for cost in document["outage_cost"]:
        out.append(f"  {cost['series']}, {cost['component'] or 'all'} in {cost['currency']} =")
        out += [f"    {line}" for line in cost["expr"].splitlines()]
    for rate in document["rates"]:
        out.append(f"  rate: 1 {rate['from']} = {rate['rate']} {rate['to']}, of {rate['on']}")
    return "\n".join(out) + "\n"


def _expected(found: dict[str, Any]) -> Iterator[str]:
    yield f"  hour: {found['hour'][0]} up to {found['hour'][1]}, by {found['method']}"
    for week in found["weeks"]:
        yield f"    {week['weeks_before']} weeks before says {week['transactions']} transactions"
    yield f"  transactions per minute: {_bounds(found['transactions_per_minute'])}"
    if found["each"] is not None:
        yield f"  each is worth: {found['each']} {found['currency']}, {found['each_from']}"
    for basis, bounds in found["value_per_minute"].items():
        share = f" ({found['margin']} of it)" if basis == names.BasisValue.MARGIN else ""
        yield f"  {basis} per minute{share}: {_bounds(bounds)} {found['currency']}"


def _bounds(found: dict[str, str]) -> str:
    return f"{found['point']} ({found['lower']} to {found['upper']})"


def _rules(recorded: list[Recording], value: TransactionValue) -> Iterator[tuple[str, str]]:
    """Yield the recorded series that value at risk is made by, with their expressions."""
    made = (names.IMPACT, names.VALUE_AT_RISK, names.REPORTED_VALUE_AT_RISK)
    for rule in recorded:
        if rule.metric in made and rule.labels[names.CHANNEL] == value.channel:
            yield rule.metric.name, rule.expr


def _costs(recorded: list[Recording], value: TransactionValue) -> Iterator[dict[str, str]]:
    """Yield each component of what a minute of outage costs, of the channel or of no channel.

    The sum in the reporting currency has no component.
    """
    for rule in recorded:
        if rule.metric not in {names.OUTAGE_COST, names.REPORTED_OUTAGE_COST}:
            continue
        if rule.labels.get(names.CHANNEL, "") in {value.channel, ""}:
            yield {
                "series": rule.metric.name,
                "component": rule.labels.get(names.COMPONENT, ""),
                "currency": rule.labels[names.CURRENCY],
                "expr": rule.expr,
            }


def _rates(plan: Plan, at: datetime) -> Iterator[dict[str, str]]:
    for rate in rates_in_force(plan.policy, at):
        yield {
            "from": rate.currency,
            "to": plan.policy.reporting_currency,
            "rate": str(rate.rate),
            "on": rate.on.isoformat(),
        }


def _recordings(plan: Plan, service: Service) -> list[Recording]:
    return [
        rule
        for group in rule_groups(plan, service)
        for rule in group.rules
        if isinstance(rule, Recording)
    ]


def _channels(plan: Plan) -> Iterator[tuple[Service, TransactionValue]]:
    for service in plan.services:
        for value in service.values:
            if value.table and value.at:
                yield service, value
