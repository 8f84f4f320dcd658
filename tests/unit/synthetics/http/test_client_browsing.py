"""A session is a customer's browser: redirects, cookies, proxies, and how long connections live."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING

import pytest
from raw_servers import OK, answering, head, secure, serving, trusting

from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.client import Reuse, Session
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange, Request
from truegreen_synthetics.http.proxies import parse_proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_synthetics.http.proxies import Proxy

GET = Request(method="GET", path="/x", headers=(("accept", "*/*"),), body=b"", redirects=3)


def noting(seen: list[bytes], *answers: bytes) -> Callable[[socket.socket], None]:
    """Return a behaviour that keeps the heads it was sent."""

    def behave(connection: socket.socket) -> None:
        for answer in answers:
            seen.append(head(connection))
            connection.sendall(answer)

    return behave


def moved(location: str, *more: str) -> bytes:
    """Return a redirect."""
    fields = "".join(f"{line}\r\n" for line in (f"Location: {location}", *more))
    return f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{fields}\r\n".encode()


def test_a_redirect_is_followed_with_its_cookie() -> None:
    """What a redirect sets is sent where it leads, on the same connection, and timed with it."""
    seen: list[bytes] = []
    with serving(noting(seen, moved("/home?a=1", "Set-Cookie: s=1; Path=/"), OK)) as server:
        session, exchange = Session(parse_target(f"{server.url}/v1")), Exchange()
        assert session.send(GET, 5, exchange).body == b"ok"
        session.close()
    assert [line.split()[1] for line in seen] == [b"/v1/x", b"/home?a=1"]
    assert b"cookie: s=1\r\n" in seen[1]
    assert (exchange.redirects, exchange.status) == (1, 200)
    assert exchange.received_bytes == len(OK) + len(moved("/home?a=1", "Set-Cookie: s=1; Path=/"))


def test_another_server_is_visited_over_a_connection_of_its_own() -> None:
    """A redirect to another port opens a second connection, and the first stays open."""
    seen: list[bytes] = []
    with (
        serving(noting(seen, OK)) as other,
        serving(noting(seen, moved(f"{other.url}/there"), OK)) as server,
    ):
        session, second = Session(parse_target(server.url)), Exchange()
        secret = Request(method="GET", path="/x", headers=(("x-key", "k"),), body=b"", redirects=1)
        assert session.send(secret, 5, Exchange()).body == b"ok"
        assert session.send(secret, 5, second).body == b"ok"
        session.close()
    assert "connect" not in second.phases
    assert [b"x-key: k" in one for one in seen] == [True, False, True]


def test_redirects_are_bounded() -> None:
    """A circle ends with its reason; without redirects allowed the answer is the redirect."""
    with serving(answering(*[moved("/x")] * 9)) as server:
        session = Session(parse_target(server.url))
        with pytest.raises(ExchangeError, match="more than 3 redirects") as error:
            session.send(GET, 5, Exchange())
        session.close()
    assert error.value.reason is Reason.REDIRECT
    with serving(answering(moved("/x"))) as server:
        session = Session(parse_target(server.url))
        plain = Request(method="GET", path="/x", headers=(), body=b"")
        assert session.send(plain, 5, Exchange()).status == 302
        session.close()


def test_a_circle_of_slow_redirects_ends_in_time() -> None:
    """The timeout is of all requests together."""

    def slow(connection: socket.socket) -> None:
        while head(connection) and not server.released.wait(0.1):
            connection.sendall(moved("/x"))

    with serving(slow) as server:
        session = Session(parse_target(server.url))
        patient = Request(method="GET", path="/x", headers=(), body=b"", redirects=10)
        begin = time.monotonic()
        with pytest.raises(ExchangeError) as error:
            session.send(patient, 0.35, Exchange())
        session.close()
    assert error.value.reason is Reason.TIMEOUT
    assert time.monotonic() - begin < 20


def test_cookies_end_with_the_run() -> None:
    """A customer who comes again is a new one."""
    seen: list[bytes] = []
    setting = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: s=1\r\n\r\n"
    with serving(noting(seen, setting, OK, OK)) as server:
        session = Session(parse_target(server.url), reuse=Reuse.ALWAYS)
        for end in (False, True, True):
            session.send(GET, 5, Exchange())
            if end:
                session.close()
        session.shut()
    assert [b"cookie: s=1" in one for one in seen] == [False, True, False]


@pytest.mark.parametrize(
    ("reuse", "opened"),
    [
        (Reuse.NEVER, [True] * 4),
        (Reuse.RUN, [True, False] * 2),
        (Reuse.ALWAYS, [True] + [False] * 3),
    ],
)
def test_a_connection_lives_as_long_as_it_should(reuse: Reuse, opened: list[bool]) -> None:
    """For each request, for a run of two steps, or as long as the server lets it."""
    with serving(*[answering(OK, OK, OK, OK)] * 4) as server:
        session = Session(parse_target(server.url), reuse=reuse)
        found = []
        for number in range(4):
            exchange = Exchange()
            session.send(GET, 5, exchange)
            found.append("connect" in exchange.phases)
            if number % 2:
                session.close()
        session.shut()
    assert found == opened


def test_an_address_that_leads_nowhere_costs_a_quarter_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A host whose first address is silent is reached over the next, long before the timeout."""
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fill = [socket.socket() for _ in range(4)]
    for one in fill:  # a full accept queue lets further connections wait, as a black hole does
        one.settimeout(0)
        one.connect_ex(full.getsockname())
    with serving(answering(OK)) as server:
        port = int(server.url.rsplit(":", 1)[1])
        infos = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number))
            for number in (full.getsockname()[1], port)
        ]
        session, exchange = Session(parse_target(server.url), find=lambda *_: infos), Exchange()
        assert session.send(GET, 10, exchange).status == 200
        session.close()
    for one in (*fill, full):
        one.close()
    assert 0.2 < exchange.phases["connect"] < 2  # type: ignore[index]  # a StrEnum is its value


