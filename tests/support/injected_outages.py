"""Outages that are made up on a real demand curve, so that what they cost is known.

The curve is that of taxi rides in New York, by half hours, 2014 and 2015. Its five labelled
windows (marathon, Thanksgiving, Christmas, New Year, a blizzard) and the state's public holidays
are left out, as a company would declare them.

An outage takes 70 % of its hours' rides away; half of them come back within twelve hours, fewer
from hour to hour. Clean windows of the same length are judged as well: nothing was lost in them.
"""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.holidays import holidays_of_year
from truegreen_exporters.accountability.expectations.expectation import RECENT_SECONDS, Season
from truegreen_exporters.accountability.expectations.spans import WEEK, Span, Spans, overlap, union
from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.losses.incident import Episode, Incident
from truegreen_exporters.accountability.losses.placebo import Placebo, placebo
from truegreen_exporters.accountability.losses.shortfall import Shortfall, shortfall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from truegreen_exporters.engines.volume_question import Bucket

__all__ = ["HOURS", "Campaign", "Curve", "Placed", "campaign", "curve"]

STEP = 1_800
HOUR = 3_600
HOURS = (1, 2, 4, 8)
DROPPED, RETURNED = Decimal("0.7"), Decimal("0.5")
CATCH_UP = 12 * HOUR
HALVES_EVERY = 4  # buckets in which what comes back becomes half as much
LEAST_HISTORY = 7 * WEEK
LOOKED_AT = 18 * WEEK // STEP
NO_MONEY = Decimal(0)


@dataclass(frozen=True)
class Curve:
    """Real demand.

    Attributes:
        buckets: Half hours, in order.
        season: What an ordinary week of it is.
    """

    buckets: tuple[Bucket, ...]
    season: Season

    @property
    def end(self) -> int:
        """End of the last bucket."""
        return self.buckets[-1][0] + STEP


@dataclass(frozen=True)
class Placed:
    """An outage that was made up, and what the estimate says of it.

    Attributes:
        lost: Rides that were taken away.
        net: Those of them that did not come back.
        found: Of the outage.
        nothing: Of the same hours without it.
    """

    hours: int
    lost: int
    net: int
    found: Shortfall
    nothing: Shortfall


@dataclass(frozen=True)
class Campaign:
    """Many placements, and how the estimate did."""

    placed: tuple[Placed, ...]

    def error(self, hours: int | None = None) -> float:
        """Return the median of |gross loss found - true| / true."""
        return median(abs(one.found.gross.point - one.lost) / one.lost for one in self._of(hours))

    def coverage(self, hours: int | None = None) -> float:
        """Return the share whose interval holds the true gross loss."""
        return _share(
            one.found.gross.lower <= one.lost <= one.found.gross.upper for one in self._of(hours)
        )

    def net_coverage(self, hours: int | None = None) -> float:
        """Return the share whose interval holds the true net loss."""
        return _share(
            one.found.net.lower <= one.net <= one.found.net.upper for one in self._of(hours)
        )

    def booked(self, hours: int | None = None) -> float:
        """Return the share of outages that would be booked."""
        return _share(one.found.certain for one in self._of(hours))

    def proven(self, hours: int | None = None) -> float:
        """Return the share of outages whose gross loss is certain."""
        return _share(one.found.gross.lower > 0 for one in self._of(hours))

    def empty(self, hours: int | None = None) -> float:
        """Return the share of clean windows in which nothing would be booked."""
        return _share(not one.nothing.certain for one in self._of(hours))

    def _of(self, hours: int | None) -> list[Placed]:
        return [one for one in self.placed if hours in (None, one.hours)]


def curve(folder: Path) -> Curve:
    """Return the demand curve of a folder with the real data sets."""
    with (folder / "nyc_taxi.csv").open() as file:
        rows = [(_instant(row["timestamp"]), int(row["value"])) for row in csv.DictReader(file)]
    labelled = json.loads((folder / "nyc_taxi_windows.json").read_text())
    spans = [
        (_instant(start), _instant(end)) for pairs in labelled.values() for start, end in pairs
    ]
    for year in (2014, 2015):
        for day in holidays_of_year("US-NY", year):
            midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
            spans.append((midnight, midnight + 24 * HOUR))
    # The file tells New York's time without its zone: as it is, weeks begin at the same hour.
    return Curve(
        buckets=tuple((start, count, NO_MONEY) for start, count in rows),
        season=Season(zone="UTC", left_out=union((start, end) for start, end in spans)),
    )


def campaign(real: Curve, placements: int, *, seed: int, catch_up: int = CATCH_UP) -> Campaign:
    """Return what the estimate says of so many outages, as many of each length.

    Args:
        real: The curve.
        placements: How many.
        seed: Of where they are.
        catch_up: How long the estimate looks for those who come back, in seconds.
    """
    rng = random.Random(seed)
    calm = Volume(real.buckets, STEP)
    tried = placebo(calm, real.season, catch_up=catch_up, until=real.end)
    placed: list[Placed] = []
    while len(placed) < placements:
        hours = HOURS[len(placed) % len(HOURS)]
        first = real.buckets[0][0] + LEAST_HISTORY
        start = first + rng.randrange((real.end - CATCH_UP - hours * HOUR - first) // STEP) * STEP
        placed += _placed(real, calm, (start, start + hours * HOUR), catch_up, tried)
    return Campaign(tuple(placed))


def _placed(
    real: Curve, calm: Volume, outage: Span, catch_up: int, tried: Placebo
) -> Iterator[Placed]:
    """Yield the outage, where it can be placed."""
    start, end = outage
    around: Spans = ((start - RECENT_SECONDS, end + CATCH_UP),)
    if overlap(around, real.season.left_out):
        return
    buckets, lost, returned = _with_outage(real.buckets, start, end)
    episode = Episode(
        incidents=(Incident(id="made-up", start=start, end=end),),
        outage=(outage,),
        catch_up=((end, end + catch_up),) if catch_up else (),
        running=False,
    )
    found = shortfall(Volume(buckets, STEP), episode, real.season)
    nothing = shortfall(calm, episode, real.season)
    if found is not None and nothing is not None:
        yield Placed(
            hours=(end - start) // HOUR,
            lost=lost,
            net=lost - returned,
            found=found.widened(tried.widened),
            nothing=nothing.widened(tried.widened),
        )


def _with_outage(buckets: Sequence[Bucket], start: int, end: int) -> tuple[list[Bucket], int, int]:
    """Return the curve with an outage, what was lost in it, and what came back after it."""
    first = (start - buckets[0][0]) // STEP
    torn, hours = list(buckets), (end - start) // STEP
    lost = 0
    for place in range(first, first + hours):
        at, count, money = torn[place]
        taken = int(count * DROPPED)
        torn[place], lost = (at, count - taken, money), lost + taken
    weights = [0.5 ** (place / HALVES_EVERY) for place in range(CATCH_UP // STEP)]
    back = [int(lost * float(RETURNED) * weight / sum(weights)) for weight in weights]
    for place, more in enumerate(back, start=first + hours):
        at, count, money = torn[place]
        torn[place] = at, count + more, money
    # What is older than what an estimate looks at would only take time.
    oldest = max(0, first - LOOKED_AT)
    return torn[oldest : first + hours + len(back)], lost, sum(back)


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _share(found: Iterable[bool]) -> float:
    held = list(found)
    return sum(held) / len(held)
