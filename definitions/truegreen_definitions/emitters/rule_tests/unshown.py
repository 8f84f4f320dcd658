"""Why some rules of an agreement have no test: no example is known, or it is never missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.counters import counters_of
from truegreen_definitions.emitters.rule_tests.steady import steady
from truegreen_definitions.emitters.rule_tests.sums import sums_of
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["why_unshown"]


def why_unshown(promise: Promise) -> str:
    """Return in words why counts of an agreement cannot be shown; empty when they can."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal):
        return ""
    sums = None if parts.slice_seconds or counters_of(parts) else sums_of(promise)
    if steady(promise, GRID_SECONDS) is None:
        if sums is not None:
            return "it counts what was a while ago, and excluded time is shown for now alone"
        if parts.slice_seconds:
            return "its condition is no selector compared with a number, so it has no example"
        return "good or total is no sum of increases of counters, so it has no example"
    if sums is not None and not sums.may_be_missing:
        return "its total is never missing: `or vector(0)` keeps it there"
    return ""
