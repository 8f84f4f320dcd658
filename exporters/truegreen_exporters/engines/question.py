"""What is asked of an engine, and what it answers: exact parts of windows, by event time.

A row of the agreement's service is of the agreement when it meets `where` and `total`, and of a
window when its anchor time lies in it. It is excluded when it meets an exclusion, one or several;
else pending while it is younger than the agreement's maturity, then in total, and in good when it
meets `good` too. An unknown condition is not met.

Times are compared as whole microseconds since 1970, so no zone is involved; in the expressions a
time without a zone is one of the service's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from truegreen_exporters.windows.bounds import bounds
from truegreen_exporters.windows.clock import clock_between

if TYPE_CHECKING:
    from truegreen_definitions.plan import Calendar, Records
    from truegreen_definitions.units import Window

__all__ = ["BEGIN", "Parts", "Question", "microseconds", "spans_of"]

BEGIN = -(2**62)
"""Before every row, in microseconds since 1970."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Parts(NamedTuple):
    """Exact counts of a window; see the module for what each means.

    A tuple, because a cycle may make a hundred thousand of them.
    """

    good: int
    total: int
    pending: int
    excluded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to count: an agreement's records, of one service, in its zone, over windows.

    Attributes:
        fixed: Further spans that do not move, by a label: (start, end) in microseconds.
        calendar: That of the business clock by which rows ripen; None where none is needed.
    """

    service: str
    zone: str
    records: Records
    windows: tuple[Window, ...]
    fixed: tuple[tuple[str, tuple[int, int]], ...] = ()
    calendar: Calendar | None = None

    @property
    def additive(self) -> bool:
        """Whether every row counts by itself and by its columns alone, so that counts add up."""
        return not self.records.per and self.records.within is None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the windows and the fixed spans."""
        return (*(window.label for window in self.windows), *(label for label, _ in self.fixed))

    def spans(self, at: datetime) -> dict[str, tuple[int, int]]:
        """Return (start, end) of each window seen from a moment, in microseconds; half open."""
        return spans_of(self.windows, self.zone, at) | dict(self.fixed)

    def ripe_before(self, at: datetime) -> int:
        """Return the instant before which rows are old enough: one exactly that old is."""
        now, within = microseconds(at), self.records.within
        if self.calendar is None or within is None:
            return now - self.records.mature_after_seconds * 1_000_000 + 1
        longest = self.records.mature_after_seconds * 1_000_000
        clock = clock_between(self.calendar, now - 2 * longest, now)
        last = clock.last(clock.shown(now) - within.seconds * 1_000_000)
        return BEGIN if last is None else last + 1


def spans_of(windows: tuple[Window, ...], zone: str, at: datetime) -> dict[str, tuple[int, int]]:
    """Return (start, end) of windows by label, in microseconds since 1970; half open."""
    place = ZoneInfo(zone)
    found = {window.label: bounds(window, at, place) for window in windows}
    return {
        label: (BEGIN if start is None else microseconds(start), microseconds(end))
        for label, (start, end) in found.items()
    }


def microseconds(moment: datetime) -> int:
    """Return an instant as whole microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
