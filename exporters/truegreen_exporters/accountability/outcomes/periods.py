"""The past of a service's agreements and measures, as one value a day or a week.

Periods are those of the service's zone that cannot change any more. Before the first row of a
series nothing is known of it; a day without a case of an agreement has no value either.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.windows.bounds import midnight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Plan, Service
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.value_question import ValueQuestion

__all__ = ["END", "MOST", "START", "periods_before", "queries_of", "series_of"]

MOST = {"day": 182, "week": 104}
"""How many periods are looked back, by their unit."""
START, END = "$start", "$end"
"""What stands for a period's ends in a query that is shown, in microseconds since 1970."""

_DAYS = {"day": 1, "week": 7}


def periods_before(
    settled: datetime, unit: str, zone: str
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the last periods that had ended at a moment, the oldest first, start and end."""
    place = ZoneInfo(zone)
    days, last = _DAYS[unit], settled.astimezone(place).date()
    if unit == "week":
        last -= timedelta(days=last.weekday())
    edges = [
        midnight(last - timedelta(days=days * back), place) for back in range(MOST[unit], -1, -1)
    ]
    return tuple(itertools.pairwise(edges))


def series_of(
    plan: Plan, service: Service, engine: Engine, spans: Sequence[tuple[datetime, datetime]]
) -> dict[str, list[float | None]]:
    """Return the series of all that is counted from records of a service, by name.

    Args:
        plan: The plan.
        service: Of the plan.
        engine: Counts.
        spans: The periods, in order.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
        CountError: A measure's do.
    """
    found: dict[str, list[float | None]] = {}
    for agreement, question in questions(plan):
        if agreement.service == service.name:
            with naming(agreement):
                found[agreement.name] = _shares(engine, question, spans)
    for measurement, asked in value_questions(plan):
        if measurement.service == service.name:
            found[measurement.name] = _begun(_values(engine, asked, spans))
    return found


def queries_of(
    plan: Plan, service: Service, engine: Engine, spans: Sequence[tuple[datetime, datetime]]
) -> dict[str, str]:
    """Return the query of each series, of a period whose ends are parameters of it.

    That of an agreement gives good, total, pending and excluded, that of a measure its parts.
    """
    start, end = map(microseconds, spans[-1])
    found: dict[str, str] = {}
    for agreement, question in questions(plan):
        if agreement.service == service.name:
            at = spans[-1][1] + timedelta(seconds=question.records.mature_after_seconds)
            asked = replace(question, windows=())
            found[agreement.name] = engine.query_of(asked, (start, end), at)
    for measurement, valued in value_questions(plan):
        if measurement.service == service.name:
            at = spans[-1][1] + timedelta(seconds=valued.values.mature_after_seconds)
            found[measurement.name] = engine.value_query(valued, (start, end), at)
    return {
        name: query.replace(str(start), START).replace(str(end), END)
        for name, query in found.items()
    }


def _shares(
    engine: Engine, question: Question, spans: Sequence[tuple[datetime, datetime]]
) -> list[float | None]:
    at = spans[-1][1] + timedelta(seconds=question.records.mature_after_seconds)
    parts = engine.parts_between(replace(question, windows=()), spans, at)
    return [one.good / one.total if one.total else None for one in parts]


def _values(
    engine: Engine, question: ValueQuestion, spans: Sequence[tuple[datetime, datetime]]
) -> list[float | None]:
    at = spans[-1][1] + timedelta(seconds=question.values.mature_after_seconds)
    fixed = tuple(
        (str(place), (microseconds(start), microseconds(end)))
        for place, (start, end) in enumerate(spans)
    )
    valued = engine.values_at(replace(question, windows=(), fixed=fixed), at)
    return [valued[label].value for label, _ in fixed]


def _begun(values: list[float | None]) -> list[float | None]:
    """Return values without the zeros before anything was counted: nothing was known then."""
    begin = next((place for place, one in enumerate(values) if one), len(values))
    return [None] * begin + values[begin:]
