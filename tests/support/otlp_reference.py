"""Snapshots as the OpenTelemetry SDK's metrics data and bytes: the oracle of our own encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from truegreen_telemetry.instruments import Buckets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from truegreen_telemetry.instruments import Value
    from truegreen_telemetry.samples import FamilySnapshot, Snapshot

__all__ = ["metrics_data", "reference"]


def metrics_data(
    families: Iterable[FamilySnapshot], resource: Mapping[str, str], *, start_ns: int, now_ns: int
) -> MetricsData:
    """Return families of a snapshot as metrics data.

    Args:
        families: What to send; one without series is left out.
        resource: Attributes of the process, such as `service.name`.
        start_ns: Since when a family counts that does not say so itself, in Unix nanoseconds.
        now_ns: When the snapshot was taken, in Unix nanoseconds.
    """
    metrics = [_metric(family, start_ns, now_ns) for family in families if family.keys]
    scope = ScopeMetrics(InstrumentationScope("truegreen"), metrics, "")
    return MetricsData([ResourceMetrics(Resource(dict(resource)), [scope], "")])


def reference(
    snapshot: Snapshot, resource: Mapping[str, str], *, start_ns: int, now_ns: int
) -> bytes:
    """Return a whole snapshot as the SDK's encoder writes it."""
    data = metrics_data(snapshot.families, resource, start_ns=start_ns, now_ns=now_ns)
    return bytes(encode_metrics(data).SerializeToString())


def _metric(family: FamilySnapshot, start: int, now: int) -> Metric:
    metric = family.metric
    start = start if family.since is None else int(family.since * 1e9)
    points: list[Any] = [  # the SDK's own union of point types is private
        _point(dict(zip(metric.labels, key, strict=True)), value, start, now)
        for key, value in zip(family.keys, family.values, strict=True)
    ]
    data: Sum | Gauge | Histogram
    if metric.type == "counter":
        data = Sum(points, AggregationTemporality.CUMULATIVE, is_monotonic=True)
    elif metric.type == "gauge":
        data = Gauge(points)
    else:
        data = Histogram(points, AggregationTemporality.CUMULATIVE)
    return Metric(metric.name, metric.help, "", data)


def _point(
    attributes: dict[str, str], value: Value, start: int, now: int
) -> NumberDataPoint | HistogramDataPoint:
    if not isinstance(value, Buckets):
        return NumberDataPoint(attributes, start, now, value)
    return HistogramDataPoint(
        attributes=attributes,
        start_time_unix_nano=start,
        time_unix_nano=now,
        count=sum(value.counts),
        sum=value.sum,
        bucket_counts=list(value.counts),
        explicit_bounds=list(value.bounds),
        min=None,  # type: ignore[arg-type]  # no extremes are kept
        max=None,  # type: ignore[arg-type]  # as the SDK itself does when told not to
    )
