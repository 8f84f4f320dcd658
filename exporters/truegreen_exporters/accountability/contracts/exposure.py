"""What a running period is expected to cost and to earn by its end.

`expected = sum of credit x probability of it`: each agreement ends in one of the bands between the
bounds that any term of the contract has for it, with a probability (`outlook`); each band is
settled by the same lines as a closed period, misses in a row and rounding included; the sums of
all agreements are held to the cap, and a period without a miss brings back what is due. Agreements
are taken as independent. The bounds are what the total stays within with 95 %, to a five-hundredth
of the greatest total where there are thousands of ways to end.

A reward exceeds a share of its pool when every measure exceeds the attainment for it and no gate
is shut, so its distribution is a product too. A watermelon needs a missed XLA: the gate against it
is taken as one against that. A share of latency goes on at its pace; its lower bound is what has
been run up, and its upper one that pace: how much faster it may grow is not told. Pure; money is
Decimal, probabilities are not, and what is expected is rounded once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_exporters.accountability.contracts.estimate import Estimate, estimate
from truegreen_exporters.accountability.contracts.expected_reward import expected_reward
from truegreen_exporters.accountability.contracts.latency_share import latency_lines
from truegreen_exporters.accountability.contracts.lines import cap_of, credit_line, minimum_line
from truegreen_exporters.accountability.contracts.settlement import pool_of
from truegreen_exporters.accountability.contracts.statement import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from truegreen_definitions.plan import Contract
    from truegreen_exporters.accountability.contracts.outlook import Outlook
    from truegreen_exporters.accountability.contracts.settlement import Book, Facts
    from truegreen_exporters.accountability.contracts.statement import Counted

__all__ = ["METHOD", "Exposure", "Miss", "exposure_of"]

METHOD = "beta-binomial/1"
"""Names the method beside every estimate; another number is another method."""

ZERO = Decimal(0)
MOST_SUMS = 2_048  # many agreements end in many ways: their sums are told apart this finely
_Sums = dict[tuple[Decimal, bool], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """How likely a term is missed by the end of the period.

    Attributes:
        bound: The attainment below which it is missed.
        most_good_lots: With more good lots among those to come it is met.
    """

    line: LineValue
    agreement: str
    probability: float
    bound: Decimal
    most_good_lots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a running period may come to; money in the contract's currency.

    Attributes:
        penalty: What is credited by the end, the cap and what comes back counted.
        reward: What is earned by the end.
        misses: Of every measure and minimum, in the contract's order.
        outlooks: What all of it was judged by, by agreement.
        paced: Whether a share of latency is in it, and is taken to go on at its pace.
    """

    penalty: Estimate
    reward: Estimate
    misses: tuple[Miss, ...]
    outlooks: Mapping[str, Outlook]
    paced: bool


def exposure_of(
    book: Book, facts: Facts, outlooks: Mapping[str, Outlook], at: datetime
) -> Exposure:
    """Return what a running period may come to.

    Args:
        book: Its contract, settled up to the period before.
        facts: What is known of the period.
        outlooks: What agreements may come to, by id; of one that is missing nothing is known.
        at: The present.
    """
    contract = book.contract
    sums: _Sums = {(ZERO, True): 1.0}
    for agreement in contract.agreements:
        sums = _added(sums, _bands(book, facts, agreement, outlooks.get(agreement)))
    now, paced = _latency(contract, facts, at)
    limit, due = cap_of(contract, pool_of(contract, facts)), book.due_back()
    early, late = (_held(sums, charge, limit, due) for charge in (now, paced))
    penalty = estimate(late, contract.currency)
    if now != paced:
        penalty = replace(penalty, lower=estimate(early, contract.currency).lower)
    return Exposure(
        penalty=penalty,
        reward=expected_reward(contract, facts, outlooks),
        misses=tuple(_misses(contract, outlooks)),
        outlooks=outlooks,
        paced=now != paced,
    )


def _added(sums: _Sums, bands: _Sums) -> _Sums:
    found: _Sums = defaultdict(float)
    for (amount, clean), likely in sums.items():
        for (more, well), probability in bands.items():
            found[amount + more, clean and well] += likely * probability
    return _coarse(found) if len(found) > MOST_SUMS else dict(found)


