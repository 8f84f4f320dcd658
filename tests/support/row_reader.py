"""Reads the expressions of definitions row by row in plain Python, with SQL's three truths.

It shares nothing with the engines but the parser: no SQL is written and none is run. None is what
nobody knows. A row has its neighbours under the names `next` and `previous`, and all rows of its
key, those without an anchor time too, under `others`. What it cannot read is an error, never a
guess.
"""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["NEXT", "OTHERS", "PREVIOUS", "literals_by_column", "read", "when"]

NEXT, PREVIOUS, OTHERS = "next", "previous", "others"

_ORDER: dict[type[exp.Expression], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}
_SUMS: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}
_UNITS = {"DAY": timedelta(days=1), "HOUR": timedelta(hours=1), "MINUTE": timedelta(minutes=1)}


def read(text: str, row: Mapping[str, Any]) -> Any:
    """Return the value of an expression for a row."""
    return _value(sqlglot.parse_one(text, read="duckdb"), row)


def when(value: Any) -> datetime | None:
    """Return a date or a time as an instant; a date begins at midnight in UTC."""
    if value is None or isinstance(value, datetime):
        return value
    assert isinstance(value, date)
    return datetime.combine(value, time(), UTC)


def literals_by_column(texts: list[str]) -> dict[str, set[str]]:
    """Return the texts that each column is compared with."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for node in sqlglot.parse_one(text, read="duckdb").find_all(*_ORDER, exp.In, exp.Like):
            names = [column.name for column in node.find_all(exp.Column)]
            said = {one.this.strip("%") for one in node.find_all(exp.Literal) if one.is_string}
            for name in names:
                found.setdefault(name, set()).update(said)
    return found


def _value(node: exp.Expression, row: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0912  one case a kind of node
    kind = type(node)
    if kind is exp.Column:
        return row[node.name]
    if kind is exp.Anonymous and node.name.lower() == NEXT and len(node.expressions) == 2:
        return _earliest(*node.expressions, row)
    if kind is exp.Anonymous and node.name.lower() in (NEXT, PREVIOUS):
        other = row.get(node.name.lower())
        return None if other is None else _value(node.expressions[0], other)
    if kind is exp.Concat:
        return "".join(_value(one, row) or "" for one in node.expressions)
    if kind is exp.Like:
        value, pattern = _value(node.this, row), _value(node.expression, row)
        return None if value is None else fnmatchcase(value, pattern.replace("%", "*"))
    if kind is exp.Literal:
        return node.this if node.is_string else Decimal(node.this)
    if kind is exp.Null:
        return None
    if kind is exp.Boolean:
        return node.this
    if kind is exp.Paren:
        return _value(node.this, row)
    if kind is exp.Not:
        value = _value(node.this, row)
        return None if value is None else not value
    if kind is exp.Is:
        return _value(node.this, row) is _value(node.expression, row)
    if kind in (exp.And, exp.Or):
        return _joined(_value(node.left, row), _value(node.right, row), deciding=kind is exp.Or)
    if kind in _ORDER:
        one, other = _alike(_value(node.left, row), _value(node.right, row))
        return None if one is None or other is None else _ORDER[kind](one, other)
    if kind in _SUMS:
        one, other = _alike(_value(node.left, row), _value(node.right, row))
        return None if one is None or other is None else _SUMS[kind](one, other)
    if kind is exp.Div:
        one, other = _value(node.left, row), _value(node.right, row)
        return None if one is None or not other else Decimal(one) / Decimal(other)
    if kind is exp.In:
        value = _value(node.this, row)
        return None if value is None else value in [_value(one, row) for one in node.expressions]
    if kind is exp.Coalesce:
        values = (_value(one, row) for one in (node.this, *node.expressions))
        return next((value for value in values if value is not None), None)
    if kind in (exp.Greatest, exp.Least):
        values = [_value(one, row) for one in (node.this, *node.expressions)]
        known = [value for value in values if value is not None]
        return (max if kind is exp.Greatest else min)(known, default=None)
    if kind is exp.Nullif:
        one, other = _alike(_value(node.this, row), _value(node.expression, row))
        return None if one == other else one
    if kind is exp.Neg:
        value = _value(node.this, row)
        return None if value is None else -value
    if kind is exp.Abs:
        value = _value(node.this, row)
        return None if value is None else abs(value)
    if kind is exp.Interval:
        return int(_value(node.this, row)) * _UNITS[node.unit.name.upper().removesuffix("S")]
    if kind is exp.DateDiff:
        return _date_diff(node, row)
    if kind is exp.Case and node.this is None:
        for branch in node.args["ifs"]:
            if _value(branch.this, row):
                return _value(branch.args["true"], row)
        return _value(node.args["default"], row) if node.args.get("default") else None
    raise NotImplementedError(f"{kind.__name__} in {node.sql('duckdb')}")


def _earliest(time: exp.Expression, after: exp.Expression, row: Mapping[str, Any]) -> Any:
    """Return the earliest time of a row of the key, after a time and the row's own."""
    floor, own = when(_value(after, row)), when(_value(time, row))
    if floor is None:
        return None
    times = (when(_value(time, other)) for other in row.get(OTHERS, ()))
    later = [one for one in times if one is not None and one > max(floor, own or floor)]
    return min(later, default=None)


def _joined(one: Any, other: Any, *, deciding: bool) -> bool | None:
    """Return `and` (decided by a false) or `or` (decided by a true) of two truths."""
    if deciding in (one, other):
        return deciding
    return None if one is None or other is None else not deciding


def _alike(one: Any, other: Any) -> tuple[Any, Any]:
    """Return two values in one type: a date beside a time is an instant."""
    dates = (isinstance(one, date), isinstance(other, date))
    if any(dates) and type(one) is not type(other):
        return (when(one) if dates[0] else one), (when(other) if dates[1] else other)
    return one, other


def _date_diff(node: exp.DateDiff, row: Mapping[str, Any]) -> int | None:
    end, start = when(_value(node.this, row)), when(_value(node.expression, row))
    if end is None or start is None:
        return None
    unit = node.unit.name.upper()
    if unit == "DAY":
        return (end.date() - start.date()).days
    unit_of = {"SECOND": timedelta(seconds=1), **_UNITS}[unit]
    zero = datetime(1970, 1, 1, tzinfo=UTC)
    return (end - zero) // unit_of - (start - zero) // unit_of
