"""Indicator kinds: how a promise is measured, one module each.

A kind lowers an indicator to exact good and total: counters (`plan.Signal`) or rows
(`plan.Records`); or to a value over rows (`plan.Values`). A new kind is a model of
`models.indicator`, a module here, a line in `KINDS` and a golden case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.catalog.measured import measured_by
from truegreen_definitions.kinds.asked import NOT_COMPILED, Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.composite import COMPOSITE
from truegreen_definitions.kinds.gauge import GAUGE
from truegreen_definitions.kinds.journey import JOURNEY
from truegreen_definitions.kinds.latency import LATENCY
from truegreen_definitions.kinds.measure import MEASURE
from truegreen_definitions.kinds.promql import PROMQL
from truegreen_definitions.kinds.records import RECORDS

if TYPE_CHECKING:
    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Measured
    from truegreen_definitions.models.indicator import IndicatorSpec

__all__ = ["KINDS", "NOT_COMPILED", "Asked", "IndicatorKind", "Lowered", "is_signal", "kind_of"]

KINDS: tuple[IndicatorKind, ...] = (
    PROMQL,
    LATENCY,
    GAUGE,
    JOURNEY,
    COMPOSITE,
    RECORDS,
    MEASURE,
)


def kind_of(spec: IndicatorSpec) -> IndicatorKind:
    """Return the kind of an indicator."""
    return next(kind for kind in KINDS if kind.name == spec.kind)


def is_signal(catalog: Catalog, agreement: Measured) -> bool:
    """Return whether an agreement is counted from Prometheus; unknown indicators are not."""
    spec = measured_by(catalog, agreement)
    return spec is not None and not kind_of(spec).reads_rows(spec)
