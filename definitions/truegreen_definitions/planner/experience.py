"""What a service says of cases, score and outcome, once its agreements are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Agreement, Cases, Measurement, Records, Score, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service as ServiceModel
    from truegreen_definitions.plan import Service
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

    Measured = Mapping[str, Agreement | Measurement]

__all__ = ["with_experience"]

NO_CASE, NO_HISTORY = "service/no-case", "service/no-history"


def with_experience(
    service: Service,
    definition: Definition[ServiceModel],
    catalog: Catalog,
    measured: Sequence[Agreement | Measurement],
    problems: list[Problem],
) -> Service:
    """Return a service with its cases and its score; what cannot be followed is reported.

    Args:
        service: As far as it was made.
        definition: What it is made from.
        catalog: Holds the tables.
        measured: The agreements and measures of the service.
        problems: Grows.
    """
    spec = definition.model.spec
    if spec.cases is None and spec.score is None and spec.outcome is None:
        return service
    own = {one.name: one for one in measured}
    problems += _unfollowed(definition, catalog, own)
    problems += _unremembered(definition, own)
    cases = score = None
    if spec.cases is not None:
        cases = Cases(
            by=spec.cases.by,
            slas=_compared(definition, catalog, own),
            bad=spec.cases.bad,
            mix=spec.cases.mix or "",
        )
    if spec.score is not None:
        weights = tuple(sorted(spec.score.weights.items()))
        score = Score(weights=weights, veto=spec.score.veto)
    return replace(service, cases=cases, score=score)


def _compared(
    definition: Definition[ServiceModel], catalog: Catalog, own: Measured
) -> tuple[str, ...]:
    cases = definition.model.spec.cases
    if cases is None:
        return ()
    return tuple(
        name
        for name, one in sorted(own.items())
        if one.kind == "sla" and not _why_not(one, catalog, cases.by)
    )


def _why_not(one: Agreement | Measurement, catalog: Catalog, by: str) -> str:
    """Return why the rows of an agreement cannot be followed; empty when they can."""
    parts = one.parts
    if not isinstance(parts, Records):
        return "Prometheus counts it" if isinstance(parts, Signal) else "it has a value, no verdict"
    if parts.each is not None:
        return "it counts keys, not rows"
    table = catalog.tables.get(parts.table)
    if table is not None and by not in table.model.spec.columns:
        return f"Table `{parts.table}` has no column `{by}`"
    return ""


def _unfollowed(
    definition: Definition[ServiceModel], catalog: Catalog, own: Measured
) -> Iterator[Problem]:
    cases = definition.model.spec.cases
    if cases is None:
        return
    for index, name in enumerate(cases.bad):
        why = _why_not(own[name], catalog, cases.by) if name in own else ""
        if why:
            message = f"the rows of `{name}` cannot be followed: {why}"
            hint = "name an XLA that counts rows of a table in which the case is named"
            yield definition.problem(NO_CASE, message, "spec", "cases", "bad", index, hint=hint)
    slas = [own[name] for name in _compared(definition, catalog, own)]
    lost = [one.kind for one in own.values()].count("sla") < len(definition.model.spec.slas)
    if not slas and not lost:
        message = f"no SLA counts rows of a table with the column `{cases.by}`"
        hint = "cases are what an SLA counts: promise one over records, or take `cases` out"
        yield definition.problem(NO_CASE, message, "spec", "cases", "by", hint=hint)
    for one in slas:
        table = catalog.tables.get(getattr(one.parts, "table", ""))
        if cases.mix and table is not None and cases.mix not in table.model.spec.columns:
            message = f"Table `{table.name}` of `{one.name}` has no column `{cases.mix}`"
            hint = f"there are {', '.join(table.model.spec.columns)}"
            yield definition.problem(NO_CASE, message, "spec", "cases", "mix", hint=hint)


def _unremembered(definition: Definition[ServiceModel], own: Measured) -> Iterator[Problem]:
    outcome = definition.model.spec.outcome
    if outcome is None or outcome.measure is None:
        return
    named: list[tuple[tuple[Step, ...], str]] = [(("measure",), outcome.measure)]
    named += [(("leading", index), name) for index, name in enumerate(outcome.leading)]
    for path, name in named:
        if name in own and isinstance(own[name].parts, Signal):
            message = f"`{name}` has no past in the records: Prometheus counts it"
            hint = "name what is counted from records"
            yield definition.problem(NO_HISTORY, message, "spec", "outcome", *path, hint=hint)
