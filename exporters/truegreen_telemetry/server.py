"""A small HTTP/1.1 server for one WSGI application: safe to leave open, quick to scrape.

It runs on an event loop in a thread of its own. A connection has ten seconds to send its
request head (at most 16 KiB) and a minute to take the answer or send the next request; at
most 256 are open, and further ones are closed at once. Requests carry no body. The
application runs in the loop's thread, so it must answer from memory.

Threads start, stop and serve; nothing in here touches the process's signals.
"""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote_to_bytes

import structlog

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import WSGIApplication, WSGIEnvironment

__all__ = ["MetricsServer"]

MAX_HEAD_BYTES = 16_384
MAX_CONNECTIONS = 256
HEAD_SECONDS = 10.0
IDLE_SECONDS = 60.0

_LOG = structlog.get_logger(__name__)


class MetricsServer:
    """Serves an application from `start` (or `with`) until `stop`.

    Args:
        app: Answers GET and HEAD without blocking.
        host: Address to bind; loopback unless told.
        port: Port to bind; 0 takes a free one, see `port` after the start.
    """

    def __init__(self, app: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app = app
        self.host, self.port = host, port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="metrics-server")
        self.connections: set[_Connection] = set()

    def start(self) -> None:
        """Bind and serve.

        Raises:
            TerminalError: The address cannot be bound; nothing is left running.
        """
        try:
            listening = self._loop.create_server(self._connected, self.host, self.port)
            self._server = self._loop.run_until_complete(listening)
        except OSError as error:
            self._loop.close()
            raise TerminalError(_bind_message(self.host, self.port, error)) from error
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection, and wait for the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    async def _close(self) -> None:
        self._server.close()
        for connection in tuple(self.connections):
            connection.abort()
        await asyncio.sleep(0)  # lets the transports tell their protocols

    def _connected(self) -> _Connection:
        return _Connection(self._app, self)


class _Connection(asyncio.Protocol):
    """One client: requests one after the other, answered in order."""

    def __init__(self, app: WSGIApplication, server: MetricsServer) -> None:
        self._app = app
        self._server = server
        self._buffer = bytearray()
        self._transport: asyncio.Transport
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock of the first request; refuse when too many are open."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        if len(self._server.connections) >= MAX_CONNECTIONS:
            transport.abort()
            return
        self._server.connections.add(self)
        self._expire_in(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """Stop the clock."""
        self._server.connections.discard(self)
        if self._deadline is not None:
            self._deadline.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer every request whose head is complete."""
        if not self._buffer:
            self._expire_in(HEAD_SECONDS)
        self._buffer += data
        while not self._transport.is_closing():
            end = self._buffer.find(b"\r\n\r\n")
            if max(end, len(self._buffer) if end < 0 else 0) > MAX_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
            if end < 0:
                return
            head = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._answer(head)

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _expire_in(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.abort)

    def _answer(self, head: bytes) -> None:
        environ = _environ(head)
        if isinstance(environ, HTTPStatus):
            self._refuse(environ)
            return
        answer: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:  # noqa: ANN401  PEP 3333 asks for a write() nobody uses
            answer.append((status, headers))

        try:
            body = b"".join(self._app(environ, start_response))
        except Exception:  # noqa: BLE001  a fault in one scrape must not end the server
            _LOG.exception("metrics_request_failed", path=environ["PATH_INFO"])
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        self._write(*answer[0], body, keep=_keeps_alive(environ))

    def _refuse(self, status: HTTPStatus) -> None:
        body = f"{status.phrase}\n".encode()
        headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        self._write(f"{status.value} {status.phrase}", headers, body, keep=False)

    def _write(
        self, status: str, headers: list[tuple[str, str]], body: bytes, *, keep: bool
    ) -> None:
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
        self._transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        self._expire_in(IDLE_SECONDS)
        if not keep:
            self._transport.close()


def _environ(head: bytes) -> WSGIEnvironment | HTTPStatus:
    """Return the WSGI environment of a request head, or why it is refused."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in {"HTTP/1.1", "HTTP/1.0"}:  # noqa: PLR2004  method, target, version
        return HTTPStatus.BAD_REQUEST
    path, _, query = words[1].partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": words[0],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": words[2],
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            return HTTPStatus.BAD_REQUEST
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value.strip()
    if environ.get("HTTP_CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return environ


def _keeps_alive(environ: WSGIEnvironment) -> bool:
    wish = str(environ.get("HTTP_CONNECTION", "")).lower()
    return wish == "keep-alive" or (wish != "close" and environ["SERVER_PROTOCOL"] != "HTTP/1.0")


def _bind_message(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with --listen HOST:PORT"
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return f"cannot listen on {host}:{port}: {why}"
