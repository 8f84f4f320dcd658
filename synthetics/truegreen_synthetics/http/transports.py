"""The clients of Locust's own users, FastHttpUser and HttpUser, behind the protocol of ours.

They cannot tell the phases of a request apart: all of a request is its first byte. Cookies are
theirs too. Redirects are followed here: they would take every header to another host. What Locust
would count is not counted: a session without a user tells nobody. Bodies are read piece by piece
and unpacked here, within the bounds of our own client: theirs keep whatever a server sends.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.http.content_codings import decoded
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.http1 import MAX_BODY_BYTES, body_too_large
from truegreen_synthetics.http.redirects import Hop, count_redirect, redirected
from truegreen_synthetics.http.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from truegreen_definitions.target import Target
    from truegreen_synthetics.http.exchanges import Exchange, Request

__all__ = ["Answered", "StockTransport"]

SHOWN_CHARACTERS = 300
PIECE_BYTES = 64 * 1024
_WORDS = (
    ("certificate", Reason.TLS),
    ("ssl", Reason.TLS),
    ("gaierror", Reason.DNS),
    ("nameresolution", Reason.DNS),
    ("refused", Reason.REFUSED),
    ("got more than", Reason.TOO_LARGE),  # lines and headers, as Python's own client bounds them
    ("timeout", Reason.TIMEOUT),
    ("timed out", Reason.TIMEOUT),
    ("redirect", Reason.REDIRECT),
    ("incompleteread", Reason.TRUNCATED),
    ("incomplete response", Reason.TRUNCATED),
    ("reset", Reason.RESET),
    ("closed", Reason.RESET),
    ("aborted", Reason.RESET),
    ("parse", Reason.BAD_RESPONSE),
    ("badstatusline", Reason.BAD_RESPONSE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a stock client answers with once it has read the head.

    Attributes:
        headers: (name, value) pairs, names in any case.
        read: Returns at most about so many bytes of the body as it was sent; none at its end.
        drop: Gives up the connection.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    read: Callable[[int], bytes]
    drop: Callable[[], object]


class StockTransport:
    """Sends requests through a client that is not ours.

    Args:
        target: Where to.
        ask: Sends (method, URL, body, headers, whether it goes to the target's own origin),
            follows no redirect, and raises where there is no answer.
        limit: Makes a block end with TimeoutError after so many seconds.
        end: Closes the client.
    """

    def __init__(
        self,
        target: Target,
        ask: Callable[[str, str, bytes, dict[str, str], bool], Answered],
        limit: Callable[[float], AbstractContextManager[object]],
        end: Callable[[], object],
    ) -> None:
        self._target = target
        self._ask = ask
        self._limit = limit
        self._end = end

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Return the whole response.

        Raises:
            ExchangeError: There is none within the time.
        """
        exchange.stage = PhaseValue.FIRST_BYTE
        start = time.perf_counter()
        until = start + timeout_seconds
        hop = Hop(self._target, self._target.prefix + request.path, request)
        try:
            with self._limit(timeout_seconds):
                response = self._hop(hop, until, exchange)
                while request.redirects and (found := redirected(hop, response)) is not None:
                    hop = found
                    count_redirect(hop, exchange, request.redirects)
                    response = self._hop(hop, until, exchange)
        except ExchangeError:
            raise
        except Exception as error:
            raise self._fault(error, timeout_seconds) from error
        exchange.took(PhaseValue.FIRST_BYTE, time.perf_counter() - start)
        return response

    def close(self) -> None:
        """Close the client."""
        self._end()

    def _hop(self, hop: Hop, until: float, exchange: Exchange) -> Response:
        """Return the response to one request."""
        target, request = hop.target, hop.request
        url = f"{target.origin}{hop.path}"
        own = _origin(target) == _origin(self._target)
        found = self._ask(request.method, url, request.body, dict(request.headers), own)
        body = _body(found, until)
        exchange.status = found.status
        exchange.received_bytes += len(body)
        answered = {name.lower(): value for name, value in found.headers}
        if body:
            body = decoded(body, answered.get("content-encoding", ""), MAX_BODY_BYTES)
        cookie = answered.get("set-cookie")
        return Response(found.status, answered, body, () if cookie is None else (cookie,))

    def _fault(self, error: Exception | None, timeout_seconds: float) -> ExchangeError:
        said = repr(error).lower()
        reason = next((reason for word, reason in _WORDS if word in said), Reason.UNREACHABLE)
        if isinstance(error, TimeoutError) or reason is Reason.TIMEOUT:
            message = f"no answer within {timeout_seconds:g}s: still waiting for the first byte"
            return ExchangeError(Reason.TIMEOUT, message)
        text = f"{self._target.authority}: {error}"
        shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
        return ExchangeError(reason, shown)


def _body(found: Answered, until: float) -> bytes:
    """Return the body as it was sent; its connection is given up where that fails."""
    try:
        return b"".join(_pieces(found, until))
    except BaseException:
        found.drop()
        raise


def _pieces(found: Answered, until: float) -> Iterator[bytes]:
    size = 0
    while time.perf_counter() < until:  # clients may take the end of our patience for another end
        piece = found.read(PIECE_BYTES)
        if not piece:
            return
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise body_too_large(f"more than {MAX_BODY_BYTES}")
        yield piece
    raise TimeoutError


def _origin(target: Target) -> tuple[bool, str, int]:
    return target.tls, target.host, target.port
