"""HTTP/1.1 responses read from a stream of bytes, within bounds.

Source: RFC 9112, sections 2.2, 5, 6 and 7. Anything that could be read in two ways (two lengths,
a folded header, a length that is no number) is refused: a prober must not guess.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from truegreen_synthetics.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_BODY_BYTES", "MAX_HEAD_BYTES", "read_response"]

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_INTERIM_RESPONSES = 8
MAX_CHUNK_LINE_BYTES = 256

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?")
_HEADER = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([^\r\n\0]*?)[ \t]*")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_SWITCHING_PROTOCOLS, _OK, _NO_CONTENT, _NOT_MODIFIED = 101, 200, 204, 304
_GZIP = 16 + zlib.MAX_WBITS


def read_response(receive: Callable[[], bytes], method: str) -> tuple[Response, bool]:
    """Return a response and whether its connection can carry another request.

    Args:
        receive: Returns the next bytes; none at the end of the stream.
        method: Of the request: a response to HEAD has no body.

    Raises:
        ExchangeError: What came is no response, is cut short or too large.
    """
    stream = _Stream(receive)
    version, status, headers = _head(stream)
    interim = 0
    while status < _OK and status != _SWITCHING_PROTOCOLS:
        interim += 1
        if interim > MAX_INTERIM_RESPONSES:
            raise ExchangeError(Reason.BAD_RESPONSE, "too many interim responses")
        version, status, headers = _head(stream)
    body, framed = _body(stream, method, status, headers)
    if headers.get("content-encoding", "").lower() in {"gzip", "x-gzip"} and body:
        body = _gunzipped(body)
    closes = "close" in headers.get("connection", "").lower()
    reusable = framed and version == b"1" and not closes and not stream.rest
    return Response(status, headers, body), reusable


class _Stream:
    """Bytes that came and were not used yet."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self.rest = bytearray()

    def more(self) -> bool:
        """Wait for more bytes; return whether there were any."""
        data = self._receive()
        self.rest += data
        return bool(data)

    def line(self, bound: int, what: str) -> bytes:
        """Return the next line without its end."""
        searched = 0
        while (end := self.rest.find(b"\n", searched)) < 0:
            searched = len(self.rest)
            if searched > bound:
                raise ExchangeError(Reason.TOO_LARGE, f"{what} is longer than {bound} bytes")
            if not self.more():
                raise _cut_short(what)
        if end > bound:
            raise ExchangeError(Reason.TOO_LARGE, f"{what} is longer than {bound} bytes")
        line = bytes(self.rest[:end]).removesuffix(b"\r")
        del self.rest[: end + 1]
        return line

    def exactly(self, size: int, what: str) -> bytes:
        """Return the next bytes."""
        while len(self.rest) < size:
            if not self.more():
                raise _cut_short(what)
        data = bytes(self.rest[:size])
        del self.rest[:size]
        return data

    def to_the_end(self, bound: int) -> bytes:
        """Return all bytes until the stream ends."""
        while self.more():
            if len(self.rest) > bound:
                raise _too_large(f"more than {bound}")
        data = bytes(self.rest)
        self.rest.clear()
        return data


def _head(stream: _Stream) -> tuple[bytes, int, dict[str, str]]:
    """Return (minor version, status, headers) of the next head."""
    line = stream.line(MAX_HEAD_BYTES, "the status line")
    found = _STATUS_LINE.fullmatch(line)
    if found is None:
        raise ExchangeError(Reason.BAD_RESPONSE, f"{_shown(line)} is no status line of HTTP/1")
    headers = _headers(stream, MAX_HEAD_BYTES - len(line))
    return found[1], int(found[2]), headers


def _headers(stream: _Stream, left: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := stream.line(left, "the head"):
        left -= len(line) + 1
        found = _HEADER.fullmatch(line)
        if found is None:
            raise ExchangeError(Reason.BAD_RESPONSE, f"{_shown(line)} is no header")
        name, value = found[1].decode().lower(), found[2].decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _body(stream: _Stream, method: str, status: int, headers: dict[str, str]) -> tuple[bytes, bool]:
    """Return (content, whether its end was marked)."""
    if method == "HEAD" or status in {_SWITCHING_PROTOCOLS, _NO_CONTENT, _NOT_MODIFIED}:
        return b"", status != _SWITCHING_PROTOCOLS
    coding = headers.get("transfer-encoding")
    if coding is not None:
        if coding.lower() != "chunked" or "content-length" in headers:
            raise ExchangeError(Reason.BAD_RESPONSE, f"the length is unclear: {coding!r}")
        return _chunked(stream), True
    length = headers.get("content-length")
    if length is None:
        return stream.to_the_end(MAX_BODY_BYTES), False
    size = _length(length)
    return stream.exactly(size, f"the body of {size} bytes"), True


def _length(text: str) -> int:
    values = {value.strip() for value in text.split(",")}
    value = values.pop()
    if values or not (value.isascii() and value.isdecimal()):
        raise ExchangeError(Reason.BAD_RESPONSE, f"{text!r} is no content-length")
    if len(value) > len(str(MAX_BODY_BYTES)) or int(value) > MAX_BODY_BYTES:
        raise _too_large(value)
    return int(value)


def _chunked(stream: _Stream) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while True:
        line = stream.line(MAX_CHUNK_LINE_BYTES, "the size of a chunk")
        found = _CHUNK_SIZE.fullmatch(line)
        if found is None:
            raise ExchangeError(Reason.BAD_RESPONSE, f"{_shown(line)} is no size of a chunk")
        size = int(found[1], 16)
        total += size
        if total > MAX_BODY_BYTES:
            raise _too_large(f"at least {total}")
        if not size:
            _headers(stream, MAX_HEAD_BYTES)
            return b"".join(chunks)
        chunks.append(stream.exactly(size, "a chunk"))
        if stream.line(MAX_CHUNK_LINE_BYTES, "the end of a chunk"):
            raise ExchangeError(Reason.BAD_RESPONSE, "a chunk is longer than it says")


def _gunzipped(body: bytes) -> bytes:
    unzip = zlib.decompressobj(_GZIP)
    try:
        out = unzip.decompress(body, MAX_BODY_BYTES)
    except zlib.error as error:
        raise ExchangeError(Reason.BAD_RESPONSE, "the body is no gzip") from error
    if unzip.unconsumed_tail:
        raise _too_large(f"more than {MAX_BODY_BYTES} unzipped")
    if not unzip.eof:
        raise _cut_short("the zipped body")
    return out


def _cut_short(what: str) -> ExchangeError:
    return ExchangeError(Reason.TRUNCATED, f"the connection ended within {what}")


def _too_large(found: str) -> ExchangeError:
    message = f"a body of {found} bytes is above the bound of {MAX_BODY_BYTES}"
    return ExchangeError(Reason.TOO_LARGE, message)


def _shown(line: bytes) -> str:
    return repr(line[:60].decode("latin-1"))
