"""The client against small servers on loopback, most of them hostile."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from raw_servers import OK, answering, head, secure, serving, trusting

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange, Request

if TYPE_CHECKING:
    from pathlib import Path

GET = Request(method="GET", path="/x?y=1", headers=(("accept", "*/*"),), body=b"")
POST = Request(method="POST", path="/x", headers=(), body=b'{"a":1}')


def outcome(url: str, request: Request = GET, seconds: float = 5) -> tuple[Reason, str, Exchange]:
    """Return (reason, message, exchange) of a request that must fail."""
    session, exchange = Session(parse_target(url)), Exchange()
    with pytest.raises(ExchangeError) as error:
        session.send(request, seconds, exchange)
    session.close()
    return error.value.reason, str(error.value), exchange


def test_a_request_says_what_it_is_told() -> None:
    """Method, prefix and path, host, headers, length and body are on the wire, and no more."""
    seen = []

    def behave(connection: socket.socket) -> None:
        for _ in range(2):
            seen.append(head(connection))
            connection.sendall(OK)

    with serving(behave) as server:
        session = Session(parse_target(f"{server.url}/v1/"))
        for request in (GET, POST):
            assert session.send(request, 5, Exchange()).body == b"ok"
        session.close()
    host = server.url.removeprefix("http://").encode()
    assert seen == [
        b"GET /v1/x?y=1 HTTP/1.1\r\nhost: " + host + b"\r\naccept: */*\r\n\r\n",
        b"POST /v1/x HTTP/1.1\r\nhost: " + host + b'\r\ncontent-length: 7\r\n\r\n{"a":1}',
    ]


def test_phases_of_a_fresh_and_a_kept_connection() -> None:
    """A fresh connection has dns and connect, a kept one has not; none has tls without TLS."""
    with serving(answering(OK, OK)) as server:
        session, fresh, kept = Session(parse_target(server.url)), Exchange(), Exchange()
        session.send(GET, 5, fresh)
        session.send(GET, 5, kept)
        session.close()
    assert list(fresh.phases) == ["dns", "connect", "first_byte", "body"]
    assert list(kept.phases) == ["first_byte", "body"]
    assert min(*fresh.phases.values(), *kept.phases.values()) >= 0


def test_the_first_byte_is_when_the_server_begins_to_answer() -> None:
    """Time before the first byte and time of the rest are told apart, by the client's clock."""
    ticks = iter(range(100))
    with serving(answering(OK)) as server:
        session = Session(parse_target(server.url), clock=lambda: float(next(ticks)))
        exchange = Exchange()
        session.send(GET, 1_000, exchange)
        session.close()
    assert all(seconds == int(seconds) > 0 for seconds in exchange.phases.values())


def test_a_connection_the_server_closed_is_opened_again() -> None:
    """A server that closes between two steps is no failure: the next step connects anew."""
    closed = threading.Event()

    def once(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
        closed.set()

    with serving(once, answering(OK)) as server:
        session, second = Session(parse_target(server.url)), Exchange()
        session.send(GET, 5, Exchange())
        assert closed.wait(5)
        assert session.send(POST, 5, second).status == 200
        session.close()
    assert "connect" in second.phases


def test_a_server_that_says_close_is_taken_at_its_word() -> None:
    """After `Connection: close` the next request uses a new connection."""
    closing = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    with serving(answering(closing), answering(OK)) as server:
        session, second = Session(parse_target(server.url)), Exchange()
        session.send(GET, 5, Exchange())
        session.send(GET, 5, second)
        session.close()
    assert "connect" in second.phases


def test_a_refused_connection_is_told_from_a_reset_one() -> None:
    """Nobody listening is `refused`; a connection that is torn down is `reset`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    reason, message, _ = outcome(url)
    assert (reason, message) == (Reason.REFUSED, f"{url[7:]} refuses connections")

    def tear(connection: socket.socket) -> None:
        head(connection)
        linger = b"\x01\0\0\0\0\0\0\0"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with serving(tear) as server:
        reason, message, _ = outcome(server.url)
    assert (reason, message) == (Reason.RESET, f"{server.url[7:]} broke the connection")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", Reason.TRUNCATED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Reason.TRUNCATED),
        (b"SSH-2.0-OpenSSH\r\n", Reason.BAD_RESPONSE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", Reason.TOO_LARGE),
    ],
)
def test_a_bad_answer_has_its_reason(answer: bytes, reason: Reason) -> None:
    """What the server says wrong is told apart, and the connection is not used again."""
    with serving(answering(answer)) as server:
        assert outcome(server.url)[0] is reason


@pytest.mark.parametrize(
    ("sent", "waited"),
    [(b"", "the first byte"), (b"HTTP/1.1 200 OK\r\nContent-Le", "the rest of the response")],
)
def test_a_silent_server_runs_into_the_timeout(sent: bytes, waited: str) -> None:
    """The timeout is of the whole step, and the message says what was waited for."""

    def stall(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(sent)
        server.released.wait(10)

    with serving(stall) as server:
        reason, message, _ = outcome(server.url, seconds=0.2)
    assert reason is Reason.TIMEOUT
    assert message == f"no answer within 0.2s: still waiting for {waited}"


def test_a_dripping_server_cannot_stretch_the_timeout() -> None:
    """A byte now and then does not start the time again."""

    def drip(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not server.released.wait(0.02):
            connection.sendall(b"A: b\r\n")

    with serving(drip) as server:
        reason, _, exchange = outcome(server.url, seconds=0.3)
    assert reason is Reason.TIMEOUT
    assert "first_byte" in exchange.phases


def test_a_name_without_address_is_a_dns_failure() -> None:
    """Names that nobody has and names that nobody can have fail as `dns`."""
    assert outcome("http://nobody.invalid")[0] is Reason.DNS
    assert outcome(f"http://{'a' * 70}.example")[0] is Reason.DNS


def test_a_resolver_that_hangs_runs_into_the_timeout() -> None:
    """The resolver is given the time that is left, and its timeout is the step's."""

    def hang(_host: str, _port: int, seconds: float) -> list[object]:
        assert 0 < seconds <= 3
        raise TimeoutError

    session = Session(parse_target("http://shop.example"), find=hang)  # type: ignore[arg-type]
    with pytest.raises(ExchangeError, match="waiting for the address of the host"):
        session.send(GET, 3, Exchange())


def test_the_next_address_is_tried() -> None:
    """A host with a dead and a living address is reached."""
    with serving(answering(OK)) as server:
        port = int(server.url.rsplit(":", 1)[1])
        with socket.create_server(("127.0.0.1", 0)) as listener:
            dead = listener.getsockname()[1]
        infos = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number))
            for number in (dead, port)
        ]
        session = Session(parse_target(server.url), find=lambda *_: infos)
        assert session.send(GET, 5, Exchange()).status == 200
        session.close()


