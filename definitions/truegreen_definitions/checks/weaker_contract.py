"""A vendor's contract backs what we promise.

contract/weaker-than-promise (warning)
--------------------------------------
A contract pays later than our promise is broken.

The vendor pays from the highest `below` on; where that is lower than the objective of the
agreement it is about, there is a band in which our promise is broken and the vendor's is not.

Mend: agree on a tier at our objective, or promise no more than the contract backs.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 85%, window: month}]
    ---
    apiVersion: truegreen/v1
    kind: Contract
    metadata: {name: paygate-2026}
    spec:
      vendor: paygate
      period: month
      zone: UTC
      currency: EUR
      at_risk: {amount: 1000.00}
      measures:
        - agreement: shop/csat
          allocation: 100%
          tiers: [{below: 85%, credit: 50%}, {below: 80%, credit: 100%}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 85%, window: month}]
    ---
    apiVersion: truegreen/v1
    kind: Contract
    metadata: {name: paygate-2026}
    spec:
      vendor: paygate
      period: month
      zone: UTC
      currency: EUR
      at_risk: {amount: 1000.00}
      measures: [{agreement: shop/csat, allocation: 100%, tiers: [{below: 80%, credit: 100%}]}]
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Severity
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

WEAKER = "contract/weaker-than-promise"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every measure that a vendor may miss less than we do."""
    promised = {
        f"{service.name}/{agreement.name}": agreement.objective
        for service in catalog.services.values()
        for _, _, agreement in service.model.spec.agreements()
    }
    for contract in catalog.contracts.values():
        if contract.model.spec.vendor is None:  # a client may well be promised less
            continue
        for index, measure in enumerate(contract.model.spec.measures):
            objective = promised.get(measure.agreement)
            first = max(tier.below for tier in measure.tiers)
            if not isinstance(objective, Decimal) or first >= objective:
                continue
            ours, theirs = number_text(objective * 100), number_text(first * 100)
            yield contract.problem(
                WEAKER,
                f"`{measure.agreement}` is promised at {ours}%, and {contract.model.spec.vendor} "
                f"answers below {theirs}% only: between the two nobody pays",
                *("spec", "measures", index, "tiers"),
                hint=f"agree on a tier `below: {ours}%`, or promise no more than {theirs}%",
                severity=Severity.WARNING,
            )


CHECK = Check((WEAKER,), check)
