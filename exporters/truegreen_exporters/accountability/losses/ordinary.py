"""What of a channel's history is ordinary: without incidents, agreed downtime and unusual days.

Losses and the outlook of the present hour are estimated by the same ordinary weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.calendars.activity import intervals
from truegreen_definitions.calendars.holidays import holidays_of_year
from truegreen_exporters.accountability.expectations.expectation import Season
from truegreen_exporters.accountability.expectations.spans import aligned, union
from truegreen_exporters.accountability.losses.happened import incidents_of
from truegreen_exporters.accountability.losses.incident import episodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.expectations.spans import Span, Spans
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.accountability.losses.incident import Episode
    from truegreen_exporters.engines.engine import Engine

__all__ = ["Ordinary", "ordinary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """What an ordinary week of a channel is, and what is not.

    Attributes:
        season: The ordinary weeks, everything else left out.
        unusual: Days that are unlike others: holidays, and calendars that say so.
        episodes: Outages, with all that happened in each.
    """

    season: Season
    unusual: Spans
    episodes: tuple[Episode, ...]


def ordinary(engine: Engine, plan: Plan, channel: Channel, span: Span, step: int) -> Ordinary:
    """Return what is ordinary of a channel's history.

    Args:
        engine: Has the incidents.
        plan: Has the calendars.
        channel: Says what is left out.
        span: From when to when, in Unix seconds; the end is the present.
        step: Length of a bucket, in seconds: what is left out is whole ones.

    Raises:
        CountError: The incidents cannot be reached.
    """
    terms, place = channel.terms, channel.service.zone
    planned = aligned(_calendars(plan, terms.leave_out, span), step)
    days = _holidays(terms.holidays, place, span)
    unusual = union((*_calendars(plan, terms.unusual, span), *days))
    found = episodes(
        incidents_of(engine, plan, channel.service, terms),
        catch_up=channel.catch_up_seconds,
        step=step,
        planned=planned,
        now=span[1],
    )
    out = union((*planned, *aligned(unusual, step), *(one for e in found for one in e.frame)))
    season = Season(zone=place, weeks=terms.weeks, left_out=out)
    return Ordinary(season=season, unusual=unusual, episodes=tuple(found))


def _calendars(plan: Plan, wanted: tuple[str, ...], span: Span) -> Spans:
    start, end = (datetime.fromtimestamp(one, UTC) for one in span)
    return union(
        (int(low.timestamp()), int(high.timestamp()))
        for calendar in plan.calendars
        if calendar.name in wanted
        for low, high in intervals(calendar, start, end)
    )


def _holidays(region: str, zone: str, span: Span) -> Iterator[Span]:
    """Yield the public holidays of a region, whole days of a zone."""
    if not region:
        return
    place = ZoneInfo(zone)
    years = [datetime.fromtimestamp(one, UTC).astimezone(place).year for one in span]
    for year in range(years[0], years[1] + 1):
        for day in sorted(holidays_of_year(region, year)):
            begin = datetime(day.year, day.month, day.day, tzinfo=place)
            next_day = day + timedelta(days=1)
            end = datetime(next_day.year, next_day.month, next_day.day, tzinfo=place)
            yield int(begin.timestamp()), int(end.timestamp())
