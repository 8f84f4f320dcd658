"""What an SLA tells of experience: published examples, brute force over pairs, and chance."""

from __future__ import annotations

import itertools
import random
from math import exp, log, sqrt
from statistics import mean, variance

import pytest

from truegreen_definitions.names import InformationValue as Told
from truegreen_exporters.accountability.watermelon.information import (
    Table,
    area,
    difference,
    information,
    lift,
    pooled_lift,
)

TABLE = Table(met_good=700, met_bad=100, missed_good=120, missed_bad=80)


def test_the_lift_is_a_ratio_of_risks_with_katz_s_interval() -> None:
    """40 % against 12.5 % is 3.2; the interval is that of the logarithm, by hand."""
    found = lift(TABLE)
    assert found is not None
    spread = 1.96 * sqrt(1 / 80 - 1 / 200 + 1 / 100 - 1 / 800)
    assert found.point == pytest.approx(3.2)
    assert found.lower == pytest.approx(exp(log(3.2) - spread))
    assert found.upper == pytest.approx(exp(log(3.2) + spread))


def test_an_empty_cell_gets_a_half() -> None:
    """Without a bad case among the missed the ratio is finite, and its interval wide."""
    found = lift(Table(met_good=90, met_bad=10, missed_good=10, missed_bad=0))
    assert found is not None
    assert found.point == pytest.approx((0.5 / 11) / (10.5 / 101))
    assert found.lower < 0.05
    assert found.upper > 4


@pytest.mark.parametrize(
    "table",
    [
        Table(),
        Table(met_good=90, met_bad=10),
        Table(missed_good=90, missed_bad=10),
        Table(met_good=90, missed_good=10),
    ],
)
def test_one_side_alone_has_no_lift(table: Table) -> None:
    """Always met, always missed or never bad: no lift, and nothing can be detected."""
    assert lift(table) is None
    assert area(table) is None
    assert information(table) is Told.UNDETECTABLE


def test_the_area_and_its_interval_are_those_of_all_pairs() -> None:
    """Point and DeLong's variance equal those of the placements of every single case."""
    good = [0] * TABLE.met_good + [1] * TABLE.missed_good
    bad = [0] * TABLE.met_bad + [1] * TABLE.missed_bad

    def placed(one: int, others: list[int]) -> float:
        return mean((one > other) + 0.5 * (one == other) for other in others)

    def against(one: int) -> float:
        return mean((other > one) + 0.5 * (other == one) for other in bad)

    of_bad = [placed(one, good) for one in bad]
    of_good = [against(one) for one in good]
    spread = 1.96 * sqrt(variance(of_bad) / len(bad) + variance(of_good) / len(good))
    found = area(TABLE)
    assert found is not None
    assert found.point == pytest.approx(mean(of_bad))
    assert found.lower == pytest.approx(mean(of_bad) - spread)
    assert found.upper == pytest.approx(mean(of_bad) + spread)


def test_a_mix_is_seen_through() -> None:
    """Two kinds without any lift inside make a lift of 2.8 together; the pooled one is 1."""
    urgent = Table(met_good=20, met_bad=20, missed_good=80, missed_bad=80)
    usual = Table(met_good=720, met_bad=80, missed_good=90, missed_bad=10)
    both = Table(met_good=740, met_bad=100, missed_good=170, missed_bad=90)
    plain, pooled = lift(both), pooled_lift([urgent, usual])
    assert plain is not None
    assert pooled is not None
    assert plain.point == pytest.approx(90 / 260 / (100 / 840))
    assert plain.lower > 2
    assert pooled.point == pytest.approx(1)
    assert pooled.holds(1)
    alone = pooled_lift([TABLE])
    simple = lift(TABLE)
    assert alone is not None
    assert simple is not None
    assert (alone.point, alone.lower) == (
        pytest.approx(simple.point),
        pytest.approx(simple.lower, rel=1e-3),
    )
    assert pooled_lift([]) is None


def test_a_difference_has_newcombe_s_interval() -> None:
    """56/70 less 48/80 is 0.2, from 0.0524 to 0.3339: Newcombe's own example, method 10."""
    found = difference(56, 70, 48, 80)
    assert found is not None
    assert found.point == pytest.approx(0.2)
    assert found.lower == pytest.approx(0.0524, abs=0.0001)
    assert found.upper == pytest.approx(0.3339, abs=0.0001)
    assert difference(1, 0, 1, 2) is None


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (TABLE, Told.INFORMATIVE),
        (Table(met_good=120, met_bad=80, missed_good=700, missed_bad=100), Told.CONTRARY),
        (
            Table(met_good=8_000, met_bad=2_000, missed_good=4_000, missed_bad=1_000),
            Told.NOTHING,
        ),
        (Table(met_good=80, met_bad=20, missed_good=40, missed_bad=10), Told.UNDETECTABLE),
        (Table(met_good=900, met_bad=100, missed_good=1, missed_bad=4), Told.UNDETECTABLE),
    ],
)
def test_what_is_told(table: Table, told: Told) -> None:
    """Informative, contrary, surely nothing, not enough to say, and too few misses whatever."""
    assert information(table) is told


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Over 500 seeded draws the lift's and the area's intervals hold the truth in 93 to 98 %."""
    chance = random.Random(11)
    met, missed, risk_met, risk_missed = 300, 120, 0.15, 0.3
    truth = risk_missed / risk_met
    bad, good = met * risk_met + missed * risk_missed, met * 0.85 + missed * 0.7
    true_area = (1 + missed * risk_missed / bad - missed * 0.7 / good) / 2
    held = [0, 0]
    for _ in range(500):
        met_bad = sum(chance.random() < risk_met for _ in range(met))
        missed_bad = sum(chance.random() < risk_missed for _ in range(missed))
        table = Table(
            met_good=met - met_bad,
            met_bad=met_bad,
            missed_good=missed - missed_bad,
            missed_bad=missed_bad,
        )
        found, curve = lift(table), area(table)
        assert found is not None
        assert curve is not None
        held[0] += found.holds(truth)
        held[1] += curve.holds(true_area)
    assert 0.93 <= held[0] / 500 <= 0.98
    assert 0.93 <= held[1] / 500 <= 0.99


def test_useless_slas_are_seldom_called_informative() -> None:
    """Of 2,000 SLAs that say nothing 5 % are called informative or contrary, give or take 1 %."""
    chance = random.Random(5)
    wrong = 0
    for _ in range(2_000):
        cells = [0, 0, 0, 0]
        for _ in range(300):
            cells[2 * (chance.random() < 0.3) + (chance.random() < 0.2)] += 1
        table = Table(
            met_good=cells[0], met_bad=cells[1], missed_good=cells[2], missed_bad=cells[3]
        )
        wrong += information(table) in {Told.INFORMATIVE, Told.CONTRARY}
    assert wrong / 2_000 <= 0.06


def test_counts_of_a_table() -> None:
    """Sums of the margins, and the least count that chance would expect, are those by hand."""
    for cells in itertools.product((0, 3, 7), repeat=4):
        table = Table(
            met_good=cells[0], met_bad=cells[1], missed_good=cells[2], missed_bad=cells[3]
        )
        assert (table.met, table.missed) == (cells[0] + cells[1], cells[2] + cells[3])
        assert table.total == sum(cells)
        rows, columns = (table.met, table.missed), (cells[0] + cells[2], table.bad)
        expected = [row * column / sum(cells) for row in rows for column in columns if sum(cells)]
        assert table.least_expected == pytest.approx(min(expected, default=0))
