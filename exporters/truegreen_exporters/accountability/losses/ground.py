"""What the losses of a channel are estimated from: its rows, its ordinary weeks, and its trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.units import DAY_SECONDS
from truegreen_exporters.accountability.expectations.expectation import Season
from truegreen_exporters.accountability.expectations.volume import Volume
from truegreen_exporters.accountability.losses.ordinary import ordinary
from truegreen_exporters.accountability.losses.placebo import last_night, placebo

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.expectations.spans import Span, Spans
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.accountability.losses.incident import Episode
    from truegreen_exporters.accountability.losses.placebo import Placebo
    from truegreen_exporters.engines.engine import Engine

__all__ = ["WATCHED_SECONDS", "Ground", "ground_of", "history_of", "tried_ground"]

WATCHED_SECONDS = 92 * DAY_SECONDS
"""So far back outages and preventions are looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the entries of a channel are estimated from.

    Attributes:
        volume: Its transactions.
        season: What an ordinary week is; incidents and their catch-up left out.
        unusual: Days that ordinary weeks say nothing about.
        placebo: How the estimate did where nothing happened.
    """

    channel: Channel
    volume: Volume
    season: Season
    unusual: Spans
    placebo: Placebo


def history_of(channel: Channel, *, since: int, at: int) -> Span:
    """Return the span of transactions that is looked at, ordinary weeks before it among them."""
    return since - Season(zone="UTC", weeks=channel.terms.weeks).look_back_seconds, at


def ground_of(
    engine: Engine,
    plan: Plan,
    channel: Channel,
    *,
    since: int,
    at: int,
    tried: Callable[[Volume, Season], Placebo],
) -> tuple[Ground, tuple[Episode, ...]]:
    """Return it with every outage that is known.

    Args:
        engine: Counts the transactions, and has the incidents.
        plan: Has the calendars.
        channel: Whose.
        since: The first instant that is estimated, in Unix seconds; ordinary weeks lie before it.
        at: The present, in Unix seconds.
        tried: Returns how the estimate does on clean history.

    Raises:
        CountError: Rows or incidents cannot be reached.
    """
    span = history_of(channel, since=since, at=at)
    volume = Volume(engine.volume(channel.question, span), channel.question.step)
    known = ordinary(engine, plan, channel, span, volume.step)
    ground = Ground(
        channel=channel,
        volume=volume,
        season=known.season,
        unusual=known.unusual,
        placebo=tried(volume, known.season),
    )
    return ground, known.episodes


def tried_ground(
    engine: Engine, plan: Plan, channel: Channel, *, since: int, at: int
) -> tuple[Ground, tuple[Episode, ...]]:
    """Return it with the trials of the last night, made now; arguments as of `ground_of`."""
    return ground_of(
        engine,
        plan,
        channel,
        since=since,
        at=at,
        tried=lambda volume, season: placebo(
            volume, season, catch_up=channel.catch_up_seconds, until=last_night(at)
        ),
    )
