"""The lean HTTP client of journeys: every request timed phase by phase.

It uses plain blocking sockets; in the probe's process gevent has made those cooperative. No
request is ever repeated: the first attempt is what a customer would have seen. A session is one
customer: it has cookies of its own, follows redirects as a browser does, and leaves no time above
a request's timeout to anybody, redirects included.
"""

from __future__ import annotations

import enum
import socket
import ssl
import time
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.cookies import CookieJar
from truegreen_synthetics.http.dialing import Dialer, resolve
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import lines_of
from truegreen_synthetics.http.http1 import read_response
from truegreen_synthetics.http.lines import SocketLine
from truegreen_synthetics.http.redirects import FOLLOWED, Hop, count_redirect, redirected

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.target import Target
    from truegreen_synthetics.http.dialing import Resolve
    from truegreen_synthetics.http.exchanges import Exchange, Request
    from truegreen_synthetics.http.lines import Line
    from truegreen_synthetics.http.proxies import Proxy
    from truegreen_synthetics.http.responses import Response

__all__ = ["Reuse", "Session"]

Origin: TypeAlias = tuple[bool, str, int]
Via: TypeAlias = "Callable[[Target], Proxy | None]"

RECEIVED_AT_ONCE = 2  # of tiny chunks that is some 50 ms of work
WAITED_FOR = {
    PhaseValue.DNS: "the address of the host",
    PhaseValue.CONNECT: "a connection",
    PhaseValue.TLS: "the TLS handshake",
    PhaseValue.FIRST_BYTE: "the first byte",
    PhaseValue.BODY: "the rest of the response",
}
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Reuse(enum.Enum):
    """How long a connection is kept.

    A kept connection hides what opening one costs, and faults of names, load balancers and
    certificates with it.
    """

    NEVER = "request"
    RUN = "run"
    ALWAYS = "kept"


def _directly(_target: Target) -> None:
    """Return no proxy."""


def _go_on() -> None:
    """Let nobody else go on."""


