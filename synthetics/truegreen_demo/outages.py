"""Outages of the example company's past: when customers could not buy, and who was answerable.

They lie on working days, relative to `now`, in the busiest hours. In them nearly nobody buys; one
in four of those who could not comes back within two hours.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from truegreen_demo.history import BERLIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Outage", "incident_lines", "outages", "sold"]

SEED = 20_263
SATURDAY = 5
TURNED_AWAY, CAME_BACK = 0.95, 0.25
CATCH_UP = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A stretch of time in which the shop did not sell.

    Attributes:
        step: Step of the process that failed.
        severity: As the incident desk recorded it.
    """

    id: str
    start: datetime
    end: datetime
    step: str
    severity: str
    title: str


def outages(now: datetime) -> tuple[Outage, ...]:
    """Return the outages of the past, oldest first."""
    return (
        _outage("INC-1041", now, days=46, hours=9, step="checkout", severity="sev1"),
        _outage("INC-1077", now, days=19, hours=11, step="pay", severity="sev3"),
    )


def incident_lines(now: datetime) -> Iterator[str]:
    """Yield the outages as the incident desk exports them, as JSON lines."""
    for one in outages(now):
        yield json.dumps(
            {
                "id": one.id,
                "version": 1,
                "system": "webshop",
                "component": one.step,
                "severity": one.severity,
                "title": one.title,
                "impact_from": one.start.isoformat(),
                "detected_at": (one.start + timedelta(minutes=6)).isoformat(),
                "impact_to": one.end.isoformat(),
            }
        )


def sold(lines: Iterable[str], now: datetime) -> Iterator[str]:
    """Yield the orders that were made in spite of the outages, those that came later among them."""
    rng = random.Random(SEED)  # noqa: S311  a story needs a seed, not secrecy
    past = outages(now)
    for line in lines:
        order = json.loads(line)
        when = datetime.fromisoformat(order["ordered_at"])
        hit = next((one for one in past if one.start <= when < one.end), None)
        if hit is None or rng.random() >= TURNED_AWAY:
            yield line
        elif rng.random() < CAME_BACK:
            yield json.dumps(_later(order, when, hit.end + rng.random() * CATCH_UP))


def _later(order: dict[str, str | None], when: datetime, back: datetime) -> dict[str, str | None]:
    """Return an order as it is when it is made later: all of its times move with it."""
    by = back.replace(microsecond=0) - when
    moved = {
        name: (datetime.fromisoformat(text) + by).isoformat()
        for name, text in order.items()
        if name.endswith("_at") and isinstance(text, str)
    }
    return {**order, **moved}


def _outage(name: str, now: datetime, *, days: int, hours: int, step: str, severity: str) -> Outage:
    day = now.astimezone(BERLIN) - timedelta(days=days)
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    start = day.replace(hour=9, minute=20, second=0, microsecond=0).astimezone(UTC)
    return Outage(
        id=name,
        start=start,
        end=start + timedelta(hours=hours),
        step=step,
        severity=severity,
        title=f"{step} of the web shop is down",
    )
