"""One client of the server: its requests one after the other, answered in order.

What the application answers is written within the same turn of the event loop; a route, or a
gate that has to think, takes a task, and the client's next request waits for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from truegreen_telemetry.web.messages import Response, encoded, keeps_alive, read_head, refusal
from truegreen_telemetry.web.routes import body_length

if TYPE_CHECKING:
    import ssl

    from truegreen_telemetry.web.crowd import Crowd
    from truegreen_telemetry.web.limits import Limits
    from truegreen_telemetry.web.messages import Request
    from truegreen_telemetry.web.routes import Route
    from truegreen_telemetry.web.site import Site

__all__ = ["Connection"]


class Connection(asyncio.Protocol):
    """A connection, from its start to its end.

    Args:
        site: What is answered.
        crowd: The connections of the server.
        limits: What the client may take.
        tls: The context of a TLS server; the handshake counts as a connection that waits.
    """

    def __init__(
        self, site: Site, crowd: Crowd, limits: Limits, tls: ssl.SSLContext | None
    ) -> None:
        self._site, self._crowd, self._limits, self._tls = site, crowd, limits, tls
        self._buffer = bytearray()
        self._transport: asyncio.Transport
        self._deadline: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._body: asyncio.Future[bytes] | None = None
        self._body_bytes = 0
        self._full = False
        self._deaf = False
        self._last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock of the first request, or of the handshake before it."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        if not self._crowd.enter(self):
            transport.abort()
        elif self._tls is None:
            self._expire_in(self._limits.head_seconds)
        else:
            self._task = asyncio.create_task(self._shake_hands(self._tls))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        """Stop the clock and what is under way."""
        self._crowd.leave(self)
        for pending in (self._deadline, self._task):
            if pending is not None:
                pending.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends; answer every request that is complete."""
        if self._deaf:
            return
        if not self._buffer and self._task is None:
            self._expire_in(self._limits.head_seconds)
        self._buffer += data
        self._deliver_body()
        self._go_on()

    def eof_received(self) -> bool:
        """Answer what was asked, and then end; under TLS both directions end at once."""
        self._last = True
        return self._task is not None and self._transport.can_write_eof()

    def pause_writing(self) -> None:
        """Answer no more while the client does not read."""
        self._full = True

    def resume_writing(self) -> None:
        """Answer what was left."""
        self._full = False
        self._go_on()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    async def _shake_hands(self, tls: ssl.SSLContext) -> None:
        loop, seconds = asyncio.get_running_loop(), self._limits.tls_seconds
        try:
            secured = await loop.start_tls(
                self._transport, self, tls, server_side=True, ssl_handshake_timeout=seconds
            )
        except OSError:  # SSL errors, time-outs and resets are all of this kind
            secured = None
        self._task = None
        if secured is None:
            self._crowd.leave(self)
            self._transport.abort()
            return
        self._transport = secured
        self._expire_in(self._limits.head_seconds)
        self._go_on()

    def _go_on(self) -> None:
        while self._task is None and not (self._full or self._deaf or self._transport.is_closing()):
            end = self._buffer.find(b"\r\n\r\n")
            if max(end, len(self._buffer) if end < 0 else 0) > self._limits.head_bytes:
                self._refuse(refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE))
                return
            if end < 0:
                break
            head = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._answer(read_head(head))
        waits_for = self._limits.head_bytes + self._body_bytes
        if self._task is not None and len(self._buffer) > waits_for:
            self._transport.pause_reading()
        elif self._task is None and self._last:
            self._transport.close()

    def _answer(self, request: Request | Response) -> None:
        if isinstance(request, Response):
            self._refuse(request)
            return
        self._crowd.asks(self)
        route = self._site.routes(request.path)
        if route is None and self._site.door.gate.knows(request):
            self._reply(request, self._site.at_once(request))
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._task = asyncio.create_task(self._take_time(request, route))

    async def _take_time(self, request: Request, route: Route | None) -> None:
        """Ask the gate, read the body, and ask the route, each within its limits."""
        refused = await self._site.door.refusal_of(request)
        length = 0 if refused or route is None else body_length(request, route)
        if isinstance(length, Response):
            refused, length = length, 0
        if not self._crowd.reserve(length):
            refused = refusal(HTTPStatus.SERVICE_UNAVAILABLE, ("Retry-After", "1"))
            length = 0
        try:
            if refused is not None:
                self._refuse(refused)
            elif route is None:
                self._reply(request, self._site.at_once(request))
            else:
                body = await self._read_body(request, length)
                seconds = self._limits.answer_seconds
                whole = replace(request, body=body)
                self._reply(request, await self._site.by_route(route, whole, seconds))
        except TimeoutError:
            self._refuse(refusal(HTTPStatus.REQUEST_TIMEOUT))
        finally:
            self._crowd.release(length)
            self._body, self._body_bytes, self._task = None, 0, None
        self._transport.resume_reading()
        self._go_on()

    async def _read_body(self, request: Request, length: int) -> bytes:
        if request.headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._body, self._body_bytes = asyncio.get_running_loop().create_future(), length
        self._crowd.sends(self)
        self._deliver_body()
        self._transport.resume_reading()
        body = await asyncio.wait_for(self._body, self._limits.body_seconds)
        self._crowd.asks(self)
        return body

    def _deliver_body(self) -> None:
        if self._body is None or self._body.done() or len(self._buffer) < self._body_bytes:
            return
        self._body.set_result(bytes(self._buffer[: self._body_bytes]))
        del self._buffer[: self._body_bytes]

    def _reply(self, request: Request, response: Response) -> None:
        if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # what follows is no request
            self._refuse(response)
            return
        broken = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        keep = keeps_alive(request) and not broken
        self._write(response, keep=keep)
        self._expire_in(self._limits.idle_seconds)
        if keep:
            self._crowd.waits(self)
        else:
            self._transport.close()

    def _refuse(self, response: Response) -> None:
        """Answer, and read on for a moment: who is cut off while sending reads no answer."""
        self._write(response, keep=False)
        self._deaf = True
        self._buffer.clear()
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._expire_in(self._limits.linger_seconds)

    def _write(self, response: Response, *, keep: bool) -> None:
        extra = self._site.door.gate.headers()
        self._transport.write(encoded(response, extra, keep=keep))

    def _expire_in(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.abort)
