"""Which periods close: by what units a service is judged, and how long each period is watched.

A period freezes `max(lateness, maturity)` after its end: by then no row is late any more by what
was promised, and none is pending. Watched are the last periods of each unit (`WATCHED`) whose rows
are all kept: older ones stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.plan.closed import closed_units, pulls_hours
from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Measurement, Plan
    from truegreen_exporters.windows.periods import Period

__all__ = ["WATCHED", "Turning", "judged_units", "settling_seconds", "watched"]

WATCHED = {"week": 9, "month": 13, "quarter": 5, "year": 2}

Turning: TypeAlias = tuple[str, tuple[str, ...], int, int]
"""Zone, units, seconds after which a period is frozen, and for which its rows are kept."""


def judged_units(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return by what calendar units each service is judged as a whole."""
    promised: dict[str, list[Agreement | Measurement]] = defaultdict(list)
    for agreement in plan.agreements:
        promised[agreement.service].append(agreement)
    for measurement in plan.measurements:
        if measurement.bound is not None:
            promised[measurement.service].append(measurement)
    hours = pulls_hours(plan)
    return {service: closed_units(found, hours=hours) for service, found in promised.items()}


def settling_seconds(plan: Plan, mature_after_seconds: int) -> int:
    """Return how long after its end a period may change: by lateness, or until rows are ripe."""
    return max(plan.policy.lateness_seconds, mature_after_seconds)


def watched(turning: Turning, at: datetime) -> tuple[Period, ...]:
    """Return the periods that are closed at a moment, and still watched."""
    zone, units, settling, keeping = turning
    settled = at - timedelta(seconds=settling)
    kept = at - timedelta(seconds=keeping) if keeping else None
    return tuple(
        period
        for unit in units
        for period in closed_before(settled, unit, zone, WATCHED[unit])
        if kept is None or period.start >= kept
    )
