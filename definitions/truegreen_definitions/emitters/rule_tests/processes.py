"""Overruns of a process are recorded as the exporter shows them, by two exporters as by one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import value
from truegreen_definitions.emitters.rule_tests.case import Case, Check, Layer, timeline
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.processes import shown_overruns
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import OriginValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Service

__all__ = ["process_cases"]

STEP = Layer.SERVICE.evaluation_seconds


def process_cases(service: Service) -> Iterator[Case]:
    """Yield the test of a service's process: every series has a value of its own."""
    found = tuple(shown_overruns(service))
    if not found:
        return
    shown, checks = [], []
    for place, (recorded, exported, labels) in enumerate(found, start=1):
        there = {name: text for name, text in labels.items() if text}
        one, other = (
            selector(exported.name, {**there, "instance": instance}) for instance in ("a", "b")
        )
        # The second exporter is gone at the second moment, and both are at the third.
        shown += [timeline(one, [place, place, None]), timeline(other, [place, None, None])]
        of = {**there, names.ORIGIN: str(OriginValue.RECORDS)}
        checks += [value(at, recorded, of, Decimal(place)) for at in (0, STEP)]
        checks.append(Check(2 * STEP, series(recorded, **of)))
    yield Case(
        about=service.name,
        origin=service.process.origin if service.process else service.origin,
        claim="overruns of its cases are recorded by step, vendor and window",
        layer=Layer.SERVICE,
        step_seconds=STEP,
        series=tuple(shown),
        checks=tuple(checks),
    )
