"""A collector that somebody else wrote reads what is pushed as it was meant."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import time
from pathlib import Path

import pytest
from shopping import running

from truegreen_definitions import names
from truegreen_definitions.names import ComponentValue
from truegreen_telemetry.otlp.counts import PushCounts
from truegreen_telemetry.otlp.pusher import Pusher
from truegreen_telemetry.otlp.settings import push_settings
from truegreen_telemetry.samples import SampleStore

START = "StartTimestamp: 1000000000000000 "
PRINTED = (
    f"Name: {names.SOURCE_LAG.name} ",
    (
        "DataType: Gauge NumberDataPoints #0 Data point attributes: -> source: Str(orders) "
        "StartTimestamp: 0 "
    ),
    "Value: 0.375 ",
    f"Name: {names.SOURCE_ROWS.name} ",
    (
        "DataType: Sum -> IsMonotonic: true -> AggregationTemporality: AGGREGATION_TEMPORALITY_"
        f"CUMULATIVE NumberDataPoints #0 Data point attributes: -> source: Str(orders) {START}"
    ),
    "Value: 7 ",
    f"Name: {names.STEP_DURATION.name} ",
    f"-> step: Str(pay) -> journey: Str(buy) -> location: Str(fra) -> clock: Str(service) {START}",
    (
        "Count: 1 Sum: 0.3 ExplicitBounds #0: 0.25 ExplicitBounds #1: 0.7 "
        "Buckets #0, Count: 0 Buckets #1, Count: 1 Buckets #2, Count: 0"
    ),
)


@pytest.fixture
def rotel() -> Path:
    """The collector of the package `rotel`, which has wheels for few platforms."""
    found = importlib.util.find_spec("rotel")
    if found is None or found.origin is None:
        pytest.skip("rotel is not installed: pip install rotel, where it has a wheel")
    return next(Path(found.origin).parent.glob("rotel-*"))


def free_ports() -> list[int]:
    """Return two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in (one, other)]


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_another_collector_prints_our_points(rotel: Path, compression: str) -> None:
    """It takes the push, and prints each metric with its kind, labels, start and value."""
    http, grpc = free_ports()
    env = {
        **os.environ,
        "ROTEL_OTLP_HTTP_ENDPOINT": f"127.0.0.1:{http}",
        "ROTEL_OTLP_GRPC_ENDPOINT": f"127.0.0.1:{grpc}",
        "ROTEL_EXPORTER": "blackhole",
        "ROTEL_DEBUG_LOG": "metrics",
        "ROTEL_DEBUG_LOG_VERBOSITY": "detailed",
    }
    store = SampleStore()
    store.gauge(names.SOURCE_LAG).child("orders").set(0.375)
    store.counter(names.SOURCE_ROWS).child("orders").inc(7)
    histogram = store.histogram(names.STEP_DURATION)
    histogram.child("s", "pay", "buy", "fra", "service", bounds=(0.25, 0.7)).observe(0.3)
    settings = push_settings(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{http}",
            "OTEL_EXPORTER_OTLP_COMPRESSION": compression,
        }
    )
    assert settings is not None
    snapshot = store.snapshot()
    counts = PushCounts(ComponentValue.PROBE)
    command = ("sh", "-c", f"exec {rotel} start 1>&2")
    with running(command, env) as child:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", http)) == 0:
                    break
            time.sleep(0.05)
        pusher = Pusher(settings, {"service.name": "t"}, lambda: snapshot, counts, 1_000_000.0)
        pusher.start()
        pusher.stop(5.0)
        while not any("Buckets #2" in line for line in child.said):
            assert time.monotonic() < deadline, child.said
            time.sleep(0.05)
    text = re.sub(r"\s+", " ", "".join(child.said))
    for part in PRINTED:
        assert part in text
