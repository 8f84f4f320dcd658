"""Faults of the shop that can be switched on and off: a step that is slow, or fails at times."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass

from truegreen_definitions.units import duration_label, parse_duration

__all__ = ["ROUTES", "Fault", "Faults", "parse_faults"]

ROUTES = ("products", "cart", "pay", "order")
LONGEST_DELAY_SECONDS = 60.0
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one route.

    Attributes:
        delay_seconds: How much longer every request takes.
        error_ratio: Share of the requests that are answered with 503, 0 to 1.
    """

    delay_seconds: float = 0.0
    error_ratio: float = 0.0


class Faults:
    """The faults that are on, by route; many threads ask, one switches."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._random = random.Random(SEED)  # noqa: S311  a repeatable story, not a secret
        self._lock = threading.Lock()

    def switch(self, faults: dict[str, Fault]) -> None:
        """Replace all faults; an empty mapping switches them off."""
        with self._lock:
            self._faults = dict(faults)

    def draw(self, route: str) -> tuple[float, bool]:
        """Return for one request of a route: seconds to wait, and whether it fails."""
        with self._lock:
            fault = self._faults.get(route)
            if fault is None:
                return 0.0, False
            return fault.delay_seconds, self._random.random() < fault.error_ratio

    def document(self) -> dict[str, dict[str, object]]:
        """Return what is on, as `parse_faults` reads it."""
        with self._lock:
            return {
                route: {"delay": duration_label(fault.delay_seconds), "error": fault.error_ratio}
                for route, fault in sorted(self._faults.items())
            }


def parse_faults(document: object) -> dict[str, Fault]:
    """Return the faults of `{"pay": {"delay": "1500ms", "error": 0.5}}`.

    Raises:
        ValueError: It is none; the message says what is allowed.
    """
    if not isinstance(document, dict):
        allowed = ", ".join(ROUTES)
        raise ValueError(f"expected an object of routes: {allowed}")  # noqa: TRY004  of any type
    unknown = sorted(set(document) - set(ROUTES))
    if unknown:
        raise ValueError(f"no route {unknown[0]!r}: write {', '.join(ROUTES)}")
    return {route: _fault(route, body) for route, body in document.items()}


def _fault(route: str, body: object) -> Fault:
    if not isinstance(body, dict) or not body or set(body) - {"delay", "error"}:
        raise ValueError(f"{route}: expected an object with delay, error or both")
    delay, error = body.get("delay", "0s"), body.get("error", 0)
    if not isinstance(delay, str):
        message = f"{route}: delay is a duration such as 1500ms, found {delay!r}"
        raise ValueError(message)  # noqa: TRY004  the document is wrong, whatever its types
    seconds = float(parse_duration(delay))
    if seconds > LONGEST_DELAY_SECONDS:
        raise ValueError(f"{route}: a delay of {delay} is above {LONGEST_DELAY_SECONDS:g}s")
    if isinstance(error, bool) or not isinstance(error, int | float) or not 0 <= error <= 1:
        raise ValueError(f"{route}: error is a share from 0 to 1, found {error!r}")
    return Fault(delay_seconds=seconds, error_ratio=float(error))
