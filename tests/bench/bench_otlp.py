"""OTLP bytes of a snapshot: our encoder against the SDK's, from the same families.

The SDK is given its points ready made, so that only encoding and serialising are compared.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from pairing import compare

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from otlp_reference import metrics_data

from truegreen_definitions import names
from truegreen_telemetry.otlp.encoding import Encoder
from truegreen_telemetry.samples import SampleStore

SERIES = 20_000
START, NOW = 1_700_000_000_000_000_000, 1_700_000_060_000_000_000
WHO = {"service.name": "truegreen-exporter"}


def main() -> None:
    """Print the ratios of gauges and histograms; an argument: how many series."""
    series = int(sys.argv[1]) if len(sys.argv) > 1 else SERIES
    gauges, histograms = SampleStore(), SampleStore()
    chance = random.Random(7)
    bounds = [2.0**n for n in range(-8, 7)]
    for n in range(series):
        labels = (f"service-{n // 100}", f"agreement-{n % 20}", "xla", f"part-{n % 100}", "30d")
        gauges.gauge(names.WINDOW_EVENTS).child(*labels).set(chance.random())
        if n < series // 10:
            child = histograms.histogram(names.STEP_DURATION).child(*labels, bounds=bounds)
            child.observe(chance.random())
    for title, store in (("gauges", gauges), ("histograms of 15 buckets", histograms)):
        snapshot = store.snapshot()
        data = metrics_data(snapshot.families, WHO, start_ns=START, now_ns=NOW)
        encoder = Encoder(WHO, START)

        def ours(encoder: Encoder = encoder, snapshot: object = snapshot) -> bytes:
            return b"".join(encoder.pieces(snapshot, NOW))

        def theirs(data: object = data) -> bytes:
            return encode_metrics(data).SerializeToString()

        parsed = [ExportMetricsServiceRequest.FromString(made()) for made in (ours, theirs)]
        points = [
            sorted(
                point.SerializeToString(deterministic=True)
                for resource in request.resource_metrics
                for scope in resource.scope_metrics
                for metric in scope.metrics
                for point in (metric.gauge.data_points or metric.histogram.data_points)
            )
            for request in parsed
        ]
        print(f"{title}: equal after parsing: {points[0] == points[1]}")
        compare(f"{len(snapshot.families[0].keys)} {title}", ours, theirs, "the SDK's encoder")


if __name__ == "__main__":
    main()
