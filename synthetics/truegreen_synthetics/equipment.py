"""What a process lends to the runs in it: time, native threads, connections to other hosts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeVar

from truegreen_synthetics.browsing.browsers import Browsers, BrowserSettings
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.http.dialing import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from truegreen_definitions.target import Target
    from truegreen_synthetics.http.dialing import Resolve
    from truegreen_synthetics.http.exchanges import Exchange, Request
    from truegreen_synthetics.http.responses import Response

__all__ = ["Connection", "Equipment", "Ledger"]

T = TypeVar("T")
NOTHING: Mapping[str, object] = MappingProxyType({})


class Connection(Protocol):
    """What a run sends its HTTP requests through; see `client.Session`."""

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Return the response; raises ExchangeError."""

    def close(self) -> None:
        """Close it."""


class InThread(Protocol):
    """Calls a function that may block the process."""

    def __call__(self, function: Callable[[], T], timeout_seconds: float, /) -> T:
        """Return what it returns; raises TimeoutError when it takes longer."""


class Ledger(Protocol):
    """Where is noted what a run makes; see `compensation.Journal`."""

    def intend(
        self,
        run: str,
        journey: str,
        location: str,
        of: Iterable[str] = (),
        values: Mapping[str, object] = NOTHING,
    ) -> None:
        """Note for good what a run is about to make, and what is known that its cleanup needs."""

    def made(self, run: str, values: Mapping[str, object], answered: Iterable[str] = ()) -> None:
        """Note what takes back what a run has made."""

    def undone(self, run: str, variable: str) -> None:
        """Note that one thing a run made is taken back, while others are not yet."""

    def gone(self, run: str) -> None:
        """Note that nothing is left of what a run made."""

    def left(self, run: str) -> None:
        """Note that a run is over and something of it may be left."""

    def writes_today(self, journey: str) -> int:
        """Return how many runs of a journey were about to make something today."""

    def accounted(self, journey: str, at: float) -> None:
        """Note that every slot up to a Unix time is accounted for."""


class NoLedger:
    """Notes nothing: for single runs, which a person watches."""

    def intend(
        self,
        run: str,
        journey: str,
        location: str,
        of: Iterable[str] = (),
        values: Mapping[str, object] = NOTHING,
    ) -> None:
        """Forget it."""

    def made(self, run: str, values: Mapping[str, object], answered: Iterable[str] = ()) -> None:
        """Forget it."""

    def undone(self, run: str, variable: str) -> None:
        """Forget it."""

    def gone(self, run: str) -> None:
        """Forget it."""

    def left(self, run: str) -> None:
        """Forget it."""

    def writes_today(self, journey: str) -> int:  # noqa: ARG002  the protocol's
        """Return 0: nothing was noted."""
        return 0

    def accounted(self, journey: str, at: float) -> None:
        """Forget it."""


def no_lag(_start: float) -> float:
    """Return that a process that nobody watches was never late."""
    return 0.0


def at_once(function: Callable[[], T], _timeout_seconds: float) -> T:
    """Call a function here and now: for processes that may block."""
    return function()


def reach(target: Target) -> Session:
    """Return a connection of its own to a host that is not the journey's target."""
    from truegreen_synthetics.http.dialing import trusted_by_default  # noqa: PLC0415  20 ms

    return Session(target, trusted_by_default() if target.tls else None)


def _browsers() -> Browsers:
    return Browsers(BrowserSettings(), time.perf_counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a process lends to the runs in it.

    Attributes:
        clock: Monotonic seconds, the same in all threads and processes.
        wall: Unix time.
        sleep: Waits without holding others up.
        in_thread: Calls what cannot be interrupted, where it holds nobody up.
        reach: Opens a connection to a host beside the journey's target.
        find: Returns the addresses of a host within some seconds.
        lag: Returns the seconds since a time in which the process itself could not run.
        ledger: Where is noted what runs make.
        location: From where journeys are run.
        browsers: Those of `browser` steps; none is started before one is needed.
    """

    clock: Callable[[], float] = time.perf_counter
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], object] = time.sleep
    in_thread: InThread = at_once
    reach: Callable[[Target], Connection] = reach
    find: Resolve = resolve
    lag: Callable[[float], float] = no_lag
    ledger: Ledger = field(default_factory=NoLedger)
    location: str = ""
    browsers: Browsers = field(default_factory=_browsers)
