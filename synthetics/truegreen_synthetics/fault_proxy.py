"""A proxy on loopback that stands before a target and can spoil what it answers."""

from __future__ import annotations

import http.server
import threading
from functools import partial
from typing import TYPE_CHECKING, Self

from truegreen_synthetics.http.client import Session
from truegreen_synthetics.http.dialing import trusted_by_default
from truegreen_synthetics.http.exchange_faults import ExchangeError
from truegreen_synthetics.http.exchanges import Exchange, Request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import TracebackType

    from truegreen_definitions.target import Target
    from truegreen_synthetics.http.responses import Response

__all__ = ["FaultProxy"]

PATIENCE_SECONDS = 30.0
BAD_GATEWAY = 502
_OWN = frozenset(
    {"connection", "content-encoding", "content-length", "keep-alive", "set-cookie"}
    | {"transfer-encoding", "date", "server"}
)
_NOT_SENT_ON = frozenset({"host", "connection", "content-length", "transfer-encoding"})


class FaultProxy:
    """Serves for the length of a `with`.

    Attributes:
        url: Where it is reached.
        certificate_expiry: When the target's certificate ends, in Unix seconds, as seen by the last
            request; None without TLS.

    Args:
        target: What it stands before.
        spoil: Returns what to answer in place of an answer.
    """

    def __init__(self, target: Target, spoil: Callable[[Response], Response]) -> None:
        self.certificate_expiry: float | None = None
        self._target, self._spoil = target, spoil
        self._tls = trusted_by_default() if target.tls else None
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def pass_on(self, request: Request) -> Response:
        """Return the spoiled answer to a request; raises ExchangeError."""
        session, exchange = Session(self._target, self._tls), Exchange()
        try:
            answer = self._spoil(session.send(request, PATIENCE_SECONDS, exchange))
            self.certificate_expiry = exchange.certificate_expiry
        finally:
            session.close()
        return answer

    def own(self, place: str) -> str:
        """Return an address of the target as one of the proxy."""
        return place.replace(self._target.url.rstrip("/"), self.url)

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(
        self,
        proxy: FaultProxy,
        request: socket.socket,
        address: tuple[str, int],
        server: http.server.ThreadingHTTPServer,
    ) -> None:
        self._proxy = proxy
        super().__init__(request, address, server)  # serves all requests of the connection

    def _pass_on(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        request = Request(
            method=self.command,
            path=self.path,
            headers=tuple(
                (name.lower(), value)
                for name, value in self.headers.items()
                if name.lower() not in _NOT_SENT_ON
            ),
            body=self.rfile.read(length),
        )
        try:
            answer = self._proxy.pass_on(request)
        except ExchangeError as error:
            self.send_error(BAD_GATEWAY, error.reason.value)
        else:
            self._answer(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _pass_on  # noqa: N815

    def _answer(self, answer: Response) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name not in _OWN:
                self.send_header(name, self._proxy.own(value) if name == "location" else value)
        for cookie in answer.cookies:
            self.send_header("set-cookie", cookie)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
