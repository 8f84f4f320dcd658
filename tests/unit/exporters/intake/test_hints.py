"""What a refusal says of a value reads that value."""

from __future__ import annotations

import duckdb
import pytest

from truegreen_definitions.expressions.sql import over_any
from truegreen_exporters.intake.hints import hint
from truegreen_exporters.intake.mapping import COLUMN_TYPES


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        ("date", "01.03.2016", "2016-03-01"),
        ("date", "1.3.16", "2016-03-01"),
        ("date", "25/12/2016", "2016-12-25"),
        ("date", "12/25/2016", "2016-12-25"),
        ("date", "20160301", None),  # cast reads it, so it never fails alone
        ("timestamp", "01.03.2016 14:05", "2016-03-01 14:05:00+00"),
        ("timestamp", "01-03-2016T14:05:09", "2016-03-01 14:05:09+00"),
        ("timestamp", "1456841100", "2016-03-01 14:05:00+00"),
        ("timestamp", "1456841100000", "2016-03-01 14:05:00+00"),
        ("decimal", "4,5", "4.500000000000"),
        ("decimal", "1.234,5", "1234.500000000000"),
        ("decimal", "1,234.5", "1234.500000000000"),
        ("integer", "87 %", "87"),
        ("integer", "n/a", "None"),
        ("boolean", "Ja", "true"),
        ("boolean", "nein", "false"),
    ],
)
def test_what_a_hint_says_to_write_reads_the_value(
    kind: str, value: str, meant: str | None
) -> None:
    """A definition may hold the expression, and the database reads the refused value with it."""
    told = hint(kind, [("Its value", value)])
    assert value not in told.replace(f"nullif(\"Its value\", '{value}')", ""), "none is quoted"
    written = over_any(told.partition("write ")[2])
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute('CREATE TABLE t AS SELECT $v AS "Its value"', {"v": value})
        query = f"SELECT CAST(CAST({written} AS {COLUMN_TYPES[kind]}) AS VARCHAR) FROM t"
        ((found,),) = connection.execute(query).fetchall()
    assert meant is None or str(found) == meant


@pytest.mark.parametrize(
    ("kind", "value"), [("text", "4,5"), ("date", "soon"), ("decimal", "many"), ("decimal", None)]
)
def test_of_what_nobody_knows_nothing_is_said(kind: str, value: str | None) -> None:
    """No hint is better than a wrong one."""
    assert hint(kind, [("value", value)]) == ""
