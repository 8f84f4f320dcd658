"""What moves outcomes, as series: looked at once a closed period, for its past changes no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import BoundValue
from truegreen_exporters.accountability.outcomes.document import find, settled_before
from truegreen_exporters.accountability.outcomes.periods import periods_before
from truegreen_exporters.engines.engine import CountError

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Outcome, Plan, Service
    from truegreen_exporters.accountability.outcomes.document import Found
    from truegreen_exporters.engines.engine import Engine
    from truegreen_telemetry.samples import SampleStore

__all__ = ["ShownOutcomes"]

_UNITS = {"day": "d", "week": "w"}


class ShownOutcomes:
    """Shows the published correlations of every service with a measured outcome.

    Args:
        store: Holds the samples.
        plan: Whose services.
        engine: Counts.
    """

    def __init__(self, store: SampleStore, plan: Plan, engine: Engine) -> None:
        self._plan, self._engine = plan, engine
        self._correlation = store.gauge(names.OUTCOME_CORRELATION)
        self._sample = store.gauge(names.OUTCOME_SAMPLE)
        self._validated = store.gauge(names.LEADING_VALIDATED)
        self._warning = store.gauge(names.LEADING_WARNING)
        self._families = (self._correlation, self._sample, self._validated, self._warning)
        self._services = [
            (one, one.outcome)
            for one in plan.services
            if one.outcome is not None and one.outcome.measure
        ]
        self._last: dict[str, datetime] = {}
        self._found: dict[str, Found] = {}
        for family in self._families:
            family.clear()

    def show(self, at: datetime) -> dict[str, tuple[str, ...]]:
        """Show what is found; return why it could not be of a service, where a period is new."""
        failed: dict[str, tuple[str, ...]] = {}
        for service, outcome in self._services:
            settled = settled_before(self._plan, service, at)
            end = periods_before(settled, outcome.every, service.zone)[-1][1]
            if self._last.get(service.name) == end:
                continue
            what = f"outcome of {service.name}"
            try:
                found = find(self._plan, service, outcome, self._engine, at)
            except (CountError, TerminalError) as error:
                failed[what] = (str(error),)
                continue
            failed[what] = ()
            self._last[service.name] = end
            self._found[service.name] = found
        if any(not why for why in failed.values()):
            self._show_all()
        return failed

    def _show_all(self) -> None:
        for family in self._families:
            family.clear()
        for service, outcome in self._services:
            found = self._found.get(service.name)
            if found is not None:
                self._show_one(service, outcome, found)

    def _show_one(self, service: Service, outcome: Outcome, found: Found) -> None:
        for one in found.published:
            lag = f"{one.lag}{_UNITS[outcome.every]}"
            about = (service.name, one.indicator, found.outcome, lag)
            for bound in BoundValue:
                self._correlation.child(*about, bound).set(getattr(one, bound))
            self._sample.child(*about).set(one.worth)
        for lead in found.leading:
            self._validated.child(service.name, lead.indicator).set(lead.by is not None)
            self._warning.child(service.name, lead.indicator).set(lead.warns)
