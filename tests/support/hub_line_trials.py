"""Trials of the engine's own lines, in a process that gevent has patched: prints JSON.

All of them at the same time, each server in a greenlet: what one of them stalls, others would
notice.
"""

from __future__ import annotations

import truegreen_synthetics.engine  # noqa: F401  patches first

# isort: split
import json
import sys
import time
from typing import TYPE_CHECKING

import gevent
import gevent.event
from hostile_servers import BEHAVIOURS, behaving
from raw_servers import OK, answering, head, serving

from truegreen_definitions.target import parse_target
from truegreen_synthetics.engine.hub_lines import HubLine, hub_line
from truegreen_synthetics.http.client import Reuse, Session
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange, Request

if TYPE_CHECKING:
    import socket

GET = Request(method="GET", path="/", headers=(), body=b"")
LARGE = b"x" * 3_000_000
made: list[HubLine] = []


def counted(connection: socket.socket, clock: object) -> object:
    """Return a line that is remembered."""
    line = hub_line(connection, clock)  # type: ignore[arg-type]
    assert isinstance(line, HubLine)
    made.append(line)
    return line


def session(url: str, reuse: Reuse = Reuse.RUN) -> Session:
    """Return a session over lines of the engine."""
    rest = lambda: gevent.sleep(0)  # noqa: E731
    return Session(parse_target(url), reuse=reuse, rest=rest, line=counted)  # type: ignore[arg-type]


def hostile(name: str) -> tuple[str, float]:
    """Return (reason, seconds) of a request to a server that means harm."""
    once, again, pause, reason = BEHAVIOURS[name]
    with serving(behaving(once, again, pause)) as server:
        mine, begin = session(server.url), time.monotonic()
        try:
            mine.send(GET, 0.5 if reason is Reason.TIMEOUT else 20, Exchange())
        except ExchangeError as error:
            return error.reason.value, time.monotonic() - begin
        finally:
            mine.close()
    return "", 0.0


def growing_patience() -> list[str]:
    """Return what came of requests on one connection whose timeouts grow, then shrink."""
    found = []

    def behave(connection: socket.socket) -> None:
        for pause in (0.0, 1.3, 0.0, 9.0):
            head(connection)
            gevent.sleep(pause)
            connection.sendall(OK)

    with serving(behave) as server:
        mine = session(server.url, Reuse.ALWAYS)
        for patience in (1.0, 20.0, 1.0, 0.5):
            try:
                found.append(str(mine.send(GET, patience, Exchange()).status))
            except ExchangeError as error:
                found.append(error.reason.value)
        mine.shut()
    return found


def large() -> int:
    """Return how many bytes a server got of a body that is larger than any buffer."""
    got = [0]

    def behave(connection: socket.socket) -> None:
        data = head(connection)
        got[0] = len(data.partition(b"\r\n\r\n")[2])
        while got[0] < len(LARGE):
            gevent.sleep(0.001)
            got[0] += len(connection.recv(262_144))
        connection.sendall(OK)

    with serving(behave) as server:
        mine = session(server.url)
        mine.send(Request(method="POST", path="/", headers=(), body=LARGE), 20, Exchange())
        mine.close()
    return got[0]


def unasked() -> list[bool]:
    """Return whether each of two requests opened a connection; the first is told too much after."""
    said = gevent.event.Event()

    def behave(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(OK)
        gevent.sleep(0.05)  # the answer is read by then, what follows is nobody's
        connection.sendall(OK)
        said.set()
        gevent.sleep(1)

    with serving(behave, answering(OK)) as server:
        mine, found = session(server.url, Reuse.ALWAYS), []
        for _ in range(2):
            exchange = Exchange()
            mine.send(GET, 20, exchange)
            found.append("connect" in exchange.phases)
            said.wait(20)
            gevent.sleep(0.05)
        mine.shut()
    return found


def unread() -> str:
    """Return the reason of a body that nobody takes."""
    with serving(lambda _: gevent.sleep(5)) as server:
        mine = session(server.url)
        body = LARGE * 8
        try:
            mine.send(Request(method="POST", path="/", headers=(), body=body), 0.3, Exchange())
        except ExchangeError as error:
            return error.reason.value
        finally:
            mine.close()
    return ""


def main() -> None:
    """Print what came of each."""
    trials = {name: gevent.spawn(hostile, name) for name in BEHAVIOURS}
    others = [gevent.spawn(one) for one in (growing_patience, large, unread, unasked)]
    gevent.joinall([*trials.values(), *others], raise_error=True)
    open_timers = sum(line._timer is not None for line in made)
    found = {
        "hostile": {name: one.value for name, one in trials.items()},
        "patience": others[0].value,
        "large": others[1].value,
        "unread": others[2].value,
        "unasked": others[3].value,
        "timers": open_timers,
    }
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
