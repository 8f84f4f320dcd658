"""What services and business units cost, as series: every cost line in exactly one of them.

A line is of the business unit that it names; one that names none is of its service's. A line that
names neither service nor unit is nobody's: it is shown as such and never spread, so the series of a
window and currency add up to the bill, to the last digit of its lines. Windows turn in UTC, in
which FOCUS tells charge periods.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.units import parse_window
from truegreen_exporters.again import Again
from truegreen_exporters.engines.question import spans_of
from truegreen_exporters.store import StoreError
from truegreen_exporters.store.costs import CostLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.store import Connection
    from truegreen_exporters.store.costs import CostSum
    from truegreen_telemetry.samples import SampleStore

__all__ = ["COST_WINDOWS", "ShownCosts", "shown_back"]

COST_WINDOWS = tuple(map(parse_window, ("30d", "month", "prev_month")))
AGAIN_SECONDS = 60.0
ABOUT = "cost lines"

Key = tuple[str, str, str, str]
"""Service, business unit, component, currency."""


def shown_back(sums: Iterable[CostSum], units: Mapping[str, str]) -> dict[Key, Decimal]:
    """Return what each service, unit and component costs, by currency.

    Args:
        sums: Of cost lines.
        units: The business unit of each service that declares one.
    """
    found: dict[Key, Decimal] = defaultdict(Decimal)
    for one in sums:
        unit = one.business_unit or units.get(one.service, "")
        found[one.service, unit, one.component, one.currency] += one.amount
    return found


class ShownCosts:
    """Shows the costs of a plan's services.

    Args:
        samples: Hold what is shown.
        plan: Whose services.
        connection: To the state file.
    """

    def __init__(self, samples: SampleStore, plan: Plan, connection: Connection) -> None:
        self._costs = samples.gauge(names.COST)
        self._lines = CostLines(connection, plan)
        self._units = {one.name: one.business_unit for one in plan.services if one.business_unit}
        self._again = Again(AGAIN_SECONDS)
        self._costs.clear()

    @property
    def about(self) -> frozenset[str]:
        """What something may be said about when it cannot be told."""
        return frozenset({ABOUT}) if self._lines.known else frozenset()

    def show(self, at: datetime) -> dict[str, tuple[str, ...]]:
        """Show costs as seen from a moment, where that is due; return why they could not be."""
        if not self._lines.known or not self._again.due(at):
            return {}
        found: dict[str, dict[Key, Decimal]] = {}
        try:
            for window, span in spans_of(COST_WINDOWS, "UTC", at).items():
                found[window] = shown_back(self._lines.between(span), self._units)
        except StoreError as error:
            return {ABOUT: (str(error),)}
        self._costs.clear()
        for window, costs in found.items():
            for (service, unit, component, currency), amount in costs.items():
                child = self._costs.child(service, unit, component, window, currency)
                child.set(float(amount))
        return {ABOUT: ()}
