"""Rows with what passed between two of their times on a clock that stands still now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.engines.clock_sql import passed, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_exporters.windows.clock import Clock

__all__ = ["PASSED", "timed"]

PASSED = "_passed"
"""The column; unknown where one of the times is, below 0 where they are the wrong way round."""


def timed(relation: str, ends: Sequence[str], clock: Clock) -> str:
    """Return the query of a relation's rows with what passed between two times of each.

    Args:
        relation: Query or name.
        ends: SQL of the two times, in microseconds since 1970.
        clock: Exact between the least and the greatest of them.
    """
    took, joins = passed("_begun", "_ended", f"(SELECT {steps(clock)})")
    known = f"CASE WHEN r._begun IS NOT NULL AND r._ended IS NOT NULL THEN {took} END"
    return (
        f"SELECT r.* EXCLUDE (_begun, _ended), {known} AS {PASSED} FROM "  # noqa: S608  numbers
        f"(SELECT *, {ends[0]} AS _begun, {ends[1]} AS _ended FROM {relation}) r {joins}"
    )
