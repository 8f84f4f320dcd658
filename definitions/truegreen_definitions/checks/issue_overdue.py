"""Known issues are mended by the day they were promised for.

The day is that of `--today`, else of the clock; examples are as of 2026-11-22.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      known_issues: [{id: KI-7, title: slow at peak, due: 2026-12-15}]

service/issue-overdue (warning)
-------------------------------
The day on which a known issue was to be mended is over.

Mend: take the issue out if it is mended, else agree on another day with its owner.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      known_issues: [{id: KI-7, title: slow at peak, due: 2026-11-15}]
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import DatedCheck
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

OVERDUE = "service/issue-overdue"


def check(catalog: Catalog, today: dt.date) -> Iterator[Problem]:
    """Yield a warning at every known issue whose day is over."""
    for service in catalog.services.values():
        for index, issue in enumerate(service.model.spec.known_issues):
            if issue.due is None or issue.due >= today:
                continue
            owner = f"`{issue.owner}`" if issue.owner else "its owner"
            yield service.problem(
                OVERDUE,
                f"known issue {issue.id} was to be mended by {issue.due}: {issue.title}",
                *("spec", "known_issues", index, "due"),
                hint=f"take it out if it is mended, else agree on another day with {owner}",
                severity=Severity.WARNING,
            )


def turns(catalog: Catalog) -> Iterator[dt.date]:
    """Yield the day after the one by which each issue was to be mended."""
    for service in catalog.services.values():
        for issue in service.model.spec.known_issues:
            if issue.due is not None:
                yield issue.due + dt.timedelta(days=1)


CHECK = DatedCheck((OVERDUE,), check, turns)
