"""The sample store counts exactly and its snapshots do not change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError
from truegreen_telemetry.instruments import Buckets
from truegreen_telemetry.samples import SampleStore

PAY = ("order-to-cash", "pay", "buy-something", "fra")


def test_a_counter_starts_at_zero_when_it_is_asked_for() -> None:
    """A counter of an enumerated label set is exposed as 0 before its first event."""
    store = SampleStore()
    store.counter(names.STEP_OUTCOMES).child(*PAY, "satisfied")
    (family,) = store.snapshot().families
    assert (family.keys, family.values) == (((*PAY, "satisfied"),), (0.0,))


def test_the_same_labels_are_the_same_child() -> None:
    """Asking twice for the same label values counts in one series."""
    outcomes = SampleStore().counter(names.STEP_OUTCOMES)
    outcomes.child(*PAY, "failed").inc()
    outcomes.child(*PAY, "failed").inc(2)
    assert outcomes.snapshot().values == (3.0,)


def test_a_snapshot_keeps_what_was_true_then() -> None:
    """Counting after a snapshot changes the next one alone, which has a greater epoch."""
    store = SampleStore()
    child = store.gauge(names.SOURCE_UP).child("tickets")
    before = store.snapshot()
    child.set(1)
    after = store.snapshot()
    assert before.families[0].values == (0.0,)
    assert after.families[0].values == (1.0,)
    assert after.epoch > before.epoch
    assert after.families[0].keys is before.families[0].keys


def test_removed_series_are_gone() -> None:
    """A removed series is absent from the next snapshot, and removing it again is harmless."""
    gauges = SampleStore().gauge(names.SOURCE_UP)
    for source in ("a", "b", "c"):
        gauges.child(source)
    assert gauges.remove("b")
    assert not gauges.remove("b")
    assert gauges.snapshot().keys == (("a",), ("c",))
    gauges.clear()
    assert gauges.snapshot().keys == ()


@given(
    st.lists(st.floats(-1e6, 1e6), max_size=60),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8, unique=True).map(sorted),
)
def test_a_histogram_counts_each_value_at_the_first_bound_not_below_it(
    values: list[float], bounds: list[float]
) -> None:
    """Bucket counts equal a plain count of values above the bound before and up to the own."""
    histogram = SampleStore().histogram(names.STEP_DURATION).child(*PAY, "service", bounds=bounds)
    for value in values:
        histogram.observe(value)
    read = histogram.read()
    cumulative = [sum(value <= bound for value in values) for bound in bounds] + [len(values)]
    assert [sum(read.counts[: i + 1]) for i in range(len(read.counts))] == cumulative
    assert read.sum == sum(values)


def test_a_value_on_a_bound_is_within_it() -> None:
    """A duration equal to a threshold counts as within the threshold (`le` is closed)."""
    histogram = SampleStore().histogram(names.STEP_DURATION).child(*PAY, "service", bounds=[0.7, 2])
    histogram.observe(0.7)
    assert histogram.read() == Buckets((0.7, 2.0), (1, 0, 0), 0.7)


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_a_counter_refuses_what_is_no_growth(amount: float) -> None:
    """A counter never takes a negative, infinite or undefined amount."""
    counter = SampleStore().counter(names.SOURCE_ROWS).child("tickets")
    with pytest.raises(InvariantError, match="it can only go up"):
        counter.inc(amount)


def test_a_counter_never_goes_back_to_a_smaller_total() -> None:
    """A total kept elsewhere is taken over only when it is not below the present one."""
    counter = SampleStore().counter(names.SOURCE_ROWS).child("tickets")
    counter.advance_to(10)
    with pytest.raises(InvariantError, match=r"from 10\.0 to 9"):
        counter.advance_to(9)
    assert counter.read() == 10


def test_wrong_declarations_are_bugs() -> None:
    """A wrong kind, a wrong number of labels or unordered bounds is refused at once."""
    store = SampleStore()
    with pytest.raises(InvariantError, match="is no counter"):
        store.counter(names.SOURCE_UP)
    with pytest.raises(InvariantError, match="not a gauge"):
        store.gauge(names.SOURCE_ROWS)
    with pytest.raises(InvariantError, match="not a histogram"):
        store.histogram(names.SOURCE_UP)
    with pytest.raises(InvariantError, match="takes the labels"):
        store.gauge(names.SOURCE_UP).child("a", "b")
    for bounds in ([], [2, 1], [1, 1], [1, float("inf")]):
        with pytest.raises(InvariantError, match="finite and ascending"):
            store.histogram(names.STEP_DURATION).child(*PAY, "service", bounds=bounds)
    with pytest.raises(InvariantError, match="finite numbers"):
        store.histogram(names.STEP_DURATION).child(*PAY, "service", bounds=[1]).observe(
            float("nan")
        )


def test_a_definition_has_a_budget_of_series() -> None:
    """Beyond its budget a definition's series are counted, not shown; others have their own."""
    store = SampleStore(budget=2)
    family = store.gauge(names.WINDOW_EVENTS)
    for window in ("1d", "7d", "30d", "90d"):
        family.child("shop", "csat", "xla", "good", window).set(1)
    family.child("shop", "effort", "xla", "good", "1d").set(1)
    shown = {found.metric.name: found for found in store.snapshot().families}
    kept = [(key[1], key[4]) for key in shown["xla_window_events"].keys]
    assert kept == [("csat", "1d"), ("csat", "7d"), ("effort", "1d")]
    over = store.snapshot().families[-1]
    assert over.metric == names.SERIES_OVER_BUDGET
    assert dict(zip(over.keys, over.values, strict=True)) == {
        ("xla_window_events", "shop/csat"): 2.0
    }
    family.remove("shop", "csat", "xla", "good", "1d")
    family.child("shop", "csat", "xla", "good", "90d").set(1)
    assert len(family) == 3
