"""Families of indicators: what promises and measures are about, by the table they are over.

The library's event model says what a table is about; a table of a company's own is in the last
family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.plan import Agreement, Measurement, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["FAMILIES", "Family", "by_family"]

_Indicated: TypeAlias = Agreement | Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What is read together, and the tables of the event model it is over."""

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


def by_family(indicated: Iterable[_Indicated]) -> Iterator[tuple[Family, tuple[_Indicated, ...]]]:
    """Yield each family with what is of it, in order, each once; signals are over no table."""
    every = tuple(one for one in indicated if not isinstance(one.parts, Signal))
    for family in (*FAMILIES, OTHER):
        found = tuple(one for one in every if _of(one) is family)
        if found:
            yield family, found


def _of(one: _Indicated) -> Family:
    if isinstance(one.parts, Signal):
        return OTHER
    table = one.parts.table
    return next((family for family in FAMILIES if table in family.tables), OTHER)
