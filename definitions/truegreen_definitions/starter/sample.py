"""Invented tickets: nearly all were resolved in time, and too many of them came back."""

from __future__ import annotations

import datetime as dt

__all__ = ["COUNT", "LATE", "REOPENED", "tickets_csv"]

COUNT = 40
LATE = frozenset({17})
"""Tickets whose clock was missed."""
REOPENED = frozenset({3, 9, 14, 22, 28, 35})
"""Tickets that were opened again."""

_OLDEST_DAYS = 28
_NEWEST_DAYS = 5  # older than the three days in which a ticket may come back


def tickets_csv(application: str, today: dt.date) -> str:
    """Return the tickets of the month before a day, in order of opening, as CSV."""
    lines = ["number,application,opened,resolved,updated,reopened,made_sla"]
    for index in range(COUNT):
        back = _OLDEST_DAYS - index * (_OLDEST_DAYS - _NEWEST_DAYS) // (COUNT - 1)
        opened = dt.datetime.combine(today, dt.time(8, index)) - dt.timedelta(days=back)
        resolved = opened + dt.timedelta(hours=30 if index in LATE else 2 + index % 5)
        reopened, made = int(index in REOPENED), str(index not in LATE).lower()
        lines.append(
            f"T{index + 1:04},{application},{opened},{resolved},{resolved},{reopened},{made}"
        )
    return "\n".join(lines) + "\n"
