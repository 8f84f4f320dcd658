"""What the exporter shows of measures: value, bounds, the sums behind it, and how many records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import QuotientValue, SampleValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.plan import Measurement
    from truegreen_exporters.engines.value_question import Valued
    from truegreen_telemetry.samples import SampleStore

__all__ = ["ExportedValues"]


class ExportedValues:
    """The samples of measures; a value that nobody knows is absent, never 0."""

    def __init__(self, store: SampleStore) -> None:
        self._values = store.gauge(names.WINDOW_VALUE)
        self._lower = store.gauge(names.WINDOW_VALUE_LOWER)
        self._upper = store.gauge(names.WINDOW_VALUE_UPPER)
        self._quotients = store.gauge(names.WINDOW_QUOTIENT)
        self._samples = store.gauge(names.WINDOW_SAMPLE)
        self._restated = store.gauge(names.WINDOW_VALUE_RESTATED)

    def clear(self) -> None:
        """Show no measure at all."""
        families = (self._values, self._lower, self._upper, self._quotients, self._samples)
        for family in (*families, self._restated):
            family.clear()

    def show(self, measurement: Measurement, windows: Mapping[str, Valued]) -> None:
        """Show a measure over its windows."""
        who, currency = _who(measurement), measurement.parts.currency
        for window, one in windows.items():
            for family, value in (
                (self._values, one.value),
                (self._lower, one.lower),
                (self._upper, one.upper),
            ):
                if value is None:
                    family.remove(*who, window, currency)
                else:
                    family.child(*who, window, currency).set(value)
            for part in QuotientValue:
                exact = getattr(one, part)
                if exact is not None:
                    self._quotients.child(*who, part, window, currency).set(float(exact))
            for kept in SampleValue:
                self._samples.child(*who, kept, window).set(getattr(one, kept))

    def restate(self, measurement: Measurement, window: str, known: Valued | None) -> None:
        """Show the value of a window's closed period as it is known now; None: it is not closed."""
        labels = (*_who(measurement), window, measurement.parts.currency)
        if known is None or known.value is None:
            self._restated.remove(*labels)
        else:
            self._restated.child(*labels).set(known.value)

    def hide(self, measurement: Measurement, windows: tuple[str, ...]) -> None:
        """Show nothing of a measure."""
        who, currency = _who(measurement), measurement.parts.currency
        for window in windows:
            for family in (self._values, self._lower, self._upper, self._restated):
                family.remove(*who, window, currency)
            for part in QuotientValue:
                self._quotients.remove(*who, part, window, currency)
            for kept in SampleValue:
                self._samples.remove(*who, kept, window)


def _who(measurement: Measurement) -> tuple[str, str, str, str]:
    """Return service, agreement, kind and measure: a name is one of the second and the last."""
    if measurement.bound is not None:
        return measurement.service, measurement.name, measurement.kind, ""
    return measurement.service, "", "", measurement.name
