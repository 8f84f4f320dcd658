"""What a running period is expected to come to, against counting every way it may end."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import comb
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.names import LineValue, MethodValue, OriginValue
from truegreen_definitions.plan import LatencyShare, Measure, Reward, SignificantMinimum, Tier
from truegreen_exporters.accountability.contracts.betabinomial import BetaBinomial, dispersion
from truegreen_exporters.accountability.contracts.estimate import estimate
from truegreen_exporters.accountability.contracts.exposure import exposure_of
from truegreen_exporters.accountability.contracts.outlook import Outlook, outlook
from truegreen_exporters.accountability.contracts.settlement import Book, Facts
from truegreen_exporters.accountability.contracts.statement import Counted, State
from truegreen_exporters.accountability.overruns import HOUR, Overruns, Share
from truegreen_exporters.windows.periods import period_of

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract

D = Decimal
JANUARY, FEBRUARY = (period_of(f"2026-0{month}", "month", "UTC") for month in (1, 2))
AT = datetime(2026, 2, 15, tzinfo=UTC)
CONTRACT = replace(
    plans.CONTRACT,
    zone="UTC",
    measures=(
        Measure(
            agreement="s/a",
            allocation=D("0.4"),
            tiers=(Tier(below=D("0.9"), credit=D("0.5")), Tier(below=D("0.7"), credit=D(1))),
            repeat=(D("1.5"),),
        ),
        Measure(
            agreement="s/b",
            allocation=D("0.7"),
            tiers=(Tier(below=D("0.8"), credit=D(1)),),
            repeat=(),
        ),
    ),
    significant_minimums=(
        SignificantMinimum(agreement="s/a", floor=D("0.8"), credit=D("123.45")),
        SignificantMinimum(agreement="s/c", floor=D("0.75"), credit=D(50), min_sample=12),
    ),
    reward=Reward(
        pool=D(300),
        start=D("0.8"),
        stretch=D(1),
        gates=("no_significant_minimum", "no_missed_xla"),
    ),
    cap=D(900),
    earn_back_periods=1,
)


def exact(alpha2: int, beta2: int, count: int) -> list[Fraction]:
    """Return the probabilities of a beta-binomial whose parameters are halves, exactly."""

    def rising(twice: int, steps: int) -> Fraction:
        found = Fraction(1)
        for step in range(steps):
            found *= Fraction(twice, 2) + step
        return found

    whole = rising(alpha2 + beta2, count)
    return [
        comb(count, k) * rising(alpha2, k) * rising(beta2, count - k) / whole
        for k in range(count + 1)
    ]


@pytest.mark.parametrize(
    ("alpha2", "beta2", "count"),
    [(1, 1, 1), (1, 1, 9), (41, 3, 30), (3, 1, 25), (1, 7, 12), (201, 9, 60), (5, 5, 0)],
)
def test_probabilities_are_the_exact_ones(alpha2: int, beta2: int, count: int) -> None:
    """Every number has the probability that exact fractions give it, to fifteen digits."""
    found, sums = BetaBinomial(alpha2 / 2, beta2 / 2, count), Fraction(0)
    for number, probability in enumerate(exact(alpha2, beta2, count)):
        sums += probability
        assert found.at_most(number) == pytest.approx(float(sums), abs=1e-13)
    assert sums == 1
    assert (found.at_most(-1), found.at_most(count)) == (0.0, 1.0)


def test_many_events_cost_little_and_keep_the_mean() -> None:
    """Of a hundred thousand lots only the likely ones are looked at, and their mean is right."""
    found = BetaBinomial(9_900.5, 100.5, 100_000)
    assert found.last - found.first < 30_000
    numbers = range(found.first, found.last + 1)
    mean = sum(1 - found.at_most(number) for number in numbers) + found.first
    assert mean == pytest.approx(100_000 * 9_900.5 / 10_001, rel=1e-9)


def counted(good: int, total: int, kind: str = "xla") -> Counted:
    """Return counts of an agreement promised at 85 %."""
    return Counted(good=good, total=total, pending=0, promised=D("0.85"), kind=kind)


def views(coming: tuple[int, int, int]) -> dict[str, Outlook]:
    """Return three agreements with events to come."""
    so_far = {"s/a": counted(9, 10), "s/b": counted(5, 6), "s/c": counted(4, 5, "sla")}
    seen = {"s/a": (9.0, 1.0), "s/b": (5.0, 1.0), "s/c": (4.0, 1.0)}
    return {
        one: Outlook(counted=so_far[one], coming=more, seen=seen[one])
        for one, more in zip(so_far, coming, strict=True)
    }


def facts(known: dict[str, Counted], state: State = State.RUNNING) -> Facts:
    """Return the facts of February."""
    return Facts(period=FEBRUARY, state=state, counted=known)


def book(contract: Contract, january: tuple[int, int]) -> Book:
    """Return a book in which January is settled."""
    kept = Book(contract)
    known = {"s/a": counted(*january), "s/b": counted(9, 10), "s/c": counted(12, 12, "sla")}
    kept.enter(Facts(period=JANUARY, state=State.CLOSED, counted=known))
    return kept


@pytest.mark.parametrize("january", [(10, 10), (6, 10)])
@pytest.mark.parametrize("coming", [(7, 5, 6), (0, 3, 7), (4, 0, 9)])
def test_expected_is_the_sum_over_every_way_it_may_end(
    coming: tuple[int, int, int], january: tuple[int, int]
) -> None:
    """Penalty, reward, bounds and chances equal settling every ending, weighted, to the cent."""
    kept, outlooks = book(CONTRACT, january), views(coming)
    found = exposure_of(
        kept, facts({one: view.counted for one, view in outlooks.items()}), outlooks, AT
    )
    chances = {
        one: exact(2 * int(view.seen[0]) + 1, 2 * int(view.seen[1]) + 1, view.coming)
        for one, view in outlooks.items()
    }
    penalty: dict[D, float] = {}
    reward: dict[D, float] = {}
    missed = dict.fromkeys([(LineValue.CREDIT, "s/a"), (LineValue.MINIMUM, "s/a")], 0.0)
    for ending in product(*(range(more + 1) for more in coming)):
        likely, known = 1.0, {}
        for (one, view), good in zip(outlooks.items(), ending, strict=True):
            likely *= float(chances[one][good])
            so_far = view.counted
            known[one] = replace(so_far, good=so_far.good + good, total=view.total)
        statement = deepcopy(kept).enter(facts(known, State.CLOSED))
        earned = -statement.sum_of(LineValue.REWARD)
        owed = statement.sum_of() + earned
        penalty[owed] = penalty.get(owed, 0.0) + likely
        reward[earned] = reward.get(earned, 0.0) + likely
        for line in statement.lines:
            key = (line.kind, line.agreement)
            if key in missed and line.verdict == "missed":
                missed[key] += likely
    assert found.penalty == estimate(penalty, "EUR")
    expected = estimate(reward, "EUR")
    assert found.reward.point == pytest.approx(expected.point, abs=D("0.01"))
    assert found.reward.lower == expected.lower
    assert found.reward.upper == expected.upper
    told = {(one.line, one.agreement): one.probability for one in found.misses}
    for key, probability in missed.items():
        assert told[key] == pytest.approx(probability, abs=1e-12)


def test_a_period_that_is_over_is_certain() -> None:
    """With nothing to come, expected is what the period is settled at."""
    kept, outlooks = book(CONTRACT, (6, 10)), views((0, 0, 0))
    known = {one: view.counted for one, view in outlooks.items()}
    found = exposure_of(kept, facts(known), outlooks, AT)
    statement = deepcopy(kept).enter(facts(known, State.CLOSED))
    owed = statement.sum_of() - statement.sum_of(LineValue.REWARD)
    assert {found.penalty.lower, found.penalty.point, found.penalty.upper} == {owed}
    assert {one.probability for one in found.misses} <= {0.0, 1.0}


def test_a_share_of_latency_goes_on_at_its_pace_and_says_so() -> None:
    """In half of the month 2 h at 30.00 are run up: 120.00 at that pace, with no bound above it."""
    share = Share(step="pay", vendor=CONTRACT.vendor, microseconds=2 * HOUR)
    overruns = Overruns(
        service="s",
        method=MethodValue.PROPORTIONAL,
        origin=OriginValue.RECORDS,
        overrun=2 * HOUR,
        shares=(share,),
        unattributed=0,
        cases=10,
        over=3,
        open=0,
    )
    bare = replace(
        CONTRACT,
        measures=(),
        significant_minimums=(),
        reward=None,
        cap=None,
        earn_back_periods=0,
        latency_share=LatencyShare(method="proportional", per_hour=D(30)),
    )
    for terms, upper in ((bare, 120), (replace(bare, cap=D(90)), 90)):
        known = replace(facts({}), overruns=(overruns,))
        found = exposure_of(Book(terms), known, {}, AT)
        assert (found.penalty.lower, found.penalty.point, found.penalty.upper) == (60, upper, upper)
        assert found.paced
    still = exposure_of(Book(bare), facts({}), {}, AT)
    assert (still.penalty.upper, still.paced) == (0, False)


def test_days_that_vary_widen_what_may_come() -> None:
    """An outage a week is worth more doubt than the same failures strewn evenly."""
    even = [(95, 100)] * 10
    clumped = [(100, 100)] * 9 + [(50, 100)]
    assert dispersion(even) == 1.0
    assert dispersion(clumped) > 20
    assert dispersion(clumped[:4]) == dispersion([(100, 100)] * 30) == 1.0
    so_far = counted(950, 1000)
    calm, wild = (
        Outlook(counted=so_far, coming=1000, seen=(950.0, 50.0), lot=dispersion(days))
        for days in (even, clumped)
    )
    assert calm.below(D("0.93")) < 0.01
    assert wild.below(D("0.93")) > 0.05


def test_the_first_day_is_judged_by_the_last_month() -> None:
    """What was seen is the last month at the beginning, and this month at its end."""
    last, nothing, much = counted(620, 1240), counted(0, 0), counted(560, 560)
    begin = outlook(nothing, last, FEBRUARY, JANUARY, at=FEBRUARY.start)
    assert begin.seen == (620.0, 620.0)
    assert begin.coming == round(1240 / 31 * 28)
    end = outlook(much, last, FEBRUARY, JANUARY, at=FEBRUARY.end)
    assert (end.seen, end.coming) == ((560.0, 0.0), 0)
    alone = outlook(replace(nothing, pending=7), None, FEBRUARY, None, at=FEBRUARY.start)
    assert (alone.coming, alone.lots) == (7, 7)


def test_many_agreements_cost_little_and_keep_the_mean() -> None:
    """Of twenty agreements that end in four ways each, what is expected is the sum of each's."""
    steps = (("0.85", "0.31"), ("0.8", "0.57"), ("0.7", "1"))
    tiers = tuple(Tier(below=D(bound), credit=D(share)) for bound, share in steps)
    measures = tuple(
        Measure(agreement=f"s/{place}", allocation=D(place + 1) / 1_000, tiers=tiers, repeat=())
        for place in range(20)
    )
    contract = replace(
        CONTRACT, measures=measures, significant_minimums=(), reward=None, cap=D(10**9)
    )
    outlooks = {
        one.agreement: Outlook(counted=counted(40, 50), coming=30, seen=(40.0, 10.0))
        for one in measures
    }
    known = {one: view.counted for one, view in outlooks.items()}

    def expected(*terms: Measure) -> D:
        terms_alone = replace(contract, measures=terms)
        return exposure_of(Book(terms_alone), facts(known), outlooks, AT).penalty.point

    assert abs(expected(*measures) - sum(map(expected, measures))) <= D("0.01") * len(measures)
