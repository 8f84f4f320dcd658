"""Locust's own clients behind our connection: certificates verified, one time limit for all."""

from __future__ import annotations

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

# isort: split
from typing import TYPE_CHECKING

import gevent

from truegreen_synthetics.dialing import trusted_by_default
from truegreen_synthetics.transports import StockTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from requests import PreparedRequest

    from truegreen_definitions.target import Target
    from truegreen_synthetics.transports import Answered

__all__ = ["fast_transport", "requests_transport"]


def fast_transport(target: Target, tls: Callable[[], ssl.SSLContext]) -> StockTransport:
    """Return Locust's fast client behind our connection."""
    session = _fast_session(target, tls)
    # What shows the client's certificate is for its own origin alone.
    elsewhere = session if tls is trusted_by_default else _fast_session(target, trusted_by_default)

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], own: bool) -> Answered:  # noqa: FBT001
        return (session if own else elsewhere).request(
            method,
            url,
            data=body or None,  # type: ignore[arg-type]  # bytes are sent as they are
            headers=headers,
            allow_redirects=False,
        )

    def end() -> None:
        session.client.clientpool.close()
        elsewhere.client.clientpool.close()

    return StockTransport(target, ask, _limit, end)


def _fast_session(target: Target, tls: Callable[[], ssl.SSLContext]) -> FastHttpSession:
    return FastHttpSession(
        target.url,
        EventHook(),  # type: ignore[no-untyped-call]
        None,
        insecure=False,
        ssl_context_factory=tls,
        max_retries=1,
    )


def requests_transport(
    target: Target, proxy: str, certificate: tuple[str, str] | None
) -> StockTransport:
    """Return Locust's usual client, which is that of requests, behind our connection."""
    session = HttpSession(target.url, EventHook(), None)  # type: ignore[no-untyped-call]
    session.auth = _as_it_is  # else ~/.netrc would add what no definition says
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], own: bool) -> Answered:  # noqa: FBT001
        return session.request(
            method,
            url,
            data=body or None,
            headers=headers,
            allow_redirects=False,
            cert=certificate if own else None,
        )

    return StockTransport(target, ask, _limit, session.close)


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    return request


def _limit(seconds: float) -> AbstractContextManager[object]:
    timeout: AbstractContextManager[object] = gevent.Timeout(seconds, TimeoutError)
    return timeout
