"""Indicator kind `composite`: other agreements of the service together, as far as that is exact.

`every` names agreements that must all be met: a slice of five minutes is good when each of them
met its own objective in it, and counts when any of them has data. One without data in a slice
says nothing about it.

`weights` names agreements over counters and how much one event of each counts: good is the sum of
the weighted good events, total that of all. Their events are a `census`; a probe's or a survey's
interval does not add up, so agreements that are a `sample` cannot be weighted.

The product of several attainments is no count of anything, and so no agreement: it would hold if
steps failed independently, and they do not.

Fields: `every`, a list, or `weights`, a mapping; `manual` for people. The agreements are of the
same service, measured from Prometheus, and no composites themselves.

Passes:
    kind: composite
    weights: {up: 1}

Fails:
    kind: composite
    every: [upp]
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql import WINDOW, selector
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.models.agreement import Agreement
from truegreen_definitions.models.indicator import CompositeIndicator, IndicatorSpec
from truegreen_definitions.plan import Component, Signal
from truegreen_definitions.suggestions import suggestion
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from truegreen_definitions.names import Metric

__all__ = ["COMPOSITE"]

NOT_EXACT = "composite/not-exact"


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, CompositeIndicator):
        raise InvariantError(f"a composite indicator is expected, not {spec.kind}")
    if asked.agreement.scope is not None:
        asked.report(NOT_EXACT, "a composite has no scope", hint="scope the agreements it is of")
        return None
    if spec.every:
        return _slices(asked, spec.every)
    return _weighted(asked, spec.weights.items())


def _slices(asked: Asked, parts: Sequence[str]) -> Lowered | None:
    met = []
    for name in parts:
        part = _part(asked, name, "every")
        agreed = part.agreement if part is not None else None
        objective = agreed.objective if isinstance(agreed, Agreement) else None
        if not isinstance(objective, Decimal):
            return None
        good, total = (_counted(metric, asked, name) for metric in (names.GOOD_5M, names.TOTAL_5M))
        met.append(f"({good} >= bool {number_text(objective)} * {total} and {total} > 0)")
    slices = f"min({' or '.join(met)})[{WINDOW}:{GRID_SECONDS // 60}m]"
    parts_of = Signal(
        good=f"sum_over_time({slices})",
        total=f"count_over_time({slices})",
        slice_seconds=GRID_SECONDS,
        components=tuple(Component(agreement=name, weight=Decimal(0)) for name in parts),
    )
    return Lowered(parts=parts_of, sampling="census")


def _counted(metric: Metric, asked: Asked, name: str) -> str:
    return selector(metric.name, {names.AGREEMENT: name, names.SERVICE: asked.service.name})


def _weighted(asked: Asked, weights: Collection[tuple[str, Decimal]]) -> Lowered | None:
    good, total, there = [], [], []
    for name, weight in weights:
        part = _part(asked, name, "weights")
        lowered = part.lower_own() if part is not None else None
        if lowered is None or not isinstance(lowered.parts, Signal):
            return None
        if lowered.sampling == "sample" or lowered.parts.slice_seconds:
            counts = "slices of time" if lowered.parts.slice_seconds else "a sample"
            message = f"the agreement `{name}` counts {counts}, and only counted events add up"
            hint = "ask that it is met together with the others: every"
            asked.report(NOT_EXACT, message, "weights", hint=hint)
            return None
        by = number_text(weight)
        # Parts that are no numbers, as a share of nothing is, count nothing: NaN fails
        # every comparison. What is below 0 stays, for a sum is capped as a whole.
        good.append(f"{by} * ({lowered.parts.good} >= -Inf or vector(0))")
        total.append(f"{by} * ({lowered.parts.total} >= -Inf or vector(0))")
        there.append(lowered.parts.total)
    gate = f"and on () ({' or '.join(there)})"
    parts = Signal(
        good=f"({' + '.join(good)}) {gate}",
        total=f"({' + '.join(total)}) {gate}",
        components=tuple(Component(agreement=name, weight=weight) for name, weight in weights),
    )
    return Lowered(parts=parts, sampling="census")


def _part(asked: Asked, name: str, field: str) -> Asked | None:
    """Return an agreement of the service as it is asked for itself; None with the reason."""
    others = {
        one.name: (section, index, one)
        for section, index, one in asked.service.model.spec.agreements()
        if one.name != asked.agreement.name
    }
    if name not in others:
        message = f"there is no other agreement `{name}` of the service"
        asked.report("reference/unknown", message, field, hint=suggestion(name, others))
        return None
    section, index, agreement = others[name]
    part = asked.of_other(agreement, ("spec", section, index))
    whole = isinstance(agreement.objective, Decimal) and part.is_signal
    if not whole or isinstance(part.spec, CompositeIndicator):
        message = f"the agreement `{name}` is no ratio counted from Prometheus"
        asked.report(NOT_EXACT, message, field, hint="name agreements over counters or gauges")
        return None
    return part


COMPOSITE = IndicatorKind("composite", _lower)
