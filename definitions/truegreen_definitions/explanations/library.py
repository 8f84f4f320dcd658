"""What comes with every installation, explained: the list of it, its tables and its mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.plan import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.mapping import Mapping
    from truegreen_definitions.models.table import Table
    from truegreen_definitions.plan import Plan

__all__ = ["LIBRARY", "explain_library", "library_ids"]

LIBRARY = "library"
"""The id of the list of everything."""


def library_ids(catalog: Catalog) -> frozenset[str]:
    """Return what can be explained without being in a plan."""
    return frozenset({LIBRARY, *catalog.mappings, *catalog.tables})


def explain_library(catalog: Catalog, plan: Plan, wanted: str) -> Iterator[Explanation]:
    """Yield what an id of the library stands for; a table in the plan is explained from there."""
    if wanted == LIBRARY:
        yield _list(catalog)
    if wanted in catalog.mappings:
        yield _mapping(catalog.mappings[wanted])
    if wanted in catalog.tables and all(table.name != wanted for table in plan.tables):
        yield _table(catalog, catalog.tables[wanted])


def _list(catalog: Catalog) -> Explanation:
    ours = catalog.from_library
    indicators = (one for one in catalog.indicators.values() if (one.kind, one.name) in ours)
    mappings = (one for one in catalog.mappings.values() if (one.kind, one.name) in ours)
    tables = catalog.library_tables.values()
    return Explanation(
        id=LIBRARY,
        what="library",
        title="What comes with every installation",
        origin=Origin(path="README.md", line=1),
        facts=(
            *fact(
                "indicators", (f"{one.name}: {_first(one.model.spec.manual)}" for one in indicators)
            ),
            *fact("tables", (f"{one.name}: {one.model.metadata.description}" for one in tables)),
            *fact("mappings", (f"{one.name}: {one.title}" for one in mappings)),
        ),
    )


def _first(manual: str) -> str:
    """Return the first sentence of a manual in one line."""
    return f"{' '.join(manual.split()).partition('. ')[0].rstrip('.')}."


def _mapping(mapping: Definition[Mapping]) -> Explanation:
    spec = mapping.model.spec
    return Explanation(
        id=mapping.name,
        what="mapping",
        title=mapping.title,
        origin=mapping.origin,
        facts=(
            *fact("meaning", spec.manual),
            *fact("table", spec.table),
            *fact("revision", spec.revision),
            *fact(
                "columns",
                (f"{name}: {' '.join(text.split())}" for name, text in spec.columns.items()),
            ),
        ),
    )


def _table(catalog: Catalog, table: Definition[Table]) -> Explanation:
    spec = table.model.spec
    ready = (one.name for one in catalog.mappings.values() if one.model.spec.table == table.name)
    return Explanation(
        id=table.name,
        what="table",
        title=table.title,
        origin=table.origin,
        facts=(
            *fact("meaning", table.model.metadata.description),
            *fact("columns", (f"{name}: {kind}" for name, kind in spec.columns.items())),
            *fact("key", ", ".join(spec.key)),
            *fact("mappings", ready),
        ),
    )
