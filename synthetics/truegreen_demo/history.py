"""The example company's past: orders, tickets and surveys as files, signals as samples.

The past is drawn from a fixed seed and told backwards from `now`, so two runs at the same
instant see the same past, and a run at any time has months of it. The numbers behind the
stories:

- The web shop is well: few errors, quick steps, tickets that stay closed, content customers.
- The carrier is late with every tenth order: nearly all time above the target is its.
- The benefits desk is a watermelon: it resolves tickets in time by its own clock, but many come
  back and few people are content.
"""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BERLIN", "SEED", "Ticket", "order_lines", "survey_csv", "ticket_csv", "tickets"]

SEED = 20_264
DAYS = 100
BERLIN = ZoneInfo("Europe/Berlin")
CHANNELS = ("web", "web", "web", "app")
LATE_INVOICES = 0.012
LATE_PARCELS = 0.1
OPENS, CLOSES = 8, 18  # the warehouse, on weekdays, in Berlin
ANSWERED_SURVEYS = 0.55
SATURDAY = 5
AT_ANY_HOUR = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How a help desk does: tickets a day, and the share of each good ending."""

    application: str
    tickets_per_day: int
    within_sla: float
    comes_back: float
    content: float


DESKS = (
    Desk(application="webshop", tickets_per_day=14, within_sla=0.96, comes_back=0.01, content=0.92),
    Desk(
        application="benefits", tickets_per_day=18, within_sla=0.975, comes_back=0.08, content=0.66
    ),
    # Nobody has told Truegreen which service this is: such rows are counted, never guessed.
    Desk(application="intranet", tickets_per_day=1, within_sla=0.9, comes_back=0.05, content=0.8),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket, and what its requester answered: a score of 1 to 5, or None."""

    number: str
    application: str
    priority: str
    opened: datetime
    resolved: datetime | None
    reopened: int
    within_sla: bool
    score: int | None
    answered: datetime | None


def tickets(now: datetime) -> tuple[Ticket, ...]:
    """Return the tickets of the past, oldest first; those still open have no resolution."""
    rng = random.Random(SEED)  # noqa: S311  a story needs a seed, not secrecy
    found = [ticket for desk in DESKS for ticket in _of_desk(desk, now, rng)]
    return tuple(sorted(found, key=lambda ticket: ticket.opened))


def ticket_csv(found: tuple[Ticket, ...]) -> str:
    """Return tickets as the help desk exports them: local time, day first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header = ("number", "application", "priority", "opened", "resolved", "updated")
    writer.writerow((*header, "reopen_count", "made_sla"))
    for ticket in found:
        resolved, updated = _local(ticket.resolved), _local(ticket.resolved or ticket.opened)
        times = (_local(ticket.opened), resolved, updated)
        ends = (ticket.reopened, str(ticket.within_sla).lower())
        writer.writerow((ticket.number, ticket.application, ticket.priority, *times, *ends))
    return out.getvalue()


def survey_csv(found: tuple[Ticket, ...]) -> str:
    """Return the survey tool's export: one row for each resolved ticket, answered or not."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "application", "ticket", "rating", "sent", "answered", "updated"))
    for ticket in found:
        if ticket.resolved is None:
            continue
        rating = "" if ticket.score is None else ticket.score
        sent, answered = _local(ticket.resolved), _local(ticket.answered)
        updated = (ticket.answered or ticket.resolved).isoformat()
        row = (f"S-{ticket.number}", ticket.application, ticket.number, rating, sent, answered)
        writer.writerow((*row, updated))
    return out.getvalue()


