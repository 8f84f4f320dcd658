"""What is counted is there: asked of an inventory, `truegreen check --inventory FILE`.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, page: {webhook: 'https://pages.example.org/shop'}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - name: availability
          indicator:
            kind: promql
            bad: 'shop_requests_total{code="500"}'
            total: shop_requests_total
          objective: 99.9%
          window: 30d

inventory/unknown-metric (warning)
----------------------------------
Prometheus has no metric of a name that an indicator counts.

A name that nothing exposes is not an error in PromQL: it is nothing, so the agreement never has
data, and nobody is told why.

Mend: correct the name, or add the metric to the inventory when the application is about to
expose it.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, page: {webhook: 'https://pages.example.org/shop'}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - name: availability
          indicator:
            kind: promql
            bad: 'shop_request_total{code="500"}'
            total: shop_requests_total
          objective: 99.9%
          window: 30d

inventory/unknown-label (warning)
---------------------------------
A metric has no label of a name that an indicator asks for.

The selector then matches nothing, which looks like no errors at all.

Mend: correct the label; the hint names those that the metric has.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, page: {webhook: 'https://pages.example.org/shop'}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - name: availability
          indicator:
            kind: promql
            bad: 'shop_requests_total{status="500"}'
            total: shop_requests_total
          objective: 99.9%
          window: 30d

inventory/no-such-bucket (warning)
----------------------------------
A histogram has no bucket of a bound that an indicator asks for.

Events can be counted at the bounds of the histogram alone. Without that bucket nothing matches.

Mend: take the bound that the hint names, or give the histogram the bound you promise.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, page: {webhook: 'https://pages.example.org/shop'}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - name: quick
          indicator:
            kind: promql
            good: 'shop_seconds_bucket{le="0.4"}'
            total: shop_seconds_count
          objective: 99%
          window: 30d
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import InventoryCheck
from truegreen_definitions.expressions.promql_doubts import selected
from truegreen_definitions.plan import Signal
from truegreen_definitions.problems import Severity
from truegreen_definitions.suggestions import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.inventory import Inventory
    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

METRIC, LABEL = "inventory/unknown-metric", "inventory/unknown-label"
BUCKET = "inventory/no-such-bucket"
OWN = ("xla_", "xla:", "truegreen_")


def check(catalog: Catalog, plan: Plan, inventory: Inventory) -> Iterator[Problem]:
    """Yield a warning for everything that an agreement counts and the inventory does not have."""
    for agreement in plan.agreements:
        if not isinstance(agreement.parts, Signal):
            continue
        parts = agreement.parts
        for problem_id, message, hint in dict.fromkeys(
            found
            for text in (parts.good, parts.total)
            for metric, matchers in selected(text)
            for found in _missing(metric, matchers, inventory)
        ):
            service = catalog.services[agreement.service]
            yield service.problem(
                problem_id,
                message,
                *_path(catalog, agreement),
                key=True,
                hint=hint,
                severity=Severity.WARNING,
            )


def _missing(
    metric: str, matchers: tuple[Matcher, ...], inventory: Inventory
) -> Iterator[tuple[str, str, str]]:
    """Yield id, message and hint for what one selector asks for in vain."""
    if metric.startswith(OWN):
        return
    if metric not in inventory.labels:
        hint = suggestion(metric, sorted(inventory.labels))
        yield METRIC, f"the inventory has no metric `{metric}`", hint
        return
    labels = inventory.labels[metric]
    for one in matchers if labels is not None else ():
        if one.label == "le" and metric in inventory.bounds:
            yield from _bucket(metric, one, inventory.bounds[metric])
        elif one.label not in (labels or ()) and not _matches(one, ""):
            message = f"`{metric}` has no label `{one.label}`, so `{one}` matches nothing"
            yield LABEL, message, f"it has {listed(sorted(labels or ()))}"


def _bucket(metric: str, one: Matcher, bounds: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    if any(_matches(one, bound) for bound in bounds):
        return
    numbers = {bound: number for bound in bounds if (number := _number(bound)) is not None}
    ordered = sorted(numbers, key=lambda bound: numbers[bound])
    hint, wanted = f"it has {listed(ordered)}", _number(one.value)
    if numbers and wanted is not None:
        near = min(ordered, key=lambda bound: abs(numbers[bound] - wanted))
        hint = f"the nearest bound is {near}; {hint}"
    yield BUCKET, f"`{metric}` has no bucket with {one}", hint


def _matches(one: Matcher, value: str) -> bool:
    """Return whether a label's value meets a matcher; a missing label has the empty value.

    Prometheus reads RE2 and we read Python's: a pattern that we cannot read is not judged, and
    so is taken to match.
    """
    negative = one.operator.startswith("!")
    if not one.operator.endswith("~"):
        return (one.value == value) is not negative
    try:
        return (re.fullmatch(one.value, value) is not None) is not negative
    except re.error:
        return True


def _number(text: str) -> float | None:
    """Return the number of a bucket's bound; None when it is none, NaN included."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number != number else number  # noqa: PLR0124  NaN alone differs from itself


def _path(catalog: Catalog, agreement: Agreement) -> tuple[Step, ...]:
    """Return where an agreement says how it is measured."""
    for section, index, one in catalog.services[agreement.service].model.spec.agreements():
        if one.name == agreement.name:
            return ("spec", section, index, "use" if one.use else "indicator")
    return ("spec",)


CHECK = InventoryCheck((METRIC, LABEL, BUCKET), check)
