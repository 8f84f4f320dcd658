"""SQL of definitions: one scalar expression over declared columns, and nothing else.

Definitions are untrusted, so what may stand in an expression is a closed list (`sql_allowed`),
checked on sqlglot's tree: a new function of the database is refused until it is listed.

What comes back is the text sqlglot writes from the checked tree, never the text as given: the
database runs what was checked, even where two parsers would read the original differently.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, ParseError, TokenError, UnsupportedError

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.sql_allowed import ALLOWED, ALLOWED_BY_NAME, ALLOWED_TYPES
from truegreen_definitions.expressions.sql_brackets import missing_bracket
from truegreen_definitions.suggestions import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlglot import Token

__all__ = [
    "both",
    "called",
    "columns_of",
    "equals",
    "first_match",
    "literal",
    "over_any",
    "over_columns",
    "text_of_tree",
    "tree_of",
]

LIMIT = 4_000  # characters
_DIALECT = DuckDB()
_ANY_ROW = frozenset({"previous", "next"})  # see `sql_neighbours`
_WORDS = {
    "placeholder": "a placeholder",
    "star": "`*`",
    "subquery": "a subquery",
    "tuple": "a list of values",
    "window": "a window function",
}


def over_columns(text: str, columns: Collection[str], *, also: frozenset[str] = frozenset()) -> str:
    """Return the canonical text of an expression over declared columns.

    Args:
        text: As written.
        columns: Declared ones.
        also: Functions that may be called beside those that are always allowed.

    Raises:
        ExpressionError: It is not one scalar expression of the allowed kind, or it names a
            column that is not declared.
    """
    tree = _tree(text, also)
    declared = {name.lower() for name in columns}
    for column in tree.find_all(exp.Column):
        if column.table or column.name.lower() not in declared:
            raise ExpressionError(
                "sql/unknown-column",
                f"the table has no column {column.sql(_DIALECT)}",
                hint=suggestion(column.name, sorted(columns)),
                span=_span(text, column.name),
            )
    return _canonical(tree)


def columns_of(text: str) -> tuple[str, ...]:
    """Return the columns an expression names, in order, each once.

    Raises:
        ExpressionError: It is not one scalar expression of the allowed kind.
    """
    found = _tree(text, _ANY_ROW).find_all(exp.Column)
    return tuple(dict.fromkeys(column.name for column in found))


def over_any(text: str) -> str:
    """Return the canonical text of an expression over columns nobody declared (a source's own).

    Raises:
        ExpressionError: It is not one scalar expression of the allowed kind.
    """
    return _canonical(_tree(text))


def tree_of(text: str, also: frozenset[str] = frozenset()) -> exp.Expr:
    """Return the checked tree of an expression; it is shared, so nobody changes it.

    Raises:
        ExpressionError: It is not one scalar expression of the allowed kind.
    """
    return _tree(text, also)


def text_of_tree(tree: exp.Expr) -> str:
    """Return the canonical text of a tree that was made from checked ones."""
    return _canonical(tree)


def literal(value: str) -> str:
    """Return a value as an SQL string."""
    return exp.Literal.string(value).sql(_DIALECT)


def equals(expression: str, value: str) -> str:
    """Return the comparison of a checked expression with a text."""
    tree = _tree(expression)
    this = tree.copy() if isinstance(tree, exp.Column | exp.Func) else exp.paren(tree)
    return _canonical(exp.EQ(this=this, expression=exp.Literal.string(value)))


def both(*conditions: str) -> str:
    """Return checked conditions joined by `and`, empty ones left out; empty when none is left."""
    trees = [_tree(condition) for condition in conditions if condition]
    return _canonical(exp.and_(*trees)) if trees else ""


def first_match(cases: Sequence[tuple[str, str]]) -> str:
    """Return the expression that gives the value of the first condition that holds, else NULL.

    Args:
        cases: (checked condition, value as text) pairs, at least one.
    """
    tree = exp.Case()
    for condition, value in cases:
        tree = tree.when(_tree(condition), exp.Literal.string(value))
    return _canonical(tree)


@lru_cache(maxsize=4_096)  # a library's expressions come again with every agreement
def _tree(text: str, also: frozenset[str] = frozenset()) -> exp.Expr:
    """Return the checked tree of an expression; it is shared, so nobody changes it."""
    if len(text) > LIMIT or not all(char.isprintable() or char in "\n\t" for char in text):
        raise ExpressionError(
            "sql/syntax", f"longer than {LIMIT} characters, or with control characters"
        )
    try:
        parser = _DIALECT.parser(error_level=ErrorLevel.IMMEDIATE)
        tokens = _DIALECT.tokenize(text)
        found = parser.parse_into(exp.Condition, tokens, text)
        _refuse_unclosed(tokens, text)
        tree = found[0] if len(found) == 1 else None
        if tree is None:
            raise ExpressionError("sql/syntax", "one SQL expression is expected, none is here")
        for node in tree.walk():
            _refuse_unlisted(node, text, also)
    except ParseError as error:
        raise _syntax(error, text) from error
    except TokenError as error:
        raise ExpressionError(
            "sql/syntax", "does not parse as SQL: a quote is not closed"
        ) from error
    except RecursionError as error:
        raise ExpressionError("sql/syntax", "nested too deeply") from error
    return tree


def _canonical(tree: exp.Expr) -> str:
    try:
        return tree.sql(_DIALECT, comments=False, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise ExpressionError(
            "sql/not-allowed", f"cannot be written for every engine: {error}"
        ) from error


def _syntax(error: ParseError, text: str) -> ExpressionError:
    found = error.errors[0] if error.errors else {}
    word = str(found.get("highlight") or "")
    missing = str(found.get("description") or "").partition("Expecting ")[2]
    said = f"{missing!r} is missing after {word!r}" if missing else f"unexpected {word!r}"
    start = int(found.get("col") or 0) - len(word)
    return ExpressionError(
        "sql/syntax",
        f"does not parse as one SQL expression: {said}",
        hint="write one expression over the columns, without select, commas or semicolons",
        span=(start, len(word)) if word and start >= 0 and "\n" not in text else None,
    )


def _refuse_unclosed(tokens: Sequence[Token], text: str) -> None:
    missing = missing_bracket(tokens)
    if missing is None:
        return
    bracket, opened = missing
    raise ExpressionError(
        "sql/syntax",
        f"does not parse as one SQL expression: {bracket!r} is missing for this {opened.text!r}",
        hint="close it where its arguments end",
        span=(opened.start, 1) if "\n" not in text else None,
    )


def _refuse_unlisted(node: exp.Expr, text: str, also: frozenset[str]) -> None:
    if isinstance(node, exp.Anonymous):
        allowed = node.name.lower() in ALLOWED_BY_NAME | also
    elif isinstance(node, exp.DataType):
        allowed = node.this in ALLOWED_TYPES and not node.args.get("nested")
    else:
        allowed = type(node) in ALLOWED
    if not allowed:
        name = called(node)
        raise ExpressionError(
            "sql/not-allowed",
            f"{name} is not allowed in an expression",
            hint="an expression gives one value from one row, the same whenever it is asked: "
            "operators, case, cast and functions of text, numbers and times",
            span=_span(text, name.removesuffix("()")),
        )


def called(node: exp.Expr) -> str:
    """Return the name people would call a node by: `getenv()`, `current_date`, `subquery`."""
    if isinstance(node, exp.DataType):
        return f"type {node.sql(_DIALECT)}"
    if isinstance(node, exp.Func):
        head, parenthesis, _ = node.sql(_DIALECT, comments=False).partition("(")
        if head.isidentifier():
            return f"{head.lower()}{'()' if parenthesis else ''}"
    return _WORDS.get(node.key, node.key)


def _span(text: str, name: str) -> tuple[int, int] | None:
    start = text.lower().find(name.lower())
    return (start, len(name)) if start >= 0 else None
