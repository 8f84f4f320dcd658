"""How an agreement is measured, for checks that ask before anything is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Measured
    from truegreen_definitions.models.indicator import IndicatorSpec

__all__ = ["measured_by"]


def measured_by(catalog: Catalog, agreement: Measured) -> IndicatorSpec | None:
    """Return an agreement's indicator, its own or the one it uses; None when that is unknown."""
    library = catalog.indicators.get(agreement.use) if agreement.use else None
    return library.model.spec if library else agreement.indicator