def _coarse(sums: _Sums) -> _Sums:
    """Return sums with neighbours joined into their mean, so that what is expected stays."""
    amounts = [amount for amount, _ in sums]
    least = min(amounts)
    width = (max(amounts) - least) / (MOST_SUMS // 4)
    near: dict[tuple[int, bool], list[tuple[Decimal, float]]] = defaultdict(list)
    for (amount, clean), likely in sums.items():
        near[int((amount - least) / width), clean].append((amount, likely))
    found: _Sums = {}
    for (_, clean), joined in near.items():
        whole = sum(likely for _, likely in joined)
        if whole:
            mean = sum((one * Decimal(likely) for one, likely in joined), ZERO) / Decimal(whole)
            found[mean, clean] = whole
    return found


def _bands(book: Book, facts: Facts, agreement: str, view: Outlook | None) -> _Sums:
    """Return what the terms about an agreement credit, and whether all is well, by likelihood."""
    bands: _Sums = defaultdict(float)
    for ended, probability in _endings(book.contract, agreement, view):
        bands[_credited(book, facts, agreement, ended, view)] += probability
    return dict(bands)


def _endings(
    contract: Contract, agreement: str, view: Outlook | None
) -> Iterator[tuple[Counted | None, float]]:
    """Yield an ending of each band that an agreement may end in, and the band's probability."""
    if view is None or not view.total:
        yield (None if view is None else view.counted), 1.0
        return
    bounds = {t.below for m in contract.measures if m.agreement == agreement for t in m.tiers}
    bounds |= {m.floor for m in contract.significant_minimums if m.agreement == agreement}
    below = 0.0
    for bound in sorted(bounds):
        so_far = view.below(bound)
        # Any ending of the band will do: it is below this bound and not below those before.
        yield _ended(view, bound, under=True), so_far - below
        below = so_far
    yield _ended(view, max(bounds), under=False), 1.0 - below


def _ended(view: Outlook, bound: Decimal, *, under: bool) -> Counted:
    """Return counts just below a bound, or at it, on a scale that has room for both."""
    whole = view.total * 10**9
    good = int(bound * whole) - 1 if under else whole
    return replace(view.counted, good=good, total=whole, pending=0)


def _credited(
    book: Book, facts: Facts, agreement: str, ended: Counted | None, view: Outlook | None
) -> tuple[Decimal, bool]:
    few = view.total if view else 0  # minimums that ask for more events are not judged
    contract, pool = book.contract, pool_of(book.contract, facts)
    lines = [
        credit_line(one, ended, pool, row=row, currency=contract.currency)
        for one, row in zip(contract.measures, book.rows, strict=True)
        if one.agreement == agreement
    ]
    lines += [
        minimum_line(one, ended, contract.currency)
        for one in contract.significant_minimums
        if one.agreement == agreement and (not few or one.min_sample <= few)
    ]
    well = all(line.verdict in {Verdict.MET, Verdict.TOO_FEW} for line in lines)
    return sum((line.amount for line in lines), ZERO), well


def _latency(contract: Contract, facts: Facts, at: datetime) -> tuple[Decimal, Decimal]:
    """Return what a share of latency has run up, and comes to at this pace."""
    now = sum((line.amount for line in latency_lines(contract, facts.overruns)), ZERO)
    whole = facts.period.end - facts.period.start
    elapsed = at - facts.period.start
    if not now or not elapsed:
        return now, now
    return now, now * Decimal(whole.total_seconds()) / Decimal(elapsed.total_seconds())


def _held(
    sums: _Sums, charge: Decimal, limit: Decimal | None, due: Decimal
) -> dict[Decimal, float]:
    """Return the likelihood of each total, held to the cap and less what comes back."""
    found: dict[Decimal, float] = defaultdict(float)
    for (amount, clean), probability in sums.items():
        total = amount + charge if limit is None else min(amount + charge, limit)
        found[total - due if clean else total] += probability
    return dict(found)


def _misses(contract: Contract, outlooks: Mapping[str, Outlook]) -> Iterator[Miss]:
    terms = [(LineValue.CREDIT, one.agreement, one.tiers[0].below) for one in contract.measures]
    terms += [
        (LineValue.MINIMUM, one.agreement, one.floor) for one in contract.significant_minimums
    ]
    few = {one.agreement: one.min_sample for one in contract.significant_minimums}
    for line, agreement, bound in terms:
        view = outlooks.get(agreement)
        if view is not None and view.total:
            judged = line is LineValue.CREDIT or view.total >= few[agreement]
            probability = view.below(bound) if judged else 0.0
            yield Miss(
                line=line,
                agreement=agreement,
                probability=probability,
                bound=bound,
                most_good_lots=view.highest_below(bound),
            )
