"""Servers that mean harm: no hang beyond the timeout, no crash, the right reason each time."""

from __future__ import annotations

import contextlib
import resource
import socket
import time
from typing import TYPE_CHECKING

import pytest
from raw_servers import head, serving

from truegreen_definitions.target import parse_target
from truegreen_synthetics.client import Session
from truegreen_synthetics.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.exchanges import Exchange, Request

if TYPE_CHECKING:
    from collections.abc import Callable

GET = Request(method="GET", path="/", headers=(), body=b"", redirects=5)
START = b"HTTP/1.1 200 OK\r\n"
MUCH = b"x" * 65_536
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"
TIMEOUT_SECONDS = 0.5
GRACE_SECONDS = 1.5  # of a busy machine

SLOWLY = 0.02
# What is sent once, what is sent again and again, the pause between, and the reason it is given.
BEHAVIOURS: dict[str, tuple[bytes, bytes, float, Reason]] = {
    "slow headers": (START, b"A: b\r\n", SLOWLY, Reason.TIMEOUT),
    "slow header without end": (START + b"A: ", b"b", SLOWLY, Reason.TIMEOUT),
    "slow body": (START + b"Content-Length: 99999\r\n\r\n", b"x", SLOWLY, Reason.TIMEOUT),
    "slow chunks": (CHUNKED, b"1\r\nx\r\n", SLOWLY, Reason.TIMEOUT),
    "slow unframed body": (START + b"\r\n", b"x", SLOWLY, Reason.TIMEOUT),
    "endless interim answers": (b"", b"HTTP/1.1 103 Hints\r\n\r\n", 0, Reason.BAD_RESPONSE),
    "endless body": (START + b"\r\n", MUCH, 0, Reason.TOO_LARGE),
    "endless chunks": (CHUNKED, b"10000\r\n" + MUCH + b"\r\n", 0, Reason.TOO_LARGE),
    "huge headers": (START, b"A: " + b"b" * 4_000 + b"\r\n", 0, Reason.TOO_LARGE),
    "one huge header": (START + b"A: ", MUCH, 0, Reason.TOO_LARGE),
    "a chunk size without end": (CHUNKED, b"0" * 999, 0, Reason.TOO_LARGE),
    "trailers without end": (CHUNKED + b"0\r\n", b"A: b\r\n" * 99, 0, Reason.TOO_LARGE),
    "zeros": (b"", b"\0" * 65_536, 0, Reason.TOO_LARGE),
    "no number as chunk size": (CHUNKED + b"xyz\r\n", b"", 0, Reason.BAD_RESPONSE),
    "a negative chunk size": (CHUNKED + b"-5\r\nhello\r\n", b"", 0, Reason.BAD_RESPONSE),
    "a chunk longer than it says": (CHUNKED + b"2\r\nhello\r\n", b"", 0, Reason.BAD_RESPONSE),
    "a chunk size of gigabytes": (CHUNKED + b"ffffffff\r\n", b"", 0, Reason.TOO_LARGE),
    "another protocol": (b"220 mail.example ESMTP\r\n", b"", 0, Reason.BAD_RESPONSE),
    "two lengths": (
        START + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"",
        0,
        Reason.BAD_RESPONSE,
    ),
    "truncated chunk": (CHUNKED + b"5\r\nhel", b"", 0, Reason.TRUNCATED),
    "truncated body": (START + b"Content-Length: 9\r\n\r\nhalf", b"", 0, Reason.TRUNCATED),
    "truncated head": (START + b"Content-Le", b"", 0, Reason.TRUNCATED),
}


def behaving(once: bytes, again: bytes, pause: float) -> Callable[[socket.socket], None]:
    """Return a behaviour that answers, and goes on until it is cut off."""

    def behave(connection: socket.socket) -> None:
        head(connection)
        with contextlib.suppress(OSError):
            connection.sendall(once)
            while again:
                time.sleep(pause)
                connection.sendall(again)

    return behave


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_hostile_server_has_its_reason_in_time(name: str) -> None:
    """Each behaviour ends within the timeout, with its own reason and bounded memory."""
    *sent, reason = BEHAVIOURS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(behaving(*sent)) as server:
        session, begin = Session(parse_target(server.url)), time.monotonic()
        with pytest.raises(ExchangeError) as error:
            session.send(GET, TIMEOUT_SECONDS if reason is Reason.TIMEOUT else 20, Exchange())
        took = time.monotonic() - begin
        session.close()
    assert error.value.reason is reason
    if reason is Reason.TIMEOUT:
        assert took < TIMEOUT_SECONDS + GRACE_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_a_connection_torn_down_within_the_body_is_a_reset() -> None:
    """RST after half a body is told from an orderly end."""

    def tear(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(START + b"Content-Length: 9\r\n\r\nhalf")
        server.released.wait(0.1)
        linger = b"\x01\0\0\0\0\0\0\0"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with serving(tear) as server:
        session = Session(parse_target(server.url))
        with pytest.raises(ExchangeError) as error:
            session.send(GET, 5, Exchange())
    assert error.value.reason is Reason.RESET


def test_a_body_of_tiny_chunks_is_read_in_linear_time() -> None:
    """A hundred thousand chunks of one byte take CPU time in proportion, not in its square."""
    body = CHUNKED + b"1\r\nx\r\n" * 100_000 + b"0\r\n\r\n"
    with serving(behaving(body, b"", 0)) as server:
        session, begin = Session(parse_target(server.url)), time.thread_time()
        assert session.send(GET, 60, Exchange()).body == b"x" * 100_000
        session.close()
    assert time.thread_time() - begin < 3


def test_a_server_that_never_pauses_lets_others_go_on() -> None:
    """What is there already is received without waiting: others get their turn in between."""
    turns: list[int] = []
    body = b"%x\r\n%s\r\n" % (len(MUCH), MUCH)

    def behave(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(CHUNKED + body * 40 + b"0\r\n\r\n")

    with serving(behave) as server:
        session = Session(parse_target(server.url), rest=lambda: turns.append(1))
        session.send(GET, 5.0, Exchange())
        session.close()
    assert len(turns) >= 40 / 2 - 1
