"""What the compiler makes of PromQL, with the parser and promtool as judges."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.promql import (
    WINDOW,
    Matcher,
    increase,
    over,
    parse_matchers,
    plain_counter,
    quote,
    selector,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REAL = Matcher("synthetic", "!=", "true")

ACCEPTED = (
    ("shop_total", 'sum(increase(shop_total{synthetic!="true"}[$window]))'),
    (
        'shop_total{code!~"5.."}',
        'sum(increase(shop_total{code!~"5..",synthetic!="true"}[$window]))',
    ),
    ('shop_total{synthetic!="true"}', 'sum(increase(shop_total{synthetic!="true"}[$window]))'),
    ("shop_total offset 5m", 'sum(increase(shop_total{synthetic!="true"}[$window] offset 5m))'),
    (
        "sum(increase(a_total[$window])) - sum(increase(b_total[$window]))",
        (
            'sum(sum(increase(a_total{synthetic!="true"}[$window])) '
            '- sum(increase(b_total{synthetic!="true"}[$window])))'
        ),
    ),
    (
        "sum by (code) (increase(a_total[$window]))",
        'sum(sum by (code) (increase(a_total{synthetic!="true"}[$window])))',
    ),
    (
        'increase(a_total{path="[$window] rate(x[5m])"}[$window])',
        'sum(increase(a_total{path="[$window] rate(x[5m])",synthetic!="true"}[$window]))',
    ),
    (
        "sum(increase({__name__=~'a_total|b_total'}[$window])) # all of it",
        'sum(increase({__name__=~"a_total|b_total",synthetic!="true"}[$window]))',
    ),
)

REFUSED = (
    ("shop_total{", "promql/syntax"),
    ("", "promql/syntax"),
    ("((((", "promql/syntax"),
    ("x" * 5_000, "promql/syntax"),
    ("sum(rate(a_total[5m]))", "promql/rate"),
    ("irate(a_total[$window])", "promql/rate"),
    ("sum(increase(a_total[5m]))", "promql/range"),
    ("sum(increase(a_total[36159d7h11m13s17ms]))", "promql/range"),
    ("sum(a_total)", "promql/no-window"),
    ("2 * 3", "promql/no-window"),
    ('"text"', "promql/no-window"),
    ("increase(a_total[$window:1m])", "promql/not-allowed"),
    ("max_over_time(a_total[$window])", "promql/not-allowed"),
    ("a_total @ 5", "promql/not-allowed"),
    ('a_total{a="b" or c="d"}', "promql/not-allowed"),
    ("a_total{'x.y'='z'}", "promql/not-allowed"),
    ("a_total[$window]", "promql/syntax"),
)


@pytest.mark.parametrize(("text", "expected"), ACCEPTED)
def test_expression_is_written_with_window_and_matcher(text: str, expected: str) -> None:
    """Counters get the increase and the matcher; what looks like PromQL in a string stays."""
    assert increase(text, [REAL]) == expected


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_what_is_no_count_is_refused(text: str, problem: str) -> None:
    """Rates, fixed ranges, raw values and broken text are each refused by their own id."""
    with pytest.raises(ExpressionError) as error:
        increase(text, [REAL])
    assert error.value.id == problem


def test_rate_is_refused_with_the_exact_fix_and_place() -> None:
    """The hint for a rate is an expression that is accepted, and the span is the word."""
    text = 'sum(rate(a_total{b="rate(c[5m])"}[5m]))'
    with pytest.raises(ExpressionError) as error:
        increase(text)
    fixed = error.value.hint.removeprefix("write ")
    assert fixed == 'sum(increase(a_total{b="rate(c[5m])"}[$window]))'
    assert increase(fixed) == fixed
    assert error.value.span == (4, len("rate"))


def test_result_has_no_layout_of_its_own() -> None:
    """A long expression stays one line, with brackets set tight."""
    handler = "/a/path/that/is/long/enough/to/make/the/parser/break/the/line"
    one = f'sum(increase(requests_total{{handler="{handler}"}}[$window]))'
    assert increase(f"{one} - {one}") == f"sum({one} - {one})"


@pytest.mark.parametrize(
    "text", ["", 'a="b"} or up{c="d"', "a=b", '__name__="x"', "}", 'a="b"} @ 5']
)
def test_matchers_cannot_leave_their_braces(text: str) -> None:
    """A text that is anything but a list of matchers is refused."""
    with pytest.raises(ExpressionError):
        parse_matchers(text)


LABEL = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: not name.startswith("__") and name != "synthetic"
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
METRIC = st.from_regex(r"[a-z][a-z0-9_]{0,10}_total", fullmatch=True)


def _selected(tree: promql_parser.Expr) -> list[promql_parser.VectorSelector]:
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(tree, visit)
    return found


@st.composite
def expressions(draw: st.DrawFn) -> tuple[str, list[tuple[str, dict[str, str]]]]:
    """Return an indicator in the free form, and the (name, labels) of its selectors in order."""
    chosen = draw(
        st.lists(
            st.tuples(METRIC, st.dictionaries(LABEL, TEXT, max_size=3)), min_size=1, max_size=4
        )
    )
    counted = [f"increase({selector(name, labels)}[{WINDOW}])" for name, labels in chosen]
    shapes = st.sampled_from(["sum({})", "sum by (code) ({})", "({})", "clamp_min({}, 0)", "{}"])
    terms = [draw(shapes).format(term) for term in counted]
    text = terms[0]
    for term in terms[1:]:
        text = f"{text} {draw(st.sampled_from(['+', '-', 'or', '*']))} {term}"
    return text, chosen


@given(expressions(), LABEL, TEXT)
def test_every_selector_carries_the_matcher(
    made: tuple[str, list[tuple[str, dict[str, str]]]], label: str, value: str
) -> None:
    """For any labels and shapes the result parses, and each selector has its own and the added."""
    text, chosen = made
    out = increase(text, [Matcher(label, "!=", value)])
    tree = promql_parser.parse(out.replace(f"[{WINDOW}]", "[5m]"))
    found = _selected(tree)
    assert [node.name for node in found] == [name for name, _ in chosen]
    for node, (_, labels) in zip(found, chosen, strict=True):
        carried = {(one.name, str(one.op), one.value) for one in node.matchers.matchers}
        own = {(name, "MatchOp.Equal", text) for name, text in labels.items()}
        assert carried == {*own, (label, "MatchOp.NotEqual", value)}


TRICKY = st.lists(
    st.sampled_from([WINDOW, "[", "]", '"', "'", "`", "\\", "#", "\n", "x", "{"])
).map("".join)


@given(METRIC, LABEL, TRICKY, st.sampled_from(["{}", "sum(increase({}[$window]))"]))
def test_only_ranges_become_the_range(metric: str, label: str, value: str, shape: str) -> None:
    """Whatever a label's value is, the selector over a range still has exactly that value."""
    counted = increase(shape.format(selector(metric, {label: value})))
    tree = promql_parser.parse(over(counted, "301s"))
    (node,) = _selected(tree)
    assert [(one.name, one.value) for one in node.matchers.matchers] == [(label, value)]
    ranges: list[float] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.MatrixSelector):
            ranges.append(node.range.total_seconds())

    promql_parser.walk(tree, visit)
    assert ranges == [301]
    assert plain_counter(counted) == (metric, (Matcher(label, "=", value),))


