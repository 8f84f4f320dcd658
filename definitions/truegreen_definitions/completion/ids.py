"""The ids of a company's definitions, as `explain` takes them, and alerts and boards write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.catalog import Catalog

__all__ = ["definition_ids"]


def definition_ids(catalog: Catalog) -> tuple[str, ...]:
    """Return the id of everything that `explain` explains, sorted, each once."""
    found = {*catalog.services, *catalog.journeys, *catalog.vendors, *catalog.contracts}
    found |= {*catalog.teams, *catalog.tables, *catalog.sources, *catalog.indicators}
    for name, service in catalog.services.items():
        spec = service.model.spec
        found |= {f"{name}/{step.name}" for step in spec.steps}
        found |= {f"{name}/{measured.name}" for _, _, measured in spec.measured()}
    return tuple(sorted(found))
