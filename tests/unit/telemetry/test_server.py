"""The server answers quickly, within limits, and lets go of its port."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer
from truegreen_telemetry.web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment


def app() -> MetricsApp:
    """Return an endpoint with one sample."""
    store = SampleStore()
    store.gauge(names.SOURCE_UP).child("tickets").set(1)
    return MetricsApp(store.snapshot)


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    """A running server on a free port."""
    with MetricsServer(app()) as running:
        yield running


def exchange(server: MetricsServer, request: bytes) -> bytes:
    """Send bytes and return all that comes back until the server closes."""
    with socket.create_connection((server.host, server.port), timeout=5) as client:
        client.sendall(request)
        out = b""
        while data := client.recv(65_536):
            out += data
        return out


def test_a_free_port_is_bound_on_loopback_and_many_requests_share_a_connection(
    server: MetricsServer,
) -> None:
    """Port 0 becomes a real port, and a kept connection answers request after request."""
    assert (server.host, server.port > 0) == ("127.0.0.1", True)
    client = http.client.HTTPConnection(server.host, server.port, timeout=5)
    for path, status in (("/metrics", 200), ("/-/healthy", 200), ("/nope", 404), ("/metrics", 200)):
        client.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = client.getresponse()
        body = response.read()
        assert response.status == status
    assert gzip.decompress(body).endswith(b'truegreen_source_up{source="tickets"} 1.0\n')
    client.close()


def test_requests_in_one_packet_are_answered_in_order(server: MetricsServer) -> None:
    """Two pipelined requests give two answers, the second of which closes."""
    first = b"GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"HEAD /-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    out = exchange(server, first + last)
    assert out.startswith(b"HTTP/1.1 404")
    assert out.index(b"HTTP/1.1 404") < out.index(b"HTTP/1.1 200")
    assert out.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/2\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/1.1\r\n folded: x\r\n\r\n", b"400"),
        (b"\x00\xff\xfe\r\n\r\n", b"400"),
        (b"POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", b"413"),
        (b"POST /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"413"),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 4_000, b"431"),
    ],
)
def test_what_is_no_request_is_refused_and_closed(
    server: MetricsServer, request_head: bytes, status: bytes
) -> None:
    """Broken, oversized and body-carrying requests get a status and an end."""
    assert exchange(server, request_head).startswith(b"HTTP/1.1 " + status)


def test_old_clients_are_closed_after_the_answer(server: MetricsServer) -> None:
    """An HTTP/1.0 client reads to the end of the connection."""
    assert b"HTTP/1.1 200" in exchange(server, b"GET /metrics HTTP/1.0\r\n\r\n")


def test_a_client_that_says_nothing_is_cut_off() -> None:
    """An idle connection ends at the deadline and does not keep others from being served."""
    with MetricsServer(app(), limits=Limits(head_seconds=0.2)) as running:
        silent = socket.create_connection((running.host, running.port), timeout=5)
        silent.sendall(b"GET /met")
        assert b"200 OK" in exchange(running, b"GET /metrics HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            raise_on_end(silent)


def raise_on_end(client: socket.socket) -> None:
    """Wait for the end of a connection; an orderly one counts as a reset too."""
    with client:
        if client.recv(100) == b"":
            raise ConnectionResetError


def test_a_new_client_takes_the_place_of_the_longest_silent_one() -> None:
    """At the limit strangers go first, in the order in which they came, then idle clients."""
    with MetricsServer(app(), limits=Limits(connections=2)) as running:
        known = http.client.HTTPConnection(running.host, running.port, timeout=5)
        known.request("GET", "/-/healthy")
        assert known.getresponse().read() == b"ok\n"
        stranger = socket.create_connection((running.host, running.port), timeout=5)
        stranger.sendall(b"GET /metr")
        assert b"200 OK" in exchange(running, b"GET /metrics HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            raise_on_end(stranger)
        known.request("GET", "/-/healthy")
        assert known.getresponse().read() == b"ok\n"
        others = [socket.create_connection((running.host, running.port), timeout=5)]
        others += [socket.create_connection((running.host, running.port), timeout=5)]
        with pytest.raises(ConnectionResetError):
            raise_on_end(others.pop(0))
        known.request("GET", "/-/healthy")
        assert known.getresponse().read() == b"ok\n"
        others.pop().close()
        known.close()


def test_three_hundred_half_open_connections_do_not_delay_a_scrape(server: MetricsServer) -> None:
    """With more half requests open than the server takes, a scrape is answered at once."""
    held = [socket.create_connection((server.host, server.port), timeout=5) for _ in range(300)]
    try:
        for client in held:
            with contextlib.suppress(OSError):  # the first of them are closed by now
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")
        start = time.perf_counter()
        assert b"200 OK" in exchange(server, b"GET /metrics HTTP/1.0\r\n\r\n")
        assert time.perf_counter() - start < 8  # less than the time that a request may take
    finally:
        for client in held:
            client.close()


def test_a_taken_port_is_a_clear_error(server: MetricsServer) -> None:
    """Binding a port twice names the port and the way out."""
    with pytest.raises(TerminalError, match=rf"port {server.port} of 127.0.0.1 is taken"):
        MetricsServer(app(), port=server.port).start()
    with pytest.raises(TerminalError, match=r"cannot listen on 203\.0\.113\.1:0"):
        MetricsServer(app(), host="203.0.113.1").start()


def test_a_stopped_server_leaves_nothing_behind() -> None:
    """After the stop the port is free, the thread gone and open clients are cut off."""
    before = threading.active_count()
    running = MetricsServer(app())
    running.start()
    client = socket.create_connection((running.host, running.port), timeout=5)
    client.sendall(b"GET /-/healthy HTTP/1.1\r\n\r\n")
    assert client.recv(100).startswith(b"HTTP/1.1 200")
    running.stop()
    client.close()
    assert threading.active_count() == before
    with MetricsServer(app(), port=running.port) as again:
        assert again.port == running.port


def test_a_fault_of_the_application_is_a_500(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception in the application is logged and answered, and the server lives on."""

    def broken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise ValueError("no such snapshot")

    with MetricsServer(broken) as running:
        for _ in range(2):
            out = exchange(running, b"GET /metrics HTTP/1.1\r\n\r\n")
            assert out.startswith(b"HTTP/1.1 500")
    assert "metrics_request_failed" in "".join(capsys.readouterr())
