"""Behaviours of servers that mean harm, and the reason each of them must be given."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from raw_servers import head

from truegreen_synthetics.http.exchange_faults import Reason

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

START = b"HTTP/1.1 200 OK\r\n"
MUCH = b"x" * 65_536
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"

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
