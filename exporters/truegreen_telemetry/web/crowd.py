"""The open connections of a server, of which there are never more than its limit.

When a further one comes, another is closed: of those that have never sent a request whoever came
first, else of those that may ask again, else of those that are still sending a body. Anybody can
hold connections half open; that must not keep a scrape out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_telemetry.web.connection import Connection
    from truegreen_telemetry.web.limits import Limits

__all__ = ["Crowd"]


class Crowd:
    """Who is connected, and how many bytes of bodies they may still send."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all: set[Connection] = set()
        self._strangers: dict[Connection, None] = {}  # in the order in which they came
        self._idle: dict[Connection, None] = {}  # in the order of their last answers
        self._sending: dict[Connection, None] = {}
        self._room = limits.bodies_bytes

    def enter(self, connection: Connection) -> bool:
        """Let a connection in, in another's place if need be; return whether there was room."""
        if len(self._all) >= self._limits.connections:
            for waiting in (self._strangers, self._idle, self._sending):
                if waiting:
                    longest = next(iter(waiting))
                    self.leave(longest)
                    longest.abort()
                    break
            else:
                return False
        self._all.add(connection)
        self._strangers[connection] = None
        return True

    def leave(self, connection: Connection) -> None:
        """Forget a connection; one that is not there is no matter."""
        self._all.discard(connection)
        self.asks(connection)

    def asks(self, connection: Connection) -> None:
        """Note that a connection has sent all of a request, and is not closed for others now."""
        for waiting in (self._strangers, self._idle, self._sending):
            waiting.pop(connection, None)

    def sends(self, connection: Connection) -> None:
        """Note that a connection has a body to send."""
        self._sending[connection] = None

    def waits(self, connection: Connection) -> None:
        """Note that a connection was answered and may ask again."""
        if connection in self._all:
            self._idle[connection] = None

    def reserve(self, size: int) -> bool:
        """Reserve room for a body, to be released later; return whether there was any."""
        if size > self._room:
            return False
        self._room -= size
        return True

    def release(self, size: int) -> None:
        """Give the room of a body back."""
        self._room += size

    def abort(self) -> None:
        """Close all at once."""
        for connection in tuple(self._all):
            connection.abort()
