"""An open connection as the client uses it: bytes out, bytes in, never beyond a deadline.

The client says what is sent and until when it has patience; a line says how that is waited for.
`SocketLine` leaves it to the socket, which suits every socket; the engine has one of its own that
asks its event loop directly.
"""

from __future__ import annotations

import socket
import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RECEIVE_BYTES", "Line", "SocketLine", "seconds_left"]

RECEIVE_BYTES = 65_536
SHORTEST_WAIT_SECONDS = 0.001
PROMPT_SECONDS = 0.001


class Line(Protocol):
    """An open connection; times are those of the client's clock."""

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it; raises OSError, TimeoutError at the deadline."""

    def receive(self, deadline: float) -> bytes:
        """Return what comes next, nothing at the end; raises OSError, TimeoutError."""

    def is_alive(self) -> bool:
        """Return whether the peer has not closed it."""

    def close(self) -> None:
        """Close it."""


class SocketLine:
    """A line that waits as its socket does.

    Args:
        connection: Open; the line closes it.
        clock: Monotonic seconds.
    """

    __slots__ = ("_clock", "_connection", "_set_at")

    def __init__(
        self, connection: socket.socket, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._set_at = 0.0

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it; raises OSError, TimeoutError at the deadline."""
        now = self._set_at = self._clock()
        self._connection.settimeout(seconds_left(deadline, now))
        self._connection.sendall(data)

    def receive(self, deadline: float) -> bytes:
        """Return what comes next, nothing at the end; raises OSError, TimeoutError."""
        now = self._clock()
        # Setting the time anew is dear, and right after sending there is nothing to set.
        if now > self._set_at + PROMPT_SECONDS:
            self._connection.settimeout(seconds_left(deadline, now))
        return self._connection.recv(RECEIVE_BYTES)

    def is_alive(self) -> bool:
        """Return whether the peer has not closed it."""
        return _is_established(self._connection)

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def seconds_left(deadline: float, now: float) -> float:
    """Return the seconds until a deadline.

    Raises:
        TimeoutError: There are none.
    """
    left = deadline - now
    if left <= 0:
        raise TimeoutError
    return max(left, SHORTEST_WAIT_SECONDS)


def _is_established(connection: socket.socket) -> bool:
    """Return whether the peer has not closed a connection, which the kernel knows."""
    if sys.platform != "linux":
        return True  # a close then shows when we read
    try:
        state = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    except OSError:
        return False
    return state == b"\x01"  # TCP_ESTABLISHED
