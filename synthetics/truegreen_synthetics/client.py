"""The lean HTTP client of journeys: one connection, timed phase by phase.

It uses plain blocking sockets; in the probe's process gevent has made those cooperative. No
request is ever repeated: the first attempt is what a customer would have seen.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http1 import read_response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from truegreen_definitions.target import Target
    from truegreen_synthetics.responses import Response

__all__ = ["Exchange", "Request", "Resolve", "Session", "resolve"]

Address: TypeAlias = "tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]"
AddressInfo: TypeAlias = "tuple[socket.AddressFamily, socket.SocketKind, int, str, Address]"
Resolve: TypeAlias = "Callable[[str, int, float], Sequence[AddressInfo]]"

RECEIVE_BYTES = 65_536
SHORTEST_WAIT_SECONDS = 0.001
WAITED_FOR = {
    PhaseValue.DNS: "the address of the host",
    PhaseValue.CONNECT: "a connection",
    PhaseValue.TLS: "the TLS handshake",
    PhaseValue.FIRST_BYTE: "the first byte",
    PhaseValue.BODY: "the rest of the response",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that is ready to be sent.

    Attributes:
        path: Path and query, percent-encoded.
        headers: Names and values; `Host`, `Content-Length` and the like are added.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Exchange:
    """What a request took: seconds by phase, for the phases that were reached and ended.

    On a connection that is open already the first three phases do not happen.

    Attributes:
        stage: The phase that was reached last.
    """

    phases: dict[PhaseValue, float] = field(default_factory=dict)
    stage: PhaseValue = PhaseValue.DNS


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


class Session:
    """One journey's connection to its target: opened when needed, kept while it can be.

    Args:
        target: Where to.
        tls: The context that verifies certificates; needed for an `https` target alone.
        clock: Monotonic seconds.
        find: Returns the addresses of a host within some seconds.
    """

    def __init__(
        self,
        target: Target,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.perf_counter,
        find: Resolve = resolve,
    ) -> None:
        if target.tls and tls is None:
            raise InvariantError("an https target needs a TLS context")
        self._target = target
        self._tls = tls if target.tls else None
        self._find = find
        self._clock = clock
        self._socket: socket.socket | None = None

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Return the whole response; `exchange` has the phases, also when it fails.

        Raises:
            ExchangeError: There is none within the time; the connection is closed.
        """
        deadline = self._clock() + timeout_seconds
        try:
            if not self._is_open():
                self._socket = self._open(deadline, exchange)
            return self._exchange(request, deadline, exchange)
        except OSError as error:
            self.close()
            if isinstance(error, TimeoutError) or self._clock() >= deadline:
                waited = WAITED_FOR[exchange.stage]
                message = f"no answer within {timeout_seconds:g}s: still waiting for {waited}"
                raise ExchangeError(Reason.TIMEOUT, message) from error
            raise _fault(error, self._target, exchange.stage) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _is_open(self) -> bool:
        """Return whether a request can be sent: the server may have closed in the meantime."""
        if self._socket is None:
            return False
        if self._target.tls:
            return True  # bytes may wait that are TLS's own; a close shows when we read
        self._socket.settimeout(0)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        self.close()
        return False

    def _open(self, deadline: float, exchange: Exchange) -> socket.socket:
        start = self._clock()
        exchange.stage = PhaseValue.DNS
        addresses = self._find(self._target.host, self._target.port, self._left(deadline))
        resolved = self._clock()
        exchange.phases[PhaseValue.DNS] = resolved - start
        exchange.stage = PhaseValue.CONNECT
        connection = self._connect(addresses, deadline)
        connected = self._clock()
        exchange.phases[PhaseValue.CONNECT] = connected - resolved
        if self._tls is None:
            return connection
        exchange.stage = PhaseValue.TLS
        try:
            connection.settimeout(self._left(deadline))
            wrapped = self._tls.wrap_socket(connection, server_hostname=self._target.host)
        except BaseException:
            connection.close()
            raise
        exchange.phases[PhaseValue.TLS] = self._clock() - connected
        return wrapped

    def _connect(self, addresses: Sequence[AddressInfo], deadline: float) -> socket.socket:
        """Return a connection to the first address that takes one; each has its share of time."""
        last: OSError | None = None
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self._left(deadline) / (len(addresses) - index))
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                connection.close()
                last = error
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise last or OSError("the name has no address")

    def _exchange(self, request: Request, deadline: float, exchange: Exchange) -> Response:
        connection = self._socket
        if connection is None:
            raise OSError("the connection is closed")
        start = self._clock()
        first_byte = 0.0
        exchange.stage = PhaseValue.FIRST_BYTE
        connection.settimeout(self._left(deadline))
        connection.sendall(_wire(request, self._target))

        def receive() -> bytes:
            nonlocal first_byte
            connection.settimeout(self._left(deadline))
            data = connection.recv(RECEIVE_BYTES)
            if data and not first_byte:
                first_byte = self._clock()
                exchange.phases[PhaseValue.FIRST_BYTE] = first_byte - start
                exchange.stage = PhaseValue.BODY
            return data

        response, reusable = read_response(receive, request.method)
        exchange.phases[PhaseValue.BODY] = self._clock() - first_byte
        if not reusable:
            self.close()
        return response

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return max(left, SHORTEST_WAIT_SECONDS)


def _wire(request: Request, target: Target) -> bytes:
    lines = [f"{request.method} {target.prefix}{request.path} HTTP/1.1"]
    lines.append(f"host: {target.authority}")
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body or request.method in {"POST", "PUT", "PATCH"}:
        lines.append(f"content-length: {len(request.body)}")
    return "\r\n".join([*lines, "\r\n"]).encode() + request.body


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
