"""Counters through phases: what they show, against a count event by event."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.emitters.rule_tests.counters import Counter
from truegreen_definitions.emitters.rule_tests.counting import Phase, count_up, events_in

_PHASES = st.lists(
    st.builds(
        Phase,
        steps=st.integers(1, 6),
        good=st.integers(0, 5),
        bad=st.integers(0, 5),
        restarts=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def shown(notation: str) -> list[int | None]:
    """Return the samples of a notation of rising counters."""
    samples: list[int | None] = []
    for word in notation.split():
        rising = re.fullmatch(r"(\d+)\+(\d+)x(\d+)", word)
        missing = re.fullmatch(r"_(?:x(\d+))?", word)
        if rising:
            first, step, times = (int(text) for text in rising.groups())
            samples += [first + step * n for n in range(times + 1)]
        elif missing:
            samples += [None] * int(missing[1] or 1)
        else:
            samples.append(int(word))
    return samples


def increase(samples: list[int | None], first: int, last: int) -> int:
    """Return what a counter counted between two samples; one that falls began anew."""
    found = 0
    for before, after in zip(samples[first:last], samples[first + 1 : last + 1], strict=True):
        assert before is not None
        assert after is not None
        found += after - before if after >= before else after
    return found


@given(_PHASES, st.data())
def test_counters_count_what_happened(phases: list[Phase], data: st.DataObject) -> None:
    """Between any two steps good and bad series rise by the events of these steps, restarts too."""
    steps = sum(phase.steps for phase in phases)
    first = data.draw(st.integers(0, steps))
    last = data.draw(st.integers(first, steps))
    pair = (Counter("good", good=True, bad=False), Counter("bad", good=False, bad=True))
    good, bad = (shown(values) for _, values in count_up(pair, phases))
    assert len(good) == steps + 1
    expected = events_in(phases, first, last)
    # A restart hides itself where the counter has passed its old value by the next sample.
    if not any(phase.restarts for phase in phases):
        counted = increase(good, first, last), increase(bad, first, last)
        assert (counted[0], sum(counted)) == expected
    assert 0 <= expected[0] <= expected[1]


def test_a_restart_is_counted_from_nothing() -> None:
    """The first sample after a restart is what was counted since."""
    phases = (Phase(2, 10, 0), Phase(3, 10, 0, restarts=True))
    ((_, values),) = count_up((Counter("c", good=True, bad=True),), phases)
    assert shown(values) == [1_000, 1_010, 1_020, 10, 20, 30]
    assert increase(shown(values), 0, 5) == events_in(phases, 0, 5)[1] == 50


def test_who_is_not_scraped_goes_on_counting() -> None:
    """A gap has no samples, and the next one holds what was counted meanwhile."""
    phases = (Phase(1, 10, 0), Phase(2, 10, 0, scraped=False), Phase(1, 10, 0))
    ((_, values),) = count_up((Counter("c", good=True, bad=True),), phases)
    assert shown(values) == [1_000, 1_010, None, None, 1_040]


def test_what_does_not_exist_has_no_sample() -> None:
    """A series without events of its own kind is missing, not 0."""
    ((_, values),) = count_up((Counter("bad", good=False, bad=True),), (Phase(3, 10, None),))
    assert shown(values) == [None] * 4
