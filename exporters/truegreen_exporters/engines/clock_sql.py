"""A clock that stands still now and then, as SQL: its steps, and what it showed between two times.

What passed is a difference of what the clock showed: each time is joined to the step of the clock
that it falls in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_exporters.windows.clock import Clock

__all__ = ["CLOCK", "passed", "steps"]

CLOCK = "_clock"
"""The relation of a clock's steps: `_s`, `_len`, `_cum`, and `_name` where it holds several."""


def steps(clock: Clock) -> str:
    """Return the columns `_s`, `_len` and `_cum` of a clock, a row for each of its steps."""
    arrays = (("_s", clock.starts), ("_len", clock.lengths), ("_cum", clock.before))
    return ", ".join(f"unnest({list(array)}::BIGINT[]) AS {name}" for name, array in arrays)


def passed(start: str, end: str, clock: str = CLOCK, *, named: str = "") -> tuple[str, str]:
    """Return the SQL of what passed between two times of rows `r`, and the joins that it takes.

    It is below 0 where the times are the wrong way round.

    Args:
        start: Column of the first time, in microseconds since 1970.
        end: Column of the second.
        clock: Relation of the clock's steps.
        named: Column with the name of each row's clock, where the relation holds several.
    """
    first, last = (
        f"coalesce({side}._cum + least(r.{time} - {side}._s, {side}._len), 0)"
        for side, time in (("a", start), ("b", end))
    )
    joins = " ".join(
        f"ASOF LEFT JOIN {clock} {side} ON "
        f"{f'{side}._name = r.{named} AND ' if named else ''}r.{time} >= {side}._s"
        for side, time in (("a", start), ("b", end))
    )
    return f"{last} - {first}", joins
