"""What is declared about losses is said once, and there are sales to lose.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20,
               of: {table: orders, at: ordered_at}}]
      losses:
        catch_up: [{channel: web, within: 6h}]
        incidents: [{id: OUT-7, from: '2026-10-03 10:00', to: '2026-10-03 12:30', step: pay}]

losses/same-name
----------------
Two declared incidents, savings, severities or times to catch up are called the same.

One of them would be lost: an incident is known by its id, and each channel catches up in one way.

Mend: give each a name of its own, or take one out.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20,
               of: {table: orders, at: ordered_at}}]
      losses:
        incidents:
          - {id: OUT-7, from: '2026-10-03 10:00', to: '2026-10-03 12:30'}
          - {id: OUT-7, from: '2026-11-03 10:00', to: '2026-11-03 12:30'}

losses/nothing-counted (warning)
--------------------------------
Losses are declared, and no channel's sales are counted from rows.

What an outage has cost is told by the sales that were to be expected and did not come.

Mend: say which rows they are: `of: {table: orders, at: ordered_at}` under `value`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20}]
      losses: {weeks: 6}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

SAME, NOTHING = "losses/same-name", "losses/nothing-counted"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of what each service declares about its losses."""
    for service in catalog.services.values():
        losses = service.model.spec.losses
        if losses is None:
            continue
        yield from _same(service, "incidents", "id", [one.id for one in losses.incidents])
        yield from _same(service, "savings", "name", [one.name for one in losses.savings])
        yield from _same(service, "catch_up", "channel", [one.channel for one in losses.catch_up])
        severities = [one.severity for one in losses.severities]
        yield from _same(service, "severities", "severity", severities)
        counted = (one.of is not None and one.of.at for one in service.model.spec.value)
        if not any(counted):
            message = "losses are declared, and no channel's sales are counted from rows"
            hint = "say which rows they are under `value`: `of: {table: orders, at: ordered_at}`"
            yield service.problem(
                NOTHING, message, "spec", "losses", key=True, hint=hint, severity=Severity.WARNING
            )


def _same(
    service: Definition[Service], part: str, field: str, names: Sequence[str]
) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield service.problem(
                SAME,
                f"`{name}` stands in `{part}` already",
                *("spec", "losses", part, index, field),
                hint="give each a name of its own, or take one out",
            )


CHECK = Check((SAME, NOTHING), check)
