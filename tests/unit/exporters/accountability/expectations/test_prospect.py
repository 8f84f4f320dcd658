"""What is expected of the present hour, and what it is worth, by hand and by law."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.names import BasisValue, BoundValue
from truegreen_exporters.accountability.expectations.expectation import METHOD, Season
from truegreen_exporters.accountability.expectations.prospect import (
    STEP,
    Prospect,
    prospect,
    quantised,
)
from truegreen_exporters.accountability.expectations.spans import WEEK
from truegreen_exporters.accountability.expectations.volume import Volume

if TYPE_CHECKING:
    from truegreen_exporters.engines.volume_question import Bucket

START = 1_767_225_600  # 2026-01-01 00:00 UTC, a Thursday
NOW = START + 12 * WEEK + 14 * 3_600 + 1_234
HOUR = (NOW - 1_234, NOW - 1_234 + 3_600)
POINT, REVENUE, MARGIN = BoundValue.POINT, BasisValue.REVENUE, BasisValue.MARGIN


def shop(amount: str = "20.00", times: int = 1) -> list[Bucket]:
    """Return twelve weeks of a shop: 12 orders a quarter of an hour, at noon 24."""
    quarters = range(START, START + 12 * WEEK + 14 * 3_600, STEP)
    counts = ((at, times * (24 if at // 3_600 % 24 == 14 else 12)) for at in quarters)
    return [(at, count, Decimal(amount) * count) for at, count in counts]


def asked(
    buckets: list[Bucket], at: int = NOW, zone: str = "UTC", **change: object
) -> Prospect | None:
    """Return the prospect of a channel with that history."""
    value = replace(plans.WEB, **change)  # type: ignore[arg-type]
    return prospect(Volume(buckets, STEP), at, Season(zone=zone), value)


def test_a_steady_hour_by_hand() -> None:
    """96 orders in the hour of every week are 1.6 a minute; at 20 EUR that is 32, of it 31 %."""
    found = asked(shop())
    assert found is not None
    assert found.hour == HOUR
    assert found.expectation.method == METHOD
    assert found.transactions(POINT) == pytest.approx(96 / 60)
    assert found.worth(REVENUE, POINT) == pytest.approx(32)
    assert found.worth(MARGIN, POINT) == pytest.approx(32 * 0.31)
    assert found.transactions(BoundValue.LOWER) < 96 / 60 < found.transactions(BoundValue.UPPER)


def test_too_little_history_says_nothing() -> None:
    """Before there are four weeks to compare with, nothing is expected; not 0."""
    young = [one for one in shop() if one[0] >= NOW - 4 * WEEK]
    assert asked(young) is None
    assert asked([]) is None


def test_the_declared_amount_holds_until_rows_say_better() -> None:
    """Fewer than thirty orders, or rows without amounts, leave what was declared."""
    rare = [(at, 1, Decimal(500)) for at in range(START, NOW, WEEK)]
    found = asked(rare, START + 11 * WEEK + 60)
    assert found is not None
    assert found.amounts is not None
    assert found.amounts.each == pytest.approx(84.2)
    declared = asked(shop("0"), amount="")
    assert declared is not None
    assert declared.worth(REVENUE, POINT) == pytest.approx(96 / 60 * 84.2)
    unknown = asked(shop("0"), amount="", per_transaction=None)
    assert unknown is not None
    assert unknown.bases == ()


def test_without_a_margin_all_of_it_counts() -> None:
    """A channel that declares no margin has its revenue alone."""
    found = asked(shop(), margin=None)
    assert found is not None
    assert found.bases == (REVENUE,)


@pytest.mark.parametrize(
    ("zone", "begins"), [("UTC", 0), ("Europe/Berlin", 0), ("Asia/Kolkata", 1_800)]
)
def test_an_hour_is_one_of_the_services_clock(zone: str, begins: int) -> None:
    """In a zone half an hour off UTC, hours turn at half past."""
    found = asked(shop(), zone=zone)
    assert found is not None
    start, end = found.hour
    assert start % 3_600 == begins
    assert start <= NOW < end == start + 3_600


@settings(max_examples=25, deadline=None)
@given(times=st.integers(1, 9), cents=st.integers(1, 100_000))
def test_worth_follows_number_and_amount(times: int, cents: int) -> None:
    """So many times the orders are so many times expected; worth is number times mean amount."""
    amount = Decimal(cents) / 100
    found = asked(shop(str(amount), times))
    assert found is not None
    assert found.transactions(POINT) == pytest.approx(times * 96 / 60)
    for bound in BoundValue:
        expected = found.transactions(bound) * float(amount)
        assert found.worth(REVENUE, bound) == pytest.approx(expected)
        assert found.worth(MARGIN, bound) == pytest.approx(expected * 0.31)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5_000)), max_size=8))
def test_the_present_hour_plays_no_part(rows: list[tuple[int, int]]) -> None:
    """What happens in the hour, or after it, changes nothing that was expected of it."""
    later = {HOUR[0] + place * STEP: count for place, count in rows}
    buckets = [*shop(), *((at, count, Decimal(count)) for at, count in later.items())]
    assert asked(buckets) == asked(shop())


def test_an_estimate_is_rounded_once() -> None:
    """Millionths of a unit, half to even, exactly as shown."""
    assert quantised(0.1 + 0.2) == Decimal("0.300000")
    assert quantised(1 / 3) == Decimal("0.333333")
    assert quantised(2.5e-7) == Decimal("0.000000")
