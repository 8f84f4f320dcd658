"""Where a redirect leads, as a browser follows it.

Source: RFC 9110, section 15.4, and the Fetch standard, "HTTP-redirect fetch": 303 becomes a GET,
301 and 302 do after a POST, 307 and 308 repeat the request as it was. To another host only those
headers go that hold nothing private. From https to http nothing is followed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from truegreen_definitions.target import Target, parse_target
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason

if TYPE_CHECKING:
    from truegreen_synthetics.http.exchanges import Exchange, Request
    from truegreen_synthetics.http.responses import Response

__all__ = ["FOLLOWED", "Hop", "count_redirect", "redirected"]

SEE_OTHER = 303
AFTER_POST = (301, 302)
FOLLOWED = frozenset({SEE_OTHER, *AFTER_POST, 307, 308})
_SAFE = "/?&=:@!$'()*+,;~%[]"


class Hop(NamedTuple):
    """One request on its way: where to, the path and query there, and what is sent."""

    target: Target
    path: str
    request: Request


def redirected(hop: Hop, response: Response) -> Hop | None:
    """Return where the answer to a request leads on; None where it does not.

    Raises:
        ExchangeError: It leads where no request may go.
    """
    target = hop.target
    status, place = response.status, response.headers.get("location")
    if place is None or status not in FOLLOWED:
        return None
    url, to = _place(f"{target.origin}{hop.path}", place.strip())
    if target.tls and not to.tls:
        raise ExchangeError(Reason.REDIRECT, f"{target.authority} redirects from https to http")
    parts = urlsplit(url)
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    same = (to.tls, to.host, to.port) == (target.tls, target.host, target.port)
    request = _next_request(hop.request, status, same=same)
    return Hop(to, (quote(parts.path, safe=_SAFE) or "/") + query, request)


def count_redirect(hop: Hop, exchange: Exchange, most: int) -> None:
    """Count that a redirect is followed.

    Raises:
        ExchangeError: As many were followed as may be.
    """
    if exchange.redirects == most:
        message = f"more than {most} redirects, the last to {hop.path}"
        raise ExchangeError(Reason.REDIRECT, message)
    exchange.redirects += 1


def _place(base: str, location: str) -> tuple[str, Target]:
    """Return where a location leads: its URL, and the target of that."""
    try:
        url = urljoin(base, location)
        parts = urlsplit(url)
        return url, parse_target(f"{parts.scheme}://{parts.netloc}")
    except ValueError as error:
        raise ExchangeError(Reason.REDIRECT, f"a redirect leads nowhere: {error}") from error


def _next_request(request: Request, status: int, *, same: bool) -> Request:
    method, body, headers = request.method, request.body, request.headers
    to_get = status == SEE_OTHER and method not in {"GET", "HEAD"}
    if to_get or (status in AFTER_POST and method == "POST"):
        method, body = "GET", b""
        headers = tuple(pair for pair in headers if pair[0] != "content-type")
    if not same:
        kept = request.carried
        headers = tuple(pair for pair in headers if pair[0] in kept)
    return replace(request, method=method, body=body, headers=headers, lines="")
