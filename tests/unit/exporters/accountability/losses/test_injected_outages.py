"""Made-up outages on a real demand curve cost what the estimate says, within its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from injected_outages import HOURS, Campaign, Curve, campaign, curve

from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.losses.placebo import placebo

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Curve:
    """The curve, from the real data sets beside the checkout."""
    return curve(shared_data)


@pytest.fixture(scope="module")
def judged(real: Curve) -> Campaign:
    """Two hundred outages, fifty of each length."""
    return campaign(real, 200, seed=5)


def test_gross_losses_are_right_in_the_median(judged: Campaign) -> None:
    """Half of all gross losses are within 15 % of the truth, at every length."""
    assert judged.error() <= 0.15
    assert all(judged.error(hours) <= 0.15 for hours in HOURS)


def test_intervals_hold_the_truth(judged: Campaign) -> None:
    """The stated intervals of gross and net hold 85 to 99 % of the true losses."""
    assert 0.85 <= judged.coverage() <= 0.99
    assert 0.85 <= judged.net_coverage() <= 0.99


def test_nothing_is_booked_where_nothing_was_lost(judged: Campaign) -> None:
    """In at least 95 % of clean windows nothing would be booked, and most outages would be."""
    assert judged.empty() >= 0.95
    assert judged.proven() >= 0.95


def test_placebo_windows_trust_the_estimate(real: Curve) -> None:
    """The nightly try on the same curve trusts the estimate, finds no bias, and says how wide."""
    found = placebo(Volume(real.buckets, 1_800), real.season, catch_up=0, until=real.end)
    assert found.trusted
    assert found.windows >= 60
    assert abs(found.bias) <= 0.02
    assert found.booked <= 0.05
    assert 1 <= found.widened <= 2
