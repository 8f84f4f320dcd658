"""What is at risk at the moment a report is seen from: sales, and money by contracts that run."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.promised import percent
from truegreen_dashboards.report.model import Cell, Section, Sentence, Table
from truegreen_dashboards.report.words import day, money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Contract
    from truegreen_definitions.reviews import AtStake, Estimated, Likely, Running

__all__ = ["at_risk"]

_LIKELY = 0.5
_CENTS = Decimal("0.01")


def at_risk(subject: Subject) -> Section:
    """Return what may be lost from now on; nothing of it has been lost."""
    why = (
        "What is at risk is what customers are expected to buy in a minute of this hour, times "
        "the share that degraded promises touch; it is no loss, and it is never added to one. A "
        "running period of a contract is told by what its agreements may still come to; a share of "
        "latency by what it has run up, and comes to at the same pace: it may grow faster."
    )
    return Section(
        key="at-risk",
        title="What is at risk now",
        blocks=(_channels(subject), _contracts(subject), Sentence(why, soft=True)),
    )


def _channels(subject: Subject) -> Table:
    return Table(
        caption=f"Sales, as seen on {day(subject.today)} at {subject.review.at:%H:%M} UTC",
        head=("Service", "Channel", "Expected in a minute", "95 %", "At risk in a minute"),
        rows=tuple(_channel(subject, one) for one in subject.review.at_stake),
        empty="No service says which of its rows are transactions (value: of a Service), so "
        "nobody knows what is at risk.",
        receipts=tuple(
            subject.receipts.explain(f"{one.service}/{one.channel}")
            for one in subject.review.at_stake
        ),
    )


def _channel(subject: Subject, one: AtStake) -> tuple[Cell, ...]:
    point, interval = _amounts(one.expected, one.currency)
    return (
        Cell(text=subject.plan.service(one.service).title),
        Cell(text=one.channel),
        Cell(text=point or "too little history", small=one.basis, number=True),
        Cell(text=interval, number=True),
        _risk(one),
    )


def _risk(one: AtStake) -> Cell:
    if one.at_risk is None:
        return Cell(
            word="NOT KNOWN",
            colour=Colour.NO_DATA,
            small="only Prometheus knows (--prometheus URL)",
        )
    if not one.at_risk:
        return Cell(word="NOTHING", colour=Colour.GOOD, small="no promise behind it is degraded")
    amount = Decimal(repr(one.at_risk)).quantize(_CENTS)
    return Cell(word="AT RISK", colour=Colour.AT_RISK, text=money(amount, one.currency))


def _contracts(subject: Subject) -> Table:
    contracts = {one.name: one for one in subject.plan.contracts}
    return Table(
        caption="Periods of contracts that run",
        head=("Party", "Period", "Pool", "Penalty expected", "Reward expected", "Likely missed"),
        rows=tuple(
            _running(subject, contracts[one.contract], one) for one in subject.review.running
        ),
        empty="No contract is about these services.",
    )


def _running(subject: Subject, contract: Contract, one: Running) -> tuple[Cell, ...]:
    penalty, least = _amounts(one.penalty, contract.currency)
    if least and one.latency_paced:
        least = f"{least}, latency at its pace so far"
    reward, most = _amounts(one.reward, contract.currency)
    unknown = "no invoice is known"
    pool = money(one.at_risk, contract.currency) if one.at_risk is not None else unknown
    return (
        Cell(text=subject.party(contract.party), small=contract.title),
        Cell(text=one.period, small=f"until {day(one.end.date())}"),
        Cell(text=pool, number=True),
        Cell(text=penalty or unknown, small=least, number=True),
        Cell(text=reward or unknown, small=most, number=True),
        Cell(text="; ".join(_missed(subject, one.misses)) or "nothing"),
    )


def _missed(subject: Subject, misses: tuple[Likely, ...]) -> Iterator[str]:
    """Yield what is missed more likely than not, the likeliest first, each agreement once."""
    worst: dict[str, float] = {}
    for one in misses:
        worst[one.agreement] = max(worst.get(one.agreement, 0.0), one.probability)
    for agreement, chance in sorted(worst.items(), key=lambda one: (-one[1], one[0])):
        if chance >= _LIKELY:
            yield f"{subject.promised(agreement).title} ({percent(chance, 0)})"


def _amounts(found: Estimated | None, currency: str) -> tuple[str, str]:
    """Return an estimate and its interval in words; empty where there is none."""
    if found is None:
        return "", ""
    lower, point, upper = (
        money(one.quantize(_CENTS), currency) for one in (found.lower, found.point, found.upper)
    )
    return point, "" if found.lower == found.upper else f"{lower} to {upper}"
