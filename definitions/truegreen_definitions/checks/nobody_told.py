"""A team that answers for something is told of its alerts.

team/nobody-told (warning)
--------------------------
A team answers for a service or a step, and its alerts go to nobody.

It has neither `page` nor `ticket`: its alerts would be raised and shown, and sent nowhere.

Mend: write `page: {webhook: …}` or `ticket: {webhook: …}`, or both.

Passes:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, ticket: {webhook: 'https://tickets.example.org/shop'}}
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
    spec: {owner: shop-team, steps: [{name: pay}]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Severity
from truegreen_definitions.suggestions import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

NOBODY_TOLD = "team/nobody-told"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every team whose alerts go nowhere."""
    for team in catalog.teams.values():
        spec = team.model.spec
        owned = listed(_owned(catalog, team.name))
        if owned and spec.page is None and spec.ticket is None:
            yield team.problem(
                NOBODY_TOLD,
                f"Team `{team.name}` answers for {owned}, and its alerts go to nobody",
                "spec",
                key=True,
                hint="write `page: {webhook: …}` or `ticket: {webhook: …}`, or both",
                severity=Severity.WARNING,
            )


def _owned(catalog: Catalog, team: str) -> Iterator[str]:
    """Yield the services a team owns, and its steps in services of others."""
    for service in catalog.services.values():
        if service.model.spec.owner == team:
            yield service.name
            continue
        for step in service.model.spec.steps:
            if step.team == team:
                yield f"{service.name}/{step.name}"


CHECK = Check((NOBODY_TOLD,), check)
