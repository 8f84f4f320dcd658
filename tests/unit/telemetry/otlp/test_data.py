"""What is pushed equals what is scraped."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    NumberDataPoint,
    Sum,
)
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions import names
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.otlp.data import metrics_data
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

START, NOW = 1_000_000_000, 2_000_000_000
PAY = ("order-to-cash", "pay", "buy-something", "fra")


@pytest.fixture
def store() -> SampleStore:
    """A store with a family of each kind, and an empty one."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP)
    store.gauge(names.WINDOW_EVENTS).child("s", "a", "xla", "good", "30d").set(877)
    store.counter(names.STEP_OUTCOMES).child(*PAY, "satisfied").inc(3)
    store.counter(names.STEP_OUTCOMES).child(*PAY, "failed")
    histogram = store.histogram(names.STEP_DURATION).child(*PAY, "service", bounds=(0.25, 0.7))
    for value in (0.1, 0.25, 0.3, 61):
        histogram.observe(value)
    return store


def test_the_pushed_points_are_the_scraped_samples(store: SampleStore) -> None:
    """Every point, read as Prometheus would read it, is a sample of the same snapshot's scrape."""
    snapshot = store.snapshot()
    text = Renderer().render(snapshot, Format.TEXT).decode()
    scraped = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }
    pushed: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    (resource,) = metrics_data(snapshot.families, {}, start_ns=START, now_ns=NOW).resource_metrics
    for metric in resource.scope_metrics[0].metrics:
        for point in metric.data.data_points:
            labels = {k: str(v) for k, v in (point.attributes or {}).items()}
            if isinstance(point, NumberDataPoint):
                pushed[metric.name, frozenset(labels.items())] = point.value
                continue
            assert isinstance(point, HistogramDataPoint)
            pushed[f"{metric.name}_sum", frozenset(labels.items())] = point.sum
            pushed[f"{metric.name}_count", frozenset(labels.items())] = point.count
            for i, bound in enumerate([*point.explicit_bounds, "+Inf"]):
                cell = frozenset({**labels, "le": str(bound)}.items())
                pushed[f"{metric.name}_bucket", cell] = sum(point.bucket_counts[: i + 1])
    assert pushed == scraped


def test_sums_are_cumulative_from_their_own_start(store: SampleStore) -> None:
    """Counters and histograms are cumulative and monotonic from the given start; gauges are not."""
    data = metrics_data(
        store.snapshot().families, {"service.name": "t"}, start_ns=START, now_ns=NOW
    )
    (resource,) = data.resource_metrics
    assert resource.resource.attributes["service.name"] == "t"
    gauge, counter, histogram = (metric.data for metric in resource.scope_metrics[0].metrics)
    assert isinstance(gauge, Gauge)
    assert isinstance(counter, Sum)
    assert isinstance(histogram, Histogram)
    assert counter.is_monotonic
    assert counter.aggregation_temporality is AggregationTemporality.CUMULATIVE
    assert histogram.aggregation_temporality is AggregationTemporality.CUMULATIVE
    for point in (*counter.data_points, *histogram.data_points):
        assert (point.start_time_unix_nano, point.time_unix_nano) == (START, NOW)
