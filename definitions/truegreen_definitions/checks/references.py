"""A name is of something that exists.

Teams, vendors, calendars, tables, services, steps, indicators, contracts and agreements are
named across files. Names inside an indicator (its step, table and columns) may come from
parameters, so they are checked where the indicator is compiled.

A name whose definition exists but is not valid is not reported a second time.

Mend: correct the name, or define what it names; the help shows the nearest name.

Passes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-taem, steps: [{name: pay}]}
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.checks.check import Check
from truegreen_definitions.models.dependency import VendorPromise
from truegreen_definitions.models.source import MatchedService, ServiceColumn
from truegreen_definitions.models.worth import AgreementAtRisk, CriticalPeriod
from truegreen_definitions.suggestions import definition_to_add, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models import Kind
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.models.contract import ContractSpec
    from truegreen_definitions.models.journey import JourneySpec
    from truegreen_definitions.models.mapping import MappingSpec
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.service import ServiceSpec
    from truegreen_definitions.models.source import SourceSpec
    from truegreen_definitions.models.table import TableSpec
    from truegreen_definitions.models.team import TeamSpec
    from truegreen_definitions.models.vendor import VendorSpec
    from truegreen_definitions.models.worth import Impacts
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

UNKNOWN = "reference/unknown"


@dataclass(frozen=True, slots=True)
class _Reference:
    """A name that stands at a path of a definition.

    Attributes:
        kinds: What may be of that name; for a part of a definition, empty.
        parts: Where the name is of a part (`step`): what it is called, whose, and all of them.
        key: Whether the name is a key and not a value.
    """

    name: str
    path: tuple[Step, ...]
    kinds: tuple[str, ...] = ()
    part: str = ""
    parts: tuple[str, ...] = ()
    key: bool = False


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem at every name that is of nothing."""
    for definition in catalog.definitions():
        # The library names what is in it; a company may have put other tables in its place.
        if (definition.kind, definition.name) in catalog.from_library:
            continue
        for reference in _references(catalog, definition):
            yield from _unknown(catalog, definition, reference)
    for definition in catalog.partial:
        for reference in _references(catalog, definition):
            # What a part is named in may be what could not be understood.
            if not reference.part:
                yield from _unknown(catalog, definition, reference)


def _unknown(
    catalog: Catalog, definition: Definition[Kind], reference: _Reference
) -> Iterator[Problem]:
    allowed, hidden = list(reference.parts), False
    for kind in reference.kinds:
        allowed.extend(catalog.of_kind(kind))
        hidden = hidden or catalog.may_exist(kind, reference.name)
    if reference.name in allowed or hidden:
        return
    what = reference.part or " or ".join(reference.kinds)
    message, hint = f"there is no {what} `{reference.name}`", _hint(reference, allowed)
    yield definition.problem(UNKNOWN, message, *reference.path, key=reference.key, hint=hint)


def _hint(reference: _Reference, allowed: list[str]) -> str:
    if allowed:
        return suggestion(reference.name, allowed)
    if reference.kinds:
        return definition_to_add(reference.name, reference.kinds)
    return "there is none so far: add it there"


def _references(catalog: Catalog, definition: Definition[Kind]) -> Iterator[_Reference]:
    collect = _BY_KIND.get(definition.kind)
    return collect(catalog, definition.model.spec) if collect else iter(())


def _one(name: str | None, path: tuple[Step, ...], *kinds: str) -> Iterator[_Reference]:
    if name is not None:
        yield _Reference(name, path, kinds)


def _column(
    catalog: Catalog, table: str, column: str, path: tuple[Step, ...], *, key: bool = False
) -> Iterator[_Reference]:
    """Yield the reference to a column of a table that is there."""
    found = catalog.tables.get(table)
    if found is not None:
        columns = tuple(found.model.spec.columns)
        what = f"column of Table `{table}` called"
        yield _Reference(column, path, part=what, parts=columns, key=key)


