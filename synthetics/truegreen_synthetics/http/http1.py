"""HTTP/1.1 responses read from a stream of bytes, within bounds.

Source: RFC 9112, sections 2.2, 5, 6 and 7. Anything that could be read in two ways (two lengths,
a folded header, a length that is no number) is refused: a prober must not guess.

A server says most lines of its heads again and again: what a short line means is remembered. This
is the hottest code of a probe.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from truegreen_synthetics.http.content_codings import decoded
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_BODY_BYTES", "MAX_HEAD_BYTES", "body_too_large", "head_too_large", "read_response"]

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_INTERIM_RESPONSES = 8
MAX_CHUNK_LINE_BYTES = 256
MAX_CHUNKS = 262_144
SHOWN_CHARACTERS = 60
REMEMBERED_LINES = 1024
REMEMBERED_CHARACTERS = 128

_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]++:[^\r\n\0]*+")
_HEAD_END = re.compile(rb"\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_SWITCHING_PROTOCOLS, _OK, _NO_CONTENT, _NOT_MODIFIED = 101, 200, 204, 304
_BODILESS = frozenset({_SWITCHING_PROTOCOLS, _NO_CONTENT, _NOT_MODIFIED})


def read_response(receive: Callable[[], bytes], method: str) -> tuple[Response, bool]:
    """Return a response and whether its connection can carry another request.

    Args:
        receive: Returns the next bytes; none at the end of the stream.
        method: Of the request: a response to HEAD has no body.

    Raises:
        ExchangeError: What came is no response, is cut short or too large.
    """
    stream = _Stream(receive)
    version, status, headers, cookies = _head(stream)
    interim = 0
    while status < _OK and status != _SWITCHING_PROTOCOLS:
        interim += 1
        if interim > MAX_INTERIM_RESPONSES:
            raise ExchangeError(Reason.BAD_RESPONSE, "too many interim responses")
        version, status, headers, cookies = _head(stream)
    body, framed = _body(stream, method, status, headers)
    coding = headers.get("content-encoding")
    if coding is not None and body:
        body = decoded(body, coding, MAX_BODY_BYTES)
    closes = "connection" in headers and "close" in headers["connection"].lower()
    reusable = framed and version == "1" and not closes and stream.spent()
    return Response(status, headers, body, cookies), reusable


class _Stream:
    """Bytes that came and were not used yet.

    What was used stays in front until more comes: a body of tiny chunks would else be copied
    once for each.
    """

    __slots__ = ("_at", "_data", "_receive")

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._data = b""
        self._at = 0

    def spent(self) -> bool:
        """Return whether all that came was used."""
        return self._at == len(self._data)

    def head(self) -> str:
        """Return the next head: its lines, without the empty one."""
        first = True
        if self._at == len(self._data):
            self._more("the status line")
        while True:
            found = _HEAD_END.search(self._data, self._at)
            if found is not None and found.end() - self._at <= MAX_HEAD_BYTES:
                break
            end = self._data.find(b"\n", self._at)
            what = "the status line" if end < 0 else "the head"
            if len(self._data) - self._at > MAX_HEAD_BYTES:
                raise _too_long(what, MAX_HEAD_BYTES)
            if first and end >= 0:
                line = self._data[self._at : end].removesuffix(b"\r")
                _status(line.decode("latin-1"))  # no need to wait for the rest
                first = False
            self._more(what)
        head = self._data[self._at : found.start() + 1].decode("latin-1")
        self._at = found.end()
        return head

    def line(self, bound: int, what: str) -> bytes:
        """Return the next line without its end."""
        while (end := self._data.find(b"\n", self._at)) < 0:
            if len(self._data) - self._at > bound:
                raise _too_long(what, bound)
            self._more(what)
        if end - self._at > bound:
            raise _too_long(what, bound)
        line = self._data[self._at : end].removesuffix(b"\r")
        self._at = end + 1
        return line

    def exactly(self, size: int, what: str) -> bytes:
        """Return the next bytes."""
        end = self._at + size
        if end <= len(self._data):
            part, self._at = self._data[self._at : end], end
            return part
        parts = [self._data[self._at :]]
        missing = size - len(parts[0])
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
            if not parts[-1]:
                raise _cut_short(what)
        self._data, self._at = parts[-1], len(parts[-1]) + missing
        parts[-1] = self._data[: self._at]
        return b"".join(parts)

    def to_the_end(self, bound: int) -> bytes:
        """Return all bytes until the stream ends."""
        parts = [self._data[self._at :]]
        size = len(parts[0])
        while data := self._receive():
            parts.append(data)
            size += len(data)
            if size > bound:
                raise body_too_large(f"more than {bound}")
        self._data, self._at = b"", 0
        return b"".join(parts)

    def _more(self, what: str) -> None:
        """Wait for more bytes."""
        data = self._receive()
        if not data:
            raise _cut_short(what)
        self._data, self._at = self._data[self._at :] + data, 0


def _head(stream: _Stream) -> tuple[str, int, dict[str, str], tuple[str, ...]]:
    """Return (minor version, status, headers, values of `Set-Cookie`) of the next head."""
    lines = stream.head().removesuffix("\n").split("\n")
    version, status = _status(lines[0].removesuffix("\r"))
    fields = [
        _remembered_field(line) if len(line) <= REMEMBERED_CHARACTERS else _field(line)
        for line in lines[1:]
    ]
    headers = dict(fields)
    cookies = (headers["set-cookie"],) if "set-cookie" in headers else ()
    if len(headers) == len(fields):
        return version, status, headers, cookies
    return version, status, *_repeated(fields)


def _field(line: str) -> tuple[str, str]:
    """Return (name in lower case, value) of a line of a head."""
    if _HEADER.fullmatch(line.removesuffix("\r")) is None:
        raise _no_header(line.removesuffix("\r"))
    name, _, value = line.partition(":")
    return name.lower(), value.strip(" \t\r")


_remembered_field = lru_cache(maxsize=REMEMBERED_LINES)(_field)


def _repeated(fields: list[tuple[str, str]]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return (headers, values of `Set-Cookie`) where names come more than once."""
    headers: dict[str, str] = {}
    cookies: tuple[str, ...] = ()
    for name, value in fields:
        if name == "set-cookie":
            cookies = (*cookies, value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers, cookies


@lru_cache(maxsize=64)
def _status(line: str) -> tuple[str, int]:
    found = _STATUS_LINE.fullmatch(line)
    if found is None:
        raise ExchangeError(Reason.BAD_RESPONSE, f"{_shown(line)} is no status line of HTTP/1")
    return found[1], int(found[2])


def _no_header(line: str) -> ExchangeError:
    return ExchangeError(Reason.BAD_RESPONSE, f"{_shown(line)} is no header")


def _body(stream: _Stream, method: str, status: int, headers: dict[str, str]) -> tuple[bytes, bool]:
    """Return (content, whether its end was marked)."""
    if method == "HEAD" or status in _BODILESS:
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
    value = text
    if "," in text:
        value, *others = {one.strip() for one in text.split(",")}
        value = "" if others else value
    if not (value.isascii() and value.isdecimal()):
        raise ExchangeError(Reason.BAD_RESPONSE, f"{text!r} is no content-length")
    if len(value) > len(str(MAX_BODY_BYTES)) or int(value) > MAX_BODY_BYTES:
        raise body_too_large(value)
    return int(value)


def _chunked(stream: _Stream) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while True:
        line = stream.line(MAX_CHUNK_LINE_BYTES, "the size of a chunk")
        found = _CHUNK_SIZE.fullmatch(line)
        if found is None:
            shown = _shown(line.decode("latin-1"))
            raise ExchangeError(Reason.BAD_RESPONSE, f"{shown} is no size of a chunk")
        size = int(found[1], 16)
        total += size
        if total > MAX_BODY_BYTES:
            raise body_too_large(f"at least {total}")
        if not size:
            _trailers(stream)
            return b"".join(chunks)
        chunks.append(stream.exactly(size, "a chunk"))
        if len(chunks) > MAX_CHUNKS:
            raise ExchangeError(Reason.TOO_LARGE, f"a body of more than {MAX_CHUNKS} chunks")
        if stream.line(MAX_CHUNK_LINE_BYTES, "the end of a chunk"):
            raise ExchangeError(Reason.BAD_RESPONSE, "a chunk is longer than it says")


def _trailers(stream: _Stream) -> None:
    """Read over what stands behind the last chunk."""
    left = MAX_HEAD_BYTES
    while line := stream.line(left, "the head"):
        left -= len(line) + 1
        text = line.decode("latin-1")
        if _HEADER.fullmatch(text) is None:
            raise _no_header(text)


def _shown(line: str) -> str:
    """Return the beginning of a line; the mark of a cut lets masks know a cut secret."""
    return repr(line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}…")


def _cut_short(what: str) -> ExchangeError:
    return ExchangeError(Reason.TRUNCATED, f"the connection ended within {what}")


def _too_long(what: str, bound: int) -> ExchangeError:
    return ExchangeError(Reason.TOO_LARGE, f"{what} is longer than {bound} bytes")


def body_too_large(found: str) -> ExchangeError:
    """Return what says that a body of so many bytes is above the bound."""
    message = f"a body of {found} bytes is above the bound of {MAX_BODY_BYTES}"
    return ExchangeError(Reason.TOO_LARGE, message)


def head_too_large() -> ExchangeError:
    """Return what says that a head is above the bound."""
    return _too_long("the head", MAX_HEAD_BYTES)
