"""Keys that are judged by their own rows: customers, and not their tickets, are counted.

A key counts in a window when it has enough events there, and is good when its own share of good
is high enough. Which keys count differs from window to window, so each is a grouping of its own.
Events whose key is unknown are of no key; pending and excluded are rows. A key may be judged by its
last row alone: what is asked for by `where` is in `_rows`, so the last one need be no event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.plan import Judged

__all__ = ["keys_between"]


def keys_between(rows: str, each: Judged, span: tuple[int, int], ripe: int) -> str:
    """Return the query of good, total, pending and excluded between two instants.

    Args:
        rows: Query of the rows, with `_t`, `_of`, `_out`, `_good` and `_key`.
        each: How keys are judged.
        span: Start, and end, which is not included, in microseconds since 1970.
        ripe: Rows from here on are pending.
    """
    inside = f"_t >= {span[0]} AND _t < {span[1]} AND _of"
    keys = (
        _last_of_keys(span, ripe)
        if each.last
        else (
            "SELECT count(*) AS _n, count(*) FILTER (_good) AS _g FROM _rows "  # noqa: S608  checked by the compiler
            f"WHERE {inside} AND NOT _out AND _t < {ripe} AND _key IS NOT NULL "
            f"GROUP BY _key HAVING count(*) >= {each.at_least}"
        )
    )
    return (
        f"WITH _rows AS MATERIALIZED ({rows}) SELECT "  # noqa: S608  as above
        f"count(*) FILTER (_g >= _n * CAST({each.share} AS DECIMAL(18,9))), count(*), "
        f"(SELECT count(*) FROM _rows WHERE {inside} AND NOT _out AND _t >= {ripe}), "
        f"(SELECT count(*) FROM _rows WHERE {inside} AND _out) FROM ({keys})"
    )


def _last_of_keys(span: tuple[int, int], ripe: int) -> str:
    """Return the query of the keys whose last row is an event; of two at once the worse one."""
    ranked = (
        "SELECT _of, _good, row_number() OVER "  # noqa: S608  as above
        "(PARTITION BY _key ORDER BY _t DESC, _of, _good) AS _place FROM _rows "
        f"WHERE _t >= {span[0]} AND _t < {span[1]} AND NOT _out AND _t < {ripe} "
        "AND _key IS NOT NULL"
    )
    return (
        f"SELECT 1 AS _n, CASE WHEN _good THEN 1 ELSE 0 END AS _g FROM ({ranked}) "  # noqa: S608  as above
        "WHERE _place = 1 AND _of"
    )
