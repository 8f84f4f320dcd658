"""What a service is worth is said once, from rows with a time, and by what is counted live.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20, at_risk: [availability],
               of: {table: orders, at: ordered_at}}]
      slas:
        - {name: availability, objective: 99.9%, window: 30d,
           indicator: {kind: promql, good: 'shop_requests_total{code!~"5.."}',
                       total: shop_requests_total}}

value/same-name
---------------
Two channels, or two productions, of a service have one name.

Their series would have the same labels, and one of them would be lost.

Mend: give each a name of its own; a channel that is paid in two currencies is two channels.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value:
        - {channel: web, currency: EUR, per_transaction: 84.20}
        - {channel: web, currency: USD, per_transaction: 91.00}

value/not-live
--------------
What is to tell of money at risk now is counted from records.

Rows come late, so they say nothing about this minute; what Prometheus counts does.

Mend: name an agreement over counters or a journey, or leave `at_risk` out for all of those.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20, at_risk: [csat]}]
      xlas: [{name: csat, use: csat, objective: 85%, window: 30d}]

value/no-time (warning)
-----------------------
The rows of a channel have no time, so nothing can be expected of it.

What an hour is worth is told by the same hours of earlier weeks.

Mend: name the column: `of: {table: orders, at: ordered_at}`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20, of: {table: orders}}]

value/nothing-live (warning)
----------------------------
A channel is worth something, and nothing tells when it is degraded.

Money at risk is what is expected times the bad share of an agreement that Prometheus counts, and
the service has none.

Mend: promise something about requests or a journey of the service.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: EUR, per_transaction: 84.20,
               of: {table: orders, at: ordered_at}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.kinds import is_signal
from truegreen_definitions.models.worth import AgreementAtRisk
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.models.worth import Impacts
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

SAME, NOT_LIVE = "value/same-name", "value/not-live"
NO_TIME, NOTHING_LIVE = "value/no-time", "value/nothing-live"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of what each service says that it is worth."""
    for service in catalog.services.values():
        spec = service.model.spec
        yield from _same(service, "value", "channel", [one.channel for one in spec.value])
        yield from _same(service, "production", "name", [one.name for one in spec.production])
        live, rows = _counted(catalog, service)
        for index, value in enumerate(spec.value):
            path: tuple[Step, ...] = ("spec", "value", index)
            yield from _not_live(service, path, value.at_risk, rows)
            if value.of is None:
                continue
            if value.of.at is None:
                message = f"rows of Table `{value.of.table}` say no time: nothing can be expected"
                hint = "name the column of the time: `at: ordered_at`"
                yield service.problem(
                    NO_TIME, message, *path, "of", key=True, hint=hint, severity=Severity.WARNING
                )
            elif not live and not value.at_risk:
                message = f"nothing tells when channel `{value.channel}` is degraded"
                hint = "promise something about requests or a journey of this service"
                yield service.problem(
                    NOTHING_LIVE, message, *path, hint=hint, severity=Severity.WARNING
                )
        for index, line in enumerate(spec.production):
            yield from _not_live(service, ("spec", "production", index), line.at_risk, rows)


def _counted(catalog: Catalog, service: Definition[Service]) -> tuple[bool, frozenset[str]]:
    """Return whether anything of a service is counted live, and what is counted from rows."""
    found = {
        agreement.name: is_signal(catalog, agreement)
        for _, _, agreement in service.model.spec.agreements()
        if agreement.use is None or agreement.use in catalog.indicators
    }
    return any(found.values()), frozenset(name for name, live in found.items() if not live)


def _same(
    service: Definition[Service], part: str, field: str, names: list[str]
) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            message = f"there are two of the {field} `{name}`"
            hint = "give each a name of its own"
            yield service.problem(SAME, message, "spec", part, index, field, hint=hint)


def _not_live(
    service: Definition[Service], path: tuple[Step, ...], impacts: Impacts, rows: frozenset[str]
) -> Iterator[Problem]:
    for place, one in enumerate(impacts):
        whole = isinstance(one, AgreementAtRisk)
        name = one.agreement if isinstance(one, AgreementAtRisk) else one
        if name in rows:
            message = f"`{name}` is counted from records, which say nothing about this minute"
            hint = "name an agreement over counters or a journey"
            at = (*path, "at_risk", place, *(("agreement",) if whole else ()))
            yield service.problem(NOT_LIVE, message, *at, hint=hint)


CHECK = Check((SAME, NOT_LIVE, NO_TIME, NOTHING_LIVE), check)
