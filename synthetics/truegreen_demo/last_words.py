"""The demo's last five lines: what contracts say, what people feel, and what that comes to.

SLA, XLA and watermelon are those of the service that is worst off; money at risk is the most that
was seen, because a demo may end after the fault. Vendors owe by their contracts for the last
closed period. Whatever no series tells is said to be unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import BoundValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.plan import Plan
    from truegreen_demo.summary import Row, Servers

__all__ = ["last_words"]

WIDTH = len("WATERMELON") + 2
LAST_MONTH = "prev_month"


def last_words(plan: Plan, found: Sequence[Row], servers: Servers) -> str:
    """Return five lines, each headed by what it is about.

    Args:
        plan: Names services and vendors.
        found: One row a service, at least one.
        servers: Are asked about money.

    Raises:
        RetryableError: Prometheus does not answer.
    """
    row = min(found, key=_standing)
    (service,) = (one.name for one in plan.services if one.title == row.service)
    since = f", since {row.since}" if row.since else ""
    lines = {
        "SLA": f"{row.service}: {row.sla}",
        "XLA": f"{row.service}: {row.xla}",
        "WATERMELON": f"{row.watermelon}{since}",
        "MONEY": "; ".join([*_at_risk(service, servers), *_lost(service, servers)])
        or "nothing was at risk, and no loss is booked",
        "VENDOR": "; ".join(_owed(plan, servers)) or "no vendor owes anything for last month",
    }
    return "".join(f"{about.ljust(WIDTH)}{text}\n" for about, text in lines.items())


def _standing(row: Row) -> tuple[bool, bool]:
    """Return what puts the worst first: somebody was called, and it is green outside."""
    return not row.alert.startswith(names.SeverityValue.PAGE), row.watermelon == "no"


def _at_risk(service: str, servers: Servers) -> Iterator[str]:
    at_risk = selector(names.VALUE_AT_RISK.name, {names.SERVICE: service})
    worst = f"max_over_time((sum by ({names.CURRENCY}) ({at_risk}))[1h:5s])"
    for amount, labels in _amounts(worst, servers):
        yield f"up to {amount} {labels[names.CURRENCY]} a minute at risk"


def _lost(service: str, servers: Servers) -> Iterator[str]:
    lost = selector(
        names.LOSS.name,
        {names.SERVICE: service, names.WINDOW: LAST_MONTH, names.BOUND: BoundValue.POINT},
    )
    for amount, labels in _amounts(f"sum by ({names.CURRENCY}) ({lost})", servers):
        yield f"{amount} {labels[names.CURRENCY]} booked as lost last month"


def _owed(plan: Plan, servers: Servers) -> Iterator[str]:
    """Yield who owes whom for the last closed period, penalties less rewards, the most first."""
    titles = {vendor.name: vendor.title for vendor in plan.vendors}
    last = {names.WINDOW: LAST_MONTH, names.BOUND: ""}
    by = f"sum by ({names.VENDOR}, {names.CURRENCY})"
    penalty, reward = (
        f"{by} ({selector(metric.name, last)})" for metric in (names.PENALTY, names.REWARD)
    )
    for net, other, sign in ((penalty, reward, "owes"), (reward, penalty, "is owed")):
        for amount, labels in _amounts(f"({net} - ({other} or 0 * {net}))", servers):
            vendor = labels.get(names.VENDOR, "")
            if vendor:  # what has none is between us and a client
                yield f"{titles[vendor]} {sign} {amount} {labels[names.CURRENCY]} for last month"


def _amounts(expr: str, servers: Servers) -> list[tuple[str, dict[str, str]]]:
    """Return amounts above zero with their labels, the largest first."""
    series = servers.query(f"{expr} > 0")
    found = [(float(one["value"][1]), one["metric"]) for one in series]
    found.sort(key=lambda one: (-one[0], sorted(one[1].items())))
    return [(f"{amount:,.2f}", labels) for amount, labels in found]
