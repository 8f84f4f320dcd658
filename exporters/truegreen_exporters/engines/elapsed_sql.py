"""Rows with what passed between two of their times on a clock that stands still now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    arrays = (("_s", clock.starts), ("_len", clock.lengths), ("_cum", clock.before))
    listed = ", ".join(f"unnest({list(array)}::BIGINT[]) AS {name}" for name, array in arrays)
    first, last = (
        f"coalesce({side}._cum + least(r.{name} - {side}._s, {side}._len), 0)"
        for side, name in (("a", "_begun"), ("b", "_ended"))
    )
    took = f"CASE WHEN r._begun IS NOT NULL AND r._ended IS NOT NULL THEN {last} - {first} END"
    return (
        f"SELECT r.* EXCLUDE (_begun, _ended), {took} AS {PASSED} FROM "  # noqa: S608  numbers
        f"(SELECT *, {ends[0]} AS _begun, {ends[1]} AS _ended FROM {relation}) r "
        f"ASOF LEFT JOIN (SELECT {listed}) a ON r._begun >= a._s "
        f"ASOF LEFT JOIN (SELECT {listed}) b ON r._ended >= b._s"
    )
