"""A collector for tests: takes OTLP over HTTP, and answers as it is told.

It reads requests with the protocol's own generated classes, so it understands what any receiver
of the protocol would.
"""

from __future__ import annotations

import contextlib
import gzip
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, TypeAlias

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentelemetry.proto.metrics.v1.metrics_pb2 import HistogramDataPoint, Metric

Series: TypeAlias = "tuple[str, frozenset[tuple[str, str]]]"

WAIT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How to answer one request; `hold` is waited for first, for so many seconds at most."""

    status: int = 200
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    hold: threading.Event | None = None
    seconds: float = WAIT_SECONDS


@dataclass(frozen=True, slots=True)
class Pushed:
    """One request as it was taken."""

    path: str
    headers: Mapping[str, str]
    message: ExportMetricsServiceRequest

    def resource(self) -> dict[str, str]:
        """Return the attributes of who pushed; the same in every part of the request."""
        (found,) = {
            tuple((one.key, one.value.string_value) for one in part.resource.attributes)
            for part in self.message.resource_metrics
        }
        return dict(found)

    def metrics(self) -> list[Metric]:
        """Return all metrics, in order; one may come in several parts."""
        return [
            metric
            for part in self.message.resource_metrics
            for scope in part.scope_metrics
            for metric in scope.metrics
        ]

    def samples(self) -> dict[Series, float]:
        """Return every sample as Prometheus would name it; a series may come once."""
        found: dict[Series, float] = {}
        for metric in self.metrics():
            for name, labels, value in _samples(metric):
                key = name, frozenset(labels.items())
                assert key not in found, f"{key} came twice"
                found[key] = value
        return found


def _samples(metric: Metric) -> Iterator[tuple[str, dict[str, str], float]]:
    for number in (*metric.gauge.data_points, *metric.sum.data_points):
        labels = {one.key: one.value.string_value for one in number.attributes}
        yield metric.name, labels, number.as_double
    for point in metric.histogram.data_points:
        labels = {one.key: one.value.string_value for one in point.attributes}
        yield from _buckets(metric.name, labels, point)


def _buckets(
    name: str, labels: dict[str, str], point: HistogramDataPoint
) -> Iterator[tuple[str, dict[str, str], float]]:
    yield f"{name}_count", labels, point.count
    yield f"{name}_sum", labels, point.sum
    below = 0
    bounds = (*(repr(bound) for bound in point.explicit_bounds), "+Inf")
    for bound, count in zip(bounds, point.bucket_counts, strict=True):
        below += count
        yield f"{name}_bucket", {**labels, "le": bound}, below


class Collector(ThreadingHTTPServer):
    """A receiver on a free port; answers 200 unless it was given replies."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: deque[Reply] = deque()
        self.pushed: list[Pushed] = []
        self.traced: list[ExportTraceServiceRequest] = []
        self.attempts = 0
        self.usual = Reply()
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def take(self, pushed: Pushed) -> Reply:
        """Note a request; return how to answer it."""
        with self._changed:
            self.attempts += 1
            reply = self.replies.popleft() if self.replies else self.usual
            if reply.status == 200 and reply.hold is None:
                self.pushed.append(pushed)
            self._changed.notify_all()
        return reply

    def wait_for(self, pushed: int = 0, attempts: int = 0) -> None:
        """Return once so many requests have come or been taken."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: len(self.pushed) >= pushed and self.attempts >= attempts, WAIT_SECONDS
            ), (len(self.pushed), self.attempts)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Collector

    def do_POST(self) -> None:
        """Take one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.path == "/v1/traces":
            reply = self.server.usual
            self.server.traced.append(ExportTraceServiceRequest.FromString(body))
        else:
            message = ExportMetricsServiceRequest.FromString(body)
            reply = self.server.take(Pushed(self.path, dict(self.headers), message))
        if reply.hold is not None:
            reply.hold.wait(reply.seconds)
        with contextlib.suppress(ConnectionError):
            self.send_response(reply.status)
            for name, value in (reply.headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's
        """Say nothing."""


@contextlib.contextmanager
def collector() -> Iterator[Collector]:
    """Run a collector for the length of the block."""
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
