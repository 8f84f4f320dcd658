"""A small HTTP/1.1 server: safe to leave open, quick to scrape.

It runs on an event loop in a thread of its own. An application (WSGI) answers what can be answered
from memory, in the loop's thread; routes take bodies and time. `web.limits` says what a client may
take; nobody who sends half a request, or half a handshake, delays another.

Threads start, stop and serve; nothing in here touches the process's signals.
"""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from truegreen_definitions.errors import TerminalError
from truegreen_telemetry.web.connection import Connection
from truegreen_telemetry.web.crowd import Crowd
from truegreen_telemetry.web.door import Door, Open
from truegreen_telemetry.web.limits import Limits
from truegreen_telemetry.web.routes import no_routes
from truegreen_telemetry.web.site import Site

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import WSGIApplication

    from truegreen_telemetry.web.door import Gate
    from truegreen_telemetry.web.routes import Routes

__all__ = ["MetricsServer"]


class MetricsServer:
    """Serves from `start` (or `with`) until `stop`.

    Args:
        app: Answers requests without a body, without blocking.
        host: Address to bind; loopback unless told.
        port: Port to bind; 0 takes a free one, see `port` after the start.
        routes: Finds the route of a path, for requests that carry a body or take time.
        gate: Who is let in, and whether connections are encrypted; everybody, and not, unless told.
        limits: What a client may take.
    """

    def __init__(
        self,
        app: WSGIApplication,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        routes: Routes = no_routes,
        gate: Gate | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.host, self.port = host, port
        self._gate = gate or Open()
        self._guards = ThreadPoolExecutor(1, thread_name_prefix="gate")
        self._site = Site(app=app, routes=routes, door=Door(self._gate, self._guards))
        self._limits = limits or Limits()
        self._crowd = Crowd(self._limits)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="metrics-server")

    def url(self, path: str) -> str:
        """Return the address of a path, once started."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self._gate.encrypts else ''}://{host}:{self.port}{path}"

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
        """Close the port and every connection, and wait for the threads."""
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
        self._crowd.abort()
        await asyncio.sleep(0)  # lets the transports tell their protocols
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()
        self._guards.shutdown(wait=False, cancel_futures=True)

    def _connected(self) -> Connection:
        return Connection(self._site, self._crowd, self._limits, self._gate.tls())


def _bind_message(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with --listen HOST:PORT"
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
    return f"cannot listen on {host}:{port}: {why}"
