"""Stretches of time are what a set of single seconds would be."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_exporters.accountability.expectations.spans import (
    Spans,
    aligned,
    minus,
    moved,
    overlap,
    seconds,
    union,
    weeks_back,
)

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


def instants(spans: Spans) -> set[int]:
    """Return the single seconds of spans."""
    return {second for start, end in spans for second in range(start, end)}


@settings(max_examples=150)
@given(SPANS, SPANS)
def test_algebra_is_that_of_sets(
    these: list[tuple[int, int]], those: list[tuple[int, int]]
) -> None:
    """Union, overlap, difference and length are those of the sets of seconds."""
    one, other = union(these), union(those)
    assert instants(one) == instants(tuple(these))
    assert instants(overlap(one, other)) == instants(one) & instants(other)
    assert instants(minus(one, other)) == instants(one) - instants(other)
    assert seconds(one) == len(instants(one))
    assert instants(moved(one, 7)) == {second + 7 for second in instants(one)}


@given(SPANS)
def test_results_are_in_order_and_apart(these: list[tuple[int, int]]) -> None:
    """Whatever is put together is sorted, and no two stretches touch."""
    found = aligned(these, 5)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(set(edges))
    assert all(edge % 5 == 0 for edge in edges)
    assert instants(tuple(these)) <= instants(found)


@given(st.integers(1_700_000_000, 1_800_000_000), st.integers(1, 30))
def test_weeks_turn_by_the_clock_on_the_wall(instant: int, weeks: int) -> None:
    """So many weeks before, the clock of the zone shows the same, but for hours it leaves out."""
    zone = ZoneInfo("Europe/Berlin")
    here = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    there = datetime.fromtimestamp(
        instant + weeks_back(instant, weeks, "Europe/Berlin"), UTC
    ).astimezone(zone)
    # The two hours a year that a change of the clocks leaves out or repeats are an hour off.
    assert here.minute == there.minute
    assert here.hour == there.hour or here.hour in {1, 2, 3}
    assert abs((here.replace(tzinfo=None) - there.replace(tzinfo=None)).days - 7 * weeks) <= 1
