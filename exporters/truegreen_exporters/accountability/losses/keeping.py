"""Keeps the ledger of losses of a plan: asks for rows, estimates, writes what is new.

Everything is looked at again once an hour, and the estimate is tried on clean history once a day.
Outages of the last 92 days are watched; older entries stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from truegreen_definitions.names import BookingValue
from truegreen_exporters.accountability.losses.booking import Money
from truegreen_exporters.accountability.losses.channel import channels
from truegreen_exporters.accountability.losses.entries import entries
from truegreen_exporters.accountability.losses.ground import WATCHED_SECONDS, ground_of
from truegreen_exporters.accountability.losses.happened import INCIDENTS, REMEDIATIONS
from truegreen_exporters.accountability.losses.placebo import last_night, placebo
from truegreen_exporters.accountability.losses.prevented import prevented
from truegreen_exporters.accountability.losses.savings import saved
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date
    from decimal import Decimal

    from truegreen_definitions.plan import Plan, Saving, Service
    from truegreen_exporters.accountability.expectations.expectation import Season
    from truegreen_exporters.accountability.expectations.volume import Volume
    from truegreen_exporters.accountability.losses.avoided import Avoided
    from truegreen_exporters.accountability.losses.booking import Booking
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.accountability.losses.incident import Episode
    from truegreen_exporters.accountability.losses.placebo import Placebo
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.store.losses import LossBook

__all__ = ["Kept", "LossKeeping"]

_EVERY = timedelta(hours=1)


class Kept:
    """What is known of a channel's losses.

    Attributes:
        episodes: Its outages that are watched, as they are known now.
        placebo: How the estimate last did where nothing happened.
        avoided: What its preventions were worth.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.episodes: tuple[Episode, ...] = ()
        self.placebo: Placebo | None = None
        self.avoided: tuple[Avoided, ...] = ()
        self.tried: str = ""
        self.looked: datetime | None = None


class LossKeeping:
    """The ledger of losses of a plan, kept up to date.

    Attributes:
        kept: Its channels, and what is known of each.
        latest: The newest revision of every entry.
        revision: Grows whenever a channel was looked at.

    Args:
        plan: Says which channels there are, and under which terms.
        engine: Counts their transactions.
        book: Where entries stand.
        reading: Whether entries are only read, and none are written.
    """

    def __init__(
        self, plan: Plan, engine: Engine, book: LossBook, *, reading: bool = False
    ) -> None:
        self._plan, self._engine, self._book, self._reading = plan, engine, book, reading
        self.kept = tuple(Kept(channel) for channel in channels(plan))
        self.latest = book.latest()
        self.revision = 0

    def advance(
        self, at: datetime, now: datetime, sound: Collection[str]
    ) -> dict[str, tuple[str, ...]]:
        """Look at every channel that is due; return what failed, by what it is about.

        Args:
            at: The moment it is seen from.
            now: The present, or that moment where it is earlier.
            sound: Tables all of whose sources have been read; entries rest on no others.
        """
        faults: dict[str, tuple[str, ...]] = {}
        for kept in self.kept:
            channel = kept.channel
            ready = channel.value.table in sound and self._incidents_known(sound)
            due = kept.looked is None or not timedelta() <= at - kept.looked < _EVERY
            if not due or not ready or self._reading:
                continue
            try:
                self._keep(kept, int(at.timestamp()), microseconds(now))
            except (CountError, StoreError) as error:
                faults[channel.about] = (str(error).partition("\n")[0],)
                continue
            kept.looked = at
            faults[channel.about] = ()
            self.revision += 1
        return faults

    def saved(
        self, service: Service, saving: Saving, days: tuple[str, str], today: date
    ) -> Decimal | None:
        """Return what a saving came to in a window; None where nobody can say."""
        try:
            return saved(self._engine, self._plan, service, saving, days=days, today=today)
        except CountError:
            return None

    def _incidents_known(self, sound: Collection[str]) -> bool:
        filled = {source.table for source in self._plan.sources} & {INCIDENTS, REMEDIATIONS}
        return filled <= set(sound)

    def _keep(self, kept: Kept, at: int, known: int) -> None:
        channel = kept.channel
        watched = at - WATCHED_SECONDS
        ground, found = ground_of(
            self._engine,
            self._plan,
            channel,
            since=watched,
            at=at,
            tried=lambda volume, season: self._placebo(kept, volume, season, at),
        )
        kept.episodes = tuple(one for one in found if one.outage[0][0] >= watched)
        kept.avoided = prevented(self._engine, self._plan, ground, since=watched, at=at)
        new = entries(ground, kept.episodes, self.latest, now=at, known=known)
        new += tuple(self._withdrawn(kept, watched, known))
        self._book.write(new)
        self.latest |= {entry.key: entry for entry in new}

    def _placebo(self, kept: Kept, volume: Volume, season: Season, at: int) -> Placebo:
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        if kept.placebo is None or kept.tried != day:
            catch_up = kept.channel.catch_up_seconds
            kept.placebo = placebo(volume, season, catch_up=catch_up, until=last_night(at))
            kept.tried = day
        return kept.placebo

    def _withdrawn(self, kept: Kept, watched: int, known: int) -> Iterator[Booking]:
        """Yield entries of incidents that are gone, or have become part of another episode."""
        channel = kept.channel
        there = {one.key for one in kept.episodes}
        within = {incident.id: one.key for one in kept.episodes for incident in one.incidents}
        for entry in self.latest.values():
            mine = entry.key[:2] == (channel.service.name, channel.name)
            if not mine or entry.start < watched or entry.episode in there:
                continue
            if entry.state is not BookingValue.WITHDRAWN:
                part = within.get(entry.episode, "")
                why = f"it is part of {part}" if part else "its incident is no more"
                yield replace(
                    entry,
                    revision=entry.revision + 1,
                    state=BookingValue.WITHDRAWN,
                    money=Money(),
                    gross=entry.gross * 0,
                    recovered=entry.recovered * 0,
                    net=entry.net * 0,
                    deferred=entry.deferred * 0,
                    portions=(),
                    evidence={"why": why},
                    known=known,
                )