def _of_service(catalog: Catalog, spec: ServiceSpec) -> Iterator[_Reference]:
    yield from _one(spec.owner, ("spec", "owner"), "Team")
    yield from _one(spec.hours, ("spec", "hours"), "Calendar")
    for index, period in enumerate(spec.critical_periods):
        at: tuple[Step, ...] = ("spec", "critical_periods", index)
        if isinstance(period, CriticalPeriod):
            yield _Reference(period.calendar, (*at, "calendar"), ("Calendar",))
        else:
            yield _Reference(period, at, ("Calendar",))
    yield from _of_worth(catalog, spec)
    yield from _of_losses(spec)
    for index, issue in enumerate(spec.known_issues):
        path = ("spec", "known_issues", index, "owner")
        yield from _one(issue.owner, path, "Team", "Vendor")
    yield from _of_steps(spec)
    yield from _of_process(catalog, spec)
    yield from _of_agreements(catalog, spec)
    yield from _of_experience(spec)


def _of_worth(catalog: Catalog, spec: ServiceSpec) -> Iterator[_Reference]:
    promised = tuple(one.name for _, _, one in spec.agreements())
    for index, value in enumerate(spec.value):
        path: tuple[Step, ...] = ("spec", "value", index)
        if value.of is not None:
            yield from _one(value.of.table, (*path, "of", "table"), "Table")
            if value.of.amount is not None:
                at = (*path, "of", "amount")
                yield from _column(catalog, value.of.table, value.of.amount, at)
        yield from _of_impacts(value.at_risk, path, promised)
    for index, line in enumerate(spec.production):
        yield from _of_impacts(line.at_risk, ("spec", "production", index), promised)
    said = spec.outage.reputation if spec.outage else None
    measures = tuple(one.name for one in spec.measures)
    for field in ("churned", "lost_conversions") if said else ():
        name = getattr(said, field)
        if name is not None:
            path = ("spec", "outage", "reputation", field)
            yield _Reference(name, path, part="measure", parts=measures)


def _of_losses(spec: ServiceSpec) -> Iterator[_Reference]:
    if spec.losses is None:
        return
    for field in ("leave_out", "unusual"):
        for place, name in enumerate(getattr(spec.losses, field)):
            yield _Reference(name, ("spec", "losses", field, place), ("Calendar",))
    channels = tuple(value.channel for value in spec.value)
    for place, one in enumerate(spec.losses.catch_up):
        path: tuple[Step, ...] = ("spec", "losses", "catch_up", place, "channel")
        yield _Reference(one.channel, path, part="channel", parts=channels)
    steps = tuple(step.name for step in spec.steps)
    for place, incident in enumerate(spec.losses.incidents):
        path = ("spec", "losses", "incidents", place)
        yield from _one(incident.vendor, (*path, "vendor"), "Vendor")
        if incident.step is not None:
            yield _Reference(incident.step, (*path, "step"), part="step", parts=steps)


def _of_impacts(
    impacts: Impacts, path: tuple[Step, ...], promised: tuple[str, ...]
) -> Iterator[_Reference]:
    for place, one in enumerate(impacts):
        at: tuple[Step, ...] = (*path, "at_risk", place)
        whole = isinstance(one, AgreementAtRisk)
        name = one.agreement if isinstance(one, AgreementAtRisk) else one
        yield _Reference(
            name, (*at, "agreement") if whole else at, part="agreement", parts=promised
        )


def _of_steps(spec: ServiceSpec) -> Iterator[_Reference]:
    names = tuple(step.name for step in spec.steps)
    for index, step in enumerate(spec.steps):
        path: tuple[Step, ...] = ("spec", "steps", index)
        yield from _one(step.vendor, (*path, "vendor"), "Vendor")
        yield from _one(step.team, (*path, "team"), "Team")
        for place, before in enumerate(step.after or ()):
            yield _Reference(before, (*path, "after", place), part="step", parts=names)


