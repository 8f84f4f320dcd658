"""Which closed periods of a service are judged as a whole, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan.agreements import Signal
from truegreen_definitions.plan.measurements import Measurement
from truegreen_definitions.plan.reads import PrometheusRead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.plan.agreements import Agreement
    from truegreen_definitions.plan.model import Plan

__all__ = ["closed_units", "closed_window", "promised_of", "pulls_hours"]

_SIDES = {"sla", "xla"}


def closed_window(unit: str) -> str:
    """Return the label of the window that is the last closed period of a unit: `prev_month`."""
    return f"prev_{unit}"


def promised_of(plan: Plan, service: str) -> Iterator[Agreement | Measurement]:
    """Yield all that is promised of a service: shares of good, then values."""
    yield from (one for one in plan.agreements if one.service == service)
    yield from (one for one in plan.measurements if one.service == service and one.bound)


def pulls_hours(plan: Plan) -> bool:
    """Return whether a source pulls the agreements' hours of Prometheus into the records."""
    reads = (source.read for source in plan.sources)
    return any(isinstance(read, PrometheusRead) and read.of == "agreements" for read in reads)


def closed_units(
    promised: Iterable[Agreement | Measurement], *, hours: bool = False
) -> tuple[str, ...]:
    """Return the units of the periods over which an exporter judges a service, sorted.

    Months, and the calendar windows of its agreements; none where it has no SLA or no XLA, or
    where nothing of it is in the records.

    Args:
        promised: All that is promised of the service.
        hours: Whether a source pulls what Prometheus counts.
    """
    found = tuple(promised)
    recorded = any(
        isinstance(one, Measurement) or not isinstance(one.parts, Signal) for one in found
    )
    if {one.kind for one in found} != _SIDES or not (recorded or hours):
        return ()
    return tuple(sorted({"month", *(one.window.unit for one in found if one.window.unit)}))
