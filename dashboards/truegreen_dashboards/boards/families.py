"""Families of indicators: what the measures of a service are about, by the table they are over.

The library's event model says what a table is about; a table of a company's own is in the last
family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.plan import Measurement

__all__ = ["FAMILIES", "Family", "by_family"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Measures that are read together, and the tables of the event model they are over."""

    key: str
    title: str
    tables: frozenset[str]


def _family(key: str, title: str, *tables: str) -> Family:
    return Family(key=key, title=title, tables=frozenset(tables))


FAMILIES = (
    _family("support", "Support and effort", "tickets", "sla-clocks", "contacts", "escalations",
            "surveys", "perceptions", "people-moves"),
    _family("adoption", "Adoption and self-service", "sessions", "usage", "customers", "features"),
    _family("change", "Change and leading indicators", "changes", "deployments", "incidents",
            "incident-events", "problems", "reviews", "review-actions", "uptime", "capacity",
            "readiness", "backups", "data-checks"),
    _family("security", "Security", "findings", "advisories", "applications", "accounts",
            "access-sessions", "phishing"),
    _family("automation", "Automation", "task-runs", "remediations"),
    _family("cost", "Cost", "costs", "licences", "renewals", "vendor-measurements"),
    _family("business", "Business", "orders", "transactions", "process-events",
            "external-figures"),
)  # fmt: skip
"""In the order in which a Service board has their rows."""

OTHER = _family("measures", "Other measures")


def by_family(measures: Iterable[Measurement]) -> Iterator[tuple[Family, tuple[Measurement, ...]]]:
    """Yield each family that has measures, with them, in order; each measure once."""
    every = tuple(measures)
    for family in (*FAMILIES, OTHER):
        found = tuple(one for one in every if _of(one) is family)
        if found:
            yield family, found


def _of(measure: Measurement) -> Family:
    return next((one for one in FAMILIES if measure.parts.table in one.tables), OTHER)