def _of_process(catalog: Catalog, spec: ServiceSpec) -> Iterator[_Reference]:
    process = spec.process
    if process is None:
        return
    yield from _one(process.table, ("spec", "process", "table"), "Table")
    yield from _column(catalog, process.table, process.case, ("spec", "process", "case"))
    names = tuple(step.name for step in spec.steps)
    for step in process.steps:
        path: tuple[Step, ...] = ("spec", "process", "steps", step)
        yield _Reference(step, path, part="step", parts=names, key=True)
    for path, column in process.columns():
        yield from _column(catalog, process.table, column, ("spec", "process", *path))


def _of_dependencies(
    catalog: Catalog, agreement: Agreement, path: tuple[Step, ...]
) -> Iterator[_Reference]:
    for place, one in enumerate(agreement.depends_on):
        at = (*path, "depends_on", place)
        if isinstance(one, VendorPromise):
            yield _Reference(one.vendor, (*at, "vendor"), ("Vendor",))
        else:
            yield _promised(catalog, one, at, "agreement over a share called", shares=True)


def _promised(
    catalog: Catalog, agreement: str, path: tuple[Step, ...], what: str, *, shares: bool = False
) -> _Reference:
    """Return the reference to an agreement by its id: to its service where that is of nothing."""
    name = agreement.partition("/")[0]
    service = catalog.services.get(name)
    if service is None:
        return _Reference(name, path, ("Service",))
    promises = (one for *_, one in service.model.spec.agreements())
    ids = (f"{name}/{one.name}" for one in promises if not shares or _is_share(one))
    return _Reference(agreement, path, part=what, parts=tuple(ids))


def _is_share(agreement: Agreement) -> bool:
    return isinstance(agreement.objective, Decimal)


def _of_agreements(catalog: Catalog, spec: ServiceSpec) -> Iterator[_Reference]:
    for section, index, measured in spec.measured():
        path: tuple[Step, ...] = ("spec", section, index)
        yield from _one(measured.use, (*path, "use"), "Indicator")
        for place, exclusion in enumerate(measured.exclusions):
            at = (*path, "exclusions", place, "calendar")
            yield from _one(exclusion.calendar, at, "Calendar")
    for section, index, agreement in spec.agreements():
        path = ("spec", section, index)
        yield from _one(agreement.contract, (*path, "contract"), "Contract")
        yield from _of_dependencies(catalog, agreement, path)
        if agreement.alerts is not None:
            yield from _one(agreement.alerts.during, (*path, "alerts", "during"), "Calendar")
            for place, name in enumerate(agreement.alerts.mute):
                yield _Reference(name, (*path, "alerts", "mute", place), ("Calendar",))


def _of_experience(spec: ServiceSpec) -> Iterator[_Reference]:
    """Yield what cases, score and outcome name of the service's own agreements and measures."""
    promised = tuple(one.name for *_, one in spec.agreements())
    if spec.cases is not None:
        xlas = tuple(one.name for one in spec.xlas)
        for place, name in enumerate(spec.cases.bad):
            yield _Reference(name, ("spec", "cases", "bad", place), part="XLA", parts=xlas)
    if spec.score is not None:
        for name in spec.score.weights:
            weight = ("spec", "score", "weights", name)
            yield _Reference(name, weight, part="agreement", parts=promised, key=True)
    if spec.outcome is not None and spec.outcome.measure is not None:
        measured = tuple(one.name for *_, one in spec.measured())
        named: list[tuple[tuple[Step, ...], str]] = [(("measure",), spec.outcome.measure)]
        named += [(("leading", place), name) for place, name in enumerate(spec.outcome.leading)]
        for at, name in named:
            what = "agreement or measure"
            yield _Reference(name, ("spec", "outcome", *at), part=what, parts=measured)


def _of_journey(catalog: Catalog, spec: JourneySpec) -> Iterator[_Reference]:
    yield from _one(spec.service, ("spec", "service"), "Service")
    yield from _one(spec.during, ("spec", "during"), "Calendar")
    for index, name in enumerate(spec.pause):
        yield _Reference(name, ("spec", "pause", index), ("Calendar",))
    service = catalog.services.get(spec.service)
    if service is not None:
        names = tuple(step.name for step in service.model.spec.steps)
        what = f"step of Service `{spec.service}` called"
        for index, visit in enumerate(spec.steps):
            path = ("spec", "steps", index, "step")
            yield _Reference(visit.step, path, part=what, parts=names)


