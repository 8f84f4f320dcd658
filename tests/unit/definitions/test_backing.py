"""What promises back: the least of them together, their product alone, less over longer windows."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest

from truegreen_definitions.backing import backed_share, backing
from truegreen_definitions.units import parse_window

SHARES = [Decimal(text) for text in ("0.9", "0.95", "0.999")]


def _of_events(shares: list[Decimal]) -> tuple[Fraction, Fraction]:
    """Return the good share by counting: failures at the same moments, and in every combination."""
    events = 1_000
    bad = [int((1 - share) * events) for share in shares]
    together = Fraction(events - max(bad), events)
    good = sum(
        all(one >= limit for one, limit in zip(drawn, (b // 10 for b in bad[:2]), strict=True))
        for drawn in itertools.product(range(events // 10), repeat=2)
    )
    return together, Fraction(good, (events // 10) ** 2)


def test_it_is_what_counting_gives() -> None:
    """Of two that fail together the worse one counts, of independent ones every combination."""
    together, independent = _of_events(SHARES[:2])
    found = backing(SHARES[:2])
    assert (Fraction(found.together), Fraction(found.independent)) == (together, independent)


def test_it_is_rounded_down() -> None:
    """What is shown never exceeds what is backed, and of nothing everything is left."""
    found = backing([Decimal("0.9999999")])
    assert found.together == found.independent == Decimal("0.999999")
    assert backing([]).independent == 1


@pytest.mark.parametrize(
    ("theirs", "ours", "left"),
    [
        ("30d", "30d", "0.99"),
        ("month", "30d", "0.99"),  # a month counts as 30 days
        ("1d", "month", "0.99"),  # kept on each of its days, a promise is kept over them
        ("90d", "30d", "0.97"),  # a worst month holds what three months may fail
        ("quarter", "month", "0.97"),
        ("prev_quarter", "month", "0.97"),
        ("year", "1d", "0"),  # 3.65 days of failures fill any day
        ("all", "30d", None),
        ("30d", "all", None),
    ],
)
def test_a_longer_window_backs_less(theirs: str, ours: str, left: str | None) -> None:
    """All that a promise allows over its window may fail within one of ours."""
    found = backed_share(Decimal("0.99"), parse_window(theirs), parse_window(ours))
    assert found == (None if left is None else Decimal(left))
