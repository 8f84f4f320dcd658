"""Locust's own clients behind our connection: certificates verified, one time limit for all."""

from __future__ import annotations

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

# isort: split
from typing import TYPE_CHECKING

import gevent

from truegreen_synthetics.transports import StockTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from truegreen_definitions.target import Target
    from truegreen_synthetics.transports import Answered

__all__ = ["fast_transport", "requests_transport"]


def fast_transport(target: Target, tls: Callable[[], ssl.SSLContext]) -> StockTransport:
    """Return Locust's fast client behind our connection."""
    session = FastHttpSession(
        target.url,
        EventHook(),  # type: ignore[no-untyped-call]
        None,
        insecure=False,
        ssl_context_factory=tls,
        max_retries=1,
    )

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], follow: bool) -> Answered:  # noqa: FBT001
        return session.request(
            method,
            url,
            data=body or None,  # type: ignore[arg-type]  # bytes are sent as they are
            headers=headers,
            allow_redirects=follow,
        )

    return StockTransport(target, ask, _limit, session.client.clientpool.close)


def requests_transport(
    target: Target, proxy: str, certificate: tuple[str, str] | None
) -> StockTransport:
    """Return Locust's usual client, which is that of requests, behind our connection."""
    session = HttpSession(target.url, EventHook(), None)  # type: ignore[no-untyped-call]
    session.cert = certificate
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], follow: bool) -> Answered:  # noqa: FBT001
        return session.request(
            method, url, data=body or None, headers=headers, allow_redirects=follow
        )

    return StockTransport(target, ask, _limit, session.close)


def _limit(seconds: float) -> AbstractContextManager[object]:
    timeout: AbstractContextManager[object] = gevent.Timeout(seconds, TimeoutError)
    return timeout
