"""Bodies as they were before a server packed them: gzip and deflate, within a bound.

Source: RFC 9110, section 8.4.1. Servers disagree on `deflate`: the standard means the zlib format,
some send the bare stream; the first byte tells them apart, as in browsers.
"""

from __future__ import annotations

import zlib

from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason

__all__ = ["ACCEPTED", "decoded"]

ACCEPTED = "gzip, deflate"

_GZIP = 16 + zlib.MAX_WBITS
_GZIPS = frozenset({"gzip", "x-gzip"})
_ZLIB_METHOD = 8  # the low half of a zlib stream's first byte, RFC 1950


def decoded(body: bytes, coding: str, bound: int) -> bytes:
    """Return a body without its content coding; one that is none of ours stays as it is.

    Args:
        body: As it was received.
        coding: Value of `Content-Encoding`; of several the last was applied last.
        bound: Most bytes that may come out.

    Raises:
        ExchangeError: It is not what it says, is cut short, or unpacks to more.
    """
    for name in reversed([one.strip() for one in coding.lower().split(",")]):
        if name in _GZIPS:
            body = _unpacked(body, _GZIP, "gzip", bound)
        elif name == "deflate":
            zlib_format = body[:1] and body[0] & 0x0F == _ZLIB_METHOD
            window = zlib.MAX_WBITS if zlib_format else -zlib.MAX_WBITS
            body = _unpacked(body, window, name, bound)
    return body


def _unpacked(body: bytes, window: int, name: str, bound: int) -> bytes:
    unpack = zlib.decompressobj(window)
    try:
        out = unpack.decompress(body, bound)
    except zlib.error as error:
        raise ExchangeError(Reason.BAD_RESPONSE, f"the body is no {name}") from error
    if unpack.unconsumed_tail:
        message = f"a body of more than {bound} unzipped bytes is above the bound of {bound}"
        raise ExchangeError(Reason.TOO_LARGE, message)
    if not unpack.eof:
        message = "the connection ended within the zipped body"
        raise ExchangeError(Reason.TRUNCATED, message)
    return out