class Session:
    """One customer's connections: opened when needed, kept while they can be.

    Args:
        target: Where requests go.
        tls: The context that verifies certificates; needed for an `https` target alone. Where a
            redirect leads to another origin it is not used: it may show the client's own.
        clock: Monotonic seconds.
        find: Returns the addresses of a host within some seconds.
        reuse: How long connections are kept.
        via: Returns the proxy for a target.
        rest: Lets others go on: what is there already is received without waiting.
        line: Returns the line over an open connection.
    """

    def __init__(
        self,
        target: Target,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.perf_counter,
        find: Resolve = resolve,
        *,
        reuse: Reuse = Reuse.RUN,
        via: Via = _directly,
        rest: Callable[[], object] = _go_on,
        line: Callable[[socket.socket, Callable[[], float]], Line] = SocketLine,
    ) -> None:
        if target.tls and tls is None:
            raise InvariantError("an https target needs a TLS context")
        self._target = target
        self._home = target.tls, target.host, target.port
        self._tls = tls
        self._clock = clock
        self._dialer = Dialer(clock, find)
        self._reuse = reuse
        self._via = via
        self._rest = rest
        self._line = line
        self._cookies = CookieJar()
        self._lines: dict[Origin, tuple[Line, Proxy | None]] = {}

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Return the whole response; `exchange` has the phases, also when it fails.

        Raises:
            ExchangeError: There is none within the time; the connection is closed.
        """
        until = self._clock() + timeout_seconds
        hop = Hop(self._target, self._target.prefix + request.path, request)
        try:
            response = self._hop(hop, until, exchange)
            while (
                response.status in FOLLOWED
                and request.redirects
                and (found := redirected(hop, response)) is not None
            ):
                hop = found
                count_redirect(hop, exchange, request.redirects)
                response = self._hop(hop, until, exchange)
        except OSError as error:
            self.shut()
            if isinstance(error, TimeoutError) or self._clock() >= until:
                waited = WAITED_FOR[exchange.stage]
                message = f"no answer within {timeout_seconds:g}s: still waiting for {waited}"
                raise ExchangeError(Reason.TIMEOUT, message) from error
            raise _fault(error, hop.target, exchange.stage) from error
        except BaseException:
            self.shut()
            raise
        return response

    def close(self) -> None:
        """End a run: forget its cookies, and close what is not to be kept beyond it."""
        self._cookies.clear()
        if self._reuse is not Reuse.ALWAYS:
            self.shut()

    def shut(self) -> None:
        """Close every connection; the next request opens another."""
        for line, _ in self._lines.values():
            line.close()
        self._lines.clear()

    def _hop(self, hop: Hop, deadline: float, exchange: Exchange) -> Response:
        """Return the response to one request."""
        target = hop.target
        line, proxy = self._open(target, deadline, exchange)
        sent = self._clock()
        exchange.stage = PhaseValue.FIRST_BYTE
        line.send(self._wire(hop, proxy), deadline)
        receive = self._receiver(line, sent, deadline, exchange)
        response, reusable = read_response(receive, hop.request.method)
        exchange.took(PhaseValue.BODY, self._clock() - exchange.begun)
        exchange.status = response.status
        if not reusable or self._reuse is Reuse.NEVER:
            self._lines.pop((target.tls, target.host, target.port))[0].close()
        if response.cookies:
            self._cookies.keep(response.cookies, target.host, hop.path)
        return response

    def _open(
        self, target: Target, deadline: float, exchange: Exchange
    ) -> tuple[Line, Proxy | None]:
        """Return an open line, and the proxy it goes through.

        The server may have closed the one of before.
        """
        same = target is self._target
        origin = self._home if same else (target.tls, target.host, target.port)
        kept = self._lines.get(origin)
        if kept is not None:
            if kept[0].is_alive():
                return kept
            kept[0].close()
            del self._lines[origin]
        proxy, tls = self._via(target), self._tls if origin == self._home else None
        connection = self._dialer.open(target, proxy, tls, deadline, exchange)
        opened = self._lines[origin] = self._line(connection, self._clock), proxy
        return opened

    def _receiver(
        self, line: Line, sent: float, deadline: float, exchange: Exchange
    ) -> Callable[[], bytes]:
        """Return what receives the next bytes, and takes the time of the first."""
        exchange.begun = 0.0
        at_once = 0

        def receive() -> bytes:
            nonlocal at_once
            at_once += 1
            if not at_once % RECEIVED_AT_ONCE:
                self._rest()
            data = line.receive(deadline)
            exchange.received_bytes += len(data)
            if data and not exchange.begun:
                exchange.begun = self._clock()
                exchange.took(PhaseValue.FIRST_BYTE, exchange.begun - sent)
                exchange.stage = PhaseValue.BODY
            return data

        return receive

    def _wire(self, hop: Hop, proxy: Proxy | None) -> bytes:
        target, path, request = hop.target, hop.path, hop.request
        place = path
        headers = request.headers
        if proxy is not None and not target.tls:
            place = f"http://{target.authority}{path}"
            if proxy.credentials:
                headers = (*headers, ("proxy-authorization", proxy.credentials))
        if self._cookies and (found := self._cookies.header(target.host, path, tls=target.tls)):
            own = [value for name, value in headers if name == "cookie"]
            others = tuple(pair for pair in headers if pair[0] != "cookie")
            headers = (*others, ("cookie", "; ".join([*own, found])))
        known = request.lines if headers is request.headers else ""
        fields = known or lines_of(headers)
        body = request.body
        if body or request.method in WITH_BODY:
            fields = f"{fields}content-length: {len(body)}\r\n"
        head = f"{request.method} {place} HTTP/1.1\r\nhost: {target.authority}\r\n{fields}\r\n"
        return head.encode() + body


def _fault(error: OSError, target: Target, stage: PhaseValue) -> ExchangeError:
    place = target.authority
    if isinstance(error, socket.gaierror):
        return ExchangeError(Reason.DNS, f"{target.host} has no address: {error.strerror}")
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or str(error)
        return ExchangeError(Reason.TLS, f"the certificate of {place} is refused: {why}")
    if isinstance(error, ssl.SSLError) and stage is PhaseValue.TLS:
        return ExchangeError(Reason.TLS, f"no TLS with {place}: {error.reason or error}")
    if isinstance(error, ConnectionRefusedError):
        return ExchangeError(Reason.REFUSED, f"{place} refuses connections")
    if isinstance(error, ConnectionError | ssl.SSLError):
        return ExchangeError(Reason.RESET, f"{place} broke the connection")
    return ExchangeError(
        Reason.UNREACHABLE, f"{place} cannot be reached: {error.strerror or error}"
    )
