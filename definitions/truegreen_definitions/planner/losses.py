"""How losses are booked, in the plan: who answers for a declared incident, SQL that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.plan import (
    AvoidedRule,
    CatchUp,
    DeclaredIncident,
    LossTerms,
    MoneySeverity,
    Saving,
)
from truegreen_definitions.plan.costs import COSTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.losses import Losses
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.problems import Problem

__all__ = ["losses_of"]


def losses_of(
    definition: Definition[Service], catalog: Catalog, problems: list[Problem]
) -> LossTerms | None:
    """Return how a service's losses are booked; what is wrong with SQL is added to the problems."""
    model = definition.model.spec.losses
    if model is None:
        return None
    return LossTerms(
        count=model.count,
        weeks=model.weeks,
        holidays=model.holidays or "",
        leave_out=model.leave_out,
        unusual=model.unusual,
        catch_up=tuple(
            CatchUp(channel=one.channel, within_seconds=int(one.within), handling=one.handling)
            for one in model.catch_up
        ),
        incidents=tuple(_incidents(definition, model)),
        severities=tuple(
            MoneySeverity(severity=one.severity, at_least=one.at_least)
            for one in sorted(model.severities, key=lambda one: -one.at_least)
        ),
        avoided=AvoidedRule(
            stays_away_seconds=int(model.avoided.stays_away), least_cases=model.avoided.least_cases
        )
        if model.avoided
        else None,
        savings=tuple(_savings(definition, model, catalog, problems)),
    )


def _incidents(definition: Definition[Service], model: Losses) -> Iterator[DeclaredIncident]:
    vendors = {step.name: step.vendor or "" for step in definition.model.spec.steps}
    for index, one in enumerate(model.incidents):
        yield DeclaredIncident(
            id=one.id,
            start=one.start,
            end=one.end,
            severity=one.severity or "",
            step=one.step or "",
            vendor=one.vendor or vendors.get(one.step or "", ""),
            reason=one.reason or "",
            origin=definition.origin_of("spec", "losses", "incidents", index),
        )


def _savings(
    definition: Definition[Service], model: Losses, catalog: Catalog, problems: list[Problem]
) -> Iterator[Saving]:
    costs = catalog.tables.get(COSTS)
    columns = costs.model.spec.columns if costs is not None else {}
    for index, one in enumerate(model.savings):
        where: str | None = ""
        if one.where is not None and columns:
            place = definition.place("spec", "losses", "savings", index, "where")
            where = attempt(problems, place, one.where, lambda it: sql.over_columns(it, columns))
        yield Saving(
            name=one.name,
            kind=one.kind,
            currency=one.currency,
            where=where or "",
            start=one.start,
            end=one.end,
            since=one.since,
            origin=definition.origin_of("spec", "losses", "savings", index),
        )
