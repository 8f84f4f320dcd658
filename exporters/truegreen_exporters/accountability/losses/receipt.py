"""The receipt of what a service lost: `service/losses`, the ledger and how far it may be trusted.

It has the window's sums by vendor and by whatever losses are told apart, every entry that is in
them with its evidence, digest and SQL, and of each channel the windows of clean history on which
the estimate was tried in the night before. From these, with d = expected - actual:

    widened  = 95 % quantile (nearest rank) of |d| / half_width of all trials, at least 1
    coverage = share of the trials with |d| <= half_width x widened of the other half of them,
               every other trial being one half
    bias     = (sum of expected - sum of actual) / sum of actual
    booked   = share with a certain loss, widened by the other half; see `shortfall`
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.explanations.accounts import LOSSES, account_ids
from truegreen_definitions.names import BoundValue
from truegreen_exporters.accountability.losses.render import table
from truegreen_exporters.accountability.money import amount
from truegreen_exporters.receipt.kind import is_promised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_losses", "losses_receipt", "losses_text"]

FORMAT = 1


def is_losses(plan: Plan, name: str) -> bool:
    """Return whether an id is that of the ledger of losses of a service."""
    ours = name.partition("/")[2] == LOSSES and name in account_ids(plan)
    return ours and not is_promised(plan, name)


def losses_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of a service's losses as plain data."""
    name = asked.name.partition("/")[0]
    about = {"service": name, **asked.moment}
    about |= {} if asked.window is None else {"window": asked.window}
    return {
        "format": FORMAT,
        "definition": str(asked.loaded.plan.service(name).origin),
        **asked.reader.ask("ledger", about),
    }


def losses_text(document: dict[str, Any]) -> str:
    """Return the receipt to be read."""
    out = [f"Receipt of {document['service']}/{LOSSES}, window {document['window']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  seen from: {document['at']}"]
    out += [f"  days: {document['days'][0]} to {document['days'][1]}"]
    for one in document["loss"]:
        if one["bound"] == BoundValue.POINT:
            who, lost = one["vendor"] or "our own", amount(Decimal(one["amount"]), one["currency"])
            out.append(f"  booked of {who}: {lost}")
    for one in document["strata"]:
        lost = amount(Decimal(one["amount"]), one["currency"])
        out.append(f"  of it by {one['by']} {one['stratum'] or 'nobody said'}: {lost}")
    for currency, cost in document["deferred"].items():
        out.append(f"  deferred: {amount(Decimal(cost), currency)}")
    for one in document["severities"]:
        reached = one["by_money"] or "below all of them"
        out.append(
            f"  {one['incidents']} incidents were called {one['severity'] or 'nothing'}; "
            f"by money they are {reached}"
        )
    out += [f"    {line}" for line in table(document["entries"]).splitlines()]
    for one in document["channels"]:
        out += _channel(one)
    return "\n".join(out) + "\n"


def _channel(one: Mapping[str, Any]) -> Iterator[str]:
    lost, tried = one["transactions"], one["placebo"]
    yield (
        f"  {one['channel']}: {lost['gross']} transactions not made, {lost['recovered']} of them "
        f"later, {lost['net']} lost"
    )
    yield f"    entries: {', '.join(f'{n} {state}' for state, n in one['states'].items() if n)}"
    yield (
        f"    {tried['windows']} windows of clean history up to {_instant(one['until'])}: coverage "
        f"{tried['coverage']:.4f}, bias {tried['bias']:+.4f}, would have booked "
        f"{tried['booked']:.4f}, widened {tried['widened']:.3f} times ({one['method']})"
    )
    yield f"    losses are {'' if one['booking'] else 'not '}booked"
    for trial in one["trials"]:
        yield (
            f"      {_instant(trial['start'])} to {_instant(trial['end'])}: expected "
            f"{trial['expected']:.2f} +- {trial['half_width']:.2f}, actual {trial['actual']}"
        )
    yield "    transactions, bucket by bucket:"
    yield f"      {one['sql']}"


def _instant(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%MZ}"
