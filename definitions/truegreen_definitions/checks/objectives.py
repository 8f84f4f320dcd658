"""An objective leaves room: it lies between 0 and 100 %, both left out.

100 % has no error budget, so its burn rate is infinite; 0 % promises nothing
(`agreement/objective-range`).

Mend: write a percentage above 0% and below 100%, such as 99.9%.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 99.9%, window: 30d}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 100%, window: 30d}]
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

RANGE = "agreement/objective-range"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem for every ratio that is 0 or 1."""
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            objective = agreement.objective
            if not isinstance(objective, Decimal) or 0 < objective < 1:
                continue
            reason = "leaves no error budget" if objective else "promises nothing"
            message = f"an objective of {objective * 100:.0f}% {reason}"
            hint = "write a percentage above 0% and below 100%"
            path = ("spec", section, index, "objective")
            yield service.problem(RANGE, message, *path, hint=hint)


CHECK = Check((RANGE,), check)
