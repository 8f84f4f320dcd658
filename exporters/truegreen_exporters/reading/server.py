"""The read API of a running exporter: HTTP and JSON over a Unix socket beside its state file.

DuckDB lets no second process in, so readers ask the one that holds the file. The socket lies
where the file lies and belongs to the same user (mode 0600): no port is opened, and nobody asks
who may not read the file. Try it:

    curl --unix-socket state.duckdb.sock 'http://exporter/v1/closed?agreement=order-to-cash/csat'

One request at a time: it is read within five seconds and answered within a minute, or it fails;
what is answered is bounded by `answers`. The exporter's end waits for no answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

import structlog

from truegreen_definitions.errors import TruegreenError, UsageError
from truegreen_exporters.reading.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_exporters.reading.answers import Answers

__all__ = ["ANSWER_SECONDS", "MOST_BYTES", "PREFIX", "ReadServer", "reachable", "socket_path"]

PREFIX = "/v1/"
MOST_BYTES = 60_000  # of a question; http.server reads lines of 64 KiB
REQUEST_SECONDS = 5.0
ANSWER_SECONDS = 60.0
WAITING = 16

_LOG = structlog.get_logger(__name__)


def socket_path(state: Path) -> Path:
    """Return where the exporter that holds a state file listens."""
    return state.with_name(f"{state.name}.sock")


class ReadServer:
    """Answers from `with` on to its end; a socket that a killed exporter left is replaced.

    Args:
        state: The file beside which it listens.
        answers: Of that file.
        seconds: How long an answer may take.
    """

    def __init__(self, state: Path, answers: Answers, seconds: float = ANSWER_SECONDS) -> None:
        self._path = socket_path(state)
        self._answers = answers
        self._patience = Patience(seconds)

    def __enter__(self) -> Self:
        """Listen."""
        self._path.unlink(missing_ok=True)  # the state file is ours: nobody else listens
        with reachable(self._path) as path:
            self._server = _Server(path, self._answers, self._patience)
        self._path.chmod(0o600)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="read-api", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and take the socket away."""
        self._patience.end()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """Yield a path to the same place that is short enough for a socket's address."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class _Server(socketserver.UnixStreamServer):
    request_queue_size = WAITING

    def __init__(self, path: str, answers: Answers, patience: Patience) -> None:
        self.answers, self.patience = answers, patience
        super().__init__(path, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  socketserver's signature
        """Note a client that went away; it costs nobody else anything."""
        _LOG.debug("read_request_failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    timeout = REQUEST_SECONDS
    server: _Server

    def do_GET(self) -> None:
        """Answer one question."""
        url = urlsplit(self.path)
        question = url.path.removeprefix(PREFIX)
        try:
            found = self.server.answers.ask(
                question,
                dict(parse_qsl(url.query, errors="surrogateescape")),
                self.server.patience.bounding,
            )
        except UsageError as error:
            self._send(404 if question == url.path else 400, {"error": str(error)})
        except TruegreenError as error:
            self._send(503, {"error": str(error)})
        else:
            self._send(200, found)

    def _send(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        """Return who asks: a process of this user."""
        return "local"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing: the requests are our own tools'."""
