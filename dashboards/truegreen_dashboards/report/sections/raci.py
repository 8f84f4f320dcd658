"""Who does what: responsible, accountable, consulted and informed, for every service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.model import Cell, Section, Table

if TYPE_CHECKING:
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Service

__all__ = ["raci"]

_HEAD = (
    "Service",
    "Accountable",
    "Responsible",
    "Consulted",
    "Informed",
    "Vendors and their steps",
)


def raci(subject: Subject) -> Section:
    """Return who does what."""
    table = Table(
        caption="RACI",
        head=_HEAD,
        rows=tuple(_row(subject, one) for one in subject.services),
        empty="No service is defined.",
    )
    return Section(key="raci", title="Who does what", blocks=(table,))


def _row(subject: Subject, service: Service) -> tuple[Cell, ...]:
    said, party = service.raci, subject.party
    steps = [f"{party(one.vendor)} ({one.title})" for one in service.steps if one.vendor]
    return (
        Cell(text=service.title, small=service.process_lead and f"led by {service.process_lead}"),
        Cell(
            text=party(said.accountable) if said else party(service.owner),
            small="" if said else "its owner",
        ),
        Cell(text=party(said.responsible) if said else "not said"),
        Cell(text=", ".join(map(party, said.consulted)) if said else "not said"),
        Cell(text=", ".join(map(party, said.informed)) if said else "not said"),
        Cell(text=", ".join(steps) or "none"),
    )
