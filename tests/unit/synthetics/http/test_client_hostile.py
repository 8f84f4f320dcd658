"""Servers that mean harm: no hang beyond the timeout, no crash, the right reason each time."""

from __future__ import annotations

import resource
import socket
import time

import pytest
from hostile_servers import BEHAVIOURS, CHUNKED, MUCH, START, behaving
from raw_servers import head, serving

from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange, Request

GET = Request(method="GET", path="/", headers=(), body=b"", redirects=5)
TIMEOUT_SECONDS = 0.5
GRACE_SECONDS = 1.5  # of a busy machine


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
