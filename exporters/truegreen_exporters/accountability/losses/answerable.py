"""How much of an episode falls to each incident and day: by what was expected in its minutes.

A minute of several incidents is shared equally among them. What was expected is counted in the
weeks that the estimate compares, in whole transactions, so the shares are exact fractions.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_exporters.accountability.expectations.expectation import back
from truegreen_exporters.accountability.expectations.spans import moved, overlap, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_exporters.accountability.expectations.expectation import Season
    from truegreen_exporters.accountability.expectations.spans import Spans
    from truegreen_exporters.accountability.expectations.volume import Volume
    from truegreen_exporters.accountability.losses.incident import Episode, Incident

__all__ = ["day_of", "weights"]


def weights(
    volume: Volume, episode: Episode, season: Season, weeks: tuple[int, ...]
) -> tuple[tuple[Incident, str, Fraction], ...]:
    """Return (incident, day, weight), in the order of the incidents and days.

    Args:
        volume: The channel's transactions.
        episode: Whose minutes they are.
        season: Its zone says when days turn.
        weeks: Which weeks before are counted.
    """
    start = episode.frame[0][0]
    found: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    counted = [
        (stretch, sum(volume.count(moved(stretch, back(volume, season, start, k))) for k in weeks))
        for stretch in _stretches(episode, season.zone, volume.step)
    ]
    empty = not any(count for _, count in counted)
    for stretch, count in counted:
        present = [
            place
            for place, one in enumerate(episode.incidents)
            if one.start < stretch[0][1] and (one.end is None or one.end > stretch[0][0])
        ]
        day = day_of(stretch[0][0], season.zone)
        for place in present:
            weight = seconds(stretch) if empty else count
            found[place, day] += Fraction(weight, len(present))
    return tuple((episode.incidents[place], day, found[place, day]) for place, day in sorted(found))


def day_of(instant: int, zone: str) -> str:
    """Return the day of an instant in a zone, such as `2026-10-31`."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone)).date().isoformat()


def _stretches(episode: Episode, zone: str, step: int) -> Iterator[Spans]:
    """Yield the outage cut at every beginning and end of an incident, and at every midnight."""
    low, high = episode.outage[0][0], episode.outage[-1][1]
    edges = {low, high, *_midnights(low, high, zone)}
    for one in episode.incidents:
        edges.add(one.start // step * step)
        edges.add(high if one.end is None else -(-one.end // step) * step)
    inside = sorted(edge for edge in edges if low <= edge <= high)
    for first, last in pairwise(inside):
        for span in overlap(episode.outage, ((first, last),)):
            yield (span,)


def _midnights(low: int, high: int, zone: str) -> Iterator[int]:
    place = ZoneInfo(zone)
    day = datetime.fromtimestamp(low, UTC).astimezone(place).date() + timedelta(days=1)
    while True:
        midnight = datetime(day.year, day.month, day.day, tzinfo=place)
        instant = int(midnight.timestamp())
        if instant >= high:
            return
        yield instant
        day += timedelta(days=1)