def test_addresses_that_all_fail_fail_with_the_last_reason() -> None:
    """Two addresses that refuse are a refusal; two that are silent a timeout."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    infos = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] * 2
    session = Session(parse_target("http://shop.example"), find=lambda *_: infos)
    with pytest.raises(ExchangeError) as error:
        session.send(GET, 5, Exchange())
    assert error.value.reason is Reason.REFUSED


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python knows no IPv6")
def test_ipv6_is_reached() -> None:
    """A target with an IPv6 address in brackets is connected to."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serving(answering(OK), listener=listener) as server:
        session = Session(parse_target(server.url))
        assert session.send(GET, 5, Exchange()).body == b"ok"
        session.close()
    assert server.url.startswith("http://[::1]:")


# --- proxies -------------------------------------------------------------------------------


def through(url: str) -> Callable[[object], Proxy]:
    """Return what sends every target through a proxy."""
    proxy = parse_proxy(url.replace("http://", "http://robot:pw@"))
    return lambda _target: proxy


def test_a_proxy_is_asked_for_the_whole_url() -> None:
    """Plain http goes to the proxy in absolute form, with its credentials."""
    seen: list[bytes] = []
    with serving(noting(seen, OK)) as proxy:
        session = Session(parse_target("http://shop.example/v1"), via=through(proxy.url))
        assert session.send(GET, 5, Exchange()).body == b"ok"
        session.close()
    assert seen[0].startswith(b"GET http://shop.example/v1/x HTTP/1.1\r\nhost: shop.example\r\n")
    assert b"proxy-authorization: Basic cm9ib3Q6cHc=\r\n" in seen[0]


def test_https_goes_through_a_tunnel(certificates: Path) -> None:
    """CONNECT first; TLS is with the target itself, and the proxy's password stays outside."""
    seen: list[bytes] = []

    def tunnel(connection: socket.socket) -> None:
        seen.append(head(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        secure(certificates, "good")(connection)

    with serving(tunnel) as proxy:
        context = trusting(certificates, "good")
        target = parse_target("https://localhost:8443")
        session, exchange = Session(target, context, via=through(proxy.url)), Exchange()
        assert session.send(GET, 5, exchange).body == b"ok"
        session.close()
    assert seen[0].startswith(b"CONNECT localhost:8443 HTTP/1.1\r\nhost: localhost:8443\r\n")
    assert list(exchange.phases) == ["dns", "connect", "tls", "first_byte", "body"]
    assert exchange.certificate_expiry is not None
    assert 86_400 < exchange.certificate_expiry - time.time() <= 2 * 86_400


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "answered 407",
        ),
        (b"", "the connection ended"),
        (b"SOCKS?\r\n\r\n", "no status line"),
    ],
)
def test_a_proxy_that_does_not_lead_there_has_its_own_reason(answer: bytes, words: str) -> None:
    """What the proxy does wrong is not blamed on the target."""
    with serving(answering(answer)) as proxy:
        target = parse_target("https://shop.example")
        session = Session(target, ssl.create_default_context(), via=through(proxy.url))
        with pytest.raises(ExchangeError, match=words) as error:
            session.send(GET, 5, Exchange())
    assert error.value.reason is Reason.PROXY


def test_the_clients_certificate_is_shown_to_its_own_origin_alone(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a redirect leads to another https server, that one may ask, and is shown none."""
    shown: list[bytes | None] = []
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    asking.load_cert_chain(certificates / "good.pem", certificates / "good.key")
    asking.load_verify_locations(certificates / "good.pem")
    asking.verify_mode = ssl.CERT_OPTIONAL

    def saying(answer: bytes) -> Callable[[socket.socket], None]:
        def behave(connection: socket.socket) -> None:
            with asking.wrap_socket(connection, server_side=True) as wrapped:
                head(wrapped)
                shown.append(wrapped.getpeercert(binary_form=True))
                wrapped.sendall(answer)

        return behave

    own, usual = trusting(certificates, "good"), trusting(certificates, "good")
    own.load_cert_chain(certificates / "good.pem", certificates / "good.key")
    monkeypatch.setattr("truegreen_synthetics.http.dialing.trusted_by_default", lambda: usual)
    with serving(saying(OK)) as other:
        place = other.url.replace("http://127.0.0.1", "https://localhost")
        leads = f"HTTP/1.1 307 On\r\nLocation: {place}/\r\nContent-Length: 0\r\n\r\n"
        with serving(saying(leads.encode())) as server:
            home = server.url.replace("http://127.0.0.1", "https://localhost")
            session = Session(parse_target(home), own)
            assert session.send(GET, 5, Exchange()).body == b"ok"
            session.close()
    assert [one is not None for one in shown] == [True, False]
