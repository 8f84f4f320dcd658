"""What moves a service's outcome, as plain data: all that was tested, and what is published.

It has the values of every period and the query of each series, in which `$start` and `$end` stand
for a period's ends in microseconds, so whoever has the rows can find each correlation again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from truegreen_exporters.accountability.outcomes.correlation import correlated, published
from truegreen_exporters.accountability.outcomes.leading import leading
from truegreen_exporters.accountability.outcomes.periods import (
    periods_before,
    queries_of,
    series_of,
)
from truegreen_exporters.accountability.outcomes.seasons import SEASON, deseasonalised
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.engines.sql_terms import in_zone
from truegreen_exporters.instants import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Outcome, Plan, Service
    from truegreen_exporters.accountability.outcomes.correlation import Correlation
    from truegreen_exporters.accountability.outcomes.leading import Leading
    from truegreen_exporters.engines.engine import Engine

__all__ = ["Found", "document", "find", "settled_before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of a service's outcome.

    Attributes:
        periods: Of how many periods the outcome is known.
        tested: How many correlations were looked at together.
        published: Those that chance does not explain, the surest first.
        leading: The declared ones.
        first: Beginning of the first period that was looked at.
        series: What all of it was found in: a value a period, the oldest first, by name.
    """

    outcome: str
    periods: int
    tested: int
    published: tuple[Correlation, ...]
    leading: tuple[Leading, ...]
    first: datetime
    series: Mapping[str, Sequence[float | None]]


def settled_before(plan: Plan, service: Service, at: datetime) -> datetime:
    """Return the moment before which nothing of a service changes any more."""
    own = [one.parts for one in plan.agreements if one.service == service.name]
    values = [one.parts for one in plan.measurements if one.service == service.name]
    ripe = [getattr(parts, "mature_after_seconds", 0) for parts in (*own, *values)]
    return at - timedelta(seconds=max(plan.policy.lateness_seconds, *ripe))


def find(plan: Plan, service: Service, outcome: Outcome, engine: Engine, at: datetime) -> Found:
    """Return what moves the declared outcome of a service, as seen from a moment.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
        CountError: A measure's do.
    """
    spans = _spans(plan, service, outcome, at)
    series = series_of(plan, service, engine, spans)
    known = dict(series)
    target = series.pop(outcome.measure, [])
    season = SEASON[outcome.every]
    moved = {name: deseasonalised(values, season) for name, values in series.items()}
    later = deseasonalised(target, season)
    tested = [
        one
        for name in sorted(moved)
        for lag in range(outcome.lags + 1)
        if (one := correlated(name, moved[name], later, lag)) is not None
    ]
    told = published(tested)
    more = outcome.better == "more"
    return Found(
        outcome=outcome.measure,
        periods=sum(one is not None for one in target),
        tested=len(tested),
        published=told,
        leading=tuple(
            leading(name, moved.get(name, [None]), told, more=more) for name in outcome.leading
        ),
        first=spans[0][0],
        series=known,
    )


def document(
    plan: Plan, service: Service, outcome: Outcome, engine: Engine, at: datetime
) -> dict[str, Any]:
    """Return what `find` finds, with how it was found, as plain data."""
    found = asdict(find(plan, service, outcome, engine, at))
    spans = _spans(plan, service, outcome, at)
    zone = in_zone(service.zone)
    return {
        "service": service.name,
        "title": service.title,
        "definition": str(service.origin),
        "at": text_of(at),
        "every": outcome.every,
        "season": SEASON[outcome.every],
        "goal": outcome.goal,
        "method": "Spearman of seasonal differences; Fisher z with Fieller's variance and "
        "Bartlett's effective n; Benjamini-Yekutieli at 5 %",
        **found,
        "first": text_of(found["first"]),
        "published": list(found["published"]),
        "leading": list(found["leading"]),
        "periods_of": [[microseconds(start), microseconds(end)] for start, end in spans],
        "aggregates": {
            one.name: one.parts.aggregate
            for one in plan.measurements
            if one.service == service.name
        },
        "zone": zone,
        "sql": queries_of(plan, service, engine, spans),
    }


def _spans(
    plan: Plan, service: Service, outcome: Outcome, at: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    return periods_before(settled_before(plan, service, at), outcome.every, service.zone)
