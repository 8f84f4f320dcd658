"""When a journey is not run: outside of its own calendar, and while another pauses it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.activity import is_active

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_definitions.plan import Calendar, Journey

__all__ = ["window_of"]


def window_of(journey: Journey, calendars: Mapping[str, Calendar]) -> Callable[[float], bool]:
    """Return whether a slot whose intended start is a Unix time is left out.

    Raises:
        ValueError: A calendar it goes by is not there.
    """
    named = [*([journey.during] if journey.during else []), *journey.pause]
    missing = [name for name in named if name not in calendars]
    if missing:
        raise ValueError(f"there is no calendar {missing[0]!r}")
    during = calendars[journey.during] if journey.during else None
    pauses = tuple(calendars[name] for name in journey.pause)
    if not named:
        return lambda _wall: False

    def windowed(wall: float) -> bool:
        instant = datetime.fromtimestamp(wall, UTC)
        if during is not None and not is_active(during, instant):
            return True
        return any(is_active(one, instant) for one in pauses)

    return windowed
