"""A push equals a scrape, and a bad collector costs a counted push and nothing else."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from collectors import Collector, Reply, collector
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)
from prometheus_client.parser import text_string_to_metric_families as plain_text
from structlog.testing import capture_logs

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import ComponentValue, PushValue
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.otlp.counts import PushCounts
from truegreen_telemetry.otlp.pusher import Pusher
from truegreen_telemetry.otlp.settings import push_settings
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from collectors import Series

    from truegreen_telemetry.samples import Snapshot

STARTED = 1_000_000.0
OFTEN = {"OTEL_METRIC_EXPORT_INTERVAL": "60"}
SELDOM = {"OTEL_METRIC_EXPORT_INTERVAL": "600000"}


class Pushing:
    """A pusher over a small store, and what it counts."""

    def __init__(self, url: str, **more: str) -> None:
        settings = push_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": url, **more})
        assert settings is not None
        store = SampleStore()
        store.gauge(names.SOURCE_LAG).child("a\\b\nc").set(1 / 3)
        store.counter(names.SOURCE_ROWS).child("orders").inc(7)
        histogram = store.histogram(names.STEP_DURATION)
        histogram.child("s", "pay", "buy", "fra", "service", bounds=(0.25, 0.7)).observe(0.3)
        self.counts = PushCounts(ComponentValue.PROBE)
        self.shown: Snapshot = ProcessTelemetry().joined(self.counts.joined(store.snapshot()))
        who = {"service.name": "truegreen-probe", "service.instance.id": "h:1"}
        self.pusher = Pusher(settings, who, lambda: self.shown, self.counts, STARTED)

    def outcomes(self) -> dict[str, float]:
        """Return how many pushes ended how."""
        snapshot = self.counts.joined(SampleStore().snapshot())
        (family,) = (one for one in snapshot.families if one.metric is names.OTLP_PUSHES)
        return {
            key[1]: value
            for key, value in zip(family.keys, family.values, strict=True)
            if isinstance(value, float)
        }

    def until(self, value: PushValue, number: int) -> None:
        """Return once so many pushes ended so."""
        deadline = time.monotonic() + 20
        while self.outcomes()[value] < number:
            assert time.monotonic() < deadline, self.outcomes()
            threading.Event().wait(0.01)


@contextmanager
def pushing(url: str, **more: str) -> Iterator[Pushing]:
    """Push for the length of the block."""
    one = Pushing(url, **more)
    one.pusher.start()
    try:
        yield one
    finally:
        one.pusher.stop(0.3)


@pytest.fixture
def server() -> Iterator[Collector]:
    """A collector."""
    with collector() as found:
        yield found


def scraped(snapshot: Snapshot) -> dict[Series, float]:
    """Return every sample of a snapshot's exposition."""
    text = Renderer().render(snapshot, Format.TEXT).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_a_push_equals_a_scrape(server: Collector, compression: str) -> None:
    """Every series and value of the exposition arrives, under its name, and nothing else."""
    more = {"OTEL_EXPORTER_OTLP_HEADERS": "api-key=s%2Cx", "OTEL_SERVICE_NAME": "mine"}
    with pushing(server.url, **OFTEN, **more, OTEL_EXPORTER_OTLP_COMPRESSION=compression) as one:
        server.wait_for(pushed=2)
        expected = scraped(one.shown)
    for pushed in server.pushed:
        assert pushed.samples() == expected
        assert pushed.path == "/v1/metrics"
        assert pushed.headers["Content-Type"] == "application/x-protobuf"
        assert pushed.headers["api-key"] == "s,x"
        assert pushed.resource() == {"service.name": "mine", "service.instance.id": "h:1"}


def test_the_last_push_comes_with_the_end(server: Collector) -> None:
    """Whoever stops before the first interval is over has pushed what was there."""
    with pushing(server.url, **SELDOM) as one:
        assert server.attempts == 0
    assert len(server.pushed) == 1
    assert one.outcomes() == {"sent": 1, "failed": 0, "dropped": 0}


def test_a_collector_that_never_answers_ends_nothing_late(server: Collector) -> None:
    """Its pushes fail, one after the other, and are counted; stop is quick all the same."""
    hold = threading.Event()
    server.usual = Reply(hold=hold)
    with pushing(server.url, **OFTEN, OTEL_EXPORTER_OTLP_TIMEOUT="50") as one:
        one.until(PushValue.FAILED, 2)
        server.wait_for(attempts=2)
        begin = time.monotonic()
        one.pusher.stop(0.2)
        assert time.monotonic() - begin < 10
    assert one.outcomes()["sent"] == 0
    hold.set()


def test_a_collector_that_answers_late_is_waited_for(server: Collector) -> None:
    """An answer after two intervals is a push that was sent, and two that were dropped."""
    hold = threading.Event()
    server.replies.append(Reply(hold=hold))
    with pushing(server.url, OTEL_METRIC_EXPORT_INTERVAL="100") as one:
        server.wait_for(attempts=1)
        # A request may last until the next push is due: then it is given up for newer numbers.
        one.until(PushValue.FAILED, 1)
        hold.set()
        one.until(PushValue.SENT, 1)


