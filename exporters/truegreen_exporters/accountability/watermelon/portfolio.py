"""The services of a portfolio by their state: how many, and how much revenue, currency by currency.

Only parts are told; a share is a part over their sum. A service weighs its revenue of the period,
see `revenue`; one that declares no value has none and is in the numbers alone. A service of which
nothing is known weighs too, as unknown. Currencies are never added up.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import WatermelonValue, WeightValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Weights", "portfolio"]

Weights = dict[tuple[WeightValue, str], dict[WatermelonValue, Decimal]]
"""By (what is weighed, currency or empty) and state."""


def portfolio(
    states: Iterable[tuple[WatermelonValue, Mapping[str, Decimal]]],
) -> Weights:
    """Return the weight of each state, of all services.

    Args:
        states: Of each service its state and its revenue by currency.
    """
    found: Weights = defaultdict(lambda: dict.fromkeys(WatermelonValue, Decimal(0)))
    for state, revenue in states:
        found[WeightValue.SERVICES, ""][state] += 1
        for currency, amount in revenue.items():
            found[WeightValue.REVENUE, currency][state] += amount
    return dict(found)
