"""What a state file makes of changed definitions."""

from __future__ import annotations

from dataclasses import fields, replace

import duckdb
import plans
import pytest

from truegreen_definitions.plan import FileRead, Origin, Source
from truegreen_exporters.store.schema import apply

CHANGED: dict[str, object] = {
    "table": "others",
    "read": FileRead(format="jsonl", location="surveys*.csv"),
    "zone": "Asia/Tokyo",
    "engine": "postgresql",
    "columns": plans.SURVEY_EXPORT.columns[1:],
    "revision": ("id",),
    "service": "'help'",
    "origin": Origin(path="moved.yaml", line=99),
}


def applied_again(source: Source) -> tuple[str, ...]:
    """Return the sources to be read again after the survey export became another one."""
    with duckdb.connect() as connection:
        assert apply(connection, plans.PLAN.tables, (plans.SURVEY_EXPORT,)) == ()
        return apply(connection, plans.PLAN.tables, (source,))


def test_every_field_of_a_source_is_looked_at() -> None:
    """A field that is new in the plan needs a word on whether it changes what rows mean."""
    assert {field.name for field in fields(Source)} == {"name", *CHANGED}


@pytest.mark.parametrize("field", [field for field in CHANGED if field != "origin"])
def test_a_source_that_means_something_else_is_read_again(field: str) -> None:
    """Whatever changes in a definition but its place, its files are read from their start."""
    source = replace(plans.SURVEY_EXPORT, **{field: CHANGED[field]})  # type: ignore[arg-type]
    assert source != plans.SURVEY_EXPORT
    assert applied_again(source) == (source.name,)


def test_a_definition_that_only_moved_is_not_read_again() -> None:
    """Another file or line is the same source."""
    moved = replace(plans.SURVEY_EXPORT, origin=Origin(path="moved.yaml", line=99))
    assert applied_again(moved) == ()
    assert applied_again(plans.SURVEY_EXPORT) == ()
