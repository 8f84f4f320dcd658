"""What a step could be tolerated to take, by the past: up to where a share of its cases stayed.

Of a window's cases, the least time that a declared share of them did not exceed is an order
statistic. A case that is still open took longer than anybody knows, so it counts as endless: where
the share reaches into such cases, no tolerance would have held yet. Cases whose times are missing
or contradict each other have no time, and are left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ENDLESS", "seconds_within", "within_query"]

ENDLESS = 2**62
"""Microseconds that stand for a time that has no end yet."""


def within_query(table: str, spans: Sequence[tuple[int, int]], shares: Sequence[float]) -> str:
    """Return the query of (step, the time for each share) of each span, in microseconds.

    Args:
        table: Rows of steps of cases.
        spans: (start, end) in microseconds since 1970; the latter is not included.
        shares: Of the cases, each between 0 and 1.
    """
    took = f"CASE WHEN _open THEN {ENDLESS} ELSE _took END"
    columns = [
        f"quantile_disc({took}, {share!r}) FILTER (_t >= {low} AND _t < {high} AND NOT _lost)"
        for low, high in spans
        for share in shares
    ]
    return f"SELECT _step, {', '.join(columns)} FROM {table} GROUP BY _step"  # noqa: S608  numbers


def seconds_within(microseconds: int | None) -> float | None:
    """Return a time in seconds; endless where it has no end yet, and None where no case was."""
    if microseconds is None:
        return None
    return math.inf if microseconds >= ENDLESS else microseconds / 1e6