def order_lines(now: datetime) -> Iterator[str]:
    """Yield the shop's past orders as JSON lines, oldest first."""
    rng = random.Random(SEED + 1)  # noqa: S311  a story needs a seed, not secrecy
    parcels = random.Random(SEED + 2)  # noqa: S311  as above
    for number, ordered in enumerate(_moments(now, per_day=120, rng=rng), start=1):
        wait = timedelta(hours=rng.uniform(0.2, 3.5))
        if rng.random() < LATE_INVOICES:
            wait = timedelta(hours=rng.uniform(4.5, 30))
        invoiced = ordered + wait
        done = invoiced < now
        parcel = _parcel(ordered, parcels)
        yield json.dumps(
            {
                "id": f"H-{number:06}",
                "version": 2 if done else 1,
                "channel": rng.choice(CHANNELS),
                "amount": f"{rng.lognormvariate(4.2, 0.6):.2f}",
                "ordered_at": ordered.isoformat(),
                **{name: at.isoformat() for name, at in parcel.items() if at < now},
                "invoiced_at": invoiced.isoformat() if done else None,
                "synthetic": False,
                "state": "invoiced" if done else "paid",
            }
        )


def _parcel(ordered: datetime, rng: random.Random) -> dict[str, datetime]:
    """Return when an order was picked, collected by the carrier and delivered."""
    begin = _at_work(ordered)
    picked = _at_work(begin + timedelta(hours=rng.uniform(0.5, 5)))
    collected = picked + timedelta(hours=rng.uniform(0.5, 4))
    slow = rng.random() < LATE_PARCELS
    on_the_way = rng.uniform(50, 90) if slow else rng.uniform(14, 44)
    delivered = collected + timedelta(hours=on_the_way)
    found = {"picked_at": picked, "collected_at": collected, "delivered_at": delivered}
    return {name: at.replace(microsecond=0) for name, at in found.items()}


def _at_work(moment: datetime) -> datetime:
    """Return a moment, or when the warehouse opens next."""
    local = moment.astimezone(BERLIN)
    while local.weekday() >= SATURDAY or not OPENS <= local.hour < CLOSES:
        late = local.hour >= CLOSES
        opens = local.replace(hour=OPENS, minute=0, second=0, microsecond=0)
        local = opens + timedelta(days=1) if late or local.weekday() >= SATURDAY else opens
    return local.astimezone(UTC)


def _of_desk(desk: Desk, now: datetime, rng: random.Random) -> Iterator[Ticket]:
    start = {"webshop": 100_000, "benefits": 500_000}.get(desk.application, 900_000)
    for count, opened in enumerate(_moments(now, per_day=desk.tickets_per_day, rng=rng)):
        resolved = opened + timedelta(hours=rng.lognormvariate(2.2, 0.9))
        answered = resolved + timedelta(hours=rng.uniform(1, 40))
        content = rng.random() < desk.content
        score = rng.choice((4, 5, 5)) if content else rng.choice((1, 2, 2, 3))
        reopened = 1 if rng.random() < desk.comes_back else 0
        within, replies = rng.random() < desk.within_sla, rng.random() < ANSWERED_SURVEYS
        replied = replies and answered < now
        yield Ticket(
            number=f"INC{start + count}",
            application=desk.application,
            priority=rng.choice(("2 - High", "3 - Moderate", "3 - Moderate", "4 - Low")),
            opened=opened,
            resolved=resolved if resolved < now else None,
            reopened=reopened if resolved < now else 0,
            within_sla=within,
            score=score if replied else None,
            answered=answered if replied else None,
        )


def _moments(now: datetime, *, per_day: int, rng: random.Random) -> Iterator[datetime]:
    """Yield moments of the past by the clocks of Berlin: busier by day, fewer at weekends.

    A few come at any hour, so that nights are quiet and not empty.
    """
    today = now.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(DAYS, -1, -1):
        midnight = today - timedelta(days=day)
        weekend = midnight.weekday() >= SATURDAY
        count = round(per_day * (0.4 if weekend else 1) * rng.uniform(0.85, 1.15))
        for hour in sorted(_hour(rng) for _ in range(count)):
            moment = (midnight + timedelta(hours=hour)).replace(microsecond=0)
            if moment < now:
                yield moment.astimezone(UTC)


def _hour(rng: random.Random) -> float:
    """Return an hour of the day: any in the night's share of cases, else around two o'clock."""
    if rng.random() < AT_ANY_HOUR:
        return rng.uniform(0, 24)
    return rng.triangular(0, 24, 14)


def _local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(BERLIN).strftime("%d/%m/%Y %H:%M:%S")
