"""Indicator kind records: rows, parameters and what is left out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from companies import POLICY, SOURCE, TABLES, compiled, promising, using

from truegreen_definitions.plan import Judged, Records

ORDERS = """
kind: records
table: orders
at: ordered_at
sampling: census
where: channel = 'web' or channel = 'app'
total: ordered_at is not null
good: invoiced_at is not null
mature_after: 90m
min_sample: 5
"""


def _records(service: str, policy: str = POLICY) -> Records:
    found = compiled(shop=service, policy=policy)
    assert found.plan is not None, found.problems
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Records)
    return parts


def test_inline_indicator_is_compiled_whole() -> None:
    """Every field arrives; an `or` is kept together before synthetic rows are left out."""
    assert _records(promising(ORDERS, window="7d")) == Records(
        table="orders",
        at="ordered_at",
        where="(channel = 'web' OR channel = 'app') AND NOT COALESCE(is_synthetic, FALSE)",
        total="NOT ordered_at IS NULL",
        good="NOT invoiced_at IS NULL",
        mature_after_seconds=5_400,
        min_sample=5,
    )


def test_a_key_is_judged_by_shares_or_by_its_last_row() -> None:
    """`each` is how many events of a key are good, or its last row; another word is refused."""
    by_channel = f"{ORDERS}per: channel\n"
    shares = _records(promising(f"{by_channel}each: {{share: 90%, at_least: 5}}\n"))
    assert shares.each == Judged(share=Decimal("0.9"), at_least=5)
    last = _records(promising(f"{by_channel}each: last\n"))
    assert last.each == Judged(share=Decimal(1), at_least=1, last=True)
    found = compiled(shop=promising(f"{by_channel}each: first\n"))
    (problem,) = found.problems
    assert (problem.id, problem.hint) == (
        "language/bad-value",
        "write last, or {share: 80%, at_least: 5}",
    )


def test_library_indicator_takes_default_and_parameter() -> None:
    """`use: csat` counts surveys; with another table its columns are looked for there."""
    assert _records(using("csat")).table == "surveys"
    found = compiled(shop=using("csat", table="orders"))
    assert [(problem.id, str(problem.place)) for problem in found.problems] == [
        ("sql/unknown-column", "shop.yaml:18:9")
    ] * 3
    assert [problem.message.partition(" (")[2] for problem in found.problems] == [
        f"in `{field}` of Indicator `csat`)" for field in ("at", "good", "total")
    ]


def test_library_indicator_is_mended_in_the_company() -> None:
    """Without parameters too, what is missing is said at `use`, with what to add."""
    polls = TABLES.replace("name: surveys", "name: polls")
    found = compiled(
        shop=using("csat"), tables=polls, sources=SOURCE.replace("table: surveys", "table: polls")
    )
    (problem,) = found.problems
    assert (problem.id, str(problem.place)) == ("records/no-source", "shop.yaml:14:12")
    assert problem.message == (
        "no Source fills Table `surveys`, so there is nothing to count "
        "(in `table` of Indicator `csat`)"
    )
    assert problem.hint == (
        "add one: `kind: Source` with `table: surveys` or `use:` one of `servicenow-surveys`, "
        "`zendesk-ratings`"
    )


def test_indicator_of_the_company_is_mended_in_its_own_file() -> None:
    """A fault in a company's own indicator stands where that is written, whatever its name."""
    own = """
kind: Indicator
metadata: {name: csat}
spec:
  {kind: records, table: surveys, at: answered_at, sampling: sample, total: 'true', good: liked}
"""
    found = compiled(shop=using("csat"), own=own)
    assert [(one.id, str(one.place)) for one in found.problems] == [
        ("sql/unknown-column", "own.yaml:5:91")
    ]
    assert found.problems[0].hint.startswith("allowed: ")


def test_unknown_parameter_is_refused_at_its_name() -> None:
    """A parameter that the indicator does not have is a problem at its key."""
    found = compiled(shop=using("csat", tabel="surveys"))
    assert [(one.id, str(one.place)) for one in found.problems] == [
        ("template/unknown-parameter", "shop.yaml:18:9")
    ]
    assert "did you mean `table`?" in found.problems[0].hint


def test_parameter_without_value_is_refused_where_it_is_used() -> None:
    """An indicator of the company with a parameter that nobody gives is a problem at `use`."""
    own = """
kind: Indicator
metadata: {name: own}
spec:
  kind: records
  table: surveys
  at: answered_at
  sampling: census
  total: 'true'
  good: score >= ${limit}
"""
    found = compiled(shop=using("own"), own=own)
    assert [(one.id, one.place.path) for one in found.problems] == [
        ("template/no-value", "shop.yaml")
    ]
    given = compiled(shop=using("own", limit="4"), own=own)
    assert given.plan is not None
    parts = given.plan.agreements[0].parts
    assert isinstance(parts, Records)
    assert parts.good == "score >= 4"


def test_parameter_cannot_smuggle_in_more_than_an_expression() -> None:
    """A parameter's text is checked as part of the expression it ends up in."""
    own = """
kind: Indicator
metadata: {name: own}
spec:
  {kind: records, table: surveys, at: answered_at, sampling: census, total: 'true', good: '${x}'}
"""
    found = compiled(shop=using("own", x="score in (select 1)"), own=own)
    assert [one.id for one in found.problems] == ["sql/not-allowed"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (("table: orders", "table: odrers"), "reference/unknown"),
        (("table: orders", "table: machines"), "records/no-service-column"),
        (("at: ordered_at", "at: channel"), "records/not-a-time"),
        (("at: ordered_at", "at: due"), "sql/unknown-column"),
        (("good: invoiced_at is not null", "good: count(*) > 1"), "sql/not-allowed"),
        (("total: ordered_at is not null", "total: now() > ordered_at"), "sql/not-allowed"),
    ],
)
def test_rows_that_cannot_be_counted_are_refused(changed: tuple[str, str], problem: str) -> None:
    """An unknown table or column, a table of no service and a text as time are one problem."""
    found = compiled(shop=promising(ORDERS.replace(*changed)))
    assert [one.id for one in found.problems] == [problem]


def test_without_a_flag_no_row_is_left_out() -> None:
    """A table the Policy names no column for is counted whole."""
    assert _records(using("csat")).where == ""
