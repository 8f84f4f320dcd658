"""Opens connections: name, address, proxy, TLS, each phase timed.

Where a host has several addresses they are tried in turn, a quarter second apart, without giving
up those before: the first that answers is taken (RFC 8305 in short: families take turns). So a
host whose IPv6 leads nowhere costs a quarter second and not the whole timeout, as in a browser.
"""

from __future__ import annotations

import os
import selectors
import socket
import ssl
from contextlib import ExitStack
from functools import cache, lru_cache
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.http1 import read_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from truegreen_definitions.target import Target
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.http.proxies import Proxy

__all__ = ["AddressInfo", "Dialer", "Resolve", "literal", "resolve", "trusted_by_default"]

Address: TypeAlias = "tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]"
AddressInfo: TypeAlias = "tuple[socket.AddressFamily, socket.SocketKind, int, str, Address]"
Resolve: TypeAlias = "Callable[[str, int, float], Sequence[AddressInfo]]"

HEAD_START_SECONDS = 0.25
SHORTEST_WAIT_SECONDS = 0.001
REMEMBERED_ADDRESSES = 256
_OK, _MULTIPLE_CHOICES = 200, 300


@lru_cache(maxsize=REMEMBERED_ADDRESSES)
def literal(host: str, port: int) -> Sequence[AddressInfo]:
    """Return the address that a host is written as; nothing for a name.

    The system's resolver would say the same, but it is asked in a thread: that costs a quarter of
    a connection.
    """
    for family, rest in ((socket.AF_INET, ()), (socket.AF_INET6, (0, 0))):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        kind, protocol = socket.SOCK_STREAM, socket.IPPROTO_TCP
        return ((family, kind, protocol, "", (host, port, *rest)),)
    return ()


def resolve(host: str, port: int, timeout_seconds: float) -> Sequence[AddressInfo]:
    """Return the addresses of a host, by the system's resolver, which keeps its own time.

    Raises:
        OSError: It has none.
    """
    del timeout_seconds
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "it is no host name") from None


@cache
def trusted_by_default() -> ssl.SSLContext:
    """Return the one context that trusts what the system trusts: making it takes 20 ms."""
    return ssl.create_default_context()


