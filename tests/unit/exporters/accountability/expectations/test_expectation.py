"""What history lets expect is what the formula says, from ordinary weeks alone."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from statistics import fmean, stdev

import pytest

from truegreen_exporters.accountability.expectations.expectation import (
    LEAST_WEEKS,
    Expectation,
    Season,
    expected,
    t_quantile,
)
from truegreen_exporters.accountability.expectations.spans import WEEK, Spans, weeks_back
from truegreen_exporters.accountability.expectations.volume import Volume

HOUR = 3_600
START = 1_767_225_600  # 2026-01-01 00:00 UTC, a Thursday
NOW = START + 20 * WEEK + 14 * HOUR
WINDOW: Spans = ((NOW, NOW + 2 * HOUR),)


def curve(hour: int) -> int:
    """Return the transactions of an hour of the week."""
    return 400 + 300 * (hour % 24 > 7) + 10 * (hour % 168)


def history(weeks: int = 21, factor: float = 1.0, seed: int | None = None) -> Volume:
    """Return a shop of so many weeks; with a seed hours are noisy."""
    rng = random.Random(seed)
    noise = (lambda: rng.lognormvariate(0, 0.1)) if seed is not None else (lambda: 1.0)
    buckets = []
    for hour in range(weeks * 168):
        grown = factor ** (hour / 168)
        count = round(curve(hour) * grown * noise())
        buckets.append((START + hour * HOUR, count, Decimal(count) * 3))
    return Volume(buckets, HOUR)


def asked(volume: Volume, spans: Spans = WINDOW, **season: object) -> Expectation:
    """Return the expectation, which there must be."""
    found = expected(volume, spans, Season(zone="UTC", **season))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_steady_shop_is_known_to_the_transaction() -> None:
    """Where every week is the same, that is what is expected, and the spread is that of chance."""
    found = asked(history())
    truth = history().count(WINDOW)
    assert found.point == pytest.approx(truth)
    assert found.weeks == (1, 2, 3, 4, 5, 6, 7, 8)
    assert found.half_width == pytest.approx(t_quantile(7) * math.sqrt(truth * (1 + 1 / 8)))


def test_growth_is_followed() -> None:
    """A shop that grows by 5 % a week is expected at its present level, not at last month's."""
    volume = history(factor=1.05)
    assert asked(volume).point == pytest.approx(volume.count(WINDOW), rel=0.005)


def test_the_formula_is_the_one_that_is_written() -> None:
    """Point and interval equal the module's formula, computed hour by hour."""
    volume = history(seed=4)

    def sum_of(start: int, end: int) -> int:
        return volume.count(((start, end),))

    n = fmean(sum_of(NOW - k * WEEK - 2 * HOUR, NOW - k * WEEK) for k in range(1, 9))
    m = n / (2 * (n + 200))
    sums = []
    for k in range(1, 9):
        then = NOW - k * WEEK
        level = sum_of(NOW - WEEK, NOW) / sum_of(then - WEEK, then)
        recent = sum_of(NOW - 2 * HOUR, NOW) / sum_of(then - 2 * HOUR, then)
        sums.append(sum_of(then, then + 2 * HOUR) * level ** (1 - m) * recent**m)
    found = asked(volume)
    assert found.sums == pytest.approx(sums)
    assert found.point == pytest.approx(fmean(sums))
    spread = max(stdev(sums), math.sqrt(fmean(sums)))
    assert found.half_width == pytest.approx(2.364624 * spread * math.sqrt(1.125))


def test_what_is_left_out_does_not_teach() -> None:
    """A week with an outage in these hours is passed over, and the level does not see it either."""
    volume = history()
    broken = ((NOW - 2 * WEEK, NOW - 2 * WEEK + HOUR), (NOW - 3 * WEEK - 5 * HOUR, NOW - 3 * WEEK))
    torn = Volume(
        [
            (start, 0 if any(a <= start < b for a, b in broken) else volume.count(((start, end),)),
             Decimal(0))
            for start, end in ((s, s + HOUR) for s in range(START, NOW + 2 * HOUR, HOUR))
        ],
        HOUR,
    )  # fmt: skip
    found = asked(torn, left_out=broken[::-1])
    assert found.weeks == (1, 4, 5, 6, 7, 8, 9, 10)
    assert found.point == pytest.approx(volume.count(WINDOW))
    naive = asked(torn)
    assert naive.point < 0.99 * found.point


def test_the_stretch_itself_teaches_nothing() -> None:
    """What happens in the stretch or after it does not change what was to be expected of it."""
    volume = history(seed=5)
    cut = Volume(
        [
            (start, volume.count(((start, start + HOUR),)), Decimal(0))
            for start in range(START, NOW, HOUR)
        ],
        HOUR,
    )
    assert asked(cut) == asked(volume)


def test_too_little_history_expects_nothing() -> None:
    """With less than four ordinary weeks there is no figure, and with four there is one."""
    volume = history()
    young = Volume(
        [
            (start, volume.count(((start, start + HOUR),)), Decimal(0))
            for start in range(NOW - (LEAST_WEEKS + 1) * WEEK, NOW, HOUR)
        ],
        HOUR,
    )
    assert asked(young).weeks == (1, 2, 3, 4)
    younger = ((NOW - 3 * WEEK, NOW - 3 * WEEK + HOUR),)
    assert expected(young, WINDOW, Season(zone="UTC", left_out=younger)) is None
    assert expected(Volume([], HOUR), WINDOW, Season(zone="UTC")) is None
    assert expected(volume, (), Season(zone="UTC")) is None


def test_weeks_go_by_the_local_clock() -> None:
    """After the clocks have changed, four in the afternoon is compared with four, not three."""
    march = 1_774_969_200  # 2026-03-31 17:00 in Berlin, two days after the change
    spans = ((march, march + HOUR),)
    buckets = []
    for start in range(march - 20 * WEEK, march + HOUR, HOUR):
        there = start + weeks_back(start, 30, "Europe/Berlin")
        local_hour = (there // HOUR + 2) % 24
        buckets.append((start, 1_000 if local_hour == 17 else 100, Decimal(0)))
    found = expected(Volume(buckets, HOUR), spans, Season(zone="Europe/Berlin"))
    assert found is not None
    assert found.point == pytest.approx(1_000, rel=0.02)
    naive = expected(Volume(buckets, HOUR), spans, Season(zone="UTC"))
    assert naive is not None
    assert naive.point < 500


def test_intervals_hold_what_they_say() -> None:
    """Of noisy hours, the stated 95 % interval holds 90 to 99 % of 300 windows."""
    volume = history(weeks=30, seed=11)
    rng = random.Random(3)
    inside = 0
    for _ in range(300):
        start = START + rng.randrange(12 * 168, 29 * 168) * HOUR
        spans = ((start, start + rng.choice((1, 2, 4)) * HOUR),)
        found = asked(volume, spans)
        inside += found.lower <= volume.count(spans) <= found.upper
    assert 270 <= inside <= 297
