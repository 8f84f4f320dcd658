"""What is asked of an engine about a plan: its agreements and its measures over records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import Records
from truegreen_exporters.engines.question import Question
from truegreen_exporters.engines.value_question import ValueQuestion

if TYPE_CHECKING:
    from truegreen_definitions.plan import Agreement, Measurement, Plan

__all__ = ["questions", "value_questions"]


def questions(plan: Plan) -> list[tuple[Agreement, Question]]:
    """Return every agreement that is counted from records, with what to count."""
    calendars = {calendar.name: calendar for calendar in plan.calendars}
    found = []
    for agreement in plan.agreements:
        if isinstance(agreement.parts, Records):
            zone, within = plan.service(agreement.service).zone, agreement.parts.within
            question = Question(
                service=agreement.service,
                zone=zone,
                records=agreement.parts,
                windows=tuple(counted.window for counted in agreement.windows),
                calendar=calendars[within.calendar] if within else None,
            )
            found.append((agreement, question))
    return found


def value_questions(plan: Plan) -> list[tuple[Measurement, ValueQuestion]]:
    """Return every measure with what to ask of an engine."""
    calendars = {calendar.name: calendar for calendar in plan.calendars}
    found = []
    for measurement in plan.measurements:
        elapsed = measurement.parts.elapsed
        question = ValueQuestion(
            service=measurement.service,
            zone=plan.service(measurement.service).zone,
            values=measurement.parts,
            windows=tuple(counted.window for counted in measurement.windows),
            sample=measurement.sampling == "sample",
            calendar=calendars.get(elapsed.calendar) if elapsed else None,
        )
        found.append((measurement, question))
    return found
