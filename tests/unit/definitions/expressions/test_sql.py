"""Expressions over rows: what is allowed means the same in the database, the rest is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.sql import (
    both,
    columns_of,
    equals,
    first_match,
    literal,
    over_any,
    over_columns,
)
from truegreen_definitions.expressions.sql_allowed import ALLOWED as ALLOWED_NODES
from truegreen_definitions.expressions.sql_allowed import ALLOWED_BY_NAME, ALLOWED_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ("n", "x", "s", "b", "t", "u", "d", "j")
ROWS = """
create table rows as select * from (values
  (1, 2.5, 'Abc def', true, timestamp '2026-03-29 01:30:00', timestamp '2026-03-29 04:00:00',
   date '2026-03-01', '{"a": [{"b": "x"}]}'::json),
  (-7, 0.1, '29/03/2026 02:15', false, timestamp '2024-02-29 23:59:59', null,
   date '2024-02-29', '{"a": []}'::json),
  (null, null, null, null, null, null, null, null)
) as v(n, x, s, b, t, u, d, j)
"""

ALLOWED = (
    *("n", "N", '"n"', "n = 1", "n == 1", "n <> 1", "not b", "b and n > 0 or x < 1", "-n + 2 * 3"),
    *("n >= 1 and n <= 2", "s like 'A!%' escape '!'", "n::smallint", "n::float", "s::varchar(3)"),
    *("t::time", "'3 days'::interval", "timestamp '2026-01-01' < t"),
    *("n / 2", "n // 2", "n % 2", "mod(n + 1, 2)", "n is null", "n is not null", "b is true"),
    *("n between 0 and 5", "n in (1, 2)", "n not in (1, 2)", "s like 'A%'", "s ilike 'a%'"),
    *("n is distinct from 1", "n is not distinct from null", "s || '!'", "'it''s'", "null", "1e3"),
    *("case when n > 0 then 'up' when n < 0 then 'down' else '?' end", "case n when 1 then 2 end"),
    *("if(b, 1, 2)", "ifnull(n, 0)", "coalesce(n, x, 0)", "nullif(n, 1)", "greatest(n, 3)"),
    *("least(n, 3)", "abs(n)", "ceil(x)", "floor(x)", "round(x)", "round(x, 1)", "sign(n)"),
    *("lower(s)", "upper(s)", "trim(s)", "trim('A' from s)", "ltrim(s)", "rtrim(s)", "length(s)"),
    *("left(s, 2)", "right(s, 2)", "substring(s, 2, 3)", "substr(s, 2)", "replace(s, 'A', 'b')"),
    *("split_part(s, ' ', 1)", "starts_with(s, 'A')", "ends_with(s, 'f')", "contains(s, 'bc')"),
    *("strpos(s, 'b')", "position('b' in s)", "instr(s, 'b')", "concat(s, n)"),
    *("regexp_matches(s, '[a-c]+')", "regexp_full_match(s, '.*')", "regexp_extract(s, '[a-z]+')"),
    *("regexp_extract(s, '(.)(b)', 2)", "regexp_replace(s, '[ab]', '-')"),
    *("regexp_replace(s, '[ab]', '-', 'g')", "s ~ 'Abc.*'"),
    *("try_strptime(s, '%d/%m/%Y %H:%M')", "strptime('01/02/2026', '%d/%m/%Y')"),
    *("strftime(t, '%Y-%m')", "date_trunc('hour', t)", "date_part('year', t)", "year(t)"),
    *("extract(hour from t)", "month(t)", "quarter(t)", "day(t)", "hour(t)", "minute(t)"),
    *("second(t)", "dayofweek(t)", "isodow(t)", "epoch(t)", "epoch_ms(t)", "make_date(2026, 1, 2)"),
    *("to_timestamp(n)", "date_diff('minute', t, u)", "datediff('day', t, u)", "u - t", "date(t)"),
    *("t + interval 3 days", "t + interval '90 minutes'", "u <= t + interval '14400' second"),
    *("t + to_seconds(90)", "t + to_minutes(2)", "t + to_hours(2)", "t + to_days(n)"),
    *("t at time zone 'Europe/Berlin'", "cast(n as text)", "try_cast(s as integer)", "n::bigint"),
    *("cast(x as decimal(18, 2))", "cast(t as date)", "t::timestamptz", "date '2026-01-01' < d"),
    *("cast(n as double)", "cast(b as boolean)", "j ->> '$.a[0].b'", "j -> '$.a'"),
    *("json_extract_string(j, '$.a[0].b') = 'x'", "(j ->> '$.a[0].b') || 'y'", "n + 1 -- why"),
)

REFUSED = (
    # other rows, other tables, other statements
    *(
        "(select 1)",
        "n in (select 1)",
        "exists(select 1)",
        "n = any(select 1)",
        "n = all(select 1)",
    ),
    *(
        "select 1",
        "n from rows",
        "n; drop table rows",
        "n union select 1",
        "1, 2",
        "n as m",
        "from rows",
    ),
    *(
        "sum(n)",
        "count(*)",
        "sum(n) over ()",
        "sum(n) filter (where b)",
        "lag(n) over ()",
        "*",
        "rows.*",
    ),
    *("columns(*)", "unnest([1])", "list_transform([1], x -> x)", "[x for x in [1]]", "#1"),
    # files, network, settings
    *("read_csv('/etc/passwd')", "read_text('/etc/passwd')", "read_blob('x')", "read_parquet('x')"),
    *("read_json('http://x')", "glob('*')", "parquet_metadata('x')", "sniff_csv('x')"),
    *("getenv('HOME')", "current_setting('x')", "getvariable('x')", "query('select 1')"),
    *("query_table('x')", "http_get('x')", "postgres_query('x', 'y')", "load_extension('x')"),
    *("system.main.getenv('HOME')", "lower(s).upper()", "pragma_version()", "version()"),
    *("current_user", "current_database()", "current_schema()", "txid_current()", "nextval('s')"),
    # another value each time
    *("now()", "current_date", "current_timestamp", "today()", "random()", "uuid()", "localtime"),
    *("get_current_timestamp()", "setseed(1)", "pg_sleep(1)"),
    # unbounded, or with a life of its own
    *(
        "repeat(s, 1000000000)",
        "lpad(s, 1000000000, 'x')",
        "range(1000000000)",
        "generate_series(1, 9)",
    ),
    *(
        "$1",
        "?",
        ":name",
        "@n = n or getenv('x') = 'y'",
        "e'\\x41'",
        "n::struct(a int)",
        "n::int[]",
    ),
    *(
        "cast(n as enum('a'))",
        "cast(n as somewhere)",
        "row(1, 2)",
        "(1, 2)",
        "{'a': 1}",
        "map {'a': 1}",
    ),
    *("s collate nocase", "error('x')", "hash(n)", "md5(s)", "try(n)"),
    # broken
    *(
        "",
        "   ",
        "-- only words",
        "n =",
        "(n",
        "n)",
        "n n",
        "'open",
        '"open',
        "${n}",
        "n\x00",
        "\x00",
    ),
    *("(" * 1_900 + "n" + ")" * 1_900, "not " * 900 + "b", "n" * 5_000, "case " * 500),
)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Three rows, one of them of nulls."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(ROWS)
        yield connection


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_written_means_what_was_given(
    text: str, database: duckdb.DuckDBPyConnection
) -> None:
    """DuckDB gives the same values of the same type for both, and reading again changes nothing."""
    written = over_columns(text, COLUMNS)
    expected = database.execute(f"select v::text, typeof(v) from (select {text}\n as v from rows)")
    wanted = expected.fetchall()
    found = database.execute(f"select v::text, typeof(v) from (select {written} as v from rows)")
    assert found.fetchall() == wanted
    assert over_columns(written, COLUMNS) == over_any(written) == written


def test_every_allowed_part_is_tried() -> None:
    """No node, named function or type is on the list that the cases above do not use."""
    nodes = [node for text in ALLOWED for node in sqlglot.parse_one(text, dialect="duckdb").walk()]
    assert {type(node) for node in nodes} >= ALLOWED_NODES
    called = {node.name.lower() for node in nodes if isinstance(node, sqlglot.exp.Anonymous)}
    assert called == ALLOWED_BY_NAME
    assert {node.this for node in nodes if isinstance(node, sqlglot.exp.DataType)} == ALLOWED_TYPES


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text: str) -> None:
    """What looks past its row, at the clock or outside the database never comes through."""
    with pytest.raises(ExpressionError) as error:
        over_any(text)
    assert error.value.id in {"sql/syntax", "sql/not-allowed"}


@pytest.mark.parametrize("text", [one for one in ALLOWED if ")" in one])
def test_no_bracket_may_be_missing(text: str) -> None:
    """Without any one of its closing brackets, wherever it stood, no expression is read."""
    tokens = sqlglot.tokenize(text, read="duckdb")
    closing = [one.start for one in tokens if one.token_type.name in {"R_PAREN", "R_BRACKET"}]
    for at in closing:
        broken = text[:at] + text[at + 1 :]
        with pytest.raises(ExpressionError) as error:
            over_any(broken)
        assert error.value.id in {"sql/syntax", "sql/not-allowed"}, broken


def test_what_is_not_closed_is_underlined() -> None:
    """The problem of a bracket that sqlglot would forgive underlines the one that is open."""
    with pytest.raises(ExpressionError) as error:
        over_any("n + cast(s as integer -- )")
    assert error.value.span == (8, 1)
    assert "')' is missing for this '('" in str(error.value)


@pytest.mark.parametrize("text", ["m = 1", "rows.n", "lower(rowid)", "a.b.c", "filename"])
def test_undeclared_columns_are_refused(text: str) -> None:
    """Only declared columns count, without a table in front."""
    with pytest.raises(ExpressionError) as error:
        over_columns(text, COLUMNS)
    assert error.value.id == "sql/unknown-column"


def test_unknown_column_says_where_and_what_is_near() -> None:
    """The problem underlines the column and names the nearest one."""
    with pytest.raises(ExpressionError) as error:
        over_columns("1 < scor", ["score", "answered_at"])
    assert error.value.span == (4, 4)
    assert "did you mean `score`?" in error.value.hint


def test_syntax_error_says_where() -> None:
    """The problem underlines the word that does not fit."""
    with pytest.raises(ExpressionError) as error:
        over_any("n > 1 n")
    assert error.value.span == (6, 1)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_literal_is_the_text_itself(value: str) -> None:
    """Whatever a text holds, the database reads back exactly that."""
    if "\x00" not in value:  # DuckDB has no such text
        assert duckdb.execute(f"select {literal(value)}").fetchone() == (value,)


@given(st.text("ab';-/*\\\"$ \n", max_size=30))
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    """Nothing but an ExpressionError is ever raised, and what is accepted stays as written."""
    try:
        written = over_any(text)
    except ExpressionError:
        return
    assert over_any(written) == written


def test_conditions_are_joined_as_a_whole(database: duckdb.DuckDBPyConnection) -> None:
    """An `or` inside a condition does not come loose when conditions are joined."""
    joined = both("n = 1 or n = -7", "", "not coalesce(b, false)")
    found = database.execute(f"select n from rows where {joined}").fetchall()
    assert found == [(-7,)]
    assert both("", "") == ""


def test_first_match_wins(database: duckdb.DuckDBPyConnection) -> None:
    """The first condition that holds gives the value; none gives NULL."""
    text = first_match([("n > 0", "it's up"), ("n is not null", "down")])
    found = database.execute(f"select {text} from rows").fetchall()
    assert found == [("it's up",), ("down",), (None,)]


def test_comparison_takes_the_expression_as_a_whole(
    database: duckdb.DuckDBPyConnection,
) -> None:
    """`a || b` compared with a text compares both parts together."""
    assert equals("s", "x") == "s = 'x'"
    text = equals(over_any("s || n"), "Abc def1")
    assert database.execute(f"select {text} from rows").fetchall() == [(True,), (False,), (None,)]


def test_columns_are_named_once_in_order() -> None:
    """Every column of an expression is found, and nothing that only looks like one."""
    assert columns_of("s = 'n' and (x > 1 or coalesce(b, s is null))") == ("s", "x", "b")
    assert columns_of("true") == ()
