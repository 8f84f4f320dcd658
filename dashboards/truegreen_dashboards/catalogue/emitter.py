"""The emitter of the catalogue: `catalogue/index.html` and a page a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["CATALOGUE", "CatalogueEmitter"]


class CatalogueEmitter:
    """Writes the service catalogue as static pages that need nothing beside them."""

    name = "catalogue"

    def emit(self, plan: Plan, info: BuildInfo) -> tuple[Artifact, ...]:  # noqa: ARG002
        """Return one page a service, and the index."""
        # Every start of the command line finds this emitter; only a build pays for templates.
        from truegreen_dashboards.catalogue.pages import page, page_paths  # noqa: PLC0415

        return tuple(
            Artifact(path=f"catalogue/{path}", text=page(plan, path)) for path in page_paths(plan)
        )


CATALOGUE: Emitter = CatalogueEmitter()
