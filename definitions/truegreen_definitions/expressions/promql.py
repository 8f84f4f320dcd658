"""PromQL of indicators: read, refused with a reason, and written with what must be in it.

An indicator names counters. The plain form is a selector, `shop_requests_total{code="500"}`,
and the compiler writes the increase. The free form is any expression over
`increase(…[$window])`. Both are changed on the parsed tree, never in the text: every selector
gets the matcher that keeps synthetic traffic out.

What is written keeps to Prometheus 2.42: no `or` between matchers, no experimental function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import promql_parser as parser

from truegreen_definitions.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "WINDOW",
    "Matcher",
    "increase",
    "matchers",
    "metric_name",
    "one_line",
    "over",
    "parse_matchers",
    "plain_counter",
    "quote",
    "selector",
    "with_matchers",
]

WINDOW = "$window"
LIMIT = 4_000  # characters; the longest real one we saw has a tenth of it

# A range no person writes stands for `$window` while the parser reads the expression.
_MARK = "36159d7h11m13s17ms"

# What stands outside strings and comments is found by lexemes, strings and comments first.
_QUOTED = 'write each matcher with its value in double quotes: code!~"5.."'
_HINTS = (
    ("end of input inside braces", "close the `{`"),
    ("inside braces", _QUOTED),
    ("in label matching", _QUOTED),
    ("unclosed left parenthesis", "close the `(`"),
    ("expected type matrix", "give it a range: `[$window]`"),
)
_LEXEME = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\#[^\n]*)"""
    rf"""|(?P<window>{re.escape(WINDOW)}\b)|(?P<mark>\[{_MARK}\])"""
    r"""|(?P<rate>\b(?:rate|irate|delta|idelta|deriv)\b(?=\s*\())|(?P<range>\[[^\]$:]*\])""",
    re.DOTALL,
)
_OF_COUNTERS = {"rate", "irate"}
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OPERATORS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True, slots=True, order=True)
class Matcher:
    """A label matcher: `code!~"5.."`; `operator` is one of `= != =~ !~`."""

    label: str
    operator: str
    value: str

    def __str__(self) -> str:
        """Return the matcher as PromQL."""
        return f"{self.label}{self.operator}{quote(self.value)}"


