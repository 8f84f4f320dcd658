"""Bars keep to their scale and their width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from truegreen_synthetics.bars import WIDTH, bar, milliseconds

PARTS = st.lists(st.floats(0, 10, allow_subnormal=False), min_size=1, max_size=6)


@given(PARTS)
def test_bars_of_parts_lie_behind_each_other(parts: list[float]) -> None:
    """No bar is wider than the scale, none begins before the one before it, none is invisible."""
    whole, start, indent = sum(parts), 0.0, 0
    for part in parts:
        drawn = bar(start, part, whole)
        assert len(drawn) <= WIDTH
        assert drawn.strip()
        assert len(drawn) - len(drawn.lstrip()) >= indent
        indent = len(drawn) - len(drawn.lstrip())
        start += part


def test_a_half_is_half_as_wide() -> None:
    """Lengths are proportional, to an eighth of a character."""
    assert bar(0, 1, 2) == "█" * (WIDTH // 2)
    assert bar(1, 1, 2) == " " * (WIDTH // 2) + "█" * (WIDTH // 2)
    assert bar(0, 1, 8 * WIDTH) == "▏"


def test_durations_have_the_digits_that_matter() -> None:
    """Below ten milliseconds one digit after the point."""
    assert [milliseconds(s) for s in (0.00012, 0.0094, 0.25, 2)] == [
        "0.1 ms",
        "9.4 ms",
        "250 ms",
        "2000 ms",
    ]
