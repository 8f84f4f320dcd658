"""Robots are no customers: what they leave is kept out of the business figures.

Journeys buy, click and open things, all day long. Where the Policy does not say how to tell them
apart, their rows and requests count as business.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {synthetic: {header: {x-synthetic: truegreen}, promql: 'synthetic!="true"'}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      slas:
        - name: availability
          indicator:
            kind: promql
            bad: 'shop_requests_total{code="500"}'
            total: shop_requests_total
          objective: 99.9%
          window: 30d
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 1m
      locations: [fra]
      target: https://shop.example.org
      steps: [{step: pay, request: {post: /pay}}]

promql/synthetic-counted (warning)
----------------------------------
Requests of robots count as business.

Journeys visit a service whose agreement counts requests, and the Policy has no matcher for them.

Mend: say in the Policy how to leave them out: `synthetic.promql`.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {synthetic: {header: {x-synthetic: truegreen}}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      slas:
        - name: availability
          indicator:
            kind: promql
            bad: 'shop_requests_total{code="500"}'
            total: shop_requests_total
          objective: 99.9%
          window: 30d
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 1m
      locations: [fra]
      target: https://shop.example.org
      steps: [{step: pay, request: {post: /pay}}]

records/synthetic-counted (warning)
-----------------------------------
Rows of robots count as business.

Journeys visit a service whose agreement counts rows of a table, and the Policy names no column
that marks theirs.

Mend: name it under `synthetic.columns`, or say that robots never write there: `synthetic.never`.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {synthetic: {header: {x-synthetic: truegreen}}}
    ---
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, paid_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      xlas: [{name: paid, objective: 99%, window: month, indicator: {kind: records, table: orders,
              at: paid_at, sampling: census, total: 'true', good: 'true'}}]
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 1m
      locations: [fra]
      target: https://shop.example.org
      steps: [{step: pay, request: {post: /pay}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.catalog.measured import measured_by
from truegreen_definitions.checks.check import Check
from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.templates import fill
from truegreen_definitions.models.indicator import (
    LatencyIndicator,
    MeasureIndicator,
    PromqlIndicator,
    RecordsIndicator,
    TableSource,
)
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Measured
    from truegreen_definitions.models.indicator import IndicatorSpec
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

ROWS, REQUESTS = "records/synthetic-counted", "promql/synthetic-counted"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every agreement in which a robot would count as a customer."""
    visited = {journey.model.spec.service for journey in catalog.journeys.values()}
    for policy in catalog.policies.values():
        for service in catalog.services.values():
            if service.name not in visited:
                continue
            for section, index, agreement in service.model.spec.measured():
                found = _counted(catalog, policy.model.spec, agreement)
                if found is None:
                    continue
                problem_id, message, hint = found
                yield service.problem(
                    problem_id,
                    message,
                    *("spec", section, index, "use" if agreement.use else "indicator"),
                    hint=hint,
                    key=not agreement.use,
                    severity=Severity.WARNING,
                )


def _counted(
    catalog: Catalog, policy: PolicySpec, agreement: Measured
) -> tuple[str, str, str] | None:
    """Return id, message and hint when robots count in an agreement."""
    indicator, synthetic = measured_by(catalog, agreement), policy.synthetic
    if isinstance(indicator, PromqlIndicator) and not (synthetic and synthetic.promql):
        message = "journeys visit this service, and their requests count as business"
        hint = """say in the Policy how to leave them out: synthetic.promql: 'synthetic!="true"'"""
        return REQUESTS, message, hint
    table = _table(indicator, agreement)
    known = {*synthetic.columns, *synthetic.never} if synthetic else set[str]()
    if table not in catalog.tables or table in known:
        return None
    message = f"journeys visit this service, and their rows in `{table}` count as business"
    hint = (
        "name the column that marks them in the Policy, "
        f"synthetic.columns: {{{table}: is_synthetic}}, or that robots write none there, "
        f"synthetic.never: [{table}]"
    )
    return ROWS, message, hint


def _table(indicator: IndicatorSpec | None, agreement: Measured) -> str:
    """Return the table an indicator counts rows of; empty for none, or when it is not told."""
    if isinstance(indicator, LatencyIndicator) and isinstance(indicator.source, TableSource):
        written = indicator.source.table
    elif isinstance(indicator, RecordsIndicator | MeasureIndicator):
        written = indicator.table
    else:
        return ""
    try:
        return fill(written, agreement.parameters)
    except ExpressionError:
        return ""


CHECK = Check((ROWS, REQUESTS), check)
