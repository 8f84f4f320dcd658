"""Journeys of a service: what their probe lost, and what it left behind.

even      every slot that was scheduled has ended
lost      a slot ended in no known way
young     something is left behind, for a moment
old       it is left behind for too long
restart   the probe began anew: counts are small, and agree
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.journeys import ORPHAN_SECONDS
from truegreen_definitions.names import AlertName, SeverityValue, SlotReasonValue, SlotValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.plan import Journey, Plan, Service

__all__ = ["journey_cases"]

STEP = Layer.SERVICE.evaluation_seconds
PLACE = "here"
STARTED = (40, 41, 42, 42, 3)
MISSED = (2, 2, 2, 3, 0)
SCHEDULED = (42, 43, 45, 45, 3)
UNEVEN = (2,)
AGES = (0, ORPHAN_SECONDS, ORPHAN_SECONDS + 1, ORPHAN_SECONDS + STEP, 0)
OLD = (2, 3)


def journey_cases(plan: Plan, service: Service) -> Iterator[Case]:
    """Yield the test of every journey through a service."""
    for journey in plan.journeys_of(service.name):
        yield Case(
            about=service.name,
            origin=service.origin,
            claim=f"of journey {journey.name} is told what it lost and what it left behind",
            layer=Layer.SERVICE,
            step_seconds=STEP,
            series=tuple(_shown(journey)),
            checks=tuple(_checks(plan, service, journey)),
        )


def _shown(journey: Journey) -> Iterator[SeriesValues]:
    """Yield the counts of a probe that loses a slot, and starts anew."""
    of = {names.JOURNEY: journey.name, names.LOCATION: PLACE}
    ended = (
        (SlotValue.STARTED, "", STARTED),
        (SlotValue.MISSED, str(SlotReasonValue.PROBER), MISSED),
    )
    for state, reason, counts in ended:
        labels = {**of, names.STATE: str(state), names.REASON: reason}
        yield timeline(series(names.JOURNEY_SLOTS, **labels), counts)
    yield timeline(series(names.SCHEDULED_SLOTS, **of), SCHEDULED)
    yield timeline(series(names.ORPHAN_AGE, **of), AGES)


def _checks(plan: Plan, service: Service, journey: Journey) -> Iterator[Check]:
    alerting = plan.policy.alerting
    lost = alerting.severity("slots", SeverityValue.TICKET)
    left = alerting.severity("orphans", SeverityValue.TICKET) if journey.cleanup else ""
    for name, severity, places in (
        (AlertName.SLOTS_UNACCOUNTED, lost, UNEVEN),
        (AlertName.ORPHANS, left, OLD),
    ):
        labels = {
            names.SERVICE: service.name,
            names.JOURNEY: journey.name,
            names.LOCATION: PLACE,
            names.OWNER: service.owner,
            str(names.AlertLabel.SEVERITY): severity,
        }
        for place in range(len(SCHEDULED)):
            yield alert(place * STEP, name, labels, fires=place in places and bool(severity))
