"""Locust's own clients behind our connection: certificates verified, one time limit for all.

Both are asked for the head alone; the body is read and unpacked within bounds by who asks.
"""

from __future__ import annotations

from locust.clients import HttpSession
from locust.contrib.fasthttp import LocustUserAgent
from locust.event import EventHook

# isort: split
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING

import gevent
from geventhttpclient import client as fast_client
from geventhttpclient.response import HTTPSocketPoolResponse
from geventhttpclient.useragent import RetriesExceeded

from truegreen_synthetics.http.dialing import trusted_by_default
from truegreen_synthetics.http.http1 import MAX_HEAD_BYTES, head_too_large
from truegreen_synthetics.http.transports import Answered, StockTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from requests import PreparedRequest

    from truegreen_definitions.target import Target

__all__ = ["fast_transport", "requests_transport"]


class _BoundedResponse(HTTPSocketPoolResponse):
    """A response of the fast client whose head may not grow for ever."""

    _head_bytes = 0

    def feed(self, data: str | bytes) -> None:
        """Take what came."""
        if not self.headers_complete:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES + self.block_size:
                raise head_too_large()
        super().feed(data)


# The client has no place to say which class reads its answers.
fast_client.HTTPSocketPoolResponse = _BoundedResponse  # type: ignore[attr-defined]


class _Agent(LocustUserAgent):
    """Locust's fast agent, which leaves redirects and what a status means to who asks."""

    redirect_response_codes = frozenset()
    valid_response_codes = frozenset(range(100, 600))  # else it reads all of a refusal for its log


def fast_transport(target: Target, tls: Callable[[], ssl.SSLContext]) -> StockTransport:
    """Return Locust's fast client, the agent of its FastHttpUser, behind our connection."""
    agent = _agent(tls)
    # What shows the client's certificate is for its own origin alone.
    elsewhere = agent if tls is trusted_by_default else _agent(trusted_by_default)

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], own: bool) -> Answered:  # noqa: FBT001
        asked = agent if own else elsewhere
        try:
            found = asked.urlopen(url, method=method, payload=body or None, headers=headers)
        except RetriesExceeded as error:
            raise vars(error).get("original") or error from None
        return Answered(
            status=found.status_code,
            headers=tuple(found.headers.items()),
            read=found.read,
            drop=found.release,
        )

    def end() -> None:
        agent.close()
        elsewhere.close()

    return StockTransport(target, ask, _limit, end)


def _agent(tls: Callable[[], ssl.SSLContext]) -> _Agent:
    """Return an agent that asks once: else the end of our patience is what it asks again for."""
    return _Agent(cookiejar=CookieJar(), ssl_context_factory=tls, insecure=False, max_retries=0)


def requests_transport(
    target: Target, proxy: str, certificate: tuple[str, str] | None
) -> StockTransport:
    """Return Locust's usual client, which is that of requests, behind our connection."""
    session = HttpSession(target.url, EventHook(), None)  # type: ignore[no-untyped-call]
    session.auth = _as_it_is  # else ~/.netrc would add what no definition says
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], own: bool) -> Answered:  # noqa: FBT001
        found = session.request(
            method,
            url,
            data=body or None,
            headers=headers,
            allow_redirects=False,
            cert=certificate if own else None,
            stream=True,
        )
        if not found.status_code:
            raise found.error or ConnectionError("no answer")
        return Answered(
            status=found.status_code,
            headers=tuple(found.headers.items()),
            read=lambda size: found.raw.read(size, decode_content=False),
            drop=found.close,
        )

    return StockTransport(target, ask, _limit, session.close)


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    return request


def _limit(seconds: float) -> AbstractContextManager[object]:
    timeout: AbstractContextManager[object] = gevent.Timeout(seconds, TimeoutError)
    return timeout