def quote(value: str) -> str:
    """Return a value as a PromQL string in double quotes."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return '"' + "".join(_ESCAPES.get(char) or _printable(char) for char in value) + '"'


def selector(name: str, labels: Mapping[str, str]) -> str:
    """Return `name{a="x",b="y"}`, labels in order of name; without labels the name alone."""
    inside = ",".join([f"{label}={quote(labels[label])}" for label in sorted(labels)])
    return f"{name}{{{inside}}}" if inside else name


def parse_matchers(text: str) -> tuple[Matcher, ...]:
    """Return the matchers of a text such as `synthetic!="true"`, in order of label.

    Raises:
        ExpressionError: The text is no list of matchers.
    """
    hint = 'write label matchers, such as synthetic!="true"'
    try:
        # The name makes the text stand inside braces and nowhere else.
        tree = parser.parse(f"series{{{text}}}") if len(text) <= LIMIT else None
    except ValueError as error:
        raise ExpressionError("promql/syntax", f"no PromQL matchers: {error}", hint=hint) from error
    if not isinstance(tree, parser.VectorSelector) or tree.offset is not None:
        raise ExpressionError("promql/syntax", "no PromQL matchers", hint=hint)
    found = matchers(tree)
    if not found or str(tree.name) != "series":
        raise ExpressionError("promql/syntax", "no PromQL matchers", hint=hint)
    return found


def increase(text: str, add: Iterable[Matcher] = ()) -> str:
    """Return an indicator's expression as one value over `$window`, without labels.

    A plain selector becomes `sum(increase(selector[$window]))`; the free form keeps its shape.
    Every selector gets the matchers of `add` that it does not have.

    Raises:
        ExpressionError: It does not parse, takes a rate, or has another range than `$window`.
    """
    if len(text) > LIMIT:
        raise ExpressionError("promql/syntax", f"longer than {LIMIT} characters")
    _refuse_rates(text)
    tree = _parse(_sub(text, window=_MARK))
    _refuse_other_shapes(tree)
    if isinstance(tree, parser.VectorSelector):
        tree = _parse(f"sum(increase({_written(tree, ())}[{_MARK}]{_offset(tree)}))")
    _refuse_other_ranges(tree, text)
    wanted = tuple(add)
    tree = parser.transform(tree, post_visit=lambda node: _with_matchers(node, wanted))
    out = one_line(tree.prettify())
    out = out if _is_single(tree) else f"sum({out})"
    _parse(out)
    return _sub(out, mark=f"[{WINDOW}]")


def with_matchers(text: str, add: Iterable[Matcher]) -> str:
    """Return an expression in which every selector has these matchers too.

    Raises:
        ExpressionError: It does not parse.
    """
    if len(text) > LIMIT:
        raise ExpressionError("promql/syntax", f"longer than {LIMIT} characters")
    wanted = tuple(add)
    tree = parser.transform(_parse(text), post_visit=lambda node: _with_matchers(node, wanted))
    return one_line(tree.prettify())


def metric_name(text: str) -> str:
    """Return the text if it is the name of a metric.

    Raises:
        ExpressionError: It is not.
    """
    if not _METRIC.fullmatch(text):
        raise ExpressionError(
            "promql/syntax",
            f"{text!r} is no name of a metric",
            hint="write the name alone; matchers go into `where` and `success`",
        )
    return text


def over(text: str, duration: str) -> str:
    """Return an accepted expression over a range: every `$window` but those inside strings."""
    return _sub(text, window=duration)


def plain_counter(text: str) -> tuple[str, tuple[Matcher, ...]] | None:
    """Return metric and matchers of `sum(increase(selector[$window]))`; None for all else."""
    tree = _parse(over(text, _MARK))
    if not isinstance(tree, parser.AggregateExpr) or not _is_single(tree) or str(tree.op) != "sum":
        return None
    call = tree.expr
    if not isinstance(call, parser.Call) or call.func.name != "increase":
        return None
    vector = call.args[0].vector_selector
    return None if not vector.name or vector.offset else (vector.name, matchers(vector))


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004  end of the basic plane


def _parse(text: str) -> parser.Expr:
    try:
        return parser.parse(text)
    except ValueError as error:
        said = str(error).replace(_MARK, WINDOW)
        hint = next((words for part, words in _HINTS if part in said), "")
        message = f"does not parse as PromQL: {said}"
        raise ExpressionError("promql/syntax", message, hint=hint) from error


def _sub(text: str, **by_group: str) -> str:
    """Replace lexemes of a group, outside strings and comments."""
    return _LEXEME.sub(lambda found: by_group.get(found.lastgroup or "", found[0]), text)


def _changes(text: str, **by_group: str) -> tuple[tuple[int, int, str], ...]:
    """Return what `_sub` replaces, where the result is accepted and means what was meant.

    A gauge has no increase, so what takes the difference of one is left to its author.
    """
    found = [one for one in _LEXEME.finditer(text) if (one.lastgroup or "") in by_group]
    gauges = any(one.lastgroup == "rate" and one[0] not in _OF_COUNTERS for one in found)
    if gauges or not found:
        return ()
    try:
        increase(_sub(text, **by_group))
    except ExpressionError:
        return ()
    return tuple((one.start(), len(one[0]), by_group[one.lastgroup or ""]) for one in found)


def _first(text: str, group: str) -> re.Match[str] | None:
    return next((found for found in _LEXEME.finditer(text) if found.lastgroup == group), None)


def _any(tree: parser.Expr, kind: type[parser.Expr]) -> bool:
    """Return whether a node of that kind is in the tree; the walk stops at the first."""
    return not parser.walk(tree, lambda node: not isinstance(node, kind))


def _refuse_rates(text: str) -> None:
    found = _first(text, "rate")
    if found is not None:
        raise ExpressionError(
            "promql/rate",
            f"{found[0]}() loses the counts that good and total are made of",
            hint=f"write {_sub(text, rate='increase', range=f'[{WINDOW}]')}",
            span=(found.start(), len(found[0])),
            changes=_changes(text, rate="increase", range=f"[{WINDOW}]"),
        )


def _refuse_other_shapes(tree: parser.Expr) -> None:
    """Refuse what is no count, or none that every window and server version can take."""
    refused: list[str] = []

    def visit(node: parser.Expr) -> None:
        if isinstance(node, parser.SubqueryExpr):
            refused.append("a subquery")
        elif isinstance(node, parser.VectorSelector) and node.at is not None:
            refused.append("the @ modifier")
        elif isinstance(node, parser.Call):
            name = node.func.name
            over = any(isinstance(one, parser.MatrixSelector) for one in node.args)
            if node.func.experimental or (over and name != "increase"):
                refused.append(f"{name}()")

    parser.walk(tree, visit)
    if refused:
        raise ExpressionError(
            "promql/not-allowed",
            f"{refused[0]} is no count of events over any window",
            hint=f"count with increase(counter_total[{WINDOW}])",
        )


def _refuse_other_ranges(tree: parser.Expr, text: str) -> None:
    fixed = _first(text, "range") or _first(text, "mark")
    if fixed is not None:
        raise ExpressionError(
            "promql/range",
            f"a fixed range {fixed[0]} where the window varies",
            hint=f"write {_sub(text, range=f'[{WINDOW}]')}",
            span=(fixed.start(), len(fixed[0])),
            changes=_changes(text, range=f"[{WINDOW}]"),
        )
    if not _any(tree, parser.MatrixSelector):
        raise ExpressionError(
            "promql/no-window",
            f"neither a counter nor an expression over increase(…[{WINDOW}])",
            hint=f"name a counter, or write sum(increase(counter_total[{WINDOW}]))",
        )


def _with_matchers(node: parser.Expr, add: tuple[Matcher, ...]) -> parser.Expr | None:
    if isinstance(node, parser.VectorSelector):
        return _parse(_written(node, add) + _offset(node))
    return None


def _written(node: parser.VectorSelector, add: tuple[Matcher, ...]) -> str:
    return _selector(node.name or "", {*matchers(node), *add})


def _selector(name: str, matchers: Iterable[Matcher]) -> str:
    inside = ",".join(str(matcher) for matcher in sorted(matchers))
    return f"{name}{{{inside}}}" if inside else name


def matchers(node: parser.VectorSelector) -> tuple[Matcher, ...]:
    """Return the matchers of a parsed selector, in order of label.

    Raises:
        ExpressionError: They are of a form that Prometheus 2.42 does not know.
    """
    if node.matchers.or_matchers:
        raise ExpressionError(
            "promql/not-allowed", "matchers joined by or are not PromQL of Prometheus"
        )
    found = []
    for one in node.matchers.matchers:
        if not _LABEL.fullmatch(one.name):
            raise ExpressionError("promql/not-allowed", f"label {one.name!r} needs Prometheus 3")
        operator = str(one.op).rpartition(".")[2]
        found.append(Matcher(one.name, _OPERATORS[operator], one.value))
    return tuple(sorted(found))


def _offset(node: parser.VectorSelector) -> str:
    if node.offset is None:
        return ""
    sign = "-" if node.offset < timedelta() else ""
    return f" offset {sign}{parser.display_duration(abs(node.offset))}"


def one_line(pretty: str) -> str:
    """Return a long expression without its layout; strings stay as they are.

    Args:
        pretty: As the parser lays it out: a string in it never holds a raw line end.
    """
    out = ""
    for line in (line.strip(" ") for line in pretty.split("\n")):
        tight = not out or out.endswith("(") or line.startswith(")")
        out += line if tight else f" {line}"
    return out


def _is_single(tree: parser.Expr) -> bool:
    """Return whether the value has no labels: an aggregation over everything."""
    return isinstance(tree, parser.AggregateExpr) and tree.modifier is None and tree.param is None
