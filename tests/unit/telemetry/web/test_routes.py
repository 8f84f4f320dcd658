"""Routes get whole bodies within bounds, and what does not fit is refused before it is read."""

from __future__ import annotations

import asyncio
import http.client
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer
from truegreen_telemetry.web.limits import Limits
from truegreen_telemetry.web.messages import Request, Response
from truegreen_telemetry.web.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1_000_000


async def echo(request: Request) -> Response:
    """Return a request's body, after a turn of the loop."""
    await asyncio.sleep(0)
    return Response(status=HTTPStatus.OK, body=request.body)


async def broken(_request: Request) -> Response:
    """Fail."""
    raise ValueError("no such inbox")


async def endless(_request: Request) -> Response:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError


ROUTES = {
    path: Route(methods=("POST",), most_body_bytes=MOST, handle=handle)
    for path, handle in (("/hook", echo), ("/broken", broken), ("/endless", endless))
}


def serving(limits: Limits | None = None) -> MetricsServer:
    """Return a server with the routes."""
    return MetricsServer(MetricsApp(SampleStore().snapshot), routes=ROUTES.get, limits=limits)


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    """A running server with the routes."""
    with serving() as running:
        yield running


def ask(
    server: MetricsServer, method: str, path: str, body: bytes = b""
) -> tuple[int, bytes, http.client.HTTPResponse]:
    """Return status, body and response of one request."""
    client = http.client.HTTPConnection(server.host, server.port, timeout=10)
    client.request(method, path, body=body)
    response = client.getresponse()
    out = response.read()
    client.close()
    return response.status, out, response


@pytest.mark.parametrize("size", [0, 1, 65_536, MOST])
def test_a_body_up_to_the_bound_arrives_whole(server: MetricsServer, size: int) -> None:
    """A route sees every byte of a body, however many packets it takes."""
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert ask(server, "POST", "/hook", body)[:2] == (200, body)


def test_a_hundred_megabytes_are_refused_before_they_are_read(server: MetricsServer) -> None:
    """The announced length alone decides, and the client reads 413 although it is sending."""
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        client.sendall(b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
        client.sendall(b"x" * 1_000_000)
        assert client.recv(65_536).startswith(b"HTTP/1.1 413 ")
    assert ask(server, "POST", "/hook", b"y")[0] == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /hook HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello", b"411"),
        (b"POST /hook HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /hook HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", b"400"),
        (b"POST /hook HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", b"400"),
        (b"POST /hook HTTP/1.1\r\nContent-Length: " + b"9" * 4000 + b"\r\n\r\n", b"413"),
        (b"PUT /hook HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", b"405"),
        (b"GET /hook HTTP/1.1\r\n\r\n", b"405"),
        (b"POST /nowhere HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", b"413"),
    ],
)
def test_what_no_route_takes_is_refused(server: MetricsServer, head: bytes, status: bytes) -> None:
    """Each way to be wrong has its status, and the connection ends."""
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        client.sendall(head)
        assert client.recv(65_536).startswith(b"HTTP/1.1 " + status)
        assert client.recv(10) == b""


def test_a_client_that_asks_first_is_told_to_go_on(server: MetricsServer) -> None:
    """`Expect: 100-continue` is answered before the body, and not at all when it is refused."""
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        head = b"POST /hook HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
        client.sendall(head % 2)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"ok")
        assert client.recv(1000).endswith(b"\r\n\r\nok")
        client.sendall(head % (MOST + 1))
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_requests_after_a_body_are_answered_in_order(server: MetricsServer) -> None:
    """Pipelined bodies do not run into each other, and end with the client's half of the line."""
    one = b"POST /hook HTTP/1.1\r\nContent-Length: 3\r\n\r\none"
    two = b"GET /-/healthy HTTP/1.1\r\n\r\n"
    three = b"POST /hook HTTP/1.1\r\nContent-Length: 5\r\n\r\nthree"
    with socket.create_connection((server.host, server.port), timeout=10) as client:
        client.sendall(one + two + three)
        client.shutdown(socket.SHUT_WR)
        out = b""
        while data := client.recv(65_536):
            out += data
    assert [
        part.split(b"\r\n\r\n")[1].split(b"HTTP/")[0] for part in out.split(b"1.1 200")[1:]
    ] == [
        b"one",
        b"ok\n",
        b"three",
    ]


def test_faults_and_silence_of_a_route_have_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception is a 500, no answer a 503, no body a 408; the server lives on."""
    with serving(Limits(answer_seconds=0.05, body_seconds=0.05)) as running:
        assert ask(running, "POST", "/broken")[0] == 500
        status, _, response = ask(running, "POST", "/endless")
        assert (status, response.getheader("Retry-After")) == (503, "5")
        with socket.create_connection((running.host, running.port), timeout=10) as client:
            client.sendall(b"POST /hook HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell")
            assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert ask(running, "POST", "/hook", b"x")[:2] == (200, b"x")
    said = "".join(capsys.readouterr())
    assert "request_failed" in said
    assert "request_took_too_long" in said


def test_bodies_together_are_bounded() -> None:
    """A body that does not fit beside those under way is asked to come again."""
    with serving(Limits(bodies_bytes=10)) as running:
        with socket.create_connection((running.host, running.port), timeout=10) as client:
            head = b"POST /hook HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n"
            client.sendall(head)
            assert client.recv(100).startswith(b"HTTP/1.1 100")
            status, _, response = ask(running, "POST", "/hook", b"12345")
            assert (status, response.getheader("Retry-After")) == (503, "1")
            client.sendall(b"12345678")
            assert client.recv(1000).endswith(b"12345678")
        assert ask(running, "POST", "/hook", b"12345")[0] == 200
