"""Planner: from a catalog to the plan. Pure; the same plan for any order of the files."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from truegreen_definitions.models.policy import PolicySpec
from truegreen_definitions.plan import Agreement, Measurement, Plan
from truegreen_definitions.planner.agreements import agreements_of
from truegreen_definitions.planner.calendars import calendar_of
from truegreen_definitions.planner.contracts import contract_of
from truegreen_definitions.planner.engines import engine_problems
from truegreen_definitions.planner.experience import with_experience
from truegreen_definitions.planner.journeys import journey_of
from truegreen_definitions.planner.policy import policy_of
from truegreen_definitions.planner.processes import methods_of
from truegreen_definitions.planner.services import service_of, team_of, vendor_of
from truegreen_definitions.planner.sources import mapping_problems, source_of, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models import Kind
    from truegreen_definitions.plan import Journey, Source, Table
    from truegreen_definitions.problems import Problem

__all__ = ["plan"]

D = TypeVar("D")
M = TypeVar("M", bound="Kind")


def plan(catalog: Catalog) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return the plan of a company, and what is wrong with the parts it is made from.

    A part with a problem is left out of the plan; whether the rest may be used is for the
    compiler to say. Without exactly one Policy there is no plan (a check reports that), but
    the rest is looked at all the same.
    """
    problems: list[Problem] = []
    policies = list(catalog.policies.values())
    spec = policies[0].model.spec if policies else PolicySpec()
    measured = _measured(catalog, spec, problems)
    by_service: dict[str, list[Agreement | Measurement]] = defaultdict(list)
    for one in measured:
        by_service[one.service].append(one)
    problems += (
        problem for one in _own(catalog, catalog.mappings) for problem in mapping_problems(one)
    )
    sources = _sources(catalog, problems)
    journeys = _journeys(catalog, spec, problems)
    services = tuple(
        with_experience(made, one, catalog, by_service[one.name], problems)
        for one in _in_order(catalog.services)
        for made in (service_of(one, catalog, spec, problems),)
    )
    columns = {one.name: tuple(one.model.spec.columns) for one in catalog.tables.values()}
    contracts = tuple(contract_of(one, columns, problems) for one in _in_order(catalog.contracts))
    problems += engine_problems(catalog, sources, measured, (*services, *contracts))
    made = None
    if len(policies) == 1:
        made = Plan(
            policy=policy_of(policies[0], catalog, problems),
            calendars=tuple(calendar_of(one) for one in _in_order(catalog.calendars)),
            teams=tuple(team_of(one) for one in _in_order(catalog.teams)),
            vendors=tuple(vendor_of(one) for one in _in_order(catalog.vendors)),
            services=services,
            agreements=tuple(one for one in measured if isinstance(one, Agreement)),
            tables=_tables(catalog),
            sources=sources,
            journeys=journeys,
            contracts=contracts,
            measurements=tuple(one for one in measured if isinstance(one, Measurement)),
        )
    return made, tuple(problems)


def _measured(
    catalog: Catalog, policy: PolicySpec, problems: list[Problem]
) -> tuple[Agreement | Measurement, ...]:
    """Return the agreements and measures of all services by id."""
    found = [
        agreement
        for service in catalog.services.values()
        for agreement in agreements_of(service, catalog, policy, problems)
    ]
    return tuple(sorted(found, key=lambda agreement: agreement.id))


def _tables(catalog: Catalog) -> tuple[Table, ...]:
    """Return the company's own tables, and those of the library that it fills.

    One of the library that nothing fills cannot be counted; `kinds.rows` refuses that.
    """
    used = {source.model.spec.table for source in catalog.sources.values()}
    used.update(one.name for one in _own(catalog, catalog.tables))
    return tuple(table_of(one) for one in _in_order(catalog.tables) if one.name in used)


def _own(catalog: Catalog, found: Mapping[str, Definition[M]]) -> Iterator[Definition[M]]:
    """Yield definitions that are the company's, by name."""
    for one in _in_order(found):
        if (one.kind, one.name) not in catalog.from_library:
            yield one


def _sources(catalog: Catalog, problems: list[Problem]) -> tuple[Source, ...]:
    return tuple(source_of(one, problems) for one in _in_order(catalog.sources))


def _journeys(catalog: Catalog, policy: PolicySpec, problems: list[Problem]) -> tuple[Journey, ...]:
    """Return the journeys of known services; a check reports the others."""
    return tuple(
        journey_of(one, service, policy.client, problems, methods_of(service, catalog))
        for one in _in_order(catalog.journeys)
        if (service := catalog.services.get(one.model.spec.service)) is not None
    )


def _in_order(definitions: Mapping[str, D]) -> list[D]:
    return [definitions[name] for name in sorted(definitions)]
