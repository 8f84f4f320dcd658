"""What an agreement depends on, in the plan: each promise with its objective and window."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.models.dependency import VendorPromise
from truegreen_definitions.plan import Dependency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Agreement

__all__ = ["dependencies_of"]


def dependencies_of(agreement: Agreement, catalog: Catalog) -> Iterator[Dependency]:
    """Yield each promise once, in order; one of nothing, which a check reports, is left out."""
    for one in dict.fromkeys(agreement.depends_on):
        if isinstance(one, VendorPromise):
            yield Dependency(
                on=one.vendor, by="vendor", objective=one.objective.normalize(), window=one.window
            )
        elif (other := _promised(one, catalog)) and isinstance(other.objective, Decimal):
            yield Dependency(
                on=one, by="us", objective=other.objective.normalize(), window=other.window
            )


def _promised(agreement_id: str, catalog: Catalog) -> Agreement | None:
    name, _, promise = agreement_id.partition("/")
    service = catalog.services.get(name)
    agreements = service.model.spec.agreements() if service else iter(())
    return next((one for *_, one in agreements if one.name == promise), None)
