"""Correlations: ranks by hand, noise that stays silent, and an effect that is planted and found."""

from __future__ import annotations

import random

import pytest

from truegreen_exporters.accountability.outcomes.correlation import (
    Correlation,
    correlated,
    published,
)
from truegreen_exporters.accountability.outcomes.leading import leading
from truegreen_exporters.accountability.outcomes.seasons import deseasonalised

DAYS, LAGS = 180, 8
WEEK = (9.0, 8.0, 8.0, 9.0, 12.0, 3.0, 2.0)


def noise(chance: random.Random, memory: float) -> list[float | None]:
    """Return days of a series with a strong week, that resembles itself from day to day."""
    level, found = 0.0, list[float | None]()
    for day in range(DAYS):
        level = memory * level + chance.gauss(0, 1)
        found.append(level + WEEK[day % 7])
    return found


def correlations(
    series: dict[str, list[float | None]], outcome: list[float | None]
) -> list[Correlation]:
    """Return all correlations of a service, tested together."""
    later = deseasonalised(outcome, 7)
    moved = {name: deseasonalised(values, 7) for name, values in series.items()}
    return [
        one
        for name, values in moved.items()
        for lag in range(LAGS)
        if (one := correlated(name, values, later, lag)) is not None
    ]


def test_ranks_by_hand() -> None:
    """With ties in the middle, (1, 2, 2, 4) against (10, 30, 20, 40) is 0.9487; constants none.

    Ten times the same pairs, shuffled, have the ranks of one time, moved and stretched.
    """
    pairs = [(1.0, 10.0), (2.0, 30.0), (2.0, 20.0), (4.0, 40.0)] * 10
    random.Random(1).shuffle(pairs)
    values, others = ([*side] for side in zip(*pairs, strict=True))
    found, against = (correlated("a", values, other, 0) for other in (others, [-x for x in values]))
    assert found is not None
    assert found.point == pytest.approx(0.948683)
    assert against is not None
    assert against.point == pytest.approx(-1)
    assert correlated("a", [1.0] * len(pairs), others, 0) is None


def test_seasons_cancel() -> None:
    """A pure week leaves nothing; a period that is unknown takes two differences with it."""
    week: list[float | None] = [*WEEK, *WEEK, *WEEK]
    assert deseasonalised(week, 7) == [None] * 7 + [0.0] * 14
    week[8] = None
    assert [place for place, one in enumerate(deseasonalised(week, 7)) if one is None] == [
        *range(7),
        8,
        15,
    ]
    assert deseasonalised([1.0, 2.0], 7) == [None, None]


@pytest.mark.parametrize("memory", [0.0, 0.7])
def test_noise_is_not_published(memory: float) -> None:
    """Of 80 services of noise, with memory or without, at most 4 publish anything: 5 %."""
    chance = random.Random(1)
    told = count = 0
    for _ in range(80):
        series = {name: noise(chance, memory) for name in "ab"}
        found = correlations(series, noise(chance, memory))
        told += bool(published(found))
        count += len(found)
    assert count == 80 * 2 * LAGS
    assert told <= 4


def test_a_planted_effect_is_found_at_its_lag() -> None:
    """What moves the outcome three days later is found in 38 of 40, at that lag, below 0."""
    chance = random.Random(3)
    found_at = 0
    for _ in range(40):
        cause, other = noise(chance, 0.3), noise(chance, 0.3)
        effect = noise(chance, 0.3)
        for day in range(3, DAYS):
            before, now = cause[day - 3], effect[day]
            assert before is not None
            assert now is not None
            effect[day] = now - 0.9 * (before - WEEK[(day - 3) % 7])
        told = published(correlations({"cause": cause, "other": other}, effect))
        found_at += bool(told) and (told[0].indicator, told[0].lag) == ("cause", 3)
        assert all(one.lower <= one.point <= one.upper < 0 for one in told[:1])
    assert found_at >= 38


def test_little_is_not_looked_at() -> None:
    """Fewer than twenty pairs, or pairs that are worth fewer, are no correlation."""
    line: list[float | None] = [float(day) for day in range(60)]
    assert correlated("few", line[:19], line[:19], 0) is None
    assert correlated("trend", line, line, 0) is None
    assert correlated("still", [1.0] * 60, line, 0) is None


def test_what_is_published_is_held_to_all_that_was_tested() -> None:
    """A chance of 0.01 alone is published; as one of ten tests without another it is not."""
    one = Correlation(
        indicator="a", lag=1, pairs=60, worth=60, lower=0.1, point=0.3, upper=0.5, chance=0.01
    )
    others = [_with(one, lag, 0.5) for lag in range(2, 11)]
    assert published([one]) == (one,)
    assert published([one, *others]) == ()
    sure = _with(one, 11, 1e-6)
    assert published([one, sure, *others]) == (sure,)


def _with(one: Correlation, lag: int, chance: float) -> Correlation:
    return Correlation(
        indicator=one.indicator,
        lag=lag,
        pairs=one.pairs,
        worth=one.worth,
        lower=one.lower,
        point=one.point,
        upper=one.upper,
        chance=chance,
    )


def test_only_what_is_validated_warns() -> None:
    """The worst tenth warns in the direction that hurts, and only with a later outcome behind."""
    line: list[float | None] = [float(day) for day in range(40)]
    hurt = Correlation(
        indicator="age", lag=2, pairs=60, worth=60, lower=-0.7, point=-0.5, upper=-0.2, chance=1e-6
    )
    at_once = _with(hurt, 0, 1e-6)
    assert leading("age", line, [hurt], more=True).warns
    assert not leading("age", line, [hurt], more=False).warns
    assert not leading("age", line[::-1], [hurt], more=True).warns
    assert leading("age", line[::-1], [hurt], more=False).warns
    assert leading("age", line, [at_once], more=True).by is None
    assert not leading("age", line, [at_once], more=True).warns
    assert not leading("age", [*line, None], [hurt], more=True).warns
    assert not leading("age", [1.0] * 40, [hurt], more=True).warns
