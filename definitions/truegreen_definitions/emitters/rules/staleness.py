"""When records are too old to judge by: their source has not been read for too long.

That is 15 minutes, and for a source that is read less often than every 7m30s the time of two
readings: one may be missed. What several sources bring to one table is as old as the slowest of
them allows.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import any_of

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promised

__all__ = ["stale_after_seconds", "unread"]

LEAST_SECONDS = 900
READINGS = 2


def stale_after_seconds(every_seconds: float) -> int:
    """Return how long ago a source that is read so often may have been read."""
    return max(LEAST_SECONDS, ceil(READINGS * every_seconds))


def unread(promise: Promised) -> str:
    """Return whether a source of an agreement was not read for too long: 1 or 0."""
    read_at = any_of(names.SOURCE_LAST_SUCCESS, names.SOURCE, promise.sources)
    oldest = f"min(max by ({names.SOURCE}) ({read_at}))"
    return f"time() - {oldest} > bool {stale_after_seconds(max(promise.every_seconds))}"
