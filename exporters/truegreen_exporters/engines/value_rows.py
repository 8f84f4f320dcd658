"""The rows of a measure as a query: anchor time, whether each is of it and left out, its value.

Columns: `_t` and `_u`, anchor and end of life in microseconds since 1970; `_of`, `_out`; `_v`, its
value or its part of the upper sum, in microseconds where it is a duration; `_d`, its part of the
lower sum; `_key`, where keys are valued first.

A duration by a clock that stands still is a difference of what the clock showed. A pause is such
a difference too, cut to the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions.sql_neighbours import (
    asks_neighbours,
    in_order,
    later_asked,
)
from truegreen_exporters.engines.clock_sql import passed
from truegreen_exporters.engines.later_rows import with_later
from truegreen_exporters.engines.own_time import own_time
from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.intake.mapping import COLUMN_TYPES, SERVICE, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Elapsed, Pauses, Values
    from truegreen_exporters.engines.value_question import ValueQuestion

__all__ = ["rows_of"]

_NUMBER = COLUMN_TYPES["decimal"]
_NAMES = ("_id", "_t", "_where", "_out", "_u", "_key", "_value", "_d", "_s", "_e", "_w", "_case")
_VALUED = ("sum", "mean", "quantile", "rate", "ratio")


def rows_of(question: ValueQuestion, end: int, relation: Callable[[str], str]) -> str:
    """Return the query of the rows.

    Args:
        question: What is measured.
        end: End of the window in microseconds, for ages; of other measures it plays no part.
        relation: Returns the query or name of a table's rows.
    """
    values = question.values
    out = " OR ".join(holds(one.sql) for one in values.exclusions) or "false"
    columns = [f"{time_of(values.at)} AS _t", f"{holds(values.where or 'true')} AS _where"]
    columns += [f"{out} AS _out", f"{_until(values)} AS _u"]
    columns.append(f"{values.per or 'NULL'} AS _key")
    columns.append(f"{_number(values, values.value or '1')} AS _value")
    columns.append(f"{_number(values, values.denominator or 'NULL')} AS _d")
    if values.elapsed is not None:
        columns += _ends(values.elapsed, end)
    source = relation(values.table)
    chosen = f"{quoted(SERVICE)} = {literal(question.service)}"
    if _looks_around(values):
        found = f"{chosen} AND {holds(values.where or 'true')}"
        chosen = f"{found} AND ({values.at}) IS NOT NULL"
        asked = later_asked((values.value, values.denominator))
        source = with_later(source, asked, asking=chosen, found=found, key=values.per, out=out)
    base = (
        f"SELECT row_number() OVER () AS _id, {', '.join(columns)} "  # noqa: S608  expressions were checked by the compiler
        f"FROM {source} WHERE {chosen}"
    )
    if values.elapsed is not None:
        base = _timed(base, values.elapsed, relation, clocked=question.calendar is not None)
    else:
        base = f"SELECT *, _value AS _v FROM ({base})"  # noqa: S608  as above
    valued = "_v IS NOT NULL OR _d IS NOT NULL" if values.aggregate == "ratio" else "_v IS NOT NULL"
    return f"SELECT *, _where AND _t IS NOT NULL AND ({valued}) AS _of FROM ({base})"  # noqa: S608  as above


def _until(values: Values) -> str:
    return time_of(values.until) if values.until else "CAST(NULL AS BIGINT)"


def _number(values: Values, text: str) -> str:
    if values.per and asks_neighbours(text):
        out = " OR ".join(holds(one.sql) for one in values.exclusions) or "FALSE"
        text = in_order(text, values.per, (out,), (values.at, *values.order))
    kind = _NUMBER if values.aggregate in _VALUED or values.each else "VARCHAR"
    return f"CAST(({text}) AS {kind})"


def _looks_around(values: Values) -> bool:
    return bool(values.per) and any(map(asks_neighbours, (values.value, values.denominator)))


def _ends(elapsed: Elapsed, end: int) -> list[str]:
    """Return the columns of when a case began and ended, and what was paused."""
    done = time_of(elapsed.end) if elapsed.end else str(end)
    paused = f"CAST(({elapsed.paused}) AS {_NUMBER}) * 1000000" if elapsed.paused else "0"
    case = quoted(elapsed.pauses.case) if elapsed.pauses else "NULL"
    return [
        f"{time_of(elapsed.start)} AS _s",
        f"{done} AS _e",
        f"coalesce({paused}, 0) AS _p",
        f"{f'CAST(({elapsed.weight}) AS {_NUMBER})' if elapsed.weight else '1'} AS _w",
        f"{case} AS _case",
    ]


def _timed(base: str, elapsed: Elapsed, relation: Callable[[str], str], *, clocked: bool) -> str:
    """Return the rows with how long each took on the clock, pauses left out, never below 0."""
    if elapsed.once:
        return own_time(base)
    if elapsed.pauses is not None:
        base = _with_pauses(base, elapsed.pauses, relation, clocked=clocked)
    passed = _shown("_s", "_e", base, clocked=clocked)
    took = "CASE WHEN _s IS NULL OR _e IS NULL THEN NULL ELSE greatest(0, _passed - _p) * _w END"
    return f"SELECT *, {took} AS _v FROM ({passed})"  # noqa: S608  made of the above


def _shown(start: str, end: str, rows: str, *, clocked: bool) -> str:
    """Return rows with `_passed`: what the clock showed at the end, less what it did at the start.

    Of a case that ends before it begins that is below 0.
    """
    if not clocked:
        return f"SELECT *, {end} - {start} AS _passed FROM ({rows})"  # noqa: S608  made of the above
    took, joins = passed(start, end)
    return f"SELECT r.*, {took} AS _passed FROM ({rows}) r {joins}"  # noqa: S608  made of the above


def _with_pauses(
    base: str, pauses: Pauses, relation: Callable[[str], str], *, clocked: bool
) -> str:
    """Return the rows with what their states paused added to `_p`."""
    at, of, state = time_of(quoted(pauses.at)), quoted(pauses.of), quoted(pauses.state)
    states = (
        f"SELECT {of} AS _of_case, {at} AS _from, {state} AS _state, "  # noqa: S608  quoted
        f"lead({at}) OVER (PARTITION BY {of} ORDER BY {at}, _revision, {state}) AS _to "
        f"FROM {relation(pauses.table)} WHERE {at} IS NOT NULL"
    )
    paused = ", ".join(map(literal, pauses.paused))
    cut = (
        "SELECT c._id AS _cut, greatest(h._from, c._s) AS _pause, "  # noqa: S608  as above
        f"least(coalesce(h._to, c._e), c._e) AS _resume FROM ({base}) c "
        f"JOIN ({states}) h ON c._case = h._of_case WHERE h._state IN ({paused}) "
        "AND h._from < c._e AND coalesce(h._to, c._e) > c._s"
    )
    lost = (
        "SELECT _cut, sum(_passed) AS _lost "  # noqa: S608  as above
        f"FROM ({_shown('_pause', '_resume', cut, clocked=clocked)}) GROUP BY _cut"
    )
    return (
        f"SELECT {', '.join(f'c.{name}' for name in _NAMES)}, "  # noqa: S608  as above
        f"c._p + coalesce(l._lost, 0) AS _p FROM ({base}) c LEFT JOIN ({lost}) l ON c._id = l._cut"
    )
