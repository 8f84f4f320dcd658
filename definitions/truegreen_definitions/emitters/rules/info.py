"""What is declared, as series for joins: who owns an agreement, and a step's thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.plan import Service

__all__ = ["agreement_info", "service_info", "step_tolerances"]

ALWAYS = "vector(1)"


def agreement_info(promise: Promised) -> Recording:
    """Return the info rule of an agreement."""
    agreement, service = promise.agreement, promise.service
    return promise.record(
        names.AGREEMENT_INFO,
        ALWAYS,
        window=promise.window,
        owner=agreement.owner,
        vendor=agreement.vendor,
        domain=service.domain,
        business_unit=service.business_unit,
    )


def service_info(service: Service) -> Recording:
    """Return the info rule of a service."""
    return Recording(
        metric=names.SERVICE_INFO,
        expr=ALWAYS,
        labels={
            names.SERVICE: service.name,
            names.TITLE: service.title,
            names.DOMAIN: service.domain,
            names.BUSINESS_UNIT: service.business_unit,
            names.OWNER: service.owner,
            names.CRITICALITY: str(service.criticality),
        },
    )


def step_tolerances(service: Service) -> Iterator[Recording]:
    """Yield the declared thresholds of a service's steps, in order of the steps."""
    for step in service.steps:
        levels = {
            names.LevelValue.SATISFIED: step.satisfied_seconds,
            names.LevelValue.TOLERATED: step.tolerated_seconds,
        }
        for level, seconds in levels.items():
            if seconds is not None:
                yield Recording(
                    metric=names.STEP_TOLERANCE,
                    expr=f"vector({number_text(seconds)})",
                    labels={
                        names.SERVICE: service.name,
                        names.STEP: step.name,
                        names.LEVEL: level,
                    },
                )
