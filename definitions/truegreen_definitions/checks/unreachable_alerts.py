"""Burn alerts can fire.

alert/cannot-fire (warning)
---------------------------
A burn alert of an agreement can never fire.

A burn pair of factor 14.4 fires above 14.4 times the error budget; with an objective of 90% that
is an error ratio of 144%, which cannot be. The lower the promise, the smaller the factors it needs.

Source: arithmetic; a pair fires above `factor x (1 - objective)`, and no error ratio exceeds 1.

Mend: promise more, or give the Policy a pair of a smaller factor.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {burn: [{long: 1h, short: 5m, factor: 8, severity: page}]}
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
          objective: 90%
          window: 30d

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {burn: [{long: 1h, short: 5m, factor: 14.4, severity: page}]}
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
          objective: 90%
          window: 30d
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.burn import workbook_pairs
from truegreen_definitions.checks.check import Check
from truegreen_definitions.kinds import is_signal
from truegreen_definitions.problems import Severity
from truegreen_definitions.suggestions import listed
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.policy import BurnPair, PolicySpec
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

CANNOT_FIRE = "alert/cannot-fire"
_SHOWN = Decimal("0.0001")


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every objective that leaves more budget than a burn pair can exceed."""
    pairs = [pair for policy in catalog.policies.values() for pair in _pairs(policy.model.spec)]
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            objective = agreement.objective
            if not isinstance(objective, Decimal) or not is_signal(catalog, agreement):
                continue
            budget = 1 - objective
            silent = [pair for pair in pairs if pair.factor * budget >= 1]
            if not silent or not budget:
                continue
            steepest = max(pair.factor for pair in silent)
            least = (1 - 1 / steepest).quantize(_SHOWN, ROUND_CEILING)
            names = listed(_label(pair) for pair in silent)
            yield service.problem(
                CANNOT_FIRE,
                f"{'burn pair' if len(silent) == 1 else 'burn pairs'} {names} can never fire: "
                f"{number_text(steepest)} times the budget of {number_text(budget * 100)}% is an "
                f"error ratio of {number_text(steepest * budget * 100)}%",
                *("spec", section, index, "objective"),
                hint=f"promise more than {number_text(least * 100)}%, or give the Policy a pair "
                f"with a factor below {number_text((1 / budget).quantize(_SHOWN))}",
                severity=Severity.WARNING,
            )


def _pairs(spec: PolicySpec) -> tuple[BurnPair, ...]:
    return (*(workbook_pairs() if spec.uses_workbook else ()), *spec.burn_pairs)


def _label(pair: BurnPair) -> str:
    return f"{duration_label(pair.long)}/{duration_label(pair.short)}"


CHECK = Check((CANNOT_FIRE,), check)
