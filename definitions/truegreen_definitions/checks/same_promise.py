"""Two agreements of a service promise different things.

agreement/same-promise (warning)
--------------------------------
Two agreements of a service promise the same.

They have the same indicator, objective, window, scope and exclusions. Both always have the same
state: the alert comes twice, and an XLA that repeats an SLA can never show that people experience
something else.

Mend: take one of the two out, or promise something else.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas:
        - {name: csat, use: csat, objective: 85%, window: 30d}
        - {name: csat-year, use: csat, objective: 85%, window: year}

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas:
        - {name: csat, use: csat, objective: 85%, window: 30d}
        - {name: happiness, use: csat, objective: 85%, window: 30d}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

SAME = "agreement/same-promise"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every agreement that says what one above it says."""
    for service in catalog.services.values():
        seen: list[tuple[Agreement, tuple[str | int, ...]]] = []
        for section, index, agreement in service.model.spec.agreements():
            path = ("spec", section, index, "name")
            same = next((at for one, at in seen if _promise(one) == _promise(agreement)), None)
            seen.append((agreement, path))
            if same is None:
                continue
            first = service.text(*same)
            yield service.problem(
                SAME,
                f"the agreement `{agreement.name}` promises what `{first}` does: "
                "the same indicator, objective and window",
                *path,
                hint=f"take one of the two out; `{first}` is at {service.place(*same)}",
                severity=Severity.WARNING,
            )


def _promise(agreement: Agreement) -> tuple[object, ...]:
    exclusions = tuple((one.calendar, one.where) for one in agreement.exclusions)
    measured = (agreement.indicator, agreement.use, agreement.parameters)
    return (measured, agreement.objective, agreement.window, agreement.scope, exclusions)


CHECK = Check((SAME,), check)
