"""Connections of journeys: who opens one, to where, through what."""

from __future__ import annotations

import os
import time
from functools import cache, partial
from typing import TYPE_CHECKING

import gevent

from truegreen_synthetics.engine.hub_lines import hub_line
from truegreen_synthetics.engine.stock_transports import fast_transport, requests_transport
from truegreen_synthetics.http.client import Reuse, Session
from truegreen_synthetics.http.dialing import literal, resolve, trusted_by_default
from truegreen_synthetics.http.proxies import parse_proxy, proxy_from

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Sequence

    from truegreen_definitions.target import Target
    from truegreen_synthetics.equipment import Connection
    from truegreen_synthetics.http.dialing import AddressInfo
    from truegreen_synthetics.http.proxies import Proxy
    from truegreen_synthetics.journeys import CompiledJourney

__all__ = ["Sessions", "bounded_resolve"]


class Sessions:
    """Opens the connections of journeys; all of them share one TLS context.

    Making it takes tens of milliseconds, so it is made at the start where a target is known to
    need it.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        if any(target.tls for target in targets):
            trusted_by_default()

    def open(self, journey: CompiledJourney) -> Connection:
        """Return a connection for one run of a journey."""
        return self.opener(journey)()

    def opener(
        self, journey: CompiledJourney, target: Target | None = None
    ) -> Callable[[], Connection]:
        """Return what opens a connection for each run; nothing is connected yet.

        Args:
            journey: Whose client it is.
            target: Where to; None for the journey's own.
        """
        to = target or journey.target
        if journey.client.engine == "fasthttp":
            return partial(fast_transport, to, journey.tls or trusted_by_default)
        if journey.client.engine == "requests":
            return partial(requests_transport, to, journey.client.proxy, journey.certificate)
        reuse = Reuse(journey.client.connections)
        make = partial(self._lean, to, reuse, _via(journey.client.proxy), journey.tls)
        if reuse is not Reuse.ALWAYS:
            return make
        kept = make()
        return lambda: kept

    def reach(self, target: Target) -> Session:
        """Return a connection to a host beside a journey's target."""
        return self._lean(target, Reuse.RUN, _via(""), None)

    def _lean(
        self,
        target: Target,
        reuse: Reuse,
        via: Callable[[Target], Proxy | None],
        own: Callable[[], ssl.SSLContext] | None,
    ) -> Session:
        tls = (own or trusted_by_default)() if target.tls else None
        return Session(
            *(target, tls, time.perf_counter, bounded_resolve),
            reuse=reuse,
            via=via,
            rest=_rest,
            line=hub_line,
        )


def _via(declared: str) -> Callable[[Target], Proxy | None]:
    if declared:
        proxy = parse_proxy(declared)
        return lambda _target: proxy
    return cache(partial(proxy_from, os.environ))


def _rest() -> None:
    gevent.sleep(0)


def bounded_resolve(host: str, port: int, timeout_seconds: float) -> Sequence[AddressInfo]:
    """Return the addresses of a host, within the time.

    Raises:
        OSError: There is none; TimeoutError, which is one, when the resolver takes longer.
    """
    if found := literal(host, port):
        return found
    with gevent.Timeout(timeout_seconds, TimeoutError):
        return resolve(host, port, timeout_seconds)