def test_nobody_listens(server: Collector) -> None:
    """A refused connection is tried again until the next push is due, then counted and said."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    with capture_logs() as logs, pushing(url, **OFTEN) as one:
        one.until(PushValue.FAILED, 3)
    failed = [one for one in logs if one["event"] == "push_failed"]
    assert [one["reason"] for one in failed] == ["Connection refused"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_help_later_is_sent_again(server: Collector, status: int) -> None:
    """A retryable answer is followed by the same request after the time that was asked for."""
    server.replies.append(Reply(status=status, headers={"Retry-After": "0"}))
    with pushing(server.url, OTEL_METRIC_EXPORT_INTERVAL="1500") as one:
        one.until(PushValue.SENT, 1)
        assert server.attempts == 2
        assert one.outcomes()["failed"] == 0


@pytest.mark.parametrize("status", [301, 400, 401, 413, 500])
def test_what_can_never_help_is_not_sent_again(server: Collector, status: int) -> None:
    """Any other answer ends the push, and is said."""
    server.replies.append(Reply(status=status))
    with (
        capture_logs() as logs,
        pushing(server.url, OTEL_METRIC_EXPORT_INTERVAL="300") as one,
    ):
        one.until(PushValue.SENT, 1)
        assert one.outcomes()["failed"] == 1
    events = [one["event"] for one in logs]
    assert events == ["pushing", "push_failed", "push_recovered"]
    assert str(status) in logs[1]["reason"]


def test_a_collector_that_wants_peace_has_it(server: Collector) -> None:
    """Within `Retry-After` nothing is sent; what was due is dropped and counted."""
    server.replies.append(Reply(status=503, headers={"Retry-After": "3600"}))
    with pushing(server.url, **OFTEN) as one:
        one.until(PushValue.DROPPED, 5)
    assert server.attempts == 1
    assert one.outcomes()["failed"] == 1


def test_points_that_were_not_taken_are_counted(server: Collector) -> None:
    """A partial success is a success, and its rejected points are a metric."""
    answer = ExportMetricsServiceResponse()
    answer.partial_success.rejected_data_points = 3
    server.usual = Reply(body=answer.SerializeToString())
    with pushing(server.url, **SELDOM) as one:
        pass
    after = scraped(one.counts.joined(SampleStore().snapshot()))
    assert after[names.OTLP_REJECTED_POINTS.name, frozenset({("component", "probe")})] == 3


def test_one_thread_pushes_and_is_gone_afterwards(server: Collector) -> None:
    """However often it pushes there is one thread of it, and none after the end."""
    with pushing(server.url, **OFTEN):
        server.wait_for(pushed=3)
        assert [one.name for one in threading.enumerate()].count("otlp-push") == 1
    assert "otlp-push" not in [one.name for one in threading.enumerate()]


def test_a_fault_of_ours_does_not_end_the_pushes(server: Collector) -> None:
    """What cannot be encoded is counted as failed and logged whole; the next push is made."""
    with capture_logs() as logs, pushing(server.url, **OFTEN) as one:
        good, one.shown = one.shown, None  # type: ignore[assignment]
        one.until(PushValue.FAILED, 1)
        one.shown = good
        one.until(PushValue.SENT, 1)
    assert "push_broken" in [one["event"] for one in logs]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "collector.pem"
    options = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    who = ("-subj", "/CN=collector", "-addext", "subjectAltName=IP:127.0.0.1")
    made = path.with_suffix(".crt"), path.with_suffix(".key")
    files = ("-out", str(made[0]), "-keyout", str(made[1]), "-days", "2")
    command = (tool("openssl"), "req", *options, *who, *files)
    subprocess.run(command, check=True, capture_output=True)
    path.write_text("".join(one.read_text() for one in made))
    return path


def test_a_certificate_is_verified(server: Collector, certificate: Path) -> None:
    """An unknown certificate is refused and said so; trusted by its file, all is well."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = server.url.replace("http:", "https:")
    with capture_logs() as logs, pushing(url, **OFTEN) as one:
        one.until(PushValue.FAILED, 1)
    assert "certificate verify failed" in next(
        one["reason"] for one in logs if one["event"] == "push_failed"
    )
    assert server.pushed == []
    with pushing(url, **OFTEN, OTEL_EXPORTER_OTLP_CERTIFICATE=str(certificate)) as one:
        server.wait_for(pushed=1)
        assert server.pushed[0].samples() == scraped(one.shown)


def test_a_certificate_file_that_is_none_is_said_at_once(tmp_path: Path) -> None:
    """The message names the file, before anything is pushed."""
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "gone.pem"):
        with pytest.raises(TerminalError, match=f"certificates of the push .*{name}"):
            Pushing("https://h", OTEL_EXPORTER_OTLP_CERTIFICATE=str(tmp_path / name))
