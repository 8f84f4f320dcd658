"""What is pushed is, message for message, what the SDK would push, and what is scraped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors import Pushed
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from otlp_reference import reference
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions import names
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.otlp.encoding import Encoder
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from truegreen_telemetry.samples import Snapshot

START, NOW = 1_700_000_000_123_456_789, 1_700_000_060_000_000_000
WHO = {"service.name": "truegreen-exporter", "service.instance.id": "höst:9464"}
PAY = ("order-to-cash", "pay", "buy-something", "fra")

_WORDS = st.text(max_size=200)
_FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)


def encoded(encoder: Encoder, snapshot: Snapshot) -> bytes:
    """Return the one request of a snapshot."""
    made = list(encoder.bodies(snapshot, now_ns=NOW, gzip=False, rest=lambda: None))
    return b"".join(made)


def same(ours: bytes, theirs: bytes) -> bool:
    """Return whether two requests are the same message."""
    parse = ExportMetricsServiceRequest.FromString
    return bool(parse(ours) == parse(theirs))


@given(
    gauges=st.dictionaries(_WORDS, _FINITE, max_size=5),
    counters=st.dictionaries(_WORDS, st.floats(0, 1e15), max_size=5),
    since=st.none() | st.floats(0, 2e9),
    observed=st.dictionaries(
        _WORDS, st.lists(st.floats(0, 1e6), min_size=1, max_size=8), max_size=4
    ),
    bounds=st.lists(_FINITE, min_size=1, max_size=20, unique=True).map(sorted),
)
def test_our_bytes_are_the_sdks_message(
    gauges: dict[str, float],
    counters: dict[str, float],
    since: float | None,
    observed: dict[str, list[float]],
    bounds: list[float],
) -> None:
    """Whatever labels, values, starts and buckets: both requests parse to equal messages, twice."""
    store, encoder = SampleStore(), Encoder(WHO, START)
    rows = store.counter(names.SOURCE_ROWS)
    rows.since = since
    for _again in range(2):  # the second time from what was kept
        for label, value in gauges.items():
            store.gauge(names.WINDOW_EVENTS).child("s", label, "xla", "good", "30d").set(value)
        for label, value in counters.items():
            rows.child(label).inc(value)
        for label, values in observed.items():
            child = store.histogram(names.STEP_DURATION).child(*PAY, label, bounds=bounds)
            for value in values:
                child.observe(value)
        snapshot = store.snapshot()
        theirs = reference(snapshot, WHO, start_ns=START, now_ns=NOW)
        filled = any(family.keys for family in snapshot.families)
        assert same(encoded(encoder, snapshot), theirs if filled else b"")
        rows.child("late").inc()


def test_the_pushed_points_are_the_scraped_samples() -> None:
    """Every point, read as Prometheus would read it, is a sample of the same snapshot's scrape."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP)
    store.gauge(names.WINDOW_EVENTS).child("s", "a", "xla", "good", "30d").set(877)
    store.counter(names.STEP_OUTCOMES).child(*PAY, "satisfied").inc(3)
    store.counter(names.STEP_OUTCOMES).child(*PAY, "failed")
    histogram = store.histogram(names.STEP_DURATION).child(*PAY, "service", bounds=(0.25, 0.7))
    for value in (0.1, 0.25, 0.3, 61):
        histogram.observe(value)
    snapshot = store.snapshot()
    text = Renderer().render(snapshot, Format.TEXT).decode()
    scraped = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }
    body = ExportMetricsServiceRequest.FromString(encoded(Encoder({}, START), snapshot))
    assert Pushed("", {}, body).samples() == scraped
