"""An incident as the ledger of losses sees it: when, and who is answerable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.expectations.spans import aligned, minus, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_exporters.accountability.expectations.spans import Spans

__all__ = ["Episode", "Incident", "episodes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that kept customers away.

    Attributes:
        id: As its source calls it.
        start: When the impact began, in Unix seconds.
        end: When it ended; None while it lasts.
        severity: As it was recorded; empty when nobody said.
        step: Step of the service; empty when nobody said.
        vendor: Who answers for it; empty for our own teams.
        origin: Where it was said: a source, or `file:line` of a definition.
    """

    id: str
    start: int
    end: int | None
    severity: str = ""
    step: str = ""
    vendor: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Incidents that cannot be told apart by what was sold: they overlap, or catch-up does.

    Attributes:
        incidents: In the order of their beginning.
        outage: Their minutes, each once.
        catch_up: Minutes after them in which customers may have come back, without the outage's.
        running: Whether one of them lasts.
    """

    incidents: tuple[Incident, ...]
    outage: Spans
    catch_up: Spans
    running: bool

    @property
    def key(self) -> str:
        """What it is called: the id of its first incident."""
        return self.incidents[0].id

    @property
    def frame(self) -> Spans:
        """Outage and catch-up together."""
        return union((*self.outage, *self.catch_up))

    @property
    def over_at(self) -> int:
        """When its last catch-up minute is over, in Unix seconds."""
        return max(end for _, end in (*self.outage, *self.catch_up))


def episodes(
    incidents: Iterable[Incident], *, catch_up: int, step: int, planned: Spans, now: int
) -> tuple[Episode, ...]:
    """Return the episodes of a channel, in order.

    Args:
        incidents: Of the channel's service, each id once.
        catch_up: How long after an outage customers come back, in seconds.
        step: Length of a bucket; incidents are widened to whole ones.
        planned: Agreed downtime, which loses nothing that was to be sold; in whole buckets.
        now: An incident that lasts ends here for the time being, in Unix seconds.
    """
    found: list[list[Incident]] = []
    until = 0
    for one in sorted(incidents, key=lambda one: (one.start, one.id)):
        end = now if one.end is None else min(one.end, now)
        if end <= one.start:
            continue
        if not found or one.start >= until:
            found.append([])
            until = 0
        found[-1].append(one)
        until = max(until, end + catch_up)
    made = (_episode(group, catch_up, step, planned, now) for group in found)
    return tuple(one for one in made if one.outage)


def _episode(group: list[Incident], catch_up: int, step: int, planned: Spans, now: int) -> Episode:
    ends = [now if one.end is None else min(one.end, now) for one in group]
    outage = aligned(((one.start, end) for one, end in zip(group, ends, strict=True)), step)
    after = aligned(((end, end + catch_up) for end in ends), step) if catch_up else ()
    return Episode(
        incidents=tuple(group),
        outage=minus(outage, planned),
        catch_up=minus(minus(after, outage), planned),
        running=any(one.end is None or one.end > now for one in group),
    )
