"""Lines that wait in gevent's event loop, without what its sockets do around every wait.

A socket of gevent first tries to read, which fails right after a request was sent, and makes a
timer for every wait. A line knows that an answer takes a while, and keeps one timer for as long as
requests follow each other: when it goes off and patience has grown meanwhile, it is set again.
That halves what a request costs beside the kernel.
"""

from __future__ import annotations

import os
import select
import ssl
from typing import TYPE_CHECKING, Any

import gevent
from gevent.hub import get_hub
from gevent.monkey import get_original

from truegreen_synthetics.http.lines import RECEIVE_BYTES, SocketLine, seconds_left

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from truegreen_synthetics.http.lines import Line

__all__ = ["HubLine", "hub_line"]

READABLE = 1
_poll = get_original("select", "poll")  # the patched one would go through the event loop


def hub_line(connection: socket.socket, clock: Callable[[], float]) -> Line:
    """Return a line over a connection; TLS needs the socket's own way of waiting."""
    if isinstance(connection, ssl.SSLSocket):
        return SocketLine(connection, clock)
    return HubLine(connection, clock)


class HubLine:
    """A line of one greenlet at a time over a plain connection.

    Args:
        connection: Open; the line closes it.
        clock: Monotonic seconds.
    """

    __slots__ = (
        *("_asked", "_clock", "_connection", "_deadline", "_due"),
        *("_hub", "_news", "_number", "_timer", "_waiting", "_watcher"),
    )

    def __init__(self, connection: socket.socket, clock: Callable[[], float]) -> None:
        connection.settimeout(0)
        self._connection = connection
        self._clock = clock
        self._number = connection.fileno()
        self._hub = get_hub()
        self._watcher = self._hub.loop.io(self._number, READABLE)
        self._news = _poll()
        self._news.register(self._number, select.POLLIN)
        self._timer: Any = None  # gevent has no types for what its loop makes
        self._waiting: gevent.Greenlet | None = None
        self._deadline = self._due = 0.0
        self._asked = False

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it; raises OSError, TimeoutError at the deadline."""
        self._asked = True
        try:
            sent = os.write(self._number, data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._connection.settimeout(seconds_left(deadline, self._clock()))
            self._connection.sendall(memoryview(data)[sent:])
            self._connection.settimeout(0)

    def receive(self, deadline: float) -> bytes:
        """Return what comes next, nothing at the end; raises OSError, TimeoutError."""
        # Right after asking there is nothing yet.
        if self._asked:
            self._asked = False
        else:
            seconds_left(deadline, self._clock())  # what never pauses is waited for no longer
            try:
                return os.read(self._number, RECEIVE_BYTES)
            except BlockingIOError:
                pass
        while True:
            self._wait(deadline)
            try:
                return os.read(self._number, RECEIVE_BYTES)
            except BlockingIOError:
                continue  # the kernel said so too early

    def is_alive(self) -> bool:
        """Return whether the peer has neither closed it nor said what nobody asked for."""
        return not self._news.poll(0)

    def close(self) -> None:
        """Close it."""
        self._watcher.close()
        if self._timer is not None:
            self._timer.close()
            self._timer = None
        self._connection.close()

    def _wait(self, deadline: float) -> None:
        """Wait until something can be read."""
        self._deadline = deadline
        if self._timer is None or deadline < self._due:
            self._set(deadline)
        self._waiting = gevent.getcurrent()
        try:
            self._hub.wait(self._watcher)
        finally:
            self._waiting = None

    def _set(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.close()
            self._timer = None
        self._due = deadline
        self._timer = self._hub.loop.timer(seconds_left(deadline, self._clock()))
        self._timer.start(self._ring)

    def _ring(self) -> None:
        """End the wait that is going on, where its time is over; runs in the hub."""
        self._timer.close()
        self._timer = None
        if self._waiting is None:
            return
        if self._deadline > self._clock():
            self._set(self._deadline)
        else:
            self._waiting.throw(TimeoutError())
