"""The time that a row has for itself where rows overlap: each moment counts for one row alone.

That is the row of the greatest weight, of equal ones the one that began first, then the one that
ended first. So the weighted times of all rows add up to the sum over every moment of the greatest
weight there is. Rows that are left out, or not asked for, take nothing from others.

Moments are cut where any row begins or ends; what is found for a row is that of the pieces it has.
"""

from __future__ import annotations

__all__ = ["own_time"]


def own_time(rows: str) -> str:
    """Return the rows with `_v`, the weighted microseconds of their own; unknown where a time is.

    Args:
        rows: Query of the rows, with `_id`, `_s`, `_e`, `_w`, `_where` and `_out`.
    """
    cuts = "SELECT _s AS _cut FROM _live UNION SELECT _e FROM _live"
    pieces = f"SELECT _cut, lead(_cut) OVER (ORDER BY _cut) AS _next FROM ({cuts})"  # noqa: S608  of our own columns
    held = (
        "SELECT r._id AS _owner, (p._next - p._cut) * r._w AS _took, row_number() OVER "  # noqa: S608  as above
        "(PARTITION BY p._cut ORDER BY r._w DESC, r._s, r._e, r._id) AS _place "
        f"FROM ({pieces}) p JOIN _live r ON r._s <= p._cut AND r._e >= p._next"
    )
    return (
        f"WITH _base AS MATERIALIZED ({rows}), _live AS MATERIALIZED ("  # noqa: S608  as above
        "SELECT _id, _s, _e, coalesce(_w, 0) AS _w FROM _base "
        "WHERE _where AND NOT _out AND _t IS NOT NULL AND _s < _e) "
        "SELECT _base.*, CASE WHEN _s IS NULL OR _e IS NULL THEN NULL ELSE coalesce(_own, 0) END "
        "AS _v FROM _base LEFT JOIN (SELECT _owner, sum(_took) AS _own "
        f"FROM ({held}) WHERE _place = 1 GROUP BY _owner) ON _id = _owner"
    )
