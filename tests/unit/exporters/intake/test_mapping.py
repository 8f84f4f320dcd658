"""A source's definition becomes SQL that means the same in every batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.errors import TerminalError
from truegreen_exporters.intake.mapping import Mapping, columns_used, literal, quoted, revision_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database."""
    with duckdb.connect(config={"threads": 1}) as found:
        yield found


def test_only_columns_that_are_used_are_wanted() -> None:
    """The wanted columns are those of mapping, service and revision, each once."""
    mapping = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
    assert mapping.wanted == ("id", "rating", "answered", "application", "updated")
    assert mapping.types["service"] == "VARCHAR"


def test_a_table_without_a_service_column_has_one_in_the_store() -> None:
    """Which service a row belongs to is kept even where the table does not declare it."""
    columns = tuple(c for c in plans.SURVEYS.columns if c.name != "service")
    mapping = Mapping.of(plans.SURVEY_EXPORT, replace(plans.SURVEYS, columns=columns))
    assert list(mapping.types)[-1] == "service"


def test_columns_are_found_in_any_expression() -> None:
    """Quoted names, functions and cases are seen through; literals are not columns."""
    text = """CASE WHEN lower("Odd Name") = 'x' THEN try_cast(a AS INTEGER) ELSE b || 'c' END"""
    assert set(columns_used(text)) == {"Odd Name", "a", "b"}
    with pytest.raises(TerminalError, match="no SQL"):
        columns_used("select (")


def ordered(
    connection: duckdb.DuckDBPyConnection, kind: str, values: list[tuple[str | None, ...]]
) -> list[str]:
    """Return the revision keys of values, each tuple cast to a type."""
    keys = []
    for value in values:
        parts = [(f"CAST({'NULL' if v is None else literal(v)} AS {kind})", kind) for v in value]
        row = connection.execute(f"SELECT {revision_key(parts)}").fetchone()
        assert row is not None
        keys.append(row[0])
    return keys


numbers = st.decimals(-(10**15), 10**15, places=9)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=8))
@pytest.mark.parametrize("kind", ["DECIMAL(38,9)", "VARCHAR"])
def test_numbers_are_ordered_as_numbers(
    connection: duckdb.DuckDBPyConnection, kind: str, values: list[tuple[Decimal, Decimal]]
) -> None:
    """Sorting by key is sorting by value, whether a number was cast or is still text."""
    keys = ordered(connection, kind, [tuple(map(str, pair)) for pair in values])
    by_key = [pair for _, pair in sorted(zip(keys, values, strict=True))]
    assert by_key == sorted(values)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.datetimes(), min_size=2, max_size=8))
def test_times_are_ordered_as_times(
    connection: duckdb.DuckDBPyConnection, values: list[object]
) -> None:
    """Sorting by key is sorting by time."""
    connection.execute("SET TimeZone = 'UTC'")
    keys = ordered(connection, "TIMESTAMP", [(str(value),) for value in values])
    assert [v for _, v in sorted(zip(keys, values, strict=True), key=lambda pair: pair[0])] == [
        v for _, v in sorted(zip(keys, values, strict=True), key=lambda pair: str(pair[1]))
    ]


def test_version_ten_is_newer_than_nine(connection: duckdb.DuckDBPyConnection) -> None:
    """A number that arrives as text is not compared letter by letter; missing is the oldest."""
    keys = ordered(connection, "VARCHAR", [(None,), ("9",), ("10",), ("2016-03-01",)])
    assert keys == sorted(keys)
    assert len(set(keys)) == 4


def test_names_and_texts_are_quoted() -> None:
    """Quotes in names and texts cannot end them."""
    assert (quoted('a"b'), literal("a'b")) == ('"a""b"', "'a''b'")
