"""How an agreement stands in a closed period, against arithmetic, Wilson's formula and chance."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from math import comb, sqrt

import plans
import pytest

from truegreen_definitions.plan import Bound, Records
from truegreen_exporters.accountability.watermelon.standing import (
    Standing,
    judged_share,
    judged_value,
    not_counted,
)
from truegreen_exporters.engines.value_question import Valued

ANSWERS = 400
CSAT = replace(plans.CSAT, objective=Decimal("0.85"), sampling="sample")


def wilson(good: int, total: int) -> tuple[float, float]:
    """Return Wilson's bounds, as the formula has them."""
    z, share = 1.96, good / total
    middle = share + z * z / 2 / total
    spread = z * sqrt((share * (1 - share) + z * z / 4 / total) / total)
    return (middle - spread) / (1 + z * z / total), (middle + spread) / (1 + z * z / total)


def standing(good: int, total: int = ANSWERS) -> Standing:
    """Return how a sample of answers stands against 85 %."""
    return judged_share(CSAT, good, total).standing


@pytest.mark.parametrize("total", [30, 57, 400])
def test_a_sample_is_judged_by_wilsons_interval(total: int) -> None:
    """For every count the standing is what the bounds of the formula say."""
    for good in range(total + 1):
        lower, upper = wilson(good, total)
        seems = Standing.SEEMS_MET if good / total >= 0.85 else Standing.SEEMS_MISSED
        expected = Standing.MET if lower >= 0.85 else Standing.MISSED if upper < 0.85 else seems
        assert standing(good, total) is expected, good


def test_a_census_is_judged_by_arithmetic() -> None:
    """Exactly at the objective is met, one case below it is missed; no interval is asked."""
    census = replace(plans.CSAT, objective=Decimal("0.85"), sampling="census")
    assert judged_share(census, 340, 400).standing is Standing.MET
    assert judged_share(census, 339, 400).standing is Standing.MISSED


def test_too_little_is_not_judged() -> None:
    """No events, fewer than `min_sample`, and a period with a gap are unknown, with the reason."""
    assert isinstance(CSAT.parts, Records)
    assert judged_share(CSAT, 0, 0).standing is Standing.UNKNOWN
    few = judged_share(CSAT, CSAT.parts.min_sample - 1, CSAT.parts.min_sample - 1)
    assert few.standing is Standing.UNKNOWN
    assert few.share is None
    gap = judged_share(CSAT, 400, 400, unknown="3 hours not known")
    assert (gap.standing, gap.shown) == (Standing.UNKNOWN, "400 of 400, 3 hours not known")
    assert not_counted(CSAT, "no source").standing is Standing.UNKNOWN


def test_shares_of_target_and_budget() -> None:
    """80 of 100 against 90 % is 8/9 of the target, and twice the budget is spent."""
    agreement = replace(CSAT, objective=Decimal("0.9"), sampling="census")
    judged = judged_share(agreement, 80, 100)
    assert judged.share == pytest.approx(8 / 9)
    assert judged.spent == pytest.approx(2)
    assert judged.shown == "80 of 100 = 80%, promised 90%"


def found_missed(share: float) -> float:
    """Return the exact chance that 400 answers are judged as missed."""
    return sum(
        comb(ANSWERS, good) * share**good * (1 - share) ** (ANSWERS - good)
        for good in range(ANSWERS + 1)
        if standing(good) is Standing.MISSED
    )


def test_the_power_of_400_answers_is_exact() -> None:
    """7 points below 85 % is found with 96.2 %, at 85 % an alarm is false with 3.2 %: binomial."""
    assert found_missed(0.78) == pytest.approx(0.9621, abs=0.0005)
    assert found_missed(0.85) == pytest.approx(0.0320, abs=0.0005)


def test_the_power_shows_in_generated_answers() -> None:
    """Of 2,000 seeded populations at least 95 % are found, and at most 5 % are false alarms."""
    chance = random.Random(7)

    def share_found(truth: float) -> float:
        missed = (
            standing(sum(chance.random() < truth for _ in range(ANSWERS))) is Standing.MISSED
            for _ in range(2_000)
        )
        return sum(missed) / 2_000

    assert share_found(0.78) >= 0.95
    assert share_found(0.85) <= 0.05


@pytest.mark.parametrize(
    ("lower", "value", "upper", "expected"),
    [
        (10.0, 11.0, 12.0, Standing.MET),
        (10.0, 12.0, 14.0, Standing.SEEMS_MET),
        (11.0, 13.0, 15.0, Standing.SEEMS_MISSED),
        (12.5, 13.0, 15.0, Standing.MISSED),
        (None, 13.0, None, Standing.SEEMS_MISSED),
        (None, 12.0, None, Standing.SEEMS_MET),
        (None, None, None, Standing.UNKNOWN),
    ],
)
def test_a_value_is_judged_by_its_bounds(
    lower: float | None, value: float | None, upper: float | None, expected: Standing
) -> None:
    """At most 12 is met below it, missed above it, and seems so where the interval holds it."""
    values = replace(plans.QUICK.parts, unit="", min_sample=0)
    bound = Bound(direction="at_most", target=Decimal(12))
    measure = replace(plans.QUICK, parts=values, bound=bound)
    valued = Valued(value=value, lower=lower, upper=upper, total=40, pending=0, excluded=0)
    assert judged_value(measure, valued).standing is expected
    least = replace(measure, bound=Bound(direction="at_least", target=Decimal(12)))
    ends = {"lower": upper and 24 - upper, "upper": lower and 24 - lower}
    mirrored = replace(valued, value=value and 24 - value, **ends)
    assert judged_value(least, mirrored).standing is expected
    few = replace(measure, parts=replace(values, min_sample=41))
    assert judged_value(few, valued).standing is Standing.UNKNOWN