def _of_source(catalog: Catalog, spec: SourceSpec) -> Iterator[_Reference]:
    at = ("spec", "table") if not spec.use else ("spec", "use")
    yield from _one(spec.table or None, at, "Table")
    for column in spec.columns:
        yield from _column(catalog, spec.table, column, ("spec", "columns", column), key=True)
    if isinstance(spec.service, ServiceColumn):
        services: Iterable[tuple[str, tuple[Step, ...]]] = (
            (name, ("match", word)) for word, name in spec.service.match.items()
        )
    elif isinstance(spec.service, MatchedService):
        ruled = enumerate(spec.service.match)
        services = ((rule.service, ("match", index, "service")) for index, rule in ruled)
    else:
        services = [(spec.service, ())] if spec.service is not None else []
    for name, path in services:
        yield _Reference(name, ("spec", "service", *path), ("Service",))


def _of_mapping(catalog: Catalog, spec: MappingSpec) -> Iterator[_Reference]:
    yield from _one(spec.table, ("spec", "table"), "Table")
    for column in spec.columns:
        yield from _column(catalog, spec.table, column, ("spec", "columns", column), key=True)


def _of_contract(catalog: Catalog, spec: ContractSpec) -> Iterator[_Reference]:
    yield from _one(spec.vendor, ("spec", "vendor"), "Vendor")
    invoices = spec.at_risk.invoices
    if invoices is not None:
        where: tuple[Step, ...] = ("spec", "at_risk", "invoices")
        yield from _one(invoices.table, (*where, "table"), "Table")
        for field in ("amount", "at", "currency"):
            column = getattr(invoices, field)
            if column is not None:
                yield from _column(catalog, invoices.table, column, (*where, field))
    named = [("measures", i, term.agreement) for i, term in enumerate(spec.measures)]
    minimums = enumerate(spec.significant_minimums)
    named += [("significant_minimums", i, term.agreement) for i, term in minimums]
    for part, index, agreement in named:
        path = ("spec", part, index, "agreement")
        yield _promised(catalog, agreement, path, "agreement")


def _of_policy(catalog: Catalog, spec: PolicySpec) -> Iterator[_Reference]:
    columns = spec.synthetic.columns if spec.synthetic is not None else {}
    for table, column in columns.items():
        path = ("spec", "synthetic", "columns", table)
        yield _Reference(table, path, ("Table",), key=True)
        yield from _column(catalog, table, column, path)
    never = spec.synthetic.never if spec.synthetic is not None else ()
    for index, table in enumerate(never):
        yield _Reference(table, ("spec", "synthetic", "never", index), ("Table",))


def _of_table(_: Catalog, spec: TableSpec) -> Iterator[_Reference]:
    for index, key in enumerate(spec.key):
        yield _Reference(key, ("spec", "key", index), part="column", parts=tuple(spec.columns))


def _of_team(_: Catalog, spec: TeamSpec) -> Iterator[_Reference]:
    yield from _one(spec.hours, ("spec", "hours"), "Calendar")
    for severity in ("page", "ticket"):
        found = getattr(spec.escalate, severity, None)
        if found is not None:
            yield from _one(found.team, ("spec", "escalate", severity, "team"), "Team")


def _of_vendor(_: Catalog, spec: VendorSpec) -> Iterator[_Reference]:
    for index, name in enumerate(spec.services):
        yield _Reference(name, ("spec", "services", index), ("Service",))


# Any: the kind decides which spec it is, and a test runs every one of them.
_BY_KIND: Mapping[str, Callable[[Catalog, Any], Iterator[_Reference]]] = {
    "Service": _of_service,
    "Journey": _of_journey,
    "Table": _of_table,
    "Mapping": _of_mapping,
    "Source": _of_source,
    "Team": _of_team,
    "Vendor": _of_vendor,
    "Contract": _of_contract,
    "Policy": _of_policy,
}

CHECK = Check((UNKNOWN,), check)
