"""Episodes are the incidents that cannot be told apart, and every minute counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_exporters.accountability.losses.incident import Incident, episodes

if TYPE_CHECKING:
    from truegreen_exporters.accountability.expectations.spans import Spans

STEP = 60
TIMES = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 200)), max_size=8)


def instants(spans: Spans) -> set[int]:
    """Return the single minutes of spans of whole ones."""
    return {minute for start, end in spans for minute in range(start // STEP, end // STEP)}


@settings(max_examples=150)
@given(TIMES, st.integers(0, 100), st.lists(st.integers(0, 900), max_size=10))
def test_minutes_are_counted_once(
    times: list[tuple[int, int]], catch_up: int, planned: list[int]
) -> None:
    """Outage minutes are the union of all incidents without what was planned, over all episodes."""
    incidents = [
        Incident(id=str(n), start=start * STEP + 7, end=(start + long) * STEP - 3)
        for n, (start, long) in enumerate(times)
    ]
    agreed = tuple((minute * STEP, minute * STEP + STEP) for minute in sorted(set(planned)))
    found = episodes(
        incidents, catch_up=catch_up * STEP, step=STEP, planned=agreed, now=10_000 * STEP
    )
    hit = {minute for start, long in times for minute in range(start, start + long)} - set(planned)
    outages = [minute for one in found for minute in instants(one.outage)]
    assert len(outages) == len(set(outages))
    assert set(outages) == hit
    after = [minute for one in found for minute in instants(one.catch_up)]
    assert len(after) == len(set(after))
    assert not set(after) & set(outages)
    assert not set(after) & set(planned)


def test_catch_up_joins_and_distance_parts() -> None:
    """An incident in the catch-up of another is of its episode; one after it is another."""
    first = Incident(id="a", start=0, end=600)
    second = Incident(id="b", start=900, end=1_200)
    together = episodes([second, first], catch_up=600, step=60, planned=(), now=99_999)
    assert [[one.id for one in episode.incidents] for episode in together] == [["a", "b"]]
    assert together[0].outage == ((0, 600), (900, 1_200))
    assert together[0].catch_up == ((600, 900), (1_200, 1_800))
    assert together[0].key == "a"
    apart = episodes([second, first], catch_up=300, step=60, planned=(), now=99_999)
    assert [episode.key for episode in apart] == ["a", "b"]


def test_what_lasts_is_running() -> None:
    """An incident without an end lasts until now, and says so; one yet to come is none."""
    lasting = Incident(id="a", start=600, end=None)
    (found,) = episodes([lasting], catch_up=60, step=60, planned=(), now=1_200)
    assert found.running
    assert found.outage == ((600, 1_200),)
    assert episodes([lasting], catch_up=60, step=60, planned=(), now=600) == ()
