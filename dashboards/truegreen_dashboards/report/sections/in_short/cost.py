"""What it cost: losses that are proven, who owes whom by contract, and what was not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.money import booked, bounds, owed_by_vendors, owed_to_clients
from truegreen_dashboards.report.sections.in_short.not_lost import not_lost
from truegreen_dashboards.report.words import amounts, count_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from truegreen_dashboards.report.subject import Subject

__all__ = ["cost"]


def cost(subject: Subject) -> Iterator[str]:
    """Yield what was lost, who answers for it, what is owed, at risk, prevented and saved."""
    lost = booked(subject.review.losses)
    priced = any(service.values for service in subject.services)
    if lost:
        began = {one.episode for one in subject.review.losses if one.portions}
        yield (
            f"{count_of(len(began), 'outage')} cost {amounts(lost)} in sales that never came back "
            f"({bounds(subject.review.losses)}). {_answerable(subject)}"
        )
    elif not priced:
        yield "What an outage costs is not known: no service says what its transactions are worth."
    else:
        yield "No loss is proven: no outage of this period cost more than chance explains."
    owed = owed_by_vendors(subject)
    each = [
        f"{subject.party(who)} {amounts(due)}"
        for who, sums in owed.by_party
        if (due := _above(sums))
    ]
    rewards = [
        f"{subject.party(who)} {amounts(due)}"
        for who, sums in owed.by_party
        if (due := _below(sums))
    ]
    if each:
        yield f"By their contracts vendors owe us: {joined(each)}."
    elif any(one.vendor for one in subject.plan.contracts):
        yield "No vendor owes us anything by contract."
    if rewards:
        yield f"We owe vendors more in rewards than they owe in credits: {joined(rewards)}."
    to_clients = owed_to_clients(subject)
    for client, sums in to_clients.by_party:
        if due := _above(sums):
            yield f"We owe our client {client} {amounts(due)}."
    if owed.open or to_clients.open:
        yield "Some contracts still settle for this period, so these amounts may change."
    yield from not_lost(subject)


def _answerable(subject: Subject) -> str:
    """Return who answers for what was lost."""
    found = []
    for vendor in sorted({part.vendor for one in subject.review.losses for part in one.portions}):
        lost = amounts(booked(subject.review.losses, vendor))
        found.append(f"{subject.answerable(vendor)} for {lost}")
    return f"Accountable: {joined(found)}."


def _above(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: value for currency, value in sums.items() if value > 0}


def _below(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: -value for currency, value in sums.items() if value < 0}
