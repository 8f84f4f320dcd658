"""The pages of the catalogue: an index by domain, and a page a service, as static HTML."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from truegreen_dashboards.catalogue.flow import flow_of
from truegreen_dashboards.catalogue.flow_svg import svg
from truegreen_dashboards.promised import promised_as
from truegreen_dashboards.templates import templates
from truegreen_definitions.names import BoardUid
from truegreen_definitions.plan import Signal
from truegreen_definitions.plan.costs import has_costs
from truegreen_definitions.units import duration_label, percent

if TYPE_CHECKING:
    from jinja2 import Environment

    from truegreen_definitions.plan import Agreement, Measurement, Plan, Service

__all__ = ["INDEX", "STYLE", "page", "page_path", "page_paths", "style"]

INDEX, STYLE = "index.html", "style.css"


def page_path(service: str) -> str:
    """Return the path of a service's page below the catalogue."""
    return f"{service}.html"


def page_paths(plan: Plan) -> tuple[str, ...]:
    """Return the path of every file below the catalogue: index, style sheet, a page a service."""
    return (INDEX, STYLE, *(page_path(service.name) for service in plan.services))


def page(plan: Plan, path: str) -> str:
    """Return the text of a file of the catalogue.

    Raises:
        KeyError: The plan has no such page.
    """
    if path == STYLE:
        return style()
    if path == INDEX:
        return _templates().get_template("index.html").render(domains=_domains(plan))
    service = plan.service(path.removesuffix(".html"))
    return _templates().get_template("service.html").render(_about(plan, service))


def style() -> str:
    """Return the style sheet of its pages."""
    return _templates().get_template(STYLE).render()


def _domains(plan: Plan) -> list[tuple[str, list[Service]]]:
    found: dict[str, list[Service]] = defaultdict(list)
    for service in sorted(plan.services, key=_importance):
        found[service.domain].append(service)
    return sorted(found.items())


@cache
def _templates() -> Environment:
    made = templates("truegreen_dashboards.catalogue")
    made.filters |= {"duration": duration_label, "percent": percent, "promised": promised_as}
    made.globals |= {"page_path": page_path, "index": INDEX}
    return made


def _about(plan: Plan, service: Service) -> dict[str, object]:
    titles = {one.name: one.title for one in plan.teams}
    titles |= {one.name: one.title for one in plan.vendors}
    parties = {
        step.name: titles.get(step.vendor or step.team or service.owner, service.owner)
        for step in service.steps
    }
    measures = [one for one in plan.measurements if one.service == service.name]
    promises: list[Agreement | Measurement] = [
        *(one for one in plan.agreements if one.service == service.name),
        *(one for one in measures if one.bound is not None),
    ]
    return {
        "service": service,
        "titles": titles,
        "parties": parties,
        "flow": Markup(svg(flow_of(service.steps), parties)),  # noqa: S704  escaped where it is made
        "promises": [(one, _measured(one), _exclusions(one)) for one in promises],
        "unit_costs": [one for one in measures if one.indicator == "unit-cost"],
        "showback": f"{plan.policy.boards_url}/d/{BoardUid.FINANCE}" if has_costs(plan) else "",
        "steps": {step.name: step.title for step in service.steps},
        "calendars": {one.name: one.title for one in plan.calendars},
        "board": f"{plan.policy.boards_url}/d/{BoardUid.SERVICE}?var-service={service.name}",
    }


def _importance(service: Service) -> tuple[int, int, str]:
    """Return what sorts the business's top processes first, then by criticality and name."""
    rank = service.priority if service.priority is not None else 1_000_000
    return rank, -service.criticality, service.name


def _measured(promise: Agreement | Measurement) -> str:
    """Return where the figure comes from, in business words."""
    if isinstance(promise.parts, Signal):
        return "robot customers" if promise.sampling == "sample" else "every request, as it happens"
    every = "answers" if promise.sampling == "sample" else "every case"
    return f"{every} in {promise.parts.table}"


def _exclusions(promise: Agreement | Measurement) -> list[str]:
    return [one.reason for one in promise.parts.exclusions]
