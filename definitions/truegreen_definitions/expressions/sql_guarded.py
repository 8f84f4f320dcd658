r"""A source's expressions for PostgreSQL, none of which fails on a row.

A cast that does not fit ends a query of PostgreSQL, however many rows are sound. So a text is held
against what its type may look like before it is cast, and beside each value stands a condition
that says whether it would have failed: of such a row it is told, and it is left out.

What a text may look like is what DuckDB reads, so a row that is refused there is refused here; but
for numbers in hexadecimal, underscores in numbers, and times before the year 1 or after 9999.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.sql_postgres import DIALECT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NATIVE", "NUMBER", "Guarded", "Guards"]

NATIVE = {
    16: "boolean",
    20: "integer",
    21: "integer",
    23: "integer",
    25: "text",
    1043: "text",
    1082: "date",
    1114: "timestamp",
    1184: "timestamptz",
    1700: "numeric",
}
"""What a column of PostgreSQL is, by the number of its type; all others are read as text."""

NUMBER = r"^ *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})? *$"
_YEAR = r"([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"  # in no words of few servers
_FOURTH = r"(0[48]|[2468][048]|[13579][26])"
_DAY = (
    rf"({_YEAR}[-/](0?[13578]|1[02])[-/](0?[1-9]|[12][0-9]|3[01])"
    rf"|{_YEAR}[-/](0?[469]|11)[-/](0?[1-9]|[12][0-9]|30)|{_YEAR}[-/]0?2[-/](0?[1-9]|1[0-9]|2[0-8])"
    rf"|([0-9][0-9]{_FOURTH}|{_FOURTH}00)[-/]0?2[-/]29)"
)
_CLOCK = r"([T ] *([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]*)?)?)?"
_ZONE = r"(Z| UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
_TIME = f"^{_DAY}{_CLOCK}{_ZONE}? *$"
_ZONED = f"[0-9]{_ZONE} *$"
_DATE = f"^ *{_DAY}{_CLOCK}{_ZONE}? *$"
_BOUNDS = {exp.DType.SMALLINT: 15, exp.DType.INT: 31, exp.DType.BIGINT: 63}
_FITS = {
    "integer": {exp.DType.BIGINT, exp.DType.DECIMAL, exp.DType.DOUBLE},
    "numeric": {exp.DType.DOUBLE},
    "boolean": {exp.DType.BOOLEAN},
    "date": {exp.DType.DATE},
    "timestamp": {exp.DType.TIMESTAMPNTZ, exp.DType.DATE},
    "timestamptz": {exp.DType.TIMESTAMPTZ},
}
_FIELDS = {"%Y": "([0-9]{4})", "%m": "([0-9]{1,2})", "%d": "([0-9]{1,2})"}
_FIELDS |= {"%H": "([0-9]{1,2})", "%M": "([0-9]{1,2})", "%S": "([0-9]{1,2})"}
_TEXTUAL: tuple[type[exp.Expr], ...] = (
    *(exp.Lower, exp.Upper, exp.Length, exp.Trim, exp.Substring, exp.Left, exp.Right),
    *(exp.Replace, exp.SplitPart, exp.StartsWith, exp.EndsWith, exp.Contains, exp.Like),
    *(exp.ILike, exp.RegexpLike, exp.RegexpFullMatch, exp.RegexpReplace, exp.StrPosition),
    *(exp.DPipe, exp.Concat),
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """An expression for PostgreSQL.

    Attributes:
        value: It; NULL where it would fail.
        fails: Condition of that; empty where it never does.
        textual: Whether it is, or may be, a text.
    """

    value: str
    fails: str
    textual: bool


class Guards:
    """Writes the expressions of a source.

    Args:
        types: The source's own columns in lower case, with one of the words of `NATIVE`.
        zone: Of times that say none.
    """

    def __init__(self, types: Mapping[str, str], zone: str) -> None:
        self._types = types
        self._zone = sql.literal(zone)

    def guarded(self, expression: str, kind: str = "") -> Guarded:
        """Return a checked expression, as a value of a type of DuckDB where one is named."""
        tree = sql.tree_of(expression).copy()
        if kind:
            tree = exp.cast(exp.paren(tree), kind, dialect="duckdb")
        value = self._value(tree)
        fails = self._fails(tree)
        if isinstance(_bare(tree), exp.Column) or _plain_cast(tree):
            fails = _any((fails, self._endless(tree)))
        return Guarded(value=value, fails=fails, textual=self._is_textual(_bare(tree)))

    def _is_textual(self, tree: exp.Expr) -> bool:
        if isinstance(tree, exp.Column):
            return self._type(tree) in {"text", "other"}
        if isinstance(tree, exp.Cast):
            return bool(tree.args["to"].this == exp.DType.TEXT)
        return not isinstance(tree, exp.StrToTime)

    def _type(self, column: exp.Column) -> str:
        return self._types.get(column.name.lower(), "other")

    def _value(self, tree: exp.Expr) -> str:
        """Return an expression's SQL, casts that do not fit being NULL."""
        holder = exp.Paren(this=tree.copy())
        self._guard(holder.this)
        return str(holder.this.sql(DIALECT, comments=False))

    def _guard(self, node: exp.Expr) -> None:
        for child in list(node.iter_expressions()):
            self._guard(child)
        if isinstance(node, exp.Column):
            textual = isinstance(node.parent, _TEXTUAL) and self._type(node) != "text"
            if self._type(node) == "other" or textual:
                node.replace(exp.Var(this=f"CAST({node.sql(DIALECT)} AS TEXT)"))
        elif isinstance(node, exp.Cast):
            node.replace(exp.Var(this=self._cast(node)[0]))
        elif _is_parse(node):
            node.replace(exp.Var(this=_parsed(node)[0]))

    def _fails(self, node: exp.Expr) -> str:
        """Return the condition under which an expression fails; empty where it never does."""
        if isinstance(node, exp.Case | exp.If):
            return self._fails_in_case(node)
        if isinstance(node, exp.Coalesce):
            return self._fails_in_turn([node.this, *node.expressions])
        found = [self._fails(child) for child in node.iter_expressions()]
        fits = ""
        if isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast):
            fits = self._cast(self._with_values(node))[1]
        elif isinstance(node, exp.StrToTime):
            fits = _parsed(self._with_values(node))[1]
        if fits:
            operand = self._value(node.this)
            found.append(f"({operand}) IS NOT NULL AND NOT ({fits})")
        return _any(found)

    def _with_values(self, node: exp.Expr) -> exp.Expr:
        """Return a cast of what its operand is worth where that would fail."""
        made = node.copy()
        holder = exp.Paren(this=made.this.copy())
        self._guard(holder.this)
        made.set("this", holder.this)
        return made

    def _fails_in_case(self, node: exp.Expr) -> str:
        base = node.this if isinstance(node, exp.Case) else None
        branches = node.args["ifs"] if isinstance(node, exp.Case) else [node]
        last = node.args.get("default") if isinstance(node, exp.Case) else node.args.get("false")
        whens, any_fails = [], False
        for one in branches:
            condition = one.this
            if base is not None:
                condition = exp.EQ(this=base.copy(), expression=condition.copy())
            asked, then = self._fails(condition), self._fails(one.args["true"])
            any_fails |= bool(asked or then)
            if asked:
                whens.append(f"WHEN {asked} THEN true")
            whens.append(f"WHEN {self._value(condition)} THEN {then or 'false'}")
        otherwise = self._fails(last) if last is not None else ""
        if not any_fails and not otherwise:
            return ""
        return f"CASE {' '.join(whens)} ELSE {otherwise or 'false'} END"

    def _fails_in_turn(self, values: list[exp.Expr]) -> str:
        """Return when the first values that are asked for fail: the rest is not asked."""
        found, empty = [], list[str]()
        for one in values:
            fails = self._fails(one)
            if fails:
                found.append(" AND ".join([*empty, f"({fails})"]))
            empty.append(f"({self._value(one)}) IS NULL")
        return _any(found)

    def _cast(self, node: exp.Expr) -> tuple[str, str]:
        """Return a cast that never fails, and the condition that it fits; empty for always."""
        kind: exp.DataType = node.args["to"]
        inner = _bare(node.this)
        operand = node.this.sql(DIALECT, comments=False)
        target = kind.sql(DIALECT)
        native = self._type(inner) if isinstance(inner, exp.Column) else ""
        if kind.this == exp.DType.TEXT:
            return f"CAST({operand} AS TEXT)", ""
        if kind.this == exp.DType.TIMESTAMPTZ and native in {"timestamp", "date"}:
            return f"(CAST({operand} AS TIMESTAMP) AT TIME ZONE {self._zone})", ""
        if kind.this in _FITS.get(native, ()) or isinstance(inner, exp.Boolean | exp.Null):
            return f"CAST({operand} AS {target})", ""
        text = f"CAST({operand} AS TEXT)"
        value, fits = self._read(text, kind, target)
        return f"CASE WHEN {fits} THEN {value} END", fits

    def _read(self, text: str, kind: exp.DataType, target: str) -> tuple[str, str]:
        """Return a text as a value of a type, and the condition that it is one."""
        name = kind.this
        if name in _BOUNDS:
            limit = 2 ** _BOUNDS[name]
            number = f"ROUND(CAST({text} AS NUMERIC))"
            return f"CAST({number} AS {target})", _whole(text, number, -limit, limit - 1)
        if name == exp.DType.DECIMAL:
            width, scale = [int(one.name) for one in kind.expressions] or [18, 3]
            number = f"ROUND(CAST({text} AS NUMERIC), {scale})"
            limit = 10 ** (width - scale)
            return f"CAST({number} AS {target})", _whole(text, number, 1 - limit, limit - 1)
        if name in {exp.DType.DOUBLE, exp.DType.FLOAT}:
            return f"CAST({text} AS {target})", f"{text} ~ {sql.literal(NUMBER)}"
        if name == exp.DType.BOOLEAN:
            words = "('true', 't', '1', 'yes', 'y', 'false', 'f', '0', 'no', 'n')"
            return f"CAST({text} AS BOOLEAN)", f"LOWER({text}) IN {words}"
        if name == exp.DType.DATE:
            return f"CAST({text} AS DATE)", f"{text} ~ {sql.literal(_DATE)}"
        fits = f"{text} ~ {sql.literal(_TIME)}"
        if name == exp.DType.TIMESTAMPTZ:
            return (
                f"CASE WHEN {text} ~ {sql.literal(_ZONED)} THEN CAST({text} AS TIMESTAMPTZ) "
                f"ELSE CAST({text} AS TIMESTAMP) AT TIME ZONE {self._zone} END"
            ), fits
        return f"CAST({text} AS TIMESTAMP)", fits

    def _endless(self, tree: exp.Expr) -> str:
        """Return the condition that a column's time is no time: PostgreSQL has an infinite one."""
        column = tree.find(exp.Column)
        if column is None or self._type(column) not in {"date", "timestamp", "timestamptz"}:
            return ""
        name = column.sql(DIALECT)
        return f"{name} IS NOT NULL AND NOT ISFINITE({name})"


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _plain_cast(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Cast) and isinstance(_bare(tree.this), exp.Column)


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(f"({one})" for one in conditions if one)


