"""The clients of Locust's own users, FastHttpUser and HttpUser, behind the protocol of ours.

They cannot tell the phases of a request apart: all of a request is its first byte. Cookies are
theirs too. Redirects are followed here: they would take every header to another host. What Locust
would count is not counted: a session without a user tells nobody.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.redirects import Hop, count_redirect, redirected
from truegreen_synthetics.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from truegreen_definitions.target import Target
    from truegreen_synthetics.exchanges import Exchange, Request

__all__ = ["Answered", "StockTransport"]

SHOWN_CHARACTERS = 300
_WORDS = (
    ("certificate", Reason.TLS),
    ("ssl", Reason.TLS),
    ("gaierror", Reason.DNS),
    ("nameresolution", Reason.DNS),
    ("refused", Reason.REFUSED),
    ("timeout", Reason.TIMEOUT),
    ("timed out", Reason.TIMEOUT),
    ("redirect", Reason.REDIRECT),
    ("incompleteread", Reason.TRUNCATED),
    ("reset", Reason.RESET),
    ("closed", Reason.RESET),
    ("aborted", Reason.RESET),
    ("parse", Reason.BAD_RESPONSE),
    ("badstatusline", Reason.BAD_RESPONSE),
)


class Headers(Protocol):
    """Fields of a response."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return (name, value) pairs, names in any case."""


class Answered(Protocol):
    """What stock clients answer with; on a failure `error` says what happened."""

    @property
    def status_code(self) -> int:
        """The status, 0 for none."""

    @property
    def headers(self) -> Headers | None:
        """By name, in any case; None with no response."""

    @property
    def content(self) -> bytes | None:
        """The body, unpacked."""


class StockTransport:
    """Sends requests through a client that is not ours.

    Args:
        target: Where to.
        ask: Sends (method, URL, body, headers, whether it goes to the target's own origin) and
            follows no redirect.
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
        url = f"{'https' if target.tls else 'http'}://{target.authority}{hop.path}"
        own = _origin(target) == _origin(self._target)
        found = self._ask(request.method, url, request.body, dict(request.headers), own)
        body = found.content or b""
        if time.perf_counter() >= until:
            # FastHttpUser's client takes the end of our patience for the end of the body.
            raise TimeoutError
        if not found.status_code:
            raise getattr(found, "error", None) or ConnectionError("no answer")
        exchange.status = found.status_code
        exchange.received_bytes += len(body)
        answered = {name.lower(): value for name, value in (found.headers or {}).items()}
        cookie = answered.get("set-cookie")
        return Response(found.status_code, answered, body, () if cookie is None else (cookie,))

    def _fault(self, error: Exception | None, timeout_seconds: float) -> ExchangeError:
        said = repr(error).lower()
        reason = next((reason for word, reason in _WORDS if word in said), Reason.UNREACHABLE)
        if isinstance(error, TimeoutError) or reason is Reason.TIMEOUT:
            message = f"no answer within {timeout_seconds:g}s: still waiting for the first byte"
            return ExchangeError(Reason.TIMEOUT, message)
        text = f"{self._target.authority}: {error}"
        shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
        return ExchangeError(reason, shown)


def _origin(target: Target) -> tuple[bool, str, int]:
    return target.tls, target.host, target.port
