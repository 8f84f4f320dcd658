"""A snapshot in pieces is the snapshot."""

from __future__ import annotations

import gzip as gz
from typing import TYPE_CHECKING

import pytest
from collectors import Pushed
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from otlp_reference import reference

from truegreen_definitions import names
from truegreen_telemetry.otlp import encoding
from truegreen_telemetry.otlp.encoding import POINTS_AT_ONCE, Encoder
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.proto.metrics.v1.metrics_pb2 import (
        HistogramDataPoint,
        Metric,
        NumberDataPoint,
    )

    from truegreen_telemetry.samples import Snapshot

START, NOW = 1_000_000_000, 2_000_000_000
WHO = {"service.name": "t"}


def many() -> Snapshot:
    """Return a snapshot with more series than fit in a piece, of every kind."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP)
    for number in range(3 * POINTS_AT_ONCE):
        store.gauge(names.SOURCE_LAG).child(f"source-{number}").set(number / 7)
    rows = store.counter(names.SOURCE_ROWS)
    rows.since = 0.5
    rows.child("a").inc(3)
    histogram = store.histogram(names.STEP_DURATION)
    for number in range(POINTS_AT_ONCE + 1):
        labels = ("s", "pay", f"journey-{number}", "fra", "service")
        histogram.child(*labels, bounds=(0.25, 0.7)).observe(number / 50)
    return store.snapshot()


def made(snapshot: Snapshot, *, gzip: bool = False) -> list[bytes]:
    """Return the bodies of a snapshot; nothing rests."""
    encoder = Encoder(WHO, START)
    return list(encoder.bodies(snapshot, now_ns=NOW, gzip=gzip, rest=lambda: None))


def test_pieces_are_small_and_in_order() -> None:
    """No piece has more series than allowed; together they are the snapshot, each series once."""
    snapshot = many()
    found = [
        Pushed("", {}, ExportMetricsServiceRequest.FromString(piece))
        for piece in Encoder(WHO, START).pieces(snapshot, NOW)
    ]
    sizes = [sum(len(points_of(metric)) for metric in piece.metrics()) for piece in found]
    assert max(sizes) == POINTS_AT_ONCE
    series = [
        (metric.name, tuple(pair.value.string_value for pair in point.attributes))
        for piece in found
        for metric in piece.metrics()
        for point in points_of(metric)
    ]
    assert series == [(f.metric.name, key) for f in snapshot.families for key in f.keys]


def points_of(metric: Metric) -> Sequence[NumberDataPoint | HistogramDataPoint]:
    """Return a metric's points."""
    kind = metric.WhichOneof("data")
    assert kind is not None
    return list(getattr(metric, kind).data_points)


@pytest.mark.parametrize("gzip", [False, True])
def test_the_pieces_of_a_request_are_one_message(*, gzip: bool) -> None:
    """The one body parses, and holds what the SDK's encoder makes of the whole at once."""
    snapshot = many()
    (body,) = made(snapshot, gzip=gzip)
    found = ExportMetricsServiceRequest.FromString(gz.decompress(body) if gzip else body)
    theirs = reference(snapshot, WHO, start_ns=START, now_ns=NOW)
    whole = Pushed("", {}, ExportMetricsServiceRequest.FromString(theirs))
    assert Pushed("", {}, found).samples() == whole.samples()
    assert Pushed("", {}, found).resource() == WHO


def test_starts_are_those_of_the_counts() -> None:
    """Counters start when their family says, else with the process; gauges have no start."""
    (body,) = made(many())
    starts: dict[str, set[int]] = {}
    for metric in Pushed("", {}, ExportMetricsServiceRequest.FromString(body)).metrics():
        kind = metric.WhichOneof("data")
        assert kind is not None
        for point in points_of(metric):
            starts.setdefault(kind, set()).add(point.start_time_unix_nano)
            assert point.time_unix_nano == NOW
    assert starts == {"gauge": {0}, "sum": {500_000_000}, "histogram": {START}}


def test_a_body_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a request may hold goes into several, which together hold each series once."""
    snapshot = many()
    monkeypatch.setattr(encoding, "MOST_REQUEST_BYTES", 20_000)
    monkeypatch.setattr(encoding, "POINTS_AT_ONCE", 64)
    found = made(snapshot)
    assert len(found) > 1
    assert max(map(len, found)) <= 20_000
    counts = [
        len(Pushed("", {}, ExportMetricsServiceRequest.FromString(one)).samples()) for one in found
    ]
    monkeypatch.undo()
    (whole,) = made(snapshot)
    all_of_it = Pushed("", {}, ExportMetricsServiceRequest.FromString(whole)).samples()
    assert sum(counts) == len(all_of_it)


def test_the_encoder_rests_between_pieces() -> None:
    """Others are let run once for every piece."""
    rests: list[None] = []
    snapshot = many()
    encoder = Encoder(WHO, START)
    made_of = encoder.bodies(snapshot, now_ns=NOW, gzip=False, rest=lambda: rests.append(None))
    assert len(list(made_of)) == 1
    assert len(rests) == len(list(encoder.pieces(snapshot, NOW)))