def _whole(text: str, number: str, least: int, most: int) -> str:
    fits = f"{number} BETWEEN {least} AND {most}"
    return f"CASE WHEN {text} ~ {sql.literal(NUMBER)} THEN {fits} ELSE false END"


def _is_parse(node: exp.Expr) -> bool:
    named = isinstance(node, exp.Anonymous) and node.name.lower() == "try_strptime"
    return isinstance(node, exp.StrToTime) or named


def _parsed(node: exp.Expr) -> tuple[str, str]:
    """Return a text that is read by a format as a time, and the condition that it is one."""
    strict = isinstance(node, exp.StrToTime)
    this = node.this if strict else node.expressions[0]
    form: str = (node.args["format"] if strict else node.expressions[1]).name
    text = f"CAST({this.sql(DIALECT, comments=False)} AS TEXT)"
    fields = re.findall("%[YmdHMS]", form)
    pieces = re.split("(%[YmdHMS])", form)
    pattern = "".join(_FIELDS.get(one) or re.escape(one) for one in pieces)
    places = {field: f"\\{fields.index(field) + 1}" for field in fields}
    day = "-".join(places.get(one, other) for one, other in _ABSENT[:3])
    clock = ":".join(places.get(one, other) for one, other in _ABSENT[3:])
    whole = sql.literal(f"^ *{pattern} *$")
    written = f"REGEXP_REPLACE({text}, {whole}, {sql.literal(f'{day} {clock}')})"
    fits = f"{text} ~ {whole} AND {written} ~ {sql.literal(_TIME)}"
    return f"CASE WHEN {fits} THEN CAST({written} AS TIMESTAMP) END", fits


_ABSENT = (("%Y", "1900"), ("%m", "01"), ("%d", "01"), ("%H", "00"), ("%M", "00"), ("%S", "00"))
