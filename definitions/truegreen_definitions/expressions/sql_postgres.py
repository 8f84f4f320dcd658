r"""Checked SQL as PostgreSQL runs it, so that it gives what DuckDB gives.

Expressions and the queries made of them are in the dialect of DuckDB. sqlglot writes them anew;
where it, or the database, would mean something else, the writing is here: a division by zero, a
backslash in LIKE, rounding, lower case outside of English, steps of a calendar between two times.

What cannot be written so that it gives the same is refused by `refused`: a closed list again.
Such a thing can be computed by the source's own SELECT, in whose words nobody here has a say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.generators.postgres import PostgresGenerator

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.sql_allowed import ALLOWED, ALLOWED_BY_NAME
from truegreen_definitions.expressions.sql_neighbours import NEIGHBOURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlglot.generator import Generator

__all__ = ["DIALECT", "in_postgres", "refused"]

_REFUSED: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.IntDiv,
        exp.JSONExtract,
        exp.JSONExtractScalar,
        exp.RegexpExtract,
        exp.TimeToStr,
    }
)
_REFUSED_NAMES = frozenset({"date_part"})
_PARTS = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})
_PLAIN_PATTERN = re.compile(r"(?:[^\\(\[?]|\\[dsw.+*/\-]|\((?!\?)|\[[^\\\[\]]+\]|(?<![*+?}])\?)*")
_FORMAT = re.compile(r"(?:%[YmdHMS]|[^%\\])*")


def refused(expression: str) -> str | None:
    """Return what of a checked expression PostgreSQL cannot be asked; None for nothing."""
    for node in sql.tree_of(expression, NEIGHBOURS).walk():
        if type(node) in _REFUSED or (type(node) not in ALLOWED and not _named(node)):
            return sql.called(node)
        if isinstance(node, exp.Anonymous) and node.name.lower() in _REFUSED_NAMES:
            return sql.called(node)
        if isinstance(node, _PATTERNED) and not _is_plain(node.expression, _PLAIN_PATTERN):
            return f"the pattern {node.expression.sql('duckdb')}"
        form = _form(node)
        if form is not None and not _is_plain(form, _FORMAT):
            return f"the format {form.sql('duckdb')}"
        if _part(node) not in _PARTS:
            return f"the part {_part(node).lower()}"
    return None


_PATTERNED = (exp.RegexpLike, exp.RegexpFullMatch, exp.RegexpReplace)


def _named(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in ALLOWED_BY_NAME | NEIGHBOURS


def _is_plain(node: exp.Expr, pattern: re.Pattern[str]) -> bool:
    return isinstance(node, exp.Literal) and bool(pattern.fullmatch(node.name))


def _form(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.StrToTime):
        found: exp.Expr = node.args["format"]
        return found
    if isinstance(node, exp.Anonymous) and node.name.lower() == "try_strptime":
        last: exp.Expr = node.expressions[-1]
        return last
    return None


def _part(node: exp.Expr) -> str:
    """Return the part of a time that a function is asked for; one that is known, of others."""
    if isinstance(node, exp.Extract):
        return node.name.upper()
    if isinstance(node, exp.DateDiff | exp.TimestampTrunc):
        return str(node.args["unit"].name).upper()
    return "DAY"


def in_postgres(query: str) -> str:
    """Return a query of ours as PostgreSQL runs it."""
    tree = sqlglot.parse_one(query, read="duckdb")
    for place, inner in enumerate(tree.find_all(exp.Subquery)):
        if not inner.alias and isinstance(inner.parent, exp.From | exp.Join):
            inner.set("alias", exp.TableAlias(this=exp.to_identifier(f"_q{place}")))
        if isinstance(inner.parent, exp.From | exp.Join) and _computes(inner.this):
            # Else what is computed here once would be computed again wherever it is named.
            inner.this.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    return tree.sql(DIALECT, comments=False)


def _computes(query: exp.Expr) -> bool:
    """Return whether a query makes columns of the columns of each row."""
    if not isinstance(query, exp.Select) or query.args.get("group"):
        return False
    made = (one.this for one in query.expressions if isinstance(one, exp.Alias))
    return any(not isinstance(one, exp.Column | exp.Literal | exp.Null) for one in made)


def _anonymous(self: Generator, node: exp.Anonymous) -> str:
    name, values = node.name.lower(), [self.sql(one) for one in node.expressions]
    if name == "epoch_us":
        finite = f"CASE WHEN ISFINITE({values[0]}) THEN EXTRACT(EPOCH FROM {values[0]}) END"
        return f"CAST({finite} * 1000000 AS BIGINT)"
    if name in _LENGTHS:
        return f"({values[0]} * INTERVAL '1 {_LENGTHS[name]}')"
    return f"{node.name}({', '.join(values)})"


_LENGTHS = {"to_hours": "hour", "to_minutes": "minute", "to_seconds": "second"}


def _divided(self: Generator, node: exp.Div) -> str:
    above = f"CAST({self.sql(node, 'this')} AS DOUBLE PRECISION)"
    below = self.sql(node, "expression")
    if isinstance(node.expression, exp.Literal) and float(node.expression.name or 0):
        return f"{above} / {below}"
    return (
        f"(CASE WHEN {below} = 0 THEN CASE WHEN {above} > 0 THEN 'Infinity' WHEN {above} < 0 "
        f"THEN '-Infinity' WHEN {above} IS NOT NULL THEN 'NaN' END::double precision "
        f"ELSE {above} / {below} END)"
    )


def _boundaries(self: Generator, node: exp.DateDiff) -> str:
    """Return how many beginnings of a part of the calendar lie between two times."""
    part = str(node.args["unit"].name).upper()
    ends = [self.sql(node, one) for one in ("expression", "this")]
    if part in {"YEAR", "QUARTER", "MONTH"}:
        each = {"YEAR": 12, "QUARTER": 3, "MONTH": 1}[part]
        months = "CAST(EXTRACT(YEAR FROM {0}) * 12 + EXTRACT(MONTH FROM {0}) - 1 AS BIGINT)"
        first, last = (f"{months.format(end)} / {each}" for end in ends)
        return f"({last} - {first})"
    if part in {"WEEK", "DAY"}:  # a week is seven days, whatever day it begins with
        first, last = (f"CAST({end} AS DATE)" for end in ends)
        return f"CAST(({last} - {first}) / {7 if part == 'WEEK' else 1} AS BIGINT)"
    each = {"HOUR": 3600, "MINUTE": 60, "SECOND": 1}[part]
    first, last = (f"EXTRACT(EPOCH FROM DATE_TRUNC('{part.lower()}', {end}))" for end in ends)
    return f"CAST(({last} - {first}) / {each} AS BIGINT)"


def _matched(whole: str) -> Callable[[Generator, exp.Expr], str]:
    # (?p): a dot is no line break, as it is elsewhere; ^ and $ stay the ends of the text.
    def write(self: Generator, node: exp.Expr) -> str:
        pattern = sql.literal("(?p)" + whole.format(node.expression.name))
        return f"{self.sql(node, 'this')} ~ {pattern}"

    return write


def _replaced(self: Generator, node: exp.RegexpReplace) -> str:
    flags = node.args.get("modifiers")
    parts = [self.sql(node, "this"), sql.literal(f"(?p){node.expression.name}")]
    parts += [self.sql(node, "replacement"), *([self.sql(flags)] if flags else [])]
    return f"REGEXP_REPLACE({', '.join(parts)})"


def _rounded(self: Generator, node: exp.Round) -> str:
    number = f"CAST({self.sql(node, 'this')} AS DECIMAL)"
    places = node.args.get("decimals")
    return f"ROUND({number}{f', {self.sql(places)}' if places else ''})"


def _like(word: str) -> Callable[[Generator, exp.Expr], str]:
    def write(self: Generator, node: exp.Expr) -> str:
        this, pattern = self.sql(node, "this"), self.sql(node, "expression")
        folded = ' COLLATE "default"' if word == "ILIKE" else ""
        ends = "" if isinstance(node.parent, exp.Escape) else " ESCAPE ''"
        return f"{this}{folded} {word} {pattern}{ends}"

    return write


def _cased(word: str) -> Callable[[Generator, exp.Expr], str]:
    return lambda self, node: f'{word}({self.sql(node, "this")} COLLATE "default")'


def _of_time(part: str, kind: str = "BIGINT") -> Callable[[Generator, exp.Expr], str]:
    def write(self: Generator, node: exp.Expr) -> str:
        floor = f"FLOOR(EXTRACT({part} FROM {self.sql(node, 'this')}))"
        return f"CAST({floor} AS {kind})"

    return write


def _extracted(self: Generator, node: exp.Extract) -> str:
    found = f"EXTRACT({node.name.upper()} FROM {self.sql(node, 'expression')})"
    return f"CAST(FLOOR({found}) AS BIGINT)"


class _Postgres(Postgres):
    """PostgreSQL, with the meaning that DuckDB gives to what is allowed in an expression."""

    class Generator(PostgresGenerator):
        TRANSFORMS = {  # noqa: RUF012  as sqlglot has it
            **PostgresGenerator.TRANSFORMS,
            exp.Anonymous: _anonymous,
            exp.Contains: lambda self, node: (
                f"(STRPOS({self.sql(node, 'this')}, {self.sql(node, 'expression')}) > 0)"
            ),
            exp.Date: lambda self, node: f"CAST({self.sql(node, 'this')} AS DATE)",
            exp.DateDiff: _boundaries,
            exp.DateFromParts: lambda self, node: (
                f"MAKE_DATE({', '.join(self.sql(node, one) for one in ('year', 'month', 'day'))})"
            ),
            exp.Day: _of_time("DAY"),
            exp.DayOfWeek: _of_time("DOW"),
            exp.DayOfWeekIso: _of_time("ISODOW"),
            exp.Div: _divided,
            exp.EndsWith: lambda self, node: (
                f"(RIGHT({self.sql(node, 'this')}, LENGTH({self.sql(node, 'expression')})) = "
                f"{self.sql(node, 'expression')})"
            ),
            exp.Extract: _extracted,
            exp.Hour: _of_time("HOUR"),
            exp.ILike: _like("ILIKE"),
            exp.Like: _like("LIKE"),
            exp.Lower: _cased("LOWER"),
            exp.Minute: _of_time("MINUTE"),
            exp.Month: _of_time("MONTH"),
            exp.Quarter: _of_time("QUARTER"),
            exp.RegexpFullMatch: _matched("^(?:{})$"),
            exp.RegexpLike: _matched("{}"),
            exp.RegexpReplace: _replaced,
            exp.Round: _rounded,
            exp.Second: _of_time("SECOND"),
            exp.TimeToUnix: lambda self, node: (
                f"CAST(EXTRACT(EPOCH FROM {self.sql(node, 'this')}) AS DOUBLE PRECISION)"
            ),
            exp.ToDays: lambda self, node: f"({self.sql(node, 'this')} * INTERVAL '1 day')",
            exp.Upper: _cased("UPPER"),
            exp.Year: _of_time("YEAR"),
        }


DIALECT = _Postgres()