@given(TEXT)
def test_quote_is_undone_by_the_parser(value: str) -> None:
    """Whatever a label's value is, the parser reads back exactly that."""
    tree = promql_parser.parse(f"a{{b={quote(value)}}}")
    assert [one.value for one in _selected(tree)[0].matchers.matchers] == [value]


@given(expressions())
def test_writing_twice_changes_nothing(made: tuple[str, list[tuple[str, dict[str, str]]]]) -> None:
    """The result is itself an accepted indicator that counts the same."""
    once = increase(made[0], [REAL])
    assert increase(once, [REAL]) in {once, f"sum({once})"}


def test_promtool_counts_what_the_expression_means(
    tool: Callable[[str], str], tmp_path: Path
) -> None:
    """Of 12 requests, 2 of them failed, and 40 of a probe, Prometheus counts 10 good of 12."""
    good = increase('shop_requests_total{code!~"5.."}', parse_matchers('synthetic!="true"'))
    total = increase("shop_requests_total", parse_matchers('synthetic!="true"'))
    odd = increase('shop_requests_total{code="\\"\\\\\\n{}ü"}', [REAL])
    rules = [
        {"record": name, "expr": text.replace(WINDOW, "10m")}
        for name, text in (("good", good), ("total", total), ("odd", odd))
    ]
    groups = {"groups": [{"name": "g", "interval": "1m", "rules": rules}]}
    (tmp_path / "rules.yml").write_text(json.dumps(groups))
    series = [
        ('shop_requests_total{code="200"}', "0+1x10"),
        ('shop_requests_total{code="500"}', "0 0 0 0 0 1 1 1 1 1 2"),
        ('shop_requests_total{code="200",synthetic="true"}', "0+4x10"),
    ]
    expected = [
        {"expr": name, "eval_time": "10m", "exp_samples": [{"labels": name, "value": value}]}
        for name, value in (("good", 10), ("total", 12))
    ]
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in series],
                "promql_expr_test": expected,
            }
        ],
    }
    (tmp_path / "test.yml").write_text(json.dumps(test))
    ran = subprocess.run(
        [tool("promtool"), "test", "rules", str(tmp_path / "test.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
