"""What is asked of the rows of a measure in a window, as SQL; see `value_rows` for the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_exporters.engines.value_question import ValueQuestion

__all__ = ["WIDTH", "aggregated", "is_counted", "keys_of", "lies_in", "window_columns"]

WIDTH = 10
"""Columns of a window."""

_Ends = tuple[int, int] | tuple[str, str]
"""Start and end of a span: numbers, or the columns that hold them."""
_EACH = {"sum": "sum(_v)", "mean": "avg(_v)", "count": "count(*)", "min": "min(_v)"}
_EACH["max"] = "max(_v)"


def keys_of(question: ValueQuestion, span: tuple[int, int], ripe: int) -> str:
    """Return the query of the keys that had enough rows of their own in a window."""
    values = question.values
    if values.each == "last":
        return _last_rows(question, span, ripe)
    return (
        f"SELECT {_EACH[values.each]} AS _v, min(_t) AS _t, NULL AS _d FROM _rows "  # noqa: S608  checked by the compiler
        f"WHERE {is_counted(question, span, ripe)} AND _key IS NOT NULL "
        f"GROUP BY _key HAVING count(*) >= {values.at_least}"
    )


def _last_rows(question: ValueQuestion, span: tuple[int, int], ripe: int) -> str:
    """Return the query of the last row of each key in a window; of two at once the greater one."""
    ranked = (
        "SELECT _v, _t, _d, count(*) OVER (PARTITION BY _key) AS _n, row_number() OVER "  # noqa: S608  as above
        "(PARTITION BY _key ORDER BY _t DESC, _v DESC, _d DESC) AS _place FROM _rows "
        f"WHERE {is_counted(question, span, ripe)} AND _key IS NOT NULL"
    )
    return (
        f"SELECT _v, _t, _d FROM ({ranked}) "  # noqa: S608  as above
        f"WHERE _place = 1 AND _n >= {question.values.at_least}"
    )


def window_columns(question: ValueQuestion, span: _Ends, ripe: int) -> list[str]:
    """Return the columns of a window, `WIDTH` of them."""
    inside, counted = lies_in(question, span), is_counted(question, span, ripe)
    return [
        f"count(*) FILTER ({counted})",
        f"count(*) FILTER ({inside} AND _of AND NOT _out AND _t >= {ripe})",
        f"count(*) FILTER ({inside} AND _of AND _out)",
        *aggregated(question, counted),
    ]


def aggregated(question: ValueQuestion, counted: str) -> list[str]:
    """Return the columns of all rows for which a condition holds: all but the three numbers."""
    values = question.values
    only = f"FILTER ({counted})"
    special, added = "NULL", True
    if values.aggregate == "quantile":
        special, added = f"quantile_cont(CAST(_v AS DOUBLE), {values.quantile}) {only}", False
    elif values.aggregate == "distinct":
        special, added = f"count(DISTINCT _v) {only}", False
    squares = ("_v", "_v"), ("_v", "_d"), ("_d", "_d")
    return [
        f"min(_t) {only}",
        f"sum(_v) {only}" if added and values.aggregate != "count" else "NULL",
        f"sum(_d) {only}" if values.denominator else "NULL",
        special,
        *(
            f"sum(CAST({one} AS DOUBLE) * CAST({other} AS DOUBLE)) {only}"
            if question.sample and added and (values.denominator or other == one == "_v")
            else "NULL"
            for one, other in squares
        ),
    ]


def is_counted(question: ValueQuestion, span: _Ends, ripe: int) -> str:
    """Return the condition of a row that counts in a window."""
    return f"{lies_in(question, span)} AND _of AND NOT _out AND _t < {ripe}"


def lies_in(question: ValueQuestion, span: _Ends) -> str:
    """Return the condition of a row whose time, or life, is of a window."""
    start, end = span
    if question.values.until:
        return f"_t < {end} AND (_u IS NULL OR _u >= {end})"
    return f"_t >= {start} AND _t < {end}"
