"""What SLAs are worth, as series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import (
    BoundValue,
    ExperienceValue,
    InformationValue,
    PromiseValue,
)

if TYPE_CHECKING:
    from truegreen_exporters.accountability.watermelon.information import Estimate
    from truegreen_exporters.accountability.watermelon.worth import Worth
    from truegreen_telemetry.samples import GaugeFamily, SampleStore

__all__ = ["ShownWorth"]


class ShownWorth:
    """Shows tables of cases, and what follows from them.

    Args:
        store: Holds the samples.
    """

    def __init__(self, store: SampleStore) -> None:
        self._cases = store.gauge(names.SLA_CASES)
        self._answers = store.gauge(names.SLA_ANSWERS)
        self._lift = store.gauge(names.SLA_LIFT)
        self._area = store.gauge(names.SLA_AUC)
        self._told = store.gauge(names.SLA_INFORMATION)

    def clear(self) -> None:
        """Show nothing."""
        for family in (self._cases, self._answers, self._lift, self._area, self._told):
            family.clear()

    def show(self, window: str, found: Worth) -> None:
        """Show an SLA over a window."""
        service, _, agreement = found.sla.partition("/")
        table = found.table
        cells = {
            (PromiseValue.MET, ExperienceValue.GOOD): table.met_good,
            (PromiseValue.MET, ExperienceValue.BAD): table.met_bad,
            (PromiseValue.MET, ExperienceValue.UNKNOWN): found.unknown_met,
            (PromiseValue.MISSED, ExperienceValue.GOOD): table.missed_good,
            (PromiseValue.MISSED, ExperienceValue.BAD): table.missed_bad,
            (PromiseValue.MISSED, ExperienceValue.UNKNOWN): found.unknown_missed,
        }
        for (promise, experience), cases in cells.items():
            self._cases.child(service, agreement, promise, experience, window).set(cases)
        if found.answers is not None:
            answered = (found.answers.met, found.answers.missed)
            for promise, cases in zip(PromiseValue, answered, strict=True):
                self._answers.child(service, agreement, promise, window).set(cases)
        _estimate(self._lift, (service, agreement), window, found.lift)
        _estimate(self._area, (service, agreement), window, found.area)
        for verdict in InformationValue:
            said = verdict is found.verdict
            self._told.child(service, agreement, verdict, window).set(said)


def _estimate(
    family: GaugeFamily, about: tuple[str, str], window: str, found: Estimate | None
) -> None:
    if found is not None:
        for bound in BoundValue:
            family.child(*about, bound, window).set(getattr(found, bound))
