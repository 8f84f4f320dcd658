"""The burn pairs that travel with the package."""

from __future__ import annotations

from decimal import Decimal

from truegreen_definitions.burn import workbook_pairs

MONTH = Decimal(30 * 86_400)


def test_pairs_are_those_of_the_workbook() -> None:
    """Windows, factors and severities are those of the Site Reliability Workbook, chapter 5."""
    hour, minute = 3_600, 60
    assert [(p.long, p.short, p.factor, p.severity) for p in workbook_pairs()] == [
        (hour, 5 * minute, Decimal("14.4"), "page"),
        (6 * hour, 30 * minute, 6, "page"),
        (24 * hour, 2 * hour, 3, "ticket"),
        (72 * hour, 6 * hour, 1, "ticket"),
    ]


def test_each_pair_spends_the_share_it_stands_for() -> None:
    """At its factor a pair's long window spends 2 %, 5 %, 10 % and 10 % of a 30-day budget."""
    spent = [pair.factor * pair.long / MONTH for pair in workbook_pairs()]
    assert spent == [Decimal("0.02"), Decimal("0.05"), Decimal("0.1"), Decimal("0.1")]


def test_short_window_is_a_twelfth_of_the_long_one() -> None:
    """An alert ends soon after its cause: the short window is 1/12, as the workbook advises."""
    assert {pair.long / pair.short for pair in workbook_pairs()} == {12}
