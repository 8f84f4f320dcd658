"""Small servers on loopback that send exactly what they are told, right or wrong."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Serves each connection in a thread with the next of its behaviours."""

    def __init__(
        self,
        *behaviours: Callable[[socket.socket], None],
        listener: socket.socket | None = None,
    ) -> None:
        self.listener = listener or socket.create_server(("127.0.0.1", 0))
        host, port, *_ = self.listener.getsockname()
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.seen: list[bytes] = []
        self.released = threading.Event()
        self._behaviours = behaviours
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for behave in self._behaviours:
            with contextlib.suppress(OSError):
                connection, _ = self.listener.accept()
                with connection:
                    behave(connection)

    def close(self) -> None:
        """Let waiting behaviours go and close."""
        self.released.set()
        self.listener.close()
        self._thread.join(5)


@contextlib.contextmanager
def serving(
    *behaviours: Callable[[socket.socket], None], listener: socket.socket | None = None
) -> Iterator[Server]:
    """Serve for the length of the block."""
    server = Server(*behaviours, listener=listener)
    try:
        yield server
    finally:
        server.close()


def head(connection: socket.socket) -> bytes:
    """Return one request up to the end of its head."""
    data = b""
    while b"\r\n\r\n" not in data and (more := connection.recv(65_536)):
        data += more
    return data


def answering(*answers: bytes) -> Callable[[socket.socket], None]:
    """Return a behaviour that answers one request with each of some bytes, then closes."""

    def behave(connection: socket.socket) -> None:
        for answer in answers:
            head(connection)
            connection.sendall(answer)

    return behave


def trusting(folder: Path, name: str) -> ssl.SSLContext:
    """Return a verifying context that trusts one certificate."""
    context = ssl.create_default_context()
    context.load_verify_locations(folder / f"{name}.pem")
    return context


def secure(folder: Path, name: str) -> Callable[[socket.socket], None]:
    """Return a behaviour that answers twice over TLS with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            answering(OK, OK)(wrapped)

    return behave
