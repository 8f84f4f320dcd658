"""The first page: what happened, what it cost, what is done about it, what is not known.

Written for whoever reads nothing else. Every sentence names a service, a vendor or an amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Heading, Points, Section, Sentence, Tile, Tiles
from truegreen_dashboards.report.money import booked, bounds, owed_by_vendors, owed_to_clients
from truegreen_dashboards.report.subject import reviewed_period
from truegreen_dashboards.report.words import (
    amounts,
    attained,
    count_of,
    day,
    joined,
    promised_as,
    times,
)
from truegreen_definitions.names import WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Service
    from truegreen_definitions.reviews import Promise, ReviewedPeriod

__all__ = ["in_short"]

_MISSED = {"missed", "seems missed"}


def in_short(subject: Subject) -> Section:
    """Return the first page."""
    unknown = tuple(_not_known(subject))
    blocks = (
        Tiles(tuple(_tiles(subject))),
        Heading("What happened"),
        Points(tuple(_happened(subject))),
        Heading("What it cost"),
        Points(tuple(_cost(subject))),
        Heading("What is done about it"),
        Points(tuple(_done(subject))),
        *((Heading("What is not known"), Points(unknown)) if unknown else ()),
        Sentence(
            "Figures, their intervals and the commands that give their receipts are on the "
            "following pages.",
            soft=True,
        ),
    )
    return Section(key="in-short", title="In short", blocks=blocks)


def _tiles(subject: Subject) -> Iterator[Tile]:
    promises = [one for _, period in _periods(subject) if period for one in period.promises]
    known = [one for one in promises if one.standing != "unknown"]
    met = [one for one in known if one.standing not in _MISSED]
    yield Tile(
        about="Promises kept",
        figure=f"{len(met)} of {len(known)}" if known else "?",
        word="" if known and len(met) == len(known) else f"{len(known) - len(met)} NOT KEPT",
        colour=Colour.GOOD if len(met) == len(known) else Colour.BAD,
        meaning=f"{len(promises) - len(known):,} more cannot be judged"
        if len(known) < len(promises)
        else "of all that were made",
    )
    melons = [
        service
        for service, period in _periods(subject)
        if period and period.state == WatermelonValue.WATERMELON
    ]
    yield Tile(
        about="Watermelons",
        figure=f"{len(melons)} of {len(subject.services)}",
        word="WATERMELON" if melons else "NONE PROVEN",
        colour=Colour.BAD if melons else Colour.NO_DATA,
        meaning="services whose contract was met while people were let down",
    )
    lost = booked(subject.review.losses)
    yield Tile(
        about="Lost by outages",
        figure=amounts(lost) if lost else "nothing",
        word="BOOKED" if lost else "",
        colour=Colour.BAD if lost else Colour.NONE,
        meaning=bounds(subject.review.losses) or "no loss is proven",
    )
    owed = owed_by_vendors(subject)
    yield Tile(
        about="Vendors owe us",
        figure=amounts(owed.sums) if owed.sums else "nothing",
        word="BY CONTRACT" if owed.sums else "",
        colour=Colour.AT_RISK if owed.sums else Colour.NONE,
        meaning="not final: a period still settles" if owed.open else "credits less rewards",
    )


def _periods(subject: Subject) -> Iterator[tuple[Service, ReviewedPeriod | None]]:
    for service in subject.services:
        yield service, reviewed_period(subject.of(service.name), subject.review.label)


def _happened(subject: Subject) -> Iterator[str]:
    well = []
    for service, period in _periods(subject):
        if period is None:
            yield f"{service.title}: nothing was counted in this period."
        elif period.state == WatermelonValue.GREEN and not _missed(period):
            well.append(service.title)
        else:
            yield _told(subject, service, period)
    if well:
        yield f"{joined(well)} kept everything that was promised."
    if not subject.services:
        yield "No service is defined, so there is nothing to tell."


def _told(subject: Subject, service: Service, period: ReviewedPeriod) -> str:
    row = times(subject.of(service.name).in_a_row, subject.review.unit)
    fell = _fell_short(subject, period)
    if period.state == WatermelonValue.WATERMELON:
        again = f" {row}" if row else ""
        return (
            f"{service.title} was a watermelon{again}: its contract was met, "
            f"and people were let down. {fell}"
        )
    if period.state == WatermelonValue.RED:
        return f"{service.title} missed both its contract and what people were promised. {fell}"
    if period.state == WatermelonValue.INVERSE:
        return f"{service.title} missed its contract, while people were served as promised. {fell}"
    if period.suspected:
        return (
            f"{service.title} looks like a watermelon, which too few figures can prove: its "
            f"contract was met, and people seem let down. {fell}"
        )
    known = [one for one in period.promises if one.standing != "unknown"]
    kept = len(known) - len(_missed(period))
    told = f"kept {kept} of the {len(known)} promises that can be judged"
    if not known:
        return f"{service.title}: none of its {len(period.promises)} promises can be judged."
    of = (
        f"; {len(period.promises) - len(known)} cannot be"
        if len(known) < len(period.promises)
        else ""
    )
    return f"{service.title} {told}{of}. {fell}".rstrip()


def _fell_short(subject: Subject, period: ReviewedPeriod) -> str:
    """Return what was missed, the worst first."""
    found = sorted(_missed(period), key=lambda one: (-(one.spent or 0), one.agreement))
    said = []
    for one in found:
        promised = subject.promised(one.agreement)
        seems = " (not certain)" if one.standing == "seems missed" else ""
        figure = attained(one.value, promised)
        said.append(f"{promised.title}: {figure}, promised {promised_as(promised)}{seems}")
    return f"{'; '.join(said)}." if said else ""


def _missed(period: ReviewedPeriod) -> list[Promise]:
    return [one for one in period.promises if one.standing in _MISSED]


def _cost(subject: Subject) -> Iterator[str]:
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


def _above(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: value for currency, value in sums.items() if value > 0}


def _below(sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: -value for currency, value in sums.items() if value < 0}


def _answerable(subject: Subject) -> str:
    """Return who answers for what was lost."""
    found = []
    for vendor in sorted({part.vendor for one in subject.review.losses for part in one.portions}):
        who = subject.party(vendor) if vendor else "our own teams"
        found.append(f"{who} for {amounts(booked(subject.review.losses, vendor))}")
    return f"Accountable: {joined(found)}."


def _done(subject: Subject) -> Iterator[str]:
    any_known = False
    for service in subject.services:
        for issue in service.known_issues:
            any_known = True
            plan = issue.plan or "there is no plan yet"
            who = subject.party(issue.owner) if issue.owner else "nobody yet"
            late = issue.due is not None and issue.due < subject.today
            until = "no day is set" if issue.due is None else f"due {day(issue.due)}"
            overdue = ", which is past" if late else ""
            funding = f"funding {issue.funding}" if issue.funding else "funding is not said"
            yield (
                f"{service.title}: {issue.title} ({issue.id}). Plan: {plan}; "
                f"{who} answers; {until}{overdue}; {funding}."
            )
    for service, period in _periods(subject):
        if period and _missed(period) and not service.known_issues:
            yield (
                f"{service.title} fell short and no known issue or plan is written down: "
                f"{subject.party(service.owner)} owes one."
            )
    if not any_known and not any(p and _missed(p) for _, p in _periods(subject)):
        yield "Nothing is known to be wrong, so there is no plan to tell of."


def _not_known(subject: Subject) -> Iterator[str]:
    for service, period in _periods(subject):
        if period is None:
            continue
        if not period.settled:
            yield f"{service.title}: the period is not final, later figures may change it."
        by_why: dict[str, list[str]] = {}
        for one in period.promises:
            if one.standing == "unknown":
                title = subject.promised(one.agreement).title
                by_why.setdefault(_why(subject, one), []).append(title)
        for why, titles in by_why.items():
            yield f"{service.title}: {joined(titles)}: {why}."
    for contract in subject.review.contracts:
        if contract.fault:
            yield f"Contract {contract.contract} could not be settled: {contract.fault}."
    for told in subject.review.missing:
        yield f"{told.about}: {told.why}."


def _why(subject: Subject, one: Promise) -> str:
    if subject.is_signal(one.agreement) and not any(
        said.agreement == one.agreement for said in subject.review.signals
    ):
        return f"{one.shown}, and Prometheus was not asked (--prometheus URL)"
    return one.shown