# --- TLS -----------------------------------------------------------------------------------


def test_a_trusted_certificate_is_accepted(certificates: Path) -> None:
    """With a certificate that verifies, the tls phase is measured once per connection."""
    with serving(secure(certificates, "good")) as server:
        url = server.url.replace("http://127.0.0.1", "https://localhost")
        session = Session(parse_target(url), trusting(certificates, "good"))
        first, second = Exchange(), Exchange()
        assert session.send(GET, 5, first).body == b"ok"
        assert session.send(GET, 5, second).body == b"ok"
        session.close()
    assert list(first.phases) == ["dns", "connect", "tls", "first_byte", "body"]
    assert "tls" not in second.phases


@pytest.mark.parametrize(
    ("served", "trusted", "words"),
    [
        ("good", None, "self-signed certificate"),
        ("expired", "expired", "certificate has expired"),
        ("other", "other", "Hostname mismatch"),
    ],
)
def test_a_bad_certificate_is_refused(
    certificates: Path, served: str, trusted: str | None, words: str
) -> None:
    """Unknown, expired and foreign certificates are failures of TLS, in OpenSSL's own words."""
    context = trusting(certificates, trusted) if trusted else ssl.create_default_context()
    with serving(secure(certificates, served)) as server:
        url = server.url.replace("http://127.0.0.1", "https://localhost")
        session, exchange = Session(parse_target(url), context), Exchange()
        with pytest.raises(ExchangeError) as error:
            session.send(GET, 5, exchange)
    assert error.value.reason is Reason.TLS
    assert words.lower().replace("-", " ") in str(error.value).lower().replace("-", " ")
    assert "tls" not in exchange.phases


def test_a_server_without_tls_is_a_tls_failure(certificates: Path) -> None:
    """Plain HTTP behind an https URL is told as what it is."""

    def plain(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(plain) as server:
        url = server.url.replace("http://", "https://")
        session = Session(parse_target(url), trusting(certificates, "good"))
        with pytest.raises(ExchangeError) as error:
            session.send(GET, 5, Exchange())
    assert error.value.reason is Reason.TLS


def test_a_stalled_handshake_runs_into_the_timeout(certificates: Path) -> None:
    """A server that accepts and says nothing is waited for within the timeout."""

    def stall(_connection: socket.socket) -> None:
        server.released.wait(10)

    with serving(stall) as server:
        url = server.url.replace("http://", "https://")
        session = Session(parse_target(url), trusting(certificates, "good"))
        with pytest.raises(ExchangeError, match="still waiting for the TLS handshake"):
            session.send(GET, 0.2, Exchange())


def test_https_without_a_context_is_our_mistake() -> None:
    """No https target is ever asked without verification."""
    with pytest.raises(InvariantError):
        Session(parse_target("https://shop.example"))
