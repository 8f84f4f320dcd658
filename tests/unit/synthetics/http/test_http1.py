"""Responses are read right however the bytes arrive, and refused when they are ambiguous."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.http1 import MAX_BODY_BYTES, MAX_HEAD_BYTES, read_response

if TYPE_CHECKING:
    from truegreen_synthetics.http.responses import Response


def read(data: bytes, method: str = "GET", sizes: tuple[int, ...] = ()) -> tuple[Response, bool]:
    """Return what is read of bytes that arrive in parts of those sizes, then in one."""
    parts, rest = [], data
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    stream = iter([part for part in (*parts, rest) if part])
    return read_response(lambda: next(stream, b""), method)


def chunked(body: bytes, sizes: list[int]) -> bytes:
    """Return a body in chunks of about those sizes."""
    out, rest = b"", body
    for size in sizes:
        if rest[:size]:
            out += b"%x;ext=1\r\n%s\r\n" % (len(rest[:size]), rest[:size])
        rest = rest[size:]
    if rest:
        out += b"%X\r\n%s\r\n" % (len(rest), rest)
    return out + b"0\r\nTrailer: x\r\n\r\n"


PARTS = st.lists(st.integers(1, 40), max_size=30).map(tuple)


@given(
    body=st.binary(max_size=200),
    chunks=st.lists(st.integers(1, 60), max_size=6),
    sizes=PARTS,
    in_chunks=st.booleans(),
)
def test_a_body_is_read_whole_however_it_arrives(
    body: bytes, chunks: list[int], sizes: tuple[int, ...], *, in_chunks: bool
) -> None:
    """Chunked or with a length, zipped or not, cut anywhere on its way: the same response."""
    for content, extra in ((body, b""), (gzip.compress(body), b"Content-Encoding: gzip\r\n")):
        if in_chunks:
            framed = b"Transfer-Encoding: chunked\r\n\r\n" + chunked(content, chunks)
        else:
            framed = b"Content-Length: %d\r\n\r\n%s" % (len(content), content)
        found, reusable = read(b"HTTP/1.1 200 OK\r\nX-A:  b \r\n" + extra + framed, sizes=sizes)
        assert (found.status, found.body, found.headers["x-a"], reusable) == (200, body, "b", True)


@given(st.binary(min_size=1, max_size=80), st.data())
def test_a_body_that_is_cut_short_is_never_taken_for_whole(
    body: bytes, data: st.DataObject
) -> None:
    """Every proper prefix of a framed response is an error."""
    for framed in (
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body),
        b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, [7]),
    ):
        whole = b"HTTP/1.1 200 OK\r\n" + framed
        cut = data.draw(st.integers(0, len(whole) - 1))
        with pytest.raises(ExchangeError) as error:
            read(whole[:cut])
        assert error.value.reason is Reason.TRUNCATED


@pytest.mark.parametrize(
    ("data", "body", "reusable"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok", False),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\nConnection: Close\r\n\r\nok", b"ok", False),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", b"ok", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", b"ok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", b"ok", True),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", b"", True),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", b"", True),
        (b"HTTP/1.1 101 Switching\r\n\r\n", b"", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", True),
    ],
)
def test_the_end_of_a_response_is_found(data: bytes, body: bytes, *, reusable: bool) -> None:
    """Body and whether the connection can be used again follow RFC 9112."""
    found, again = read(data)
    assert (found.body, again) == (body, reusable)


def test_a_response_to_head_has_no_body() -> None:
    """Its length is that of the body it would have had."""
    found, reusable = read(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", "HEAD")
    assert (found.body, reusable) == (b"", True)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.TRUNCATED),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Reason.BAD_RESPONSE),
        (b"HTTP/2 200\r\n\r\n", Reason.BAD_RESPONSE),
        (b"HTTP/1.1 99 Low\r\n\r\n", Reason.BAD_RESPONSE),
        (b"HTTP/1.1 2000 High\r\n\r\n", Reason.BAD_RESPONSE),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20, Reason.BAD_RESPONSE),
        (OK + b"no header\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"A: b\r\n folded\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Sp ace: b\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Content-Length: -1\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Content-Length: 1, 2\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Content-Length: \xb2\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", Reason.BAD_RESPONSE),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", Reason.BAD_RESPONSE),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", Reason.BAD_RESPONSE),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", Reason.BAD_RESPONSE),
        (b"HTTP/1.1 200 " + b"a" * MAX_HEAD_BYTES, Reason.TOO_LARGE),
        (OK + b"A: b\r\n" * MAX_HEAD_BYTES, Reason.TOO_LARGE),
        (OK + b"A: " + b"b" * 2 * MAX_HEAD_BYTES, Reason.TOO_LARGE),
        (OK + b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1), Reason.TOO_LARGE),
        (OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", Reason.TOO_LARGE),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 8 + b"\r\n", Reason.TOO_LARGE),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 300, Reason.TOO_LARGE),
        (OK + b"\r\n" + b"a" * (MAX_BODY_BYTES + 1), Reason.TOO_LARGE),
    ],
)
def test_what_is_ambiguous_or_too_large_is_refused(data: bytes, reason: Reason) -> None:
    """Each way to be no response has its reason, and none is read without a bound."""
    with pytest.raises(ExchangeError) as error:
        read(data, sizes=(65_536,) * 70)
    assert error.value.reason is reason


def test_a_zip_bomb_is_not_unpacked() -> None:
    """A small zipped body that would fill the memory is refused at the bound."""
    bomb = gzip.compress(b"\0" * (MAX_BODY_BYTES + 1_000))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with pytest.raises(ExchangeError) as error:
        read(head + bomb)
    assert error.value.reason is Reason.TOO_LARGE
    with pytest.raises(ExchangeError) as error:
        read(OK + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + bomb[:20])
    assert error.value.reason is Reason.TRUNCATED


@pytest.mark.parametrize(
    "data",
    [
        b"%s\n\n",
        b"HTTP/1.1 200 OK\n%s\n\n",
        b"HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n%s\n",
    ],
)
def test_no_part_of_a_secret_is_shown_of_a_line_that_is_cut(data: bytes) -> None:
    """What a hostile server repeats of a long secret is masked, though the line is cut in it."""
    token = "secret-" * 20
    with pytest.raises(ExchangeError) as caught:
        read(data % f"~~ {token}".encode())
    assert "secret" in str(caught.value)
    assert "secret" not in Secrets({"S": token}).mask(str(caught.value))


def test_a_body_of_endless_tiny_chunks_is_given_up() -> None:
    """A server that sends a byte at a time is refused long before the bound of the body."""
    stream = iter([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"])
    tiny = b"1\r\nx\r\n" * 10_000
    with pytest.raises(ExchangeError, match="a body of more than 262144 chunks"):
        read_response(lambda: next(stream, tiny), "GET")
