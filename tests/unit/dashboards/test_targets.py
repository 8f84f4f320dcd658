"""The letters of targets."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_dashboards.targets import lettered


def number(ref: str) -> int:
    """Return the place of a word in A, …, Z, AA, …: digits of base 26 without a zero."""
    value = 0
    for letter in ref:
        value = value * 26 + ord(letter) - ord("A") + 1
    return value


@given(st.lists(st.text(), max_size=800))
def test_every_value_gets_the_next_word(values: list[str]) -> None:
    """However many there are, none is dropped, none moves, and the words count up from A."""
    found = lettered(values)
    assert [value for _, value in found] == values
    assert [number(ref) for ref, _ in found] == list(range(1, len(values) + 1))


@pytest.mark.parametrize(("place", "ref"), [(0, "A"), (25, "Z"), (26, "AA"), (702, "AAA")])
def test_words_are_those_of_spreadsheets(place: int, ref: str) -> None:
    """After Z comes AA, after ZZ comes AAA."""
    found = lettered(range(place + 1))
    assert found[place] == (ref, place)
    assert all(one != other for (one, _), (other, _) in pairwise(found))
