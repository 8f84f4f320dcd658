"""Tables and sources in the plan."""

from __future__ import annotations

import duckdb
import pytest
from companies import SOURCE, compiled

from truegreen_definitions.plan import Column, FileRead, Source

COLUMN = "service: {column: application, match: {webshop: shop}}"


def _source(text: str = SOURCE) -> Source:
    found = compiled(sources=text)
    assert found.plan is not None, found.problems
    return found.plan.sources[0]


def _service(expression: str, application: str | None, region: str | None) -> object:
    query = f"select {expression} from (select ? as application, ? as region)"
    (found,) = duckdb.execute(query, [application, region]).fetchone() or (None,)
    return found


def test_source_is_compiled_to_expressions() -> None:
    """Format, glob and zone stay; columns and revision are canonical SQL."""
    source = _source()
    assert source.read == FileRead(format="csv", location="surveys*.csv")
    assert source.zone == "Europe/Berlin"
    assert source.columns == (
        ("survey_id", "id"),
        ("score", "TRY_CAST(rating AS INT)"),
        ("answered_at", "answered"),
    )
    assert source.revision == ("updated",)


def test_column_names_the_service_by_its_words() -> None:
    """A word that is not listed, and none at all, is no service."""
    expression = _source().service
    assert _service(expression, "webshop", None) == "shop"
    assert _service(expression, "other", None) is None
    assert _service(expression, None, None) is None


def test_first_predicate_that_holds_names_the_service() -> None:
    """Predicates are tried in order; unknown does not hold."""
    ruled = (
        "service: {match: [{when: region = 'EU' or region = 'UK', service: shop}, "
        "{when: application is not null, service: till}]}"
    )
    service = "kind: Service\nmetadata: {name: till}\nspec: {owner: shop-team, steps: [{name: a}]}"
    found = compiled(sources=SOURCE.replace(COLUMN, ruled), till=service)
    assert found.plan is not None, found.problems
    expression = found.plan.sources[0].service
    assert _service(expression, "x", "UK") == "shop"
    assert _service(expression, "x", "US") == "till"
    assert _service(expression, "x", None) == "till"
    assert _service(expression, None, "US") is None


def test_constant_and_missing_service() -> None:
    """A name is the service of all rows; without `service` rows belong to none."""
    assert _source(SOURCE.replace(COLUMN, "service: shop")).service == "'shop'"
    assert _source(SOURCE.replace(COLUMN, "")).service == ""


@pytest.mark.parametrize(
    ("changed", "problem", "marked"),
    [
        (("surveys*.csv", "../../etc/*.csv"), "source/path", "'../../etc/*.csv'"),
        (("surveys*.csv", "/etc/passwd"), "source/path", "'/etc/passwd'"),
        (("surveys*.csv", "C:\\x"), "source/path", "'C:\\x'"),
        (("survey_id: id", "survey_id: (select 1)"), "sql/not-allowed", "(select 1)"),
        (("[updated]", "['now()']"), "sql/not-allowed", "now"),
        (("column: application", "column: a, b"), "language/unknown-field", "b"),
        (("column: application", "column: 'a b'"), "sql/syntax", "b"),
    ],
)
def test_source_that_cannot_be_read_is_refused(
    changed: tuple[str, str], problem: str, marked: str
) -> None:
    """Paths out of the data folder and expressions that are none are one problem each."""
    found = compiled(sources=SOURCE.replace(*changed))
    assert [one.id for one in found.problems] == [problem]
    place = found.problems[0].place
    line = found.texts[place.path].splitlines()[place.line - 1]
    assert line[place.column - 1 :][: place.width] == marked


def test_refused_predicate_leaves_no_expression() -> None:
    """A predicate with a fault is one problem, at the predicate."""
    ruled = "service: {match: [{when: random() > 1, service: shop}]}"
    found = compiled(sources=SOURCE.replace(COLUMN, ruled))
    assert [one.id for one in found.problems] == ["sql/not-allowed"]


def test_tables_keep_the_order_of_their_columns() -> None:
    """Columns stand as declared, tables by name."""
    found = compiled()
    assert found.plan is not None
    assert [table.name for table in found.plan.tables] == ["machines", "orders", "surveys"]
    surveys = found.plan.tables[-1]
    assert surveys.key == ("survey_id",)
    assert surveys.columns[2:] == (
        Column(name="score", type="integer"),
        Column(name="answered_at", type="timestamp"),
    )
