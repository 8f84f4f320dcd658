"""When alerts must and must not fire, stated for the tests alone.

A test that took these from the rules would share their mistakes. Each is what DESIGN.md says of
the alert, in the fewest steps.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Agreement, Burn

__all__ = ["AHEAD", "is_reachable", "length_of", "pace_of", "silence_seconds", "unread_seconds"]

AHEAD = Decimal("0.1")
"""The share of its window that a forecast looks ahead."""
_STARTS_SECONDS = 2 * 60
_PACE = Decimal(28)
_DAYS = {"week": 7, "month": 31, "quarter": 92, "year": 366}


def is_reachable(agreement: Agreement, burn: Burn) -> bool:
    """Return whether a service of which everything fails burns faster than a pair's factor."""
    return 1 / (1 - agreement.objective) > burn.factor


def unread_seconds(every_seconds: Iterable[float]) -> int:
    """Return how long ago the slowest of sources may have been read: it may miss one reading."""
    return max((15 * 60, *(ceil(one + one) for one in every_seconds)))


def silence_seconds(promise: Promise) -> int:
    """Return how long silence waits: as long as the first pair to fire would for a failure of all.

    And two minutes, in which processes start.
    """
    agreement, pairs = promise.agreement, promise.policy.burn
    pair = next((one for one in pairs if is_reachable(agreement, one)), None)
    if pair is None:
        return _STARTS_SECONDS + pairs[0].long_seconds
    return _STARTS_SECONDS + ceil(pair.long_seconds * pair.factor * (1 - agreement.objective))


def length_of(promise: Promise) -> int:
    """Return the seconds of the agreement's window, of a calendar one at most."""
    window = promise.agreement.window
    return _DAYS[window.unit] * 86_400 if window.unit else window.seconds


def pace_of(promise: Promise) -> str:
    """Return the label of the longest burn window that is a small part of the agreement's own."""
    length = length_of(promise)
    small = {one.long_seconds: one.long for one in promise.policy.burn}
    fitting = [seconds for seconds in small if seconds <= length / _PACE]
    return small[max(fitting)] if fitting else ""
