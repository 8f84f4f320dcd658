"""Sums of money in a report: by currency, never across currencies, never of estimates rounded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_dashboards.report.words import joined, money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Contract
    from truegreen_definitions.reviews import AtStake, Loss, Prevented, ReviewedContract, Saved

__all__ = [
    "Owed",
    "at_risk_now",
    "avoided",
    "booked",
    "bounds",
    "by_currency",
    "owed_by_vendors",
    "owed_in",
    "owed_to_clients",
    "saved",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed by contracts for the period that is reviewed.

    Attributes:
        due: What those come to who owe, by currency.
        back: What those are owed who earned more than they owe, by currency; never set off
            against what others owe.
        by_party: (vendor or client, by currency), the greatest amount first; below 0 it is owed
            the other way.
        open: Whether a period still settles.
    """

    due: dict[str, Decimal]
    back: dict[str, Decimal]
    by_party: tuple[tuple[str, dict[str, Decimal]], ...]
    open: bool


def by_currency(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return the exact sums of amounts by their currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        found[currency] += amount
    return dict(found)


def booked(losses: Iterable[Loss], vendor: str | None = None) -> dict[str, Decimal]:
    """Return what is booked by currency: of all, or of what one vendor answers for."""
    return by_currency(
        (loss.currency, part.point)
        for loss in losses
        for part in loss.portions
        if vendor is None or part.vendor == vendor
    )


def bounds(losses: Iterable[Loss]) -> str:
    """Return the interval of what is booked, in words; empty where nothing is.

    The ends of several outages are added up as they stand in the ledger, which is wider than the
    interval of the sum.
    """
    parts = [(loss.currency, part) for loss in losses for part in loss.portions]
    low = by_currency((currency, part.lower) for currency, part in parts)
    high = by_currency((currency, part.upper) for currency, part in parts)
    ranges = [f"{money(low[one], one)} to {money(high[one], one)}" for one in sorted(low)]
    return f"with 95 %: {joined(ranges)}" if ranges else ""


def at_risk_now(channels: Iterable[AtStake]) -> dict[str, Decimal]:
    """Return what is at risk in a minute by currency; nothing where none is, or nobody knows."""
    return by_currency(
        (one.currency, Decimal(repr(one.at_risk))) for one in channels if one.at_risk
    )


def avoided(prevented: Iterable[Prevented]) -> dict[str, Decimal]:
    """Return what prevented outages would have cost by currency."""
    return by_currency((one.currency, one.avoided.point) for one in prevented)


def saved(savings: Iterable[Saved]) -> dict[str, Decimal]:
    """Return what was saved by currency, where it comes to more than nothing."""
    found = by_currency((one.currency, one.amount) for one in savings if one.amount is not None)
    return {currency: amount for currency, amount in found.items() if amount > 0}


def owed_by_vendors(subject: Subject) -> Owed:
    """Return what vendors owe us."""
    return _owed(subject, to_us=True)


def owed_to_clients(subject: Subject) -> Owed:
    """Return what we owe our clients."""
    return _owed(subject, to_us=False)


def owed_in(found: ReviewedContract) -> Decimal:
    """Return what a contract moves in the periods that are reviewed."""
    return sum((one.net for one in found.statements if one.reviewed), Decimal(0))


def _owed(subject: Subject, *, to_us: bool) -> Owed:
    contracts: dict[str, Contract] = {one.name: one for one in subject.plan.contracts}
    parties: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    still_open = False
    for found in subject.review.contracts:
        contract = contracts[found.contract]
        if bool(contract.vendor) is not to_us:
            continue
        net = owed_in(found)
        if net:
            parties[contract.party][contract.currency] += net
        still_open |= any(one.state != "closed" for one in found.statements if one.reviewed)
    ordered = sorted(parties.items(), key=lambda one: (-max(one[1].values()), one[0]))
    nets = [one for by in parties.values() for one in by.items()]
    due = by_currency((currency, net) for currency, net in nets if net > 0)
    back = by_currency((currency, -net) for currency, net in nets if net < 0)
    return Owed(due=due, back=back, by_party=tuple(ordered), open=still_open)