class Dialer:
    """Opens connections within a time.

    Args:
        clock: Monotonic seconds.
        find: Returns the addresses of a host within some seconds.
    """

    def __init__(self, clock: Callable[[], float], find: Resolve) -> None:
        self._clock = clock
        self._find = find

    def left(self, deadline: float) -> float:
        """Return the seconds until then.

        Raises:
            TimeoutError: There are none.
        """
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return max(left, SHORTEST_WAIT_SECONDS)

    def open(
        self,
        target: Target,
        proxy: Proxy | None,
        tls: ssl.SSLContext | None,
        deadline: float,
        exchange: Exchange,
    ) -> socket.socket:
        """Return a connection to a target, or to the proxy that stands before it.

        Raises:
            OSError: There is none within the time.
            ExchangeError: The proxy does not lead there.
        """
        start = self._clock()
        exchange.stage = PhaseValue.DNS
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        addresses = self._find(host, port, self.left(deadline))
        resolved = self._clock()
        exchange.took(PhaseValue.DNS, resolved - start)
        exchange.stage = PhaseValue.CONNECT
        with ExitStack() as undo:
            connection = self._connect(addresses, deadline)
            undo.callback(connection.close)
            connection.settimeout(self.left(deadline))  # the winner of a race has none
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if proxy is not None and target.tls:
                self._tunnel(connection, target, proxy, deadline)
            connected = self._clock()
            exchange.took(PhaseValue.CONNECT, connected - resolved)
            if target.tls:
                exchange.stage = PhaseValue.TLS
                connection.settimeout(self.left(deadline))
                context = tls or trusted_by_default()
                wrapped = context.wrap_socket(connection, server_hostname=target.host)
                exchange.took(PhaseValue.TLS, self._clock() - connected)
                exchange.certificate_expiry = _expiry(wrapped)
                connection = wrapped
            undo.pop_all()
        return connection

    def _connect(self, addresses: Sequence[AddressInfo], deadline: float) -> socket.socket:
        if len(addresses) == 1:
            family, kind, protocol, _, address = addresses[0]
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.left(deadline))
                connection.connect(address)
            except BaseException:
                connection.close()
                raise
            return connection
        return self._race(_taking_turns(addresses), deadline)

    def _race(self, addresses: Sequence[AddressInfo], deadline: float) -> socket.socket:
        """Return the first connection that is made."""
        last: OSError = OSError("the name has no address")
        waiting = list(reversed(addresses))
        with ExitStack() as undo:
            selector = undo.enter_context(selectors.DefaultSelector())
            running: set[socket.socket] = set()
            undo.callback(_close_all, running)
            next_start = self._clock()
            while waiting or running:
                now = self._clock()
                if waiting and (not running or now >= next_start):
                    try:
                        connection = _begun(waiting.pop())
                    except OSError as error:
                        last = error
                        continue
                    running.add(connection)
                    selector.register(connection, selectors.EVENT_WRITE)
                    next_start = now + HEAD_START_SECONDS
                wait = self.left(deadline)
                for key, _ in selector.select(
                    min(wait, max(next_start - now, 0)) if waiting else wait
                ):
                    connection = key.fileobj  # type: ignore[assignment]  # only sockets are registered
                    selector.unregister(connection)
                    running.discard(connection)
                    code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return connection
                    connection.close()
                    last = OSError(code, os.strerror(code))
        raise last

    def _tunnel(
        self, connection: socket.socket, target: Target, proxy: Proxy, deadline: float
    ) -> None:
        """Ask a proxy for a way through (RFC 9110, section 9.3.6)."""
        place = f"[{target.host}]" if ":" in target.host else target.host
        lines = [f"CONNECT {place}:{target.port} HTTP/1.1", f"host: {place}:{target.port}"]
        if proxy.credentials:
            lines.append(f"proxy-authorization: {proxy.credentials}")
        connection.settimeout(self.left(deadline))
        connection.sendall("\r\n".join([*lines, "\r\n"]).encode())

        def receive() -> bytes:
            connection.settimeout(self.left(deadline))
            return connection.recv(1)  # what comes behind the head is the target's own

        try:
            # Its answer has no body when it leads there, and nobody wants the one that refuses.
            response, _ = read_response(receive, "HEAD")
        except ExchangeError as error:
            raise ExchangeError(Reason.PROXY, f"the proxy {proxy.place}: {error}") from error
        if not _OK <= response.status < _MULTIPLE_CHOICES:
            message = f"the proxy {proxy.place} answered {response.status} to CONNECT"
            raise ExchangeError(Reason.PROXY, message)


def _taking_turns(addresses: Sequence[AddressInfo]) -> list[AddressInfo]:
    """Return addresses with the families in turn, the resolver's first one first."""
    first = [one for one in addresses if one[0] == addresses[0][0]]
    others = [one for one in addresses if one[0] != addresses[0][0]]
    pairs = chain.from_iterable(zip_longest(first, others))
    return [one for one in pairs if one is not None]


def _close_all(connections: Iterable[socket.socket]) -> None:
    for connection in connections:
        connection.close()


def _begun(info: AddressInfo) -> socket.socket:
    """Return a socket that has begun to connect."""
    family, kind, protocol, _, address = info
    connection = socket.socket(family, kind, protocol)
    try:
        connection.settimeout(0)
        connection.connect(address)
    except BlockingIOError:
        return connection
    except BaseException:
        connection.close()
        raise
    return connection


def _expiry(connection: ssl.SSLSocket) -> float | None:
    """Return when the peer's certificate ends, in Unix seconds."""
    told = (connection.getpeercert() or {}).get("notAfter")
    return float(ssl.cert_time_to_seconds(told)) if isinstance(told, str) else None
