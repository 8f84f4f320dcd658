"""What is kept between scrapes never shows: any history of changes renders as if from nothing."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics

from truegreen_definitions import names
from truegreen_telemetry import lines
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from truegreen_telemetry.samples import Snapshot

_VALUES = st.floats() | st.sampled_from([0.0, -0.0, 1.0, float("nan"), float("inf")])
_CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 9), _VALUES),
        st.tuples(st.just("drop"), st.integers(0, 9), st.just(0.0)),
        st.tuples(st.just("count"), st.integers(0, 3), st.floats(0, 1e9)),
        st.tuples(st.just("observe"), st.integers(0, 3), st.floats(0, 100)),
        st.tuples(st.just("bounds"), st.integers(0, 3), st.floats(1, 100)),
        st.tuples(st.just("since"), st.just(0), st.floats(0, 2e9)),
    ),
    max_size=6,
)


class Process:
    """A store with one family of each type, changed at will."""

    def __init__(self) -> None:
        self.store = SampleStore()
        self.gauges = self.store.gauge(names.SOURCE_UP)
        self.counters = self.store.counter(names.SOURCE_ROWS)
        self.histograms = self.store.histogram(names.STEP_PHASE)

    def change(self, what: str, which: int, value: float) -> None:
        """Make one change."""
        key = ("s", "t", "j", "l", str(which))
        if what == "set":
            self.gauges.child(str(which)).set(value)
        elif what == "drop":
            self.gauges.remove(str(which))
        elif what == "count":
            self.counters.child(str(which)).inc(value)
        elif what == "observe":
            self.histograms.child(*key, bounds=(1.0, 10.0)).observe(value)
        elif what == "bounds":
            self.histograms.remove(*key)
            self.histograms.child(*key, bounds=(value,)).observe(value)
        else:
            self.counters.since = value


@given(cycles=st.lists(_CHANGES, min_size=1, max_size=6), size=st.integers(1, 4))
def test_kept_blocks_never_show(cycles: list[list[tuple[str, int, float]]], size: int) -> None:
    """After every cycle a renderer with a past gives the same bytes as one without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK_SERIES", size)
        process, kept = Process(), Renderer()
        for changes in cycles:
            for change in changes:
                process.change(*change)
            snapshot = process.store.snapshot()
            for form in Format:
                plain = Renderer().render(snapshot, form)
                assert kept.render(snapshot, form) == plain
                assert gzip.decompress(kept.zipped(snapshot, form)) == plain


def test_unchanged_blocks_are_the_same_objects() -> None:
    """One changed series of many costs one block, and nothing changed costs none."""
    store = SampleStore()
    family = store.gauge(names.SOURCE_UP)
    children = [family.child(str(n)) for n in range(3 * lines.BLOCK_SERIES + 1)]
    kept = lines.FamilyLines(names.SOURCE_UP, created=False)

    def blocks() -> list[object]:
        (family_now,) = store.snapshot().families
        return list(kept.parts(family_now))

    first = blocks()
    assert [a is b for a, b in zip(first, blocks(), strict=True)] == [True] * 4
    children[lines.BLOCK_SERIES].set(5)
    assert [a is b for a, b in zip(first, blocks(), strict=True)] == [True, False, True, True]


def created(snapshot: Snapshot) -> dict[str, tuple[float, float]]:
    """Return (total, created) by source, as a strict parser reads the OpenMetrics form."""
    text = Renderer().render(snapshot, Format.OPENMETRICS).decode()
    (family,) = openmetrics(text)
    found: dict[str, dict[str, float]] = {}
    for sample in family.samples:
        end = sample.name.rpartition("_")[2]
        found.setdefault(sample.labels["source"], {})[end] = sample.value
    return {source: (ends["total"], ends["created"]) for source, ends in found.items()}


def test_a_counter_that_is_kept_says_since_when() -> None:
    """In OpenMetrics each total is followed by its start; the text format has none."""
    process = Process()
    process.counters.since = 1_700_000_000.5
    for n in range(3):
        process.counters.child(str(n)).inc(n)
    snapshot = process.store.snapshot()
    assert created(snapshot) == {str(n): (n, 1_700_000_000.5) for n in range(3)}
    assert b"_created" not in Renderer().render(snapshot, Format.TEXT)
