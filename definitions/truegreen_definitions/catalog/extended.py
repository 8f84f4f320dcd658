"""Definitions that `use:` another, made whole: tables of the library's, sources of a Mapping's.

What a definition says itself comes first, column by column. From here on a table has all its
columns and a source all its expressions, so that nobody else asks where they are written.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from truegreen_definitions.problems import Severity
from truegreen_definitions.suggestions import definition_to_add, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.catalog.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models import Kind
    from truegreen_definitions.models.mapping import MappingSpec
    from truegreen_definitions.models.source import Source, SourceSpec
    from truegreen_definitions.models.table import Table, TableSpec
    from truegreen_definitions.problems import Problem

__all__ = ["extended"]

D = TypeVar("D")

UNKNOWN, RETYPED = "reference/unknown", "table/retyped-column"


def extended(catalog: Catalog) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return a catalog whose tables and sources are whole, and what is wrong with their `use:`.

    One that uses what is not there cannot be told: it goes to the broken ones.
    """
    problems: list[Problem] = []
    lost: list[Definition[Kind]] = []
    tables = dict(catalog.tables)
    for name, table in catalog.tables.items():
        if table.model.spec.use:
            base = catalog.library_tables.get(table.model.spec.use)
            tables[name] = _table(table, base.model.spec) if base else table
            problems += _retyped(table, base.model.spec) if base else ()
            lost += () if base else (table,)
    catalog = replace(catalog, tables=_without(tables, lost))
    sources = dict(catalog.sources)
    for name, source in catalog.sources.items():
        if source.model.spec.use:
            mapping = catalog.mappings.get(source.model.spec.use)
            sources[name] = _source(source, mapping.model.spec, tables) if mapping else source
            lost += () if mapping else (source,)
    problems += (_unknown(catalog, one) for one in lost if not _hidden(catalog, one))
    broken = catalog.broken | {(one.kind, one.name) for one in lost}
    whole = replace(
        catalog,
        sources=_without(sources, lost),
        broken=broken,
        partial=(*catalog.partial, *lost),
    )
    return whole, tuple(problems)


def _table(table: Definition[Table], base: TableSpec) -> Definition[Table]:
    own = table.model.spec
    update = {"key": own.key or base.key, "columns": {**base.columns, **own.columns}}
    spec = own.model_copy(update=update)
    return replace(table, model=table.model.model_copy(update={"spec": spec}))


def _retyped(table: Definition[Table], base: TableSpec) -> Iterator[Problem]:
    """Yield the columns that would be of another type than the library's indicators expect."""
    for column, kind in table.model.spec.columns.items():
        expected = base.columns.get(column, kind)
        if kind != expected:
            message = f"`{column}` is of type {expected} in the library's table, not {kind}"
            hint = f"take the line out, or call your column otherwise than `{column}`"
            yield table.problem(RETYPED, message, "spec", "columns", column, hint=hint)


def _source(
    source: Definition[Source], mapping: MappingSpec, tables: Mapping[str, Definition[Table]]
) -> Definition[Source]:
    own = source.model.spec
    name = own.table or mapping.table
    table = tables.get(name)
    # A company's own table may have fewer columns than the tool's rows could fill.
    known = table.model.spec.columns if table else mapping.columns
    given = {column: text for column, text in mapping.columns.items() if column in known}
    update = {
        "table": name,
        "revision": own.revision or mapping.revision,
        "columns": {**given, **own.columns},
    }
    spec: SourceSpec = own.model_copy(update=update)
    return replace(source, model=source.model.model_copy(update={"spec": spec}))


def _unknown(catalog: Catalog, definition: Definition[Kind]) -> Problem:
    """Return the problem of a `use:` that names nothing."""
    name = definition.text("spec", "use")
    if definition.kind == "Table":
        what, hint = "Table of the library", suggestion(name, catalog.library_tables)
    elif catalog.mappings:
        what, hint = "Mapping", suggestion(name, catalog.mappings)
    else:
        what, hint = "Mapping", definition_to_add(name, ("Mapping",))
    message = f"there is no {what} `{name}`"
    return definition.problem(UNKNOWN, message, "spec", "use", hint=hint, severity=Severity.ERROR)


def _hidden(catalog: Catalog, definition: Definition[Kind]) -> bool:
    """Return whether what it uses may be there, in a definition that is not valid."""
    name = definition.text("spec", "use")
    return definition.kind == "Source" and catalog.may_exist("Mapping", name)


def _without(found: dict[str, D], lost: list[Definition[Kind]]) -> Mapping[str, D]:
    gone = {id(one) for one in lost}
    return MappingProxyType({name: one for name, one in found.items() if id(one) not in gone})
